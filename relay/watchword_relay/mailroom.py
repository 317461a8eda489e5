"""The mail room: each terminal's messages, from the sender's SEND or POST to the recipient's ACK.

The acknowledgement contract (`docs/protocol/wire.md`, Acknowledgement) is kept here and nowhere else:
OK goes out after COMMIT, or after the recipient's ack. A message goes to a present recipient at once;
if it is acknowledged before its commit it need not be written. Only between accounts that show each
other their presence does the sender hear of that ack early: to all others the time of OK says nothing.
Envelopes and message data go one way; what differs is whose mailboxes they go to, and the frame they come in.
"""

from collections.abc import Callable

from watchword_relay import clock
from watchword_relay.gate import RETRY_SECONDS, Gate
from watchword_relay.hopes import Hopes
from watchword_relay.letters import Letter, of_post, of_send
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.mailbox import Copy, Mail, Mailbox, Mailboxes
from watchword_relay.metrics import Metrics
from watchword_relay.presence import Presence
from watchword_relay.store.contract import VOID, Batch, Level, Store, Stored, StoreFull
from watchword_relay.writer import Outcome
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode

PAGE = 256
_RETRY_MS = 1_000


class MailRoom:
    """What happens to every message; `store` is read only, `want` wakes the writer."""

    def __init__(
        self,
        store: Store,
        boxes: Mailboxes,
        want: Callable[[int], None],
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

    # --- SEND, POST, ACK ----------------------------------------------------------------

    def send(self, me: Mailbox, frame: frames.Send) -> None:
        """Take an envelope for all its targets, or refuse it for all.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        self._take(me, of_send(frame))

    def post(self, me: Mailbox, frame: frames.Post) -> None:
        """Take message data for every terminal of all its targets, or refuse them for all.

        Raises:
            PeerError: the frame or the data break the rules of their form, or name another sender.
        """
        self._take(me, of_post(frame, me.name))

    def _take(self, me: Mailbox, letter: Letter) -> None:
        now = clock.monotonic()
        refused = self._gate.refusal(me, letter, self._unwritten_bytes, now)
        boxes: list[Mailbox] = []
        if refused is None:
            boxes = self._boxes.to(letter)
            if not all(box.has_room(len(letter.body), self._limits) for box in boxes):
                refused = RefusalCode.QUOTA, 0
                me.turns.refused_for(letter.targets)
        if refused is not None:
            self._refuse(me, letter.id, *refused)
            return
        self._metrics.sent += 1
        mail = Mail(letter, me, len(boxes))
        self._place(mail, boxes)
        if mail.left == 0 and me.connection is not None:
            me.connection.push_ok(mail.id)

    def _refuse(self, me: Mailbox, message_id: bytes, code: RefusalCode, retry_ms: int) -> None:
        self._metrics.refusals += 1
        me.turns.told(message_id)
        if me.connection is not None:
            me.connection.push_frame(frames.Refusal(code, message_id, retry_ms))

    def _place(self, mail: Mail, boxes: list[Mailbox]) -> None:
        """Send it on to whoever is there, and have it written unless all may acknowledge it before."""
        me = mail.origin
        early = hoping = True
        for box in boxes:
            early = early and self._presence.mutual(me.account, box.account)
            hoping = hoping and box.live
        hoping = hoping and early
        due: list[Copy] = []
        for box in boxes:
            known = box.unwritten.get(mail.id)
            if known is not None:
                # A repeat of what is about to become durable: its sender will be told of that, once.
                if known.settled:
                    mail.left -= 1
                elif known.mail.origin is me:
                    known.told = mail
                continue
            copy = Copy(mail, box, early=early)
            self._unwritten_bytes += copy.enter()
            if box.live:
                self._deliver(box, copy.stored())
            if hoping:
                self._hopes.add(copy)
            else:
                due += self._hopes.before(copy)
                due.append(copy)
        if due:
            self._queue(due)

    def _queue(self, copies: list[Copy]) -> None:
        """Have these written with the next batch."""
        self._queued += copies
        self._want(len(copies))

    def _deliver(self, box: Mailbox, message: Stored) -> bool:
        """Send one message on. Returns whether the connection takes more."""
        connection = box.connection
        assert connection is not None  # noqa: S101 - live means connected
        seq, message_id, sender, body, is_data = message
        kind = frames.DeliverData if is_data else frames.Deliver
        connection.push(codec.encode(kind(seq, message_id, sender, body)))
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
        self._want(1)

    def drain(self, box: Mailbox) -> None:
        """Send what waits, in order, as far as the connection takes it."""
        connection = box.connection
        if connection is None or box.live or connection.choked:
            return
        sent = 0
        for stored in self._store.waiting(box.key, box.sent_seq, PAGE, self._served()):
            sent += 1
            if (box.key, stored.id) in self._acked:
                continue
            if not self._deliver(box, stored):
                return
        if sent == PAGE:
            connection.loop.call_soon(self.drain, box)
            return
        for copy in list(box.unwritten.values()):
            new = copy.seq > box.sent_seq and not copy.acked
            if new and not self._deliver(box, copy.stored()):
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
        for copy in queued:
            if not copy.settled:
                copy.writing = True
                writing.append(copy)
                batch.puts.append(copy.put(at))
        acks = batch.acks

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
        senders = {copy.mail.origin for copy in lost}
        for copy in writing:
            self._drop(copy)
            if copy.acked:
                self._settle(copy)
        # What came after these would be durable before them. All of it, wherever it goes: who starts over
        # then repeats nothing that may still pass.
        waiting = [*self._queued, *self._hopes.all()]
        lost += [copy for copy in waiting if copy.mail.origin in senders and copy.is_open]
        now = clock.monotonic()
        told: set[Mail] = set()
        for copy in lost:
            self._drop(copy)
            copy.settled = True
            me, mail = copy.mail.origin, copy.told
            # What came on an earlier connection comes again on this one anyway: that would not mean that
            # its sender has heard of anything.
            if mail not in told and mail.turns is me.turns:
                told.add(mail)
                me.turns.refused(code, now + RETRY_SECONDS)
                self._refuse(me, mail.id, code, _RETRY_MS)

    def _drop(self, copy: Copy) -> None:
        self._hopes.end(copy)
        self._unwritten_bytes -= copy.leave()

    def _settle(self, copy: Copy) -> None:
        if copy.settled:
            return
        copy.settled = True
        mail = copy.told
        mail.left -= 1
        if mail.left == 0 and mail.origin.connection is not None:
            mail.origin.connection.push_ok(mail.id)
