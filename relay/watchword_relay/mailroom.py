"""The mail room: each terminal's messages, from the sender's SEND or POST to the recipient's ACK.

The acknowledgement contract (`docs/protocol/wire.md`, Acknowledgement) is kept here and in `unwritten`:
OK goes out after COMMIT, or after the recipient's ack. A message goes to a present recipient at once;
if it is acknowledged before its commit it need not be written. Only between accounts that show each
other their presence does the sender hear of that ack early: to all others the time of OK says nothing.
Envelopes and message data go one way; what differs is whose mailboxes they go to, and the frame they come in.
"""

import asyncio
from collections.abc import Callable

from watchword_relay import clock
from watchword_relay.gate import RETRY_SECONDS, Gate
from watchword_relay.letters import Letter, of_post, of_send
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.mailbox import Copy, Delivery, Mail, Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.metrics import Metrics
from watchword_relay.nodes.feed import Feed
from watchword_relay.presence import Presence
from watchword_relay.recalls import Recalls
from watchword_relay.rounds import AT_ONCE, Rounds
from watchword_relay.store.contract import Batch, RealmStore, Stored, StoreTrouble
from watchword_relay.store.nodes import Nodes
from watchword_relay.unwritten import Unwritten
from watchword_relay.writer import Outcome
from watchword_wire import codec, frames, message_data
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.limits import MESSAGE_ID_BYTES

PAGE = 256
_NOBODY: set[str] = set()


class MailRoom:
    """What happens to every message of a realm; `store` is read only, `want` wakes the writer.

    `roam` is for how many seconds history is kept at most.
    """

    def __init__(
        self,
        store: RealmStore,
        boxes: Mailboxes,
        want: Callable[[int], None],
        presence: Presence,
        disk: DiskWatch,
        limits: Limits,
        metrics: Metrics,
        served: Callable[[], int],
        roam: int = 0,
        nodes: Nodes | None = None,
    ) -> None:
        self._store = store
        self._served = served
        self._presence = presence
        self._gate = Gate(disk, limits)
        self._limits = limits
        self._roam = roam
        self._metrics = metrics
        self._boxes = boxes
        self._unwritten = Unwritten(boxes, want, self._refuse, disk.give_up_reserve, metrics, served)
        self._recalls = Recalls(boxes, want, limits, metrics, served)
        self._rounds = Rounds(self.drain)
        self._feed = None if nodes is None else Feed(nodes, served, self._give)
        """Reads what is delivered, where other nodes write, too."""

    @property
    def unwritten_bytes(self) -> int:
        """What waits in memory for the disk."""
        return self._unwritten.bytes

    # --- SEND, POST, RECALL, ACK --------------------------------------------------------

    def send(self, me: Mailbox, frame: frames.Send) -> None:
        """Take an envelope for all its targets, or refuse it for all.

        Raises:
            PeerError: the frame breaks the rules of its form.
        """
        self._take(me, of_send(frame))

    def post(self, me: Mailbox, frame: frames.Post) -> None:
        """Take message data for every terminal of those targets that have room, or refuse them.

        Raises:
            PeerError: the frame or the data break the rules of their form, or name another sender.
        """
        self._take(me, of_post(frame, me.name, self._roam, self._limits.kept))

    def _take(self, me: Mailbox, letter: Letter) -> None:
        assert me.connection is not None  # noqa: S101 - it just sent this
        if self._recalls.knows(me, letter.id):
            me.connection.push_ok(letter.id)
            return
        now = clock.monotonic()
        refused = self._gate.refusal(me, letter, self._unwritten.bytes, now)
        if refused is not None:
            self._refuse(me, letter.id, *refused)
            return
        boxes = self._boxes.to(letter, me)
        full = _NOBODY if letter.organisation is None else me.turns.held(letter.targets)
        size = len(letter.body)
        packed = [
            box for box in boxes if not box.has_room(size, self._limits) and not self._has_room_now(box, size)
        ]
        if packed or full or letter.others:
            self._take_for_some(me, letter, boxes, packed, full)
        else:
            self._place(Mail(letter, me, boxes), boxes)

    def _take_for_some(
        self, me: Mailbox, letter: Letter, boxes: list[Mailbox], packed: list[Mailbox], full: set[str]
    ) -> None:
        """Take message data for who has room, without the packed boxes and the accounts that are full anyway.

        An envelope, or what nobody has room for, is not taken at all.
        """
        passed = _passed_over(me, letter, boxes, packed)
        full = full.union(box.account for box in packed if box not in passed)
        having = [box for box in boxes if box not in passed and box.account not in full]
        if full and not (having and letter.organisation):
            # An envelope, if one of its targets has no room; message data, if that is everybody.
            me.turns.refused_for(letter.targets if letter.organisation is None else full)
            self._refuse(me, letter.id, RefusalCode.QUOTA, 0)
            return
        self._unwritten.pass_over(box for box in passed if box.account not in full)
        lacking = b""
        if full or letter.others:
            me.turns.taken_without(full, letter.id)
            lacking = message_data.mark(letter.everybody, me.name, {*full, *letter.others})
        self._place(Mail(letter, me, having, lacking), having)

    def _has_room_now(self, box: Mailbox, size: int) -> bool:
        self._boxes.look_again(box)
        return box.has_room(size, self._limits)

    def _refuse(self, me: Mailbox, message_id: bytes, code: RefusalCode, retry_ms: int) -> None:
        self._metrics.refusals += 1
        me.turns.told(message_id)
        if me.connection is not None:
            me.connection.push_frame(frames.Refusal(code, message_id, retry_ms))

    def _place(self, mail: Mail, boxes: list[Mailbox]) -> None:
        """Send it on to whoever is there, and have it written unless all may acknowledge it before."""
        me = mail.origin
        self._metrics.sent += 1
        many = len(boxes) > AT_ONCE
        if many and me.connection is not None:
            me.connection.end_turn()
        # What history is to keep is written in any case; what goes to very many is not acknowledged in time.
        early = not mail.letter.roam and self._feed is None
        hoping = not many
        for box in boxes:
            early = early and self._presence.mutual(me.account, box.account)
            hoping = hoping and box.live
        hoping = hoping and early
        due: list[Copy] = []
        for box in boxes:
            known = box.unwritten.get(mail.key)
            if known is not None:
                # A repeat of what is about to become durable: its sender will be told of that, once.
                if known.settled:
                    mail.left -= 1
                else:
                    known.told = mail
                continue
            copy = Copy(mail, box, early=early)
            self._unwritten.bytes += copy.enter()
            if box.live and many:
                box.live = False
                self._rounds.add(box)
            elif box.live:
                self._deliver(box, copy.delivery(), me.key)
            if hoping:
                self._unwritten.hopes.add(copy)
            else:
                due += self._unwritten.hopes.before(copy)
                due.append(copy)
        if due:
            self._unwritten.queue(due)
        me.look_ahead()
        if mail.left == 0:
            mail.answer()

    def recall(self, me: Mailbox, frame: frames.Recall) -> None:
        """Take a message back wherever it was not delivered.

        Raises:
            PeerError: it is no message's id.
        """
        if len(frame.id) != MESSAGE_ID_BYTES:
            raise PeerError("no message's id")
        if self._recalls.again(me, frame.id):
            return
        wait = self._recalls.refusal(me)
        if wait:
            self._refuse(me, frame.id, RefusalCode.RETRY_LATER, wait)
            return
        if me.connection is not None:
            me.connection.end_turn()  # all mailboxes are looked through
        # What may be acknowledged before it is written is written now: one commit decides about all of it.
        key = me.key, frame.id
        for copy in [box.unwritten[key] for box in self._boxes.all() if key in box.unwritten]:
            self._unwritten.queue(self._unwritten.hopes.with_all_before(copy))
        acked = {box for box, message_id, origin in self._unwritten.acked if (origin, message_id) == key}
        self._recalls.begin(me, frame.id, acked)

    def _deliver(self, box: Mailbox, delivery: Delivery, origin: int) -> bool:
        """Send one message on. Returns whether the connection takes more."""
        connection = box.connection
        assert connection is not None  # noqa: S101 - live means connected
        connection.push(codec.encode(delivery))
        self._metrics.delivered += 1
        box.gave(delivery, origin)
        if connection.choked:
            box.live = False
            return False
        return True

    def ack(self, box: Mailbox, frame: frames.Ack) -> None:
        """The recipient has these messages: forget them."""
        self._unwritten.acknowledged(box, frame.ids)

    def drain(self, box: Mailbox) -> None:
        """Send what waits, in order, as far as the connection takes it; later, if it cannot be read now."""
        if self._feed is not None:
            self._feed.want(box)
            return
        try:
            self._drain(box)
        except StoreTrouble:
            # Nothing else would bring it another turn.
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self.drain, box)

    def _drain(self, box: Mailbox) -> None:
        connection = box.connection
        if connection is None or box.live or connection.choked:
            return
        sent = 0
        for stored in self._store.waiting(box.key, box.sent_seq, PAGE, self._served()):
            sent += 1
            if not self._give(box, stored):
                return
        if sent == PAGE:
            connection.loop.call_soon(self.drain, box)
            return
        for copy in list(box.unwritten.values()):
            held = self._recalls.holds(box, copy.mail.origin.name, copy.mail.id)
            new = copy.seq > box.sent_seq and not copy.acked and not held
            if new and not self._deliver(box, copy.delivery(), copy.mail.origin.key):
                return
        box.live = True

    def _give(self, box: Mailbox, stored: Stored) -> bool:
        """Send a message on, unless it is acknowledged or being taken back, or was on this connection."""
        if (box.key, stored.id, stored.origin) in self._unwritten.acked or box.had(stored):
            return True
        if self._recalls.holds(box, stored.sender, stored.id):
            return True
        kind = frames.DeliverData if stored.is_data else frames.Deliver
        return self._deliver(box, kind(stored.seq, stored.id, stored.sender, stored.body), stored.origin)

    def hurry(self) -> None:
        """Have everything written now, because the relay stops."""
        self._unwritten.hopes.end_all()

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what must become durable into a batch. Returns what to do with the outcome."""
        settle_mail = self._unwritten.collect(batch)
        settle_recalls = self._recalls.collect(batch)

        def settle(outcome: Outcome) -> None:
            settle_mail(outcome)
            settle_recalls(outcome)
            if self._feed is not None and isinstance(outcome, dict):
                self._feed.deleted(batch.acks)
                for key, level in outcome.items():
                    if level.messages and (box := self._boxes.by_key(key)) is not None:
                        self._feed.want(box)

        return settle


def _passed_over(me: Mailbox, letter: Letter, boxes: list[Mailbox], packed: list[Mailbox]) -> set[Mailbox]:
    """Those without room that hold nobody up: another terminal of their account has some.

    Of the sender's own account that is the sender's. Envelopes are for one terminal.
    """
    if letter.organisation is None:
        return set()
    roomy = {me.account, *(box.account for box in set(boxes).difference(packed))}
    return {box for box in packed if box.account in roomy}
