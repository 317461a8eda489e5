"""What a store keeps as history, and for a recall: the shapes, and what every store must do with them.

No implementation here. All methods belong to the one thread that writes: a page, too, is marked as read
before anybody is given it. `docs/protocol/wire.md`, Recall and History.
"""

from typing import NamedTuple, Protocol

import msgspec

from watchword_wire.timing import MESSAGE_KEPT

MIB = 1024 * 1024


class Bounds(msgspec.Struct, frozen=True):
    """What history may take, told to nobody but the operator. Beyond it the oldest go first.

    And for how long a message waits; and what waits for ids that nobody has, where the oldest go first, too.
    """

    account_bytes: int = 256 * MIB
    """Of one account's entries, each counted with all its bytes."""
    bytes: int = 8192 * MIB
    """Of all bodies that history holds, each once."""
    kept: int = MESSAGE_KEPT
    """For how many seconds a message waits to be fetched, if it says nothing less."""
    awaited_messages: int = 100_000
    """Of one account's messages for ids that nobody has, each for each id."""
    awaited_bytes: int = 256 * MIB
    """Of these, each counted with all its bytes."""


class Past(NamedTuple):
    """Message data to be kept as history. Times are seconds served."""

    origin: int
    """The mailbox of the terminal that sent them."""
    id: bytes
    sender: str
    conversation: bytes
    body: bytes
    at: int
    until: int
    organisation: bytes | None
    """Whose message data they are."""
    mailboxes: list[int]
    """Those of the terminals whose accounts get an entry, the sender's among them."""


class TakeBack(NamedTuple):
    """A message to be taken back by its sender."""

    origin: int
    """The mailbox of the terminal that sent it, and wants it back."""
    id: bytes
    on_its_way: frozenset[int]
    """Mailboxes in which it stays because it was delivered on a connection that stands."""
    has_it: frozenset[int]
    """Mailboxes in which it stays because it was acknowledged, or they are the sender's own: not counted."""
    at: int


class TakenBack(NamedTuple):
    """How that went; of a repeat, how it went the first time."""

    taken_back: int
    left: int


class PastEntry(NamedTuple):
    """One entry of an account's history."""

    place: int
    sender: str
    data: bytes


class Page(NamedTuple):
    """Some entries of an account's history, in order."""

    total: int
    rest: int
    entries: list[PastEntry]


class Shares(NamedTuple):
    """Which entries one account's history is to give another's."""

    conversation: bytes
    since: int
    """Of messages that came at this time or later."""
    now: int
    """By when what expired is not there."""


class Sharing(NamedTuple):
    """What is known of it so far, looked at from the newest on. Places are those of the giver."""

    meant: int = 0
    """How many entries of the giver's history are meant."""
    after: int = 0
    """Above this place all of it finds room."""
    below: int = (1 << 63) - 1
    """What has this place or a higher one was looked at."""
    room: int | None = None
    """How many bytes more find room, less than none if they do not; None before anything was looked at."""


class HistoryStore(Protocol):
    """What came before a terminal was there, kept for an account, which is found by a mailbox of its own."""

    def page(self, mailbox: int, after: int, most: int, most_bytes: int, conversation: bytes | None) -> Page:
        """Entries above a place, at most so many and so many bytes but at least one; marked as had.

        `total` and `rest` are exact. What expired counts until `expire_history` has deleted it. The work does
        not grow with what the account has.
        """
        ...

    def sharing(self, mailbox: int, account: str, what: Shares, told: Sharing, most: int) -> Sharing | None:
        """Look at so many more entries of what `share` is going to give, the newest first.

        `account` is of the same realm as the mailbox, or not there. Returns what is known then, to be told
        again for the next; None if all was looked at.
        """
        ...

    def share(self, mailbox: int, account: str, what: Shares, after: int, most: int) -> int | None:
        """Look at so many entries above a place and give what is meant.

        What the account has it does not get again. Returns the place up to which it is done, None if there
        is nothing above it. An account that is not there costs the same.
        """
        ...

    def expire_history(self, now: int, most: int) -> int:
        """Delete at most so many entries whose time is over, those that expired first before the others.

        Returns how many.
        """
        ...

    def forget_recalls(self, before: int) -> int:
        """Delete answers that were given before a time. Returns how many."""
        ...
