"""What an operator sees and does by metadata: queues, rooms, messages, and what expires now. Shapes only.

A room here is a conversation, known by its id alone. Times are seconds served.
"""

from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from watchword_relay.store.contract import Level


class Queue(NamedTuple):
    """What waits for an account, and its history."""

    realm: str
    account: str
    terminals: int
    messages: int
    size: int
    oldest: int | None
    """When the oldest that waits came."""
    history: int
    history_size: int
    history_oldest: int | None


class Room(NamedTuple):
    """What waits of a conversation, and its history."""

    realm: str
    conversation: bytes
    organisation: bytes | None
    """None if nothing says so: history of an older relay does not."""
    messages: int
    copies: int
    """In how many queues these are, in all."""
    size: int
    """Of all copies."""
    oldest: int | None
    history: int
    history_size: int
    history_oldest: int | None
    history_until: int | None
    """When the last of it expires."""


class Waiting(NamedTuple):
    """One message in one queue."""

    account: str
    device: int
    id: bytes
    sender: str
    organisation: bytes | None
    """None of an envelope."""
    conversation: bytes | None
    """None of an envelope."""
    size: int
    at: int
    until: int | None
    """When it expires, if that is before the relay's own time for it."""


class Person(NamedTuple):
    """An account."""

    realm: str
    account: str
    made_at: int
    """Seconds since 1970."""
    terminals: int
    messages: int
    """That wait for its terminals."""
    size: int
    blocked: bool


class Blocked(NamedTuple):
    """Whom the operator keeps out: an account of a realm, or a network where `realm` is EVERYWHERE."""

    realm: int
    name: str
    made_at: int
    """Seconds since 1970."""


EVERYWHERE = -1
"""The realm of blocked networks, which count for all."""


class Choice(msgspec.Struct, frozen=True):
    """Which messages or entries are meant: all that fit everything that is said."""

    realm: int | None = None
    account: str | None = None
    conversation: bytes | None = None
    until: int | None = None
    """Those that came then or before."""


class Counts(msgspec.Struct, frozen=True):
    """What an operator may see of a realm: numbers, never a name. Messages count once for each mailbox."""

    accounts: int
    terminals: int
    messages: int
    size: int
    invites: int
    running: int
    """Handshakes without a verdict."""
    verdicts: dict[tuple[int, bytes], int]
    """Handshakes since then by the verdict's status and, of one that a side ended, the code of its abort."""
    data: "dict[bytes, Level]"
    """Of the messages, those that are message data, by the id of their organisation, which says nothing."""
    awaited: "Level"
    """Besides these, what waits for ids that nobody has."""


class Kept(NamedTuple):
    """What history holds in all, each message once."""

    messages: int
    size: int


class QueueStore(Protocol):
    """The operator's part of a store."""

    def kept(self) -> Kept:
        """How much history there is."""
        ...

    def people(self, choice: Choice) -> list[Person]:
        """A line for each account, by realm and name."""
        ...

    def block(self, realm: int, name: str, at: int) -> bool:
        """Keep an account or a network out. False if it is already."""
        ...

    def unblock(self, realm: int, name: str) -> bool:
        """Let it in again. False if it was not kept out."""
        ...

    def blocked(self) -> list[Blocked]:
        """Who is kept out, by realm and name."""
        ...

    def queues(self, choice: Choice) -> list[Queue]:
        """A line for each account for which something waits or history is kept, by realm and name."""
        ...

    def rooms(self, choice: Choice) -> list[Room]:
        """A line for each conversation of which something waits or history is kept, by realm and id."""
        ...

    def listed(self, choice: Choice, most: int, now: int) -> list[Waiting]:
        """At most so many messages that wait, each for each terminal, the oldest first.

        None whose own time is over by `now`.
        """
        ...

    def body(self, choice: Choice, message_id: bytes, now: int) -> bytes | None:
        """Message data of this id as they wait, if such wait and their own time is not over by `now`."""
        ...

    def expire_queues(self, choice: Choice, most: int) -> int:
        """Delete at most so many messages that wait. Returns how many."""
        ...

    def expire_entries(self, choice: Choice, most: int) -> int:
        """Delete at most so many entries of history. Returns how many."""
        ...
