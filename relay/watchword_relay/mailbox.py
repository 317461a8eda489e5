"""A mailbox as it is in memory: whose, how full, where its connection is; and what is on its way into it.

A `Mail` is what one SEND or POST brought, a `Copy` that for one mailbox. Which mailboxes there are is
`mailboxes`' business; whether a message is taken at all is `gate`'s.
"""

from collections.abc import Sequence

from watchword_relay.connection import RelayConnection
from watchword_relay.letters import Letter
from watchword_relay.limits import Limits, TokenBucket
from watchword_relay.store.contract import OWN, VOID, Level, Put, Stored
from watchword_relay.store.history import Past, TakenBack
from watchword_relay.turns import Turns
from watchword_wire import frames
from watchword_wire.ids import account_of

AHEAD = 16
"""So many copies of what one terminal sent may wait for the disk before no more is read from it: the commits
that everybody waits for stay short, whoever floods."""
MUCH_AHEAD = 2
"""The same of one whose account had much written lately."""
MUCH = 100
"""So many messages more than its limit for messages to be written brings back in the meantime."""
COPY_AHEAD, EARLY_AHEAD = 4, 1
"""What a copy counts for that; less between people who show each other that they are there, where hardly any
has to be written."""

Delivery = frames.Deliver | frames.DeliverData


class Mailbox:
    """One terminal's mailbox as it is in memory; of an id that nobody has, too."""

    __slots__ = (
        "account",
        "ahead",
        "awaited",
        "bucket",
        "connection",
        "gap",
        "held",
        "hoped",
        "key",
        "live",
        "name",
        "next_seq",
        "out",
        "realm",
        "recalled",
        "sent_seq",
        "stored",
        "turns",
        "unwritten",
        "unwritten_bytes",
        "writes",
    )

    def __init__(self, key: int, name: str, next_seq: int, stored: Level, awaited: int = VOID) -> None:
        self.key = key
        self.awaited = awaited
        """Where nobody has the id, the number that its mailbox had in the store when that was last heard."""
        self.name = name
        self.realm = OWN
        self.account = account_of(name)
        self.next_seq = next_seq
        self.stored = stored
        self.unwritten: dict[tuple[int, bytes], Copy] = {}
        """By the mailbox of the terminal that sent it, and the id."""
        self.unwritten_bytes = 0
        self.ahead = 0
        """What of this terminal's waits for the disk, as COPY_AHEAD and EARLY_AHEAD count it."""
        self.held = False
        """Whether no more is read from this terminal because of that."""
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
        self.writes: TokenBucket | None = None
        """What its account may still send, and have written."""
        self.turns = Turns()

    def gave(self, delivery: Delivery, origin: int) -> None:
        """Note that a message of a terminal, known by its mailbox, was delivered on the connection."""
        before = self.out.get(delivery.id)
        if before is None:
            self.out[delivery.id] = (origin,)
        elif origin not in before:
            self.out[delivery.id] = *before, origin
        self.sent_seq = delivery.seq

    def had(self, stored: Stored) -> bool:
        """Whether a message was delivered on the connection, and is not acknowledged; then it is passed over.

        All is read anew where the database has forgotten a node.
        """
        if stored.origin not in self.out.get(stored.id, ()):
            return False
        self.sent_seq = max(self.sent_seq, stored.seq)
        return True

    def has_written(self, now: float) -> None:
        """Count a message of this terminal that goes to the disk."""
        assert self.writes is not None  # noqa: S101 - set when it entered
        self.writes.spend(1, now)

    def look_ahead(self) -> None:
        """Read no more from this terminal for now, if too much of it waits for the disk."""
        if self.ahead >= self._most_ahead() and self.connection is not None:
            self.held = True
            self.connection.hold(True)

    def _most_ahead(self) -> int:
        assert self.writes is not None  # noqa: S101 - set when it entered
        return COPY_AHEAD * (MUCH_AHEAD if self.writes.spent > MUCH else AHEAD)

    def wrote_one(self, ahead: int) -> None:
        """One copy of what this terminal sent waits no more, which counted so much."""
        self.ahead -= ahead
        if self.held and self.ahead <= self._most_ahead() // 2:
            self.held = False
            if self.connection is not None:
                self.connection.hold(False)

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
        mail.origin.ahead += EARLY_AHEAD if self.early else COPY_AHEAD
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
        mail.origin.wrote_one(EARLY_AHEAD if self.early else COPY_AHEAD)
        return 0 if mail.unwritten else size

    def delivery(self) -> Delivery:
        """The frame in which it is delivered, whether it is in the store by then or not."""
        mail = self.mail
        kind = frames.Deliver if mail.letter.organisation is None else frames.DeliverData
        return kind(self.seq, mail.id, mail.origin.name, mail.body)

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
            self.box.realm,
            self.box.name,
            self.box.awaited,
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing was said of it yet, neither by its recipient nor to its sender."""
        return not (self.acked or self.settled)
