"""What every store of a relay must do. No implementation here, no SQL, no socket.

The acknowledgement contract binds it (`docs/protocol/wire.md`, Acknowledgement): what `commit`
returned from is durable, and only then is anybody told. Every method names the mailbox, or the realm and the
account or handshake it is about, so that a store may spread over machines. Names are looked up in a
`RealmStore`, which knows its realm alone. All methods may block; the writing ones are called from one thread
only, the reading ones from one other; of a store that several nodes share also in the thread of `nodes.read`.
"""

import enum
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from watchword_relay.store.history import HistoryStore, Past, TakeBack, TakenBack
from watchword_relay.store.queues import Counts, QueueStore
from watchword_relay.store.space import SpaceStore
from watchword_wire.errors import Trouble

if TYPE_CHECKING:
    from watchword_relay.store.nodes import Nodes

VOID = 0
"""The number in memory of a mailbox whose id nobody has: the store finds or makes it by its name."""

REMOVED_KEYS = 4
"""Of the terminals that had a full id and were removed, so many at most are remembered: the last."""

OWN = 0
"""The realm that is the relay's own; its name is empty."""

NOWHERE = -1
"""The realm of every name that none has: there is nobody and nothing in it."""


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
    """Its number, or the least that it may get, where other nodes count, too."""
    id: bytes
    sender: str
    body: bytes
    at: int
    until: int | None = None
    """When it expires, if that is before the relay's own time for it."""
    organisation: bytes | None = None
    """Whose message data they are; None of an envelope."""
    shared: bool = False
    """Whether other mailboxes get the same body, or history holds it: the store then keeps it once."""
    conversation: bytes | None = None
    """Of message data; None of an envelope."""
    origin: int = 0
    """The mailbox of the terminal that sent it, which may take it back."""
    realm: int = OWN
    target: str = ""
    """Whose mailbox is meant, by full id and realm: this counts where the mailbox is VOID; with several nodes
    also where it is there no more: whose it is by now may not have come to this one yet."""
    awaited: int = VOID
    """Where the mailbox is VOID, the number that it had when that was last heard; it may be there no more."""


class Stored(NamedTuple):
    """One message as it waits."""

    seq: int
    id: bytes
    sender: str
    body: bytes
    is_data: bool
    """Message data, not an envelope."""
    origin: int
    """The mailbox of the terminal that sent it."""


class Level(NamedTuple):
    """How full a mailbox is."""

    messages: int
    size: int


class Address(NamedTuple):
    """A terminal's mailbox: whose, the next sequence number, how full."""

    account: str
    device: int
    mailbox: int
    next_seq: int
    messages: int
    size: int
    awaited: int = VOID
    """Where nobody has the id, the number of the mailbox in which something waits for it."""


class Terminal(msgspec.Struct, frozen=True):
    """One device of an account; its mailbox is its number everywhere in the store."""

    mailbox: int
    account: str
    device: int
    key: bytes
    made_at: int = 0
    """Seconds since 1970."""
    by: int = 0
    """The device that approved it; 0 of the first and by a certificate."""
    fresh: bool = False
    """Whether it was approved and has not signed in since: its admission is kept."""

    @property
    def full_id(self) -> str:
        """The id as it is signed and sent."""
        return f"{self.account}/{self.device}"


class Admission(NamedTuple):
    """What a terminal that was approved is given until it signs in."""

    by_key: bytes
    """The approving terminal's."""
    approval: bytes
    parcel: bytes


class Membership(NamedTuple):
    """Whose member an account's person is, as one of its terminals showed."""

    organisation: bytes
    member_key: bytes


class Realm(NamedTuple):
    """A part of the relay that an organisation has to itself."""

    number: int
    name: str
    made_at: int
    """Seconds since 1970."""


class Run(NamedTuple):
    """A handshake that was opened."""

    realm: int
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

    __slots__ = (
        "acks",
        "awaited",
        "ended",
        "gaps",
        "heard",
        "opened",
        "owed",
        "pasts",
        "puts",
        "recalls",
        "taken_back",
    )

    def __init__(self) -> None:
        self.puts: list[Put] = []
        self.acks: list[tuple[int, bytes, int]] = []
        """(mailbox, message id, origin): acknowledged, may be deleted."""
        self.pasts: list[Past] = []
        """What history gets."""
        self.recalls: list[TakeBack] = []
        """What is taken back, after all puts and acks of the batch."""
        self.taken_back: dict[tuple[int, bytes], TakenBack] = {}
        """How that went, by origin and id: once the batch is durable."""
        self.awaited: dict[tuple[int, str], tuple[int, Level]] = {}
        """Of ids that nobody has and that something was for, by realm and full id: as in `RealmStore`."""
        self.heard: set[int] = set()
        """Mailboxes whose terminals have heard of a gap."""
        self.gaps: set[int] = set()
        """Mailboxes that had no room for something: after what was heard."""
        self.opened: list[Run] = []
        self.ended: list[tuple[int, Ended]] = []
        """With the realm of each."""
        self.owed: list[tuple[int, bytes, Owed, Owed]] = []
        """(realm, h, what A is owed, what B is owed) of ended handshakes."""

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        mail = self.puts or self.acks or self.pasts or self.recalls or self.heard or self.gaps
        return bool(mail or self.opened or self.ended or self.owed)


class Registered(enum.Enum):
    """How a registration went."""

    DONE = "done"
    TAKEN = "taken"
    LOOKS_ALIKE = "looks-alike"
    INVITE_WRONG = "invite-wrong"


class Added(enum.Enum):
    """How another terminal of an account came in."""

    DONE = "done"
    NOT_FREE = "not-free"
    """The number is not the lowest that is free, or the key is another terminal's of the account."""
    UNKNOWN = "unknown"
    """Who vouches for it is not there: the approving terminal, or the account's member key."""


class Mailroom(Protocol):
    """What waits, by the numbers of mailboxes, which are the whole relay's."""

    def mailbox(self, mailbox: int) -> tuple[int, Level]:
        """The next sequence number of a mailbox and how full it is."""
        ...

    def waiting(self, mailbox: int, after: int, most: int, now: int) -> Iterator[Stored]:
        """At most `most` messages of a mailbox with a sequence number above `after`, in order.

        None whose time is over by `now`, be it its own or the relay's.
        """
        ...

    def gap(self, mailbox: int) -> bool:
        """Whether there was no room for some message data, and its terminal may not have heard of it."""
        ...

    def recalled(self, mailbox: int) -> list[tuple[bytes, TakenBack, int]]:
        """What a terminal took back and is still kept: id, answer, when; the oldest first."""
        ...


class RealmStore(Mailroom, Protocol):
    """What a relay remembers of one realm: every name is looked for there alone."""

    number: int

    def register(
        self, account: str, skeleton: str, key: bytes, invite: bytes | None, at: int
    ) -> tuple[Registered, Terminal | None]:
        """Make an account with its device 1, using up the invite (its hash) in the same transaction.

        The terminal takes over the mailbox of its id, with the message data that wait there; history that is
        kept of these gets an entry for the account. Envelopes that wait there go: no other terminal of any
        account ever gets what waited for its id before.
        An exact repeat, same account and key, is DONE again, whatever the invite. `invite` None means
        that none is needed.
        """
        ...

    def add_invite(self, invite: bytes, at: int, uses: int = 1, until: int | None = None) -> None:
        """Keep the hash of an invite that works so often, until `keep_served` says that its time is over."""
        ...

    def admit(
        self, by: int, device: int, key: bytes, admission: Admission, at: int, *, asked: bool
    ) -> tuple[Added, Terminal | None]:
        """Make another terminal of the account to which the terminal with mailbox `by` belongs.

        UNKNOWN if that one is not there any more when this is written. A repeat, same device, key and
        approving terminal, is DONE again; anything else needs `asked`: whether the new terminal asks now.
        """
        ...

    def join(
        self, account: str, device: int, key: bytes, membership: Membership, at: int
    ) -> tuple[Added, Terminal | None]:
        """Make another terminal of an account whose membership is still this one, else UNKNOWN.

        A repeat, same device and key, is DONE again.
        """
        ...

    def vouch(self, mailbox: int, membership: Membership) -> None:
        """Keep what a terminal showed last, if it is still there. It falls with the terminal."""
        ...

    def settle_in(self, mailbox: int) -> None:
        """Forget the admission of a terminal, because it signs in."""
        ...

    def remove(self, by: int, device: int, at: int) -> Terminal | None:
        """Take a terminal of an account away because the one with mailbox `by` says so.

        With its mailbox, whose number never comes back, what waits there, and what it is owed of handshakes.
        Its key is remembered, with the time: see `removed_keys`.
        The member keys that the account's terminals have shown by then are closed: see `membership`.
        Returns what it was; None if it, or who says so, is not there any more.
        """
        ...

    def terminal(self, account: str, device: int) -> Terminal | None:
        """Look a terminal up."""
        ...

    def removed_keys(self, account: str, device: int) -> list[bytes]:
        """The keys of terminals that had this full id and were removed: at most REMOVED_KEYS, the last."""
        ...

    def terminals(self, account: str) -> list[Terminal]:
        """All terminals of an account, the lowest device first."""
        ...

    def admitted(self, account: str, key: bytes) -> tuple[Terminal, Admission] | None:
        """The terminal of an account that has a key and was approved but never signed in."""
        ...

    def membership(self, account: str) -> Membership | None:
        """What a terminal of an account showed last, of what is not closed."""
        ...

    def devices(self, accounts: Sequence[str]) -> list[tuple[str, int]]:
        """Account and device number of every terminal of these accounts, an account's lowest first."""
        ...

    def mailboxes(self, accounts: Sequence[str]) -> list[Address]:
        """The mailbox of every terminal of these accounts, an account's lowest device first.

        Of an account that has none, VOID as that of its device 1, as full as it is.
        """
        ...

    def awaited(self, full_id: str) -> tuple[int, Level]:
        """The mailbox of an id that nobody has: its number, VOID if nothing waits there; how full it is."""
        ...

    def availability(self, account: str, skeleton: str) -> Registered:
        """DONE if the account could be registered now, else TAKEN or LOOKS_ALIKE."""
        ...

    def invite_stands(self, invite: bytes) -> bool:
        """Whether an invite (its hash) is there and not used up."""
        ...

    def drop_invite(self, invite: bytes) -> bool:
        """Forget an invite (its hash). False if it is not there any more."""
        ...

    def ended(self, h: bytes) -> Ended | None:
        """The verdict of a handshake, while it is kept."""
        ...

    def owed(self, full_id: str, after: bytes, most: int) -> list[Ended]:
        """Handshakes above `after` whose ending a terminal has not been told for certain, in order of h."""
        ...

    def counts(self, since: int) -> Counts:
        """Numbers for the operator; verdicts given since a time."""
        ...


class Store(Mailroom, HistoryStore, QueueStore, SpaceStore, Protocol):
    """A relay's memory."""

    @property
    def nodes(self) -> "Nodes | None":
        """What several nodes need that share the store; None of one that has a single relay."""
        ...

    def commit(self, batch: Batch) -> dict[int, Level]:
        """Make a batch durable, whole or not at all.

        A put whose id, of the same origin, waits in that mailbox already is ignored. A put for VOID goes to
        the mailbox of its target, whether anybody has that id by then or not, and gets the next number there;
        one for a mailbox that is there no more is forgotten. Of what one account sent to ids that nobody has,
        the oldest goes where it is more than the bounds allow.
        Returns the new level of every mailbox that was touched.

        Raises:
            StoreFull: no room; nothing was written.
            StoreTrouble: anything else; nothing was written.
        """
        ...

    def of(self, realm: int) -> RealmStore:
        """What is remembered of one realm; of a number that none has, nothing."""
        ...

    def realm(self, name: str) -> int:
        """The number of the realm of a name, NOWHERE if none has it."""
        ...

    def realms(self) -> list[Realm]:
        """All realms but those that were taken away, the relay's own first, then by name."""
        ...

    def add_realm(self, name: str, at: int) -> bool:
        """Make a realm; False if one has this name."""
        ...

    def take_away(self, name: str) -> bool:
        """Take a realm's name away: nobody finds it any more. False if none has it. `erase` does the rest."""
        ...

    def taken_away(self) -> list[int]:
        """Realms without a name, whose rows are still there."""
        ...

    def erase(self, realm: int, most: int) -> bool:
        """Delete what a realm without a name holds, so many messages at once; True while more is left.

        Nothing may be written for it any more.
        """
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

    def forget_removed(self, before: int) -> int:
        """Delete what is known of terminals that were removed before a time."""
        ...

    def keep_served(self, seconds: int) -> None:
        """Keep how long this relay has run in all; every `at` but those of seconds since 1970 counts so.

        Invites whose time is over by then are forgotten.
        """
        ...

    def end_running(self, status: int, at: int) -> int:
        """Give every handshake that is still open this verdict, owed to both sides. Returns how many."""
        ...

    def served(self) -> int:
        """How long this relay has run in all, as it was kept last; 0 for a new one."""
        ...

    def close(self) -> None:
        """Let go of everything; the store can be opened again."""
        ...
