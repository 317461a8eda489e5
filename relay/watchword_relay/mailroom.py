"""The mail room: each terminal's messages, from the sender's SEND to the recipient's ACK.

The acknowledgement contract (`docs/protocol/wire.md`, Acknowledgement) is kept here and nowhere else:
OK goes out after COMMIT, or after the recipient's ack. A message goes to a present recipient at once;
if it is acknowledged before its commit it need not be written. Only between accounts that show each
other their presence does the sender hear of that ack early: to all others the time of OK says nothing.
"""

from collections.abc import Callable

from watchword_relay import clock
from watchword_relay.gate import RETRY_SECONDS, Gate
from watchword_relay.hopes import Hopes
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.mailbox import Copy, Mail, Mailbox, Mailboxes
from watchword_relay.metrics import Metrics
from watchword_relay.presence import Presence
from watchword_relay.store.contract import VOID, Batch, Level, Put, Store, StoreFull
from watchword_relay.writer import Outcome
from watchword_wire import codec, frames
from watchword_wire import limits as wire_limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode

PAGE = 256
_RETRY_MS = 1_000


class MailRoom:
    """What happens to every message; `store` is read only, `want` wakes the writer."""

    def __init__(
        self,
        store: Store,
        boxes: Mailboxes,
        want: Callable[[], None],
        presence: Presence,
        disk: DiskWatch,
        limits: Limits,
        metrics: Metrics,
        served: Callable[[], int],
    ) -> None:
        self._store = store
        self._served = served
        self._want = want
        self._presence = presence
        self._gate = Gate(disk, limits)
        self._limits = limits
        self._metrics = metrics
        self._boxes = boxes
        self._queued: list[Copy] = []
        """To be written with the next batch."""
        self._hopes = Hopes(self._queue)
        self._acks: list[tuple[int, bytes]] = []
        self._acked: set[tuple[int, bytes]] = set()
        """Acknowledged, and not yet deleted: not to be delivered again."""
        self._unwritten_bytes = 0

    # --- SEND, ACK ----------------------------------------------------------------------

    def send(self, me: Mailbox, frame: frames.Send) -> None:
        """Take a message for all its targets, or refuse it for all.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        message_id, targets, body = frame.id, frame.targets, frame.body
        if len(message_id) != wire_limits.MESSAGE_ID_BYTES or not targets:
            raise PeerError("message without id or target")
        now = clock.monotonic()
        refused = self._gate.refusal(me, frame, self._unwritten_bytes, now)
        boxes: list[Mailbox] = []
        if refused is None:
            boxes = [self._boxes.of(name) for name in targets]
            if len(boxes) > 1 and len(set(targets)) != len(boxes):
                raise PeerError("a target stands twice")
            if not all(box.has_room(len(body), self._limits) for box in boxes):
                refused = RefusalCode.QUOTA, 0
                me.turns.refused_for(targets, message_id, now)
        if refused is not None:
            self._refuse(me, message_id, *refused)
            return
        self._metrics.sent += 1
        mail = Mail(message_id, me, body, len(boxes))
        for box in boxes:
            self._place(mail, me, box)
        if mail.left == 0 and me.connection is not None:
            me.connection.push_ok(message_id)

    def _refuse(self, me: Mailbox, message_id: bytes, code: RefusalCode, retry_ms: int) -> None:
        self._metrics.refusals += 1
        if me.connection is not None:
            me.connection.push_frame(frames.Refusal(code, message_id, retry_ms))

    def _place(self, mail: Mail, me: Mailbox, box: Mailbox) -> None:
        known = box.unwritten.get(mail.id)
        if known is not None:
            # A repeat of what is about to become durable: its sender will be told of that, once.
            if known.settled:
                mail.left -= 1
            elif known.mail.origin is me:
                known.told = mail
            return
        seq = box.next_seq
        box.next_seq = seq + 1
        copy = Copy(mail, box, seq, early=self._presence.mutual(me.account, box.account))
        box.unwritten[mail.id] = copy
        size = len(mail.body)
        box.unwritten_bytes += size
        self._unwritten_bytes += size
        live = box.live
        if live:
            self._deliver(box, seq, mail.id, me.name, mail.body)
        if live and copy.early:
            self._hopes.add(copy)
        else:
            self._queue([*self._hopes.before(copy), copy])

    def _queue(self, copies: list[Copy]) -> None:
        """Have these written with the next batch."""
        self._queued += copies
        self._want()

    def _deliver(self, box: Mailbox, seq: int, message_id: bytes, sender: str, body: bytes) -> bool:
        """Send one message on. Returns whether the connection takes more."""
        connection = box.connection
        assert connection is not None  # noqa: S101 - live means connected
        connection.push(codec.encode(frames.Deliver(seq, message_id, sender, body)))
        self._metrics.delivered += 1
        box.out.add(message_id)
        box.sent_seq = seq
        if connection.choked:
            box.live = False
            return False
        return True

    def ack(self, box: Mailbox, frame: frames.Ack) -> None:
        """The recipient has these messages: forget them.

        Only what was delivered on this connection: no ack causes more work than its delivery did.
        """
        for message_id in frame.ids:
            if message_id not in box.out:
                continue
            box.out.remove(message_id)
            copy = box.unwritten.get(message_id)
            if copy is None:
                self._forget(box, message_id)
                continue
            copy.acked = True
            if copy.early and not copy.settled:
                if not copy.writing:
                    self._metrics.elided += 1
                    self._drop(copy)
                self._settle(copy)

    def _forget(self, box: Mailbox, message_id: bytes) -> None:
        self._acks.append((box.key, message_id))
        self._acked.add((box.key, message_id))
        self._want()

    def drain(self, box: Mailbox) -> None:
        """Send what waits, in order, as far as the connection takes it."""
        connection = box.connection
        if connection is None or box.live or connection.choked:
            return
        sent = 0
        for stored in self._store.waiting(box.key, box.sent_seq, PAGE):
            sent += 1
            if (box.key, stored.id) in self._acked:
                continue
            if not self._deliver(box, stored.seq, stored.id, stored.sender, stored.body):
                return
        if sent == PAGE:
            connection.loop.call_soon(self.drain, box)
            return
        for copy in list(box.unwritten.values()):
            mail = copy.mail
            new = copy.seq > box.sent_seq and not copy.acked
            if new and not self._deliver(box, copy.seq, mail.id, mail.origin.name, mail.body):
                return
        box.live = True

    def hurry(self) -> None:
        """Have everything written now, because the relay stops."""
        self._hopes.end_all()

    # --- becoming durable ---------------------------------------------------------------

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what must become durable into a batch. Returns what to do with the outcome."""
        queued, self._queued = self._queued, []
        batch.acks, self._acks = self._acks, []
        at = self._served()
        writing = []
        void = []
        for copy in queued:
            if not copy.settled:
                copy.writing = True
                writing.append(copy)
                mail = copy.mail
                batch.puts.append(Put(copy.box.key, copy.seq, mail.id, mail.origin.name, mail.body, at))
                if copy.box.key == VOID:
                    # Written and forgotten in one transaction: a second would tell by its time.
                    void.append((VOID, mail.id))
        acks = batch.acks
        batch.acks = acks + void

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, dict):
                self._acked.difference_update(acks)
                self._written(writing, outcome)
            else:
                self._not_written(writing, acks, full=isinstance(outcome, StoreFull))

        return settle

    def _written(self, writing: list[Copy], levels: dict[int, Level]) -> None:
        self._metrics.commits += 1
        self._metrics.written += len(writing)
        self._boxes.update(levels)
        for copy in writing:
            box = copy.box
            self._drop(copy)
            if box.key == VOID:
                # Nobody will ever fetch it; to its sender this mailbox fills like any other.
                box.stored = Level(box.stored.messages + 1, box.stored.size + len(copy.mail.body))
            elif copy.acked:
                self._forget(box, copy.mail.id)
            self._settle(copy)

    def _not_written(self, writing: list[Copy], acks: list[tuple[int, bytes]], *, full: bool) -> None:
        if full:
            self._gate.disk.give_up_reserve()
        self._acks = acks + self._acks
        code = RefusalCode.FULL if full else RefusalCode.RETRY_LATER
        lost = [copy for copy in writing if not copy.acked]
        ways = {(copy.mail.origin, copy.box) for copy in lost}
        for copy in writing:
            self._drop(copy)
            if copy.acked:
                self._settle(copy)
        # What came after these on the same way would be durable before them.
        lost += [copy for me, box in ways for copy in [*box.unwritten.values()] if copy.overtakes(me)]
        now = clock.monotonic()
        told: set[Mail] = set()
        for copy in lost:
            self._drop(copy)
            copy.settled = True
            me, mail = copy.mail.origin, copy.told
            if mail not in told:
                told.add(mail)
                me.turns.refused(code, mail.id, now, RETRY_SECONDS)
                self._refuse(me, mail.id, code, _RETRY_MS)

    def _drop(self, copy: Copy) -> None:
        self._hopes.end(copy)
        box = copy.box
        size = len(copy.mail.body)
        if box.unwritten.pop(copy.mail.id, None) is not None:
            box.unwritten_bytes -= size
            self._unwritten_bytes -= size

    def _settle(self, copy: Copy) -> None:
        if copy.settled:
            return
        copy.settled = True
        mail = copy.told
        mail.left -= 1
        if mail.left == 0 and mail.origin.connection is not None:
            mail.origin.connection.push_ok(mail.id)
