"""What a room asks of the core. Every `Keep` and `Forget` of a step in one transaction before all else.

See `docs/protocol/rooms.md`.
"""

import msgspec

from watchword.protocol.content import Asked, Statements
from watchword.protocol.rooms.statement import Act


class Keep(msgspec.Struct, frozen=True):
    """Keep a statement; an answer in the place of its author's last one."""

    statement: bytes
    digest: bytes
    late: bool = False


class Forget(msgspec.Struct, frozen=True):
    """A change that is void now."""

    digest: bytes


class Send(msgspec.Struct, frozen=True):
    """Send content to these accounts: message data once for all, or an envelope to each."""

    to: tuple[str, ...]
    content: Statements | Asked


class Done(msgspec.Struct, frozen=True):
    """What somebody did, for a line in the chat."""

    author: str
    acts: tuple[Act, ...]


class Dated(msgspec.Struct, frozen=True):
    """What follows was read from the history and happened at time `at` (ms); None: it happens now."""

    at: int | None


class Changed(msgspec.Struct, frozen=True):
    """The held path is another: what is in force anew, and what is void, oldest first."""

    done: tuple[Done, ...]
    undone: tuple[Done, ...]


class Answered(msgspec.Struct, frozen=True):
    """Somebody joined, declined or left."""

    account: str
    answer: int
    share: bool
    """Whether they joined by an invitation of the own account, which then shares the history if the policy
    lets it."""


class Show(msgspec.Struct, frozen=True):
    """A message is of somebody who is in."""

    token: bytes


class Drop(msgspec.Struct, frozen=True):
    """A message is passed over."""

    token: bytes


class Differ(msgspec.Struct, frozen=True):
    """Whose lists differ from the own one; nobody: they no longer do."""

    accounts: tuple[str, ...]


class Settle(msgspec.Struct, frozen=True):
    """The own person is to say the list again: feed `Do` without acts."""


Effect = Keep | Forget | Send | Dated | Changed | Answered | Show | Drop | Differ | Settle
Effects = tuple[Effect, ...]
