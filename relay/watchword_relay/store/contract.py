"""What every store of a relay must do. No implementation here, no SQL, no socket.

The acknowledgement contract binds it (`docs/protocol/wire.md`, Acknowledgement): what `commit`
returned from is durable, and only then is anybody told. Every method names the mailbox or the
handshake it is about, so that a store may spread over machines by mailbox. All methods may
block; the writing ones are called from one thread only, the reading ones from one other.
"""

import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from watchword_wire.errors import Trouble

VOID = 0
"""The mailbox of everybody who does not exist: written and forgotten like any other."""


class StoreTrouble(Trouble):
    """The store did not take or find something; nothing of the batch is durable."""


class StoreFull(StoreTrouble):
    """No room on the disk."""


class StoreUnfit(StoreTrouble):
    """The store cannot be used at all: foreign, of a newer version, damaged, or too weak a setting."""


class Put(NamedTuple):
    """One message for one mailbox. Times are seconds served."""

    mailbox: int
    seq: int
    id: bytes
    sender: str
    body: bytes
    at: int
    until: int | None = None
    """When it expires, if that is before the relay's own time for it."""
    organisation: bytes | None = None
    """Whose message data they are; None of an envelope."""
    shared: bool = False
    """Whether other mailboxes get the same body, which the store then keeps once."""


class Stored(NamedTuple):
    """One message as it waits."""

    seq: int
    id: bytes
    sender: str
    body: bytes
    is_data: bool
    """Message data, not an envelope."""


class Held(NamedTuple):
    """What an operator may see of message data that wait in a mailbox. Times are seconds served."""

    id: bytes
    organisation: bytes
    size: int
    at: int
    until: int | None


class Level(NamedTuple):
    """How full a mailbox is."""

    messages: int
    size: int


class Terminal(msgspec.Struct, frozen=True):
    """One device of an account; its mailbox is its number everywhere in the store."""

    mailbox: int
    account: str
    device: int
    key: bytes

    @property
    def full_id(self) -> str:
        """The id as it is signed and sent."""
        return f"{self.account}/{self.device}"


class Run(NamedTuple):
    """A handshake that was opened."""

    h: bytes
    a: str
    b: str
    at: int


class Owed(enum.IntFlag):
    """What a side of a handshake has not been told for certain."""

    NOTHING = 0
    VERDICT = 1
    GONE = 2
    """An abort with code 04 that came after verdict 00."""


class Ended(msgspec.Struct, frozen=True):
    """A handshake with its one verdict.

    `last` is what ended it and goes with the verdict: the confirm (to B only), an abort, or nothing;
    `by` is the full id that sent it.
    """

    h: bytes
    a: str
    b: str
    status: int
    last: bytes
    by: str
    owed_a: Owed
    owed_b: Owed
    at: int


class Batch:
    """What one transaction makes durable."""

    __slots__ = ("acks", "ended", "opened", "owed", "puts")

    def __init__(self) -> None:
        self.puts: list[Put] = []
        self.acks: list[tuple[int, bytes]] = []
        """(mailbox, message id): acknowledged, may be deleted."""
        self.opened: list[Run] = []
        self.ended: list[Ended] = []
        self.owed: list[tuple[bytes, Owed, Owed]] = []
        """(h, what A is owed, what B is owed) of ended handshakes."""

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.puts or self.acks or self.opened or self.ended or self.owed)


class Registered(enum.Enum):
    """How a registration went."""

    DONE = "done"
    TAKEN = "taken"
    LOOKS_ALIKE = "looks-alike"
    INVITE_WRONG = "invite-wrong"


class Counts(msgspec.Struct, frozen=True):
    """What an operator may see: numbers, never a name. Messages count once for each mailbox."""

    accounts: int
    terminals: int
    messages: int
    size: int
    invites: int
    running: int
    """Handshakes without a verdict."""
    verdicts: dict[int, int]
    """Handshakes of the last 24 h by status."""
    data: dict[bytes, Level]
    """Of the messages, those that are message data, by the id of their organisation, which says nothing."""


class Store(Protocol):
    """A relay's memory."""

    def commit(self, batch: Batch) -> dict[int, Level]:
        """Make a batch durable, whole or not at all.

        A put whose id waits in that mailbox already is ignored. A put for VOID is written and forgotten in
        this same transaction: a second would tell by its time. Returns the new level of every mailbox that
        was touched.

        Raises:
            StoreFull: no room; nothing was written.
            StoreTrouble: anything else; nothing was written.
        """
        ...

    def register(
        self, account: str, skeleton: str, key: bytes, invite: bytes | None, at: int
    ) -> tuple[Registered, Terminal | None]:
        """Make an account with its device 1, using up the invite (its hash) in the same transaction.

        An exact repeat, same account and key, is DONE again, whatever the invite. `invite` None means
        that none is needed.
        """
        ...

    def add_invite(self, invite: bytes, at: int) -> None:
        """Keep the hash of a single-use invite."""
        ...

    def probe(self, data: bytes) -> bytes:
        """Write durably, read back, forget."""
        ...

    def expire(self, before: int, now: int, most: int) -> dict[int, Level]:
        """Delete at most `most` messages that were stored before a time or whose own is over by `now`.

        Returns new levels as in `commit`.
        """
        ...

    def forget_verdicts(self, before: int) -> int:
        """Delete verdicts given before a time."""
        ...

    def keep_served(self, seconds: int) -> None:
        """Keep how long this relay has run in all; every `at` but an invite's and an account's counts so."""
        ...

    def end_running(self, status: int, at: int) -> int:
        """Give every handshake that is still open this verdict, owed to both sides. Returns how many."""
        ...

    def terminal(self, account: str, device: int) -> Terminal | None:
        """Look a terminal up."""
        ...

    def devices(self, accounts: Sequence[str]) -> list[tuple[str, int]]:
        """Account and device number of every terminal of these accounts, an account's lowest first."""
        ...

    def availability(self, account: str, skeleton: str) -> Registered:
        """DONE if the account could be registered now, else TAKEN or LOOKS_ALIKE."""
        ...

    def invite_stands(self, invite: bytes) -> bool:
        """Whether an invite (its hash) is there and unused."""
        ...

    def mailbox(self, mailbox: int) -> tuple[int, Level]:
        """The next sequence number of a mailbox and how full it is."""
        ...

    def waiting(self, mailbox: int, after: int, most: int, now: int) -> Iterator[Stored]:
        """At most `most` messages of a mailbox with a sequence number above `after`, in order.

        None whose own time is over by `now`.
        """
        ...

    def held(self, mailbox: int, now: int) -> list[Held]:
        """The message data that wait in a mailbox, in order, without a body; none whose own time is over."""
        ...

    def ended(self, h: bytes) -> Ended | None:
        """The verdict of a handshake, while it is kept."""
        ...

    def owed(self, full_id: str, after: bytes, most: int) -> list[Ended]:
        """Handshakes above `after` whose ending a terminal has not been told for certain, in order of h."""
        ...

    def served(self) -> int:
        """How long this relay has run in all, as it was kept last; 0 for a new one."""
        ...

    def counts(self, since: int) -> Counts:
        """Numbers for the operator; verdicts given since a time."""
        ...

    def close(self) -> None:
        """Let go of everything; the store can be opened again."""
        ...
