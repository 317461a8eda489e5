"""What a store does beside its contract when several nodes of one relay share it: shapes, and who may call.

No implementation here. Nodes keep nothing: who is signed in where, whose presence is watched and every step
of a handshake stand in the store, and a node that dies is forgotten by the others. What nodes tell each other
are hints to look again; a hint that is lost costs time, never a message. `docs/decisions/0051`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import msgspec

from watchword_relay.handshakes import Effect, Live
from watchword_relay.store.contract import Ended, Owed, Stored


class Sitter(NamedTuple):
    """A terminal that signs in on this node."""

    realm: int
    mailbox: int
    account: str
    device: int


class Here(NamedTuple):
    """A terminal that is signed in on some node."""

    account: str
    device: int
    watches: list[str]


class Waked(msgspec.Struct, frozen=True, tag="w"):
    """Something came into these mailboxes."""

    mailboxes: list[int]


class Taken(msgspec.Struct, frozen=True, tag="t"):
    """A terminal signed in on another node, later than the connection that stands here."""

    mailbox: int
    number: int


class Moved(msgspec.Struct, frozen=True, tag="m"):
    """An account's terminals came, went, or watch others than before."""

    realm: int
    account: str


class Stepped(msgspec.Struct, frozen=True, tag="s"):
    """A handshake has something for a terminal."""

    realm: int
    h: bytes
    to: str


class Gone(msgspec.Struct, frozen=True, tag="g"):
    """A terminal is no more."""

    realm: int
    full_id: str
    mailbox: int


class Applying(msgspec.Struct, frozen=True, tag="a"):
    """A new desktop waits on another node; does no more (`left_ms` is 0); or is admitted."""

    realm: int
    node: str
    account: str
    key: bytes
    left_ms: int
    proof: bytes = b""
    admitted: bool = False


class Tried(msgspec.Struct, frozen=True, tag="d"):
    """A network tried a wrong key or invitation at a node, or asked there for something that costs."""

    node: str
    mark: str
    failed: bool


Event = Waked | Taken | Moved | Stepped | Gone | Applying | Tried


class Beat(NamedTuple):
    """What came of saying that this node lives."""

    new: bool
    """It was not known any more: all its seats are to be taken anew."""
    nodes: int
    """How many there are."""
    served: int
    """The seconds that the relay has run in all."""


class Looked(NamedTuple):
    """What became of seats."""

    lost: list[int]
    """Mailboxes whose terminal signed in later, on another node."""
    gone: list[int]
    """Mailboxes whose terminal is no more."""
    forgotten: list[int]
    """Mailboxes without a seat, or with an older one: to be taken anew."""
    waiting: list[int]
    """Mailboxes in which something waits."""
    owed: list[tuple[int, bytes]]
    """By mailbox, handshakes of a while ago that have something for its terminal."""


class Page(NamedTuple):
    """Messages that wait in a mailbox."""

    messages: list[Stored]
    more: bool
    """Whether others may wait behind them."""


class Stepping(NamedTuple):
    """A handshake after a move, at a time of the database's clock."""

    run: Live | Ended | None
    """None: there is no such handshake."""
    effects: list[Effect]
    now: float
    opened: bool = False
    """Whether it began with this move."""


class Opening(NamedTuple):
    """How a handshake begins that is not there yet: with T1 and T2 in seconds by the database's clock."""

    live: Live
    t1: float
    t2: float
    most: int
    """How many without an ending its requester may have; with more it does not begin."""


class Step(NamedTuple):
    """Take a message of a handshake; of one that has ended nothing changes."""

    realm: int
    h: bytes
    at: int
    change: Callable[[Live, float], tuple[Live | Ended, list[Effect]]]
    opening: Opening | None


class Ask(NamedTuple):
    """Mark a handshake's request as given, if it is its responder that is asked."""

    realm: int
    h: bytes
    to: str


class Owe(NamedTuple):
    """Owe a side of an ended handshake more, or less."""

    realm: int
    h: bytes
    side: str
    more: Owed
    less: Owed


Move = Step | Ask | Owe


class Nodes(Protocol):
    """What nodes share. Writing methods are called by the writer's thread, looking ones by another."""

    name: str
    """This node's, new at each start."""
    trouble: str | None
    """Why nothing can be written now, as far as is known; None if it can."""

    def begin(self, heard: Callable[[Event], None]) -> None:
        """Listen to the other nodes; `heard` is called in another thread."""
        ...

    def tell(self, event: Event, *, terminals: Sequence[str] = (), accounts: Sequence[str] = ()) -> None:
        """Have nodes hear of something soon: those where these are signed in, or all. Any thread."""
        ...

    def give_up(self) -> None:
        """Wait no more for a database that does not answer, because the node stops. Any thread."""
        ...

    # --- who is signed in where: writing ----------------------------------------------------

    def beat(self, served: int) -> Beat:
        """Say that this node lives; forget nodes that do not say so."""
        ...

    def sit(self, sitters: Sequence[Sitter]) -> list[int]:
        """Give terminals their seat here; who had it elsewhere hears of it. Returns the seats' numbers."""
        ...

    def resit(self, sitters: Sequence[tuple[Sitter, int, list[str]]]) -> None:
        """Take seats again that were forgotten, with what they watch, unless somebody newer has them."""
        ...

    def rise(self, seats: Sequence[tuple[int, int]]) -> None:
        """Give seats up, each a mailbox and a number; those that are another's by now stay."""
        ...

    def bow_out(self) -> None:
        """This node stops: give up all its seats, and be no node any more."""
        ...

    def watch(self, mailbox: int, number: int, accounts: list[str]) -> None:
        """Keep whom a terminal watches."""
        ...

    def is_peopled(self, realm: int) -> bool:
        """Whether a terminal of a realm is signed in at any node."""
        ...

    # --- looking --------------------------------------------------------------------------------

    def look(self, seats: Sequence[tuple[int, int]], since: int) -> Looked:
        """See what became of seats, each a mailbox and a number: hints may have been lost.

        Args:
            seats: this node's.
            since: what of handshakes is older than this is told, in seconds of `served`.
        """
        ...

    def strays(self, mailboxes: Sequence[int]) -> list[tuple[int, int]]:
        """Seats at this node of other mailboxes than these, each with its number."""
        ...

    def waiting_of(
        self, asked: Sequence[tuple[int, int]], most: int, most_bytes: int, now: int
    ) -> dict[int, Page]:
        """What waits in several mailboxes above a number each, as `waiting` does.

        Of each at most so many messages, and none behind so many bytes.
        """
        ...

    def here(self, realm: int, accounts: Sequence[str]) -> list[Here]:
        """The terminals of accounts that are signed in anywhere."""
        ...

    def read(self, job: Callable[[], None]) -> None:
        """Have looking methods called in a thread of their own, and the store's reading ones; any thread."""
        ...

    # --- handshakes: writing --------------------------------------------------------------------

    def make(self, moves: Sequence[Move]) -> list[Stepping]:
        """Make moves of handshakes, all or none; those of one handshake in their order. What came of each."""
        ...

    def take_up(self, runs: Sequence[tuple[int, Live]], now: float) -> None:
        """Go on with handshakes, each with its realm, that stood in a relay's memory when it moved here.

        Args:
            runs: those that its file had as open; their deadlines are of its clock.
            now: what that clock says now.
        """
        ...

    def expired(self, at: int, most: int) -> list[tuple[int, Ended]]:
        """End at most so many handshakes whose time is up, whoever opened them."""
        ...

    def end_all(self, realm: int, full_id: str, at: int) -> list[Ended]:
        """End the handshakes of a terminal that is no more as not finished; it is owed nothing."""
        ...

    def running(self, realm: int, full_id: str) -> tuple[list[Live], float]:
        """The handshakes of a terminal that have no verdict, and the database's time."""
        ...
