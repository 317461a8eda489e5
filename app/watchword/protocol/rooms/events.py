"""What happens to a room: said by others, done here, known anew, time. Senders are known to be who they are.

See `docs/protocol/rooms.md`.
"""

import msgspec

from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms.statement import Act


class Around(msgspec.Struct, frozen=True):
    """What this desktop knows of people now; the first event of a room, and again when it changes."""

    keys: dict[str, bytes]
    """By account, the own one too. Company room: the directory. Phrase room: the keys that are pinned, of
    those with whom a session stands."""
    most: int
    """So many the policy lists in a room: 1,000, or 64."""


class Told(msgspec.Struct, frozen=True):
    """Statements arrived (content 6)."""

    sender: str
    """An account, as is every `sender`: the own one for another terminal of it."""
    statements: tuple[bytes, ...]
    reached: tuple[str, ...] = ()


class Questioned(msgspec.Struct, frozen=True):
    """Somebody says what they hold and wants what they lack (content 7)."""

    sender: str
    head: bytes
    people: bytes


class Arrived(msgspec.Struct, frozen=True):
    """A message (content 8), which the core keeps under `token` until it hears what becomes of it."""

    sender: str
    head: bytes
    people: bytes
    token: bytes
    key: bytes = b""
    """Phrase rooms: the identity key of the session that brought it."""


class Do(msgspec.Struct, frozen=True):
    """The own person changes the room, as an owner. No acts: says the list again."""

    author: Author
    acts: tuple[Act, ...]
    after: bytes | None = None
    """One of `Room.left_behind`, if what a lapsed owner did is taken over; else what is held."""


class Answers(msgspec.Struct, frozen=True):
    """The own person joins, declines or leaves."""

    author: Author
    answer: int


class Tick(msgspec.Struct, frozen=True):
    """Time passed: every few seconds."""


Event = Around | Told | Questioned | Arrived | Do | Answers | Tick
