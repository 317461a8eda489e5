"""Mailboxes as they are in memory: whose, how full, where its connection is. No rule about messages.

A mailbox of somebody who does not exist is one as well, found by the same steps in the same time.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.letters import Letter
from watchword_relay.limits import Buckets, Limits, TokenBucket
from watchword_relay.store.contract import VOID, Level, Put, RealmStore, Stored, Terminal
from watchword_relay.store.history import Past, TakenBack
from watchword_relay.turns import Turns
from watchword_wire import frames
from watchword_wire.ids import parse_full_id

KEPT_BOXES = 20_000
LOOKED_AT = 16
"""Of so many at most is it seen whether they can be forgotten, each time that another is asked for."""


class Mailbox:
    """One terminal's mailbox as it is in memory; of somebody who does not exist, too."""

    __slots__ = (
        "account",
        "bucket",
        "connection",
        "gap",
        "hoped",
        "key",
        "live",
        "name",
        "next_seq",
        "out",
        "recalled",
        "sent_seq",
        "stored",
        "turns",
        "unwritten",
        "unwritten_bytes",
    )

    def __init__(self, key: int, name: str, next_seq: int, stored: Level) -> None:
        self.key = key
        self.name = name
        self.account = name.rpartition("/")[0]
        self.next_seq = next_seq
        self.stored = stored
        self.unwritten: dict[tuple[int, bytes], Copy] = {}
        """By the mailbox of the terminal that sent it, and the id."""
        self.unwritten_bytes = 0
        self.hoped = 0
        """How many of the unwritten are not to be written yet, because their ack may come first."""
        self.connection: RelayConnection | None = None
        self.live = False
        """Whether everything that waits has been sent, so that new mail may go straight on."""
        self.sent_seq = 0
        self.out: dict[bytes, tuple[int, ...]] = {}
        """Delivered on this connection, and not acknowledged: from which mailboxes, by the id."""
        self.recalled: dict[bytes, tuple[TakenBack, int]] = {}
        """What this terminal took back, and when; read from the store when it signs in."""
        self.gap = False
        """Whether the terminal is told on this connection that there was no room for something, and has not
        acknowledged anything since."""
        self.bucket: TokenBucket | None = None
        self.turns = Turns()

    def gave(self, message: Stored) -> None:
        """Note that a message was delivered on the connection."""
        before = self.out.get(message.id, ())
        if message.origin not in before:
            self.out[message.id] = *before, message.origin
        self.sent_seq = message.seq

    def took(self, message_id: bytes) -> int | None:
        """Whose message an ack is for: of several with one id the first. None if none was delivered."""
        origins = self.out.pop(message_id, ())
        if len(origins) > 1:
            self.out[message_id] = origins[1:]
        return origins[0] if origins else None

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost by forgetting it here."""
        return self.connection is None and not self.unwritten

    def has_room(self, size: int, limits: Limits) -> bool:
        """Whether one more message of a size fits."""
        return (
            self.stored.messages + len(self.unwritten) < limits.mailbox_messages
            and self.stored.size + self.unwritten_bytes + size <= limits.mailbox_bytes
        )


class Mail:
    """One SEND or POST until its sender has been told."""

    __slots__ = ("body", "boxes", "full", "id", "key", "left", "letter", "origin", "turns", "unwritten")

    def __init__(self, letter: Letter, origin: Mailbox, boxes: Sequence[Mailbox], full: bytes = b"") -> None:
        self.id = letter.id
        self.key = origin.key, letter.id
        """Ids are a terminal's own: another may use the same."""
        self.full = full
        """Who had no room or was not meant, as the sender is told."""
        self.origin = origin
        self.turns = origin.turns
        """Those of the connection on which it came."""
        self.letter = letter
        self.body = letter.body
        self.boxes = boxes
        """The mailboxes that it goes to."""
        self.left = len(boxes)
        """For how many of them it is neither durable nor acknowledged."""
        self.unwritten = 0
        """Copies that hold the body in memory."""

    def answer(self) -> None:
        """Tell the sender that all have it for whom it was taken."""
        me = self.origin
        if me.connection is None:
            return
        if not self.full:
            me.connection.push_ok(self.id)
        elif self.turns is me.turns:  # else its repeat is answered: one connection says nothing of another's
            me.turns.said(self.id)
            me.turns.told(self.id)
            me.connection.push_frame(frames.Partly(self.id, self.full))

    def past(self, at: int) -> Past:
        """What history is given, at a time in seconds served; only of message data."""
        conversation, roam = self.letter.conversation, self.letter.roam
        assert conversation is not None  # noqa: S101 - said above
        keys = [box.key for box in (*self.boxes, self.origin) if box.key != VOID]
        name = self.origin.name
        what = self.origin.key, self.id, name, conversation, self.body
        return Past(*what, at, at + roam, self.letter.organisation, keys)


class Copy:
    """One message for one mailbox, until it is durable or acknowledged."""

    __slots__ = ("acked", "box", "early", "hoped", "mail", "seq", "settled", "told", "writing")

    def __init__(self, mail: Mail, box: Mailbox, *, early: bool) -> None:
        self.mail = mail
        self.told = mail
        """The SEND or POST that is answered for it: the latest repeat."""
        self.box = box
        self.seq = box.next_seq
        box.next_seq += 1
        self.early = early
        """Whether its ack may be told to the sender before the commit."""
        self.hoped = False
        """Whether it is not written yet, because its ack may come first."""
        self.writing = False
        self.acked = False
        self.settled = False

    def enter(self) -> int:
        """Begin to wait in memory. Returns the bytes it takes: the first copy holds the body for all."""
        mail, box = self.mail, self.box
        size = len(mail.body)
        box.unwritten[mail.key] = self
        box.unwritten_bytes += size
        mail.unwritten += 1
        return size if mail.unwritten == 1 else 0

    def leave(self) -> int:
        """Wait in memory no more. Returns the bytes it frees: with the last copy the body goes."""
        mail, box = self.mail, self.box
        if box.unwritten.get(mail.key) is not self:
            return 0
        del box.unwritten[mail.key]
        size = len(mail.body)
        box.unwritten_bytes -= size
        mail.unwritten -= 1
        return 0 if mail.unwritten else size

    def stored(self) -> Stored:
        """As it is delivered, whether it is in the store by then or not."""
        mail = self.mail
        is_data = mail.letter.organisation is not None
        return Stored(self.seq, mail.id, mail.origin.name, mail.body, is_data, mail.origin.key)

    def put(self, at: int) -> Put:
        """What the store is given, at a time in seconds served."""
        mail, letter = self.mail, self.mail.letter
        until = at + letter.keep if letter.keep else None
        return Put(
            self.box.key,
            self.seq,
            mail.id,
            mail.origin.name,
            mail.body,
            at,
            until,
            letter.organisation,
            len(mail.boxes) > 1 or letter.roam > 0,
            letter.conversation,
            mail.origin.key,
            self.box.name,
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing was said of it yet, neither by its recipient nor to its sender."""
        return not (self.acked or self.settled)


class Mailboxes:
    """All mailboxes of a realm that were asked for lately.

    Args:
        store: for reading only.
        sends: what an account may send, at once and per second.
    """

    def __init__(self, store: RealmStore, sends: tuple[float, float]) -> None:
        self._store = store
        self._sends = Buckets(sends)
        self._boxes: OrderedDict[str, Mailbox] = OrderedDict()
        self._by_key: dict[int, Mailbox] = {}

    def __len__(self) -> int:
        """How many are in memory."""
        return len(self._boxes)

    def enter(
        self, terminal: Terminal, connection: RelayConnection
    ) -> tuple[Mailbox, RelayConnection | None]:
        """Give a terminal's mailbox a connection. Returns the one it replaces, too."""
        box = self.of(terminal.full_id)
        if box.key == VOID:
            # It was asked for before it was registered.
            del self._boxes[box.name]
            box = self.of(terminal.full_id)
        before = box.connection
        now = clock.monotonic()
        box.connection = connection
        box.bucket = self._sends.of(box.account, now)
        box.live = False
        box.sent_seq = 0
        box.out = {}
        box.turns = Turns()
        box.gap = self._store.gap(box.key)
        box.recalled.update((one, (answer, at)) for one, answer, at in self._store.recalled(box.key))
        return box, before

    def leave(self, box: Mailbox, connection: RelayConnection) -> bool:
        """Take a connection away. Returns False if it had been replaced already."""
        if box.connection is not connection:
            return False
        box.connection = None
        box.live = False
        box.out = {}
        return True

    def take_away(self, key: int) -> Mailbox | None:
        """Forget the mailbox of a terminal that is no more; what waits in it for the disk is for nobody."""
        box = self._by_key.pop(key, None)
        if box is not None and self._boxes.get(box.name) is box:
            del self._boxes[box.name]
        return box

    def appeared(self, name: str) -> None:
        """There is a terminal of this name now: what was asked for before led nowhere."""
        box = self._boxes.get(name)
        if box is not None and box.key == VOID:
            del self._boxes[name]

    def of(self, name: str) -> Mailbox:
        """The mailbox of a full id; one that leads nowhere if there is no such terminal.

        Both take the same steps, so that their time tells nothing.

        Raises:
            PeerError: it is no full id.
        """
        box = self._boxes.get(name)
        if box is None:
            return self._load(name)
        # Not to be forgotten for one that is asked for in the same breath.
        self._boxes.move_to_end(name)
        return box

    def to(self, letter: Letter, me: Mailbox) -> list[Mailbox]:
        """Those of a letter's targets: terminals of an envelope, accounts of message data."""
        if letter.organisation is None:
            return [self.of(name) for name in letter.targets]
        return [box for box in self.of_accounts(letter.targets) if box is not me]

    def of_accounts(self, accounts: Sequence[str]) -> list[Mailbox]:
        """The mailboxes of all terminals of accounts; of one without any, one that leads nowhere."""
        found: dict[str, list[Mailbox]] = {account: [] for account in accounts}
        for account, device, key, next_seq, *level in self._store.mailboxes(accounts):
            name = f"{account}/{device}"
            box = self._boxes.get(name)
            if box is None or box.key != key:
                box = self._keep(Mailbox(key, name, next_seq, Level(*level)))
            else:
                # Among those asked for last: not to be forgotten for one that follows here.
                self._boxes.move_to_end(name)
            found[account].append(box)
        return [box for boxes in found.values() for box in boxes]

    def all(self) -> Iterable[Mailbox]:
        """Every mailbox that is in memory."""
        return self._boxes.values()

    def _load(self, name: str) -> Mailbox:
        full_id = parse_full_id(name)
        terminal = self._store.terminal(full_id.account, full_id.device)
        if terminal is None:
            return self._keep(Mailbox(VOID, name, 1, self._store.nobodys(name)))
        return self._keep(Mailbox(terminal.mailbox, name, *self._store.mailbox(terminal.mailbox)))

    def _keep(self, box: Mailbox) -> Mailbox:
        self._make_room()
        self._boxes[box.name] = box
        if box.key != VOID:
            self._by_key[box.key] = box
        return box

    def look_again(self, box: Mailbox) -> None:
        """Read anew how full a mailbox is: an operator may have emptied it, or it is nobody's."""
        box.stored = self._store.nobodys(box.name) if box.key == VOID else self._store.mailbox(box.key)[1]

    def connection_of(self, name: str) -> RelayConnection | None:
        """The connection of a terminal that is here."""
        box = self._boxes.get(name)
        return None if box is None else box.connection

    def _make_room(self) -> None:
        """Forget the idle ones among those that were asked for first; the others go to the end."""
        for _ in range(LOOKED_AT):
            if len(self._boxes) < KEPT_BOXES:
                return
            name, box = self._boxes.popitem(last=False)
            if box.idle:
                self._by_key.pop(box.key, None)
            else:
                self._boxes[name] = box

    def update(self, levels: dict[int, Level]) -> None:
        """Take over how full mailboxes are."""
        for key, level in levels.items():
            box = self._by_key.get(key)
            if box is not None:
                box.stored = level
