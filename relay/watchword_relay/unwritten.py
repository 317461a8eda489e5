"""What waits in memory for the disk: copies of messages, acknowledgements, history.

Who sent something is told that it is durable when its commit is, and that it was refused when that failed;
then everything of theirs that came after it is refused as well. `docs/protocol/wire.md`, Acknowledgement and
Order.
"""

import asyncio
from collections.abc import Callable, Iterable

from watchword_relay import clock
from watchword_relay.gate import RETRY_SECONDS
from watchword_relay.hopes import Hopes
from watchword_relay.mailbox import Copy, Mail, Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.metrics import Metrics
from watchword_relay.store.contract import VOID, Batch, Level, StoreFull
from watchword_relay.writer import Outcome
from watchword_wire.frames import RefusalCode

_RETRY_MS = 1_000


class Unwritten:
    """A realm's copies on their way to the disk.

    Args:
        boxes: told how full mailboxes are.
        want: wakes the writer.
        refuse: tells a sender of a refusal: code, id, milliseconds to wait.
        filled: called when the disk is full.
        metrics: the relay's numbers.
        served: the time that counts for what is kept, in seconds.
    """

    def __init__(
        self,
        boxes: Mailboxes,
        want: Callable[[int], None],
        refuse: Callable[[Mailbox, bytes, RefusalCode, int], None],
        filled: Callable[[], None],
        metrics: Metrics,
        served: Callable[[], int],
    ) -> None:
        self._boxes = boxes
        self._want = want
        self._refuse = refuse
        self._filled = filled
        self._metrics = metrics
        self._served = served
        self._queued: list[Copy] = []
        """To be written with the next batch."""
        self.hopes = Hopes(self.queue)
        self._acks: list[tuple[int, bytes, int]] = []
        self.acked: set[tuple[int, bytes, int]] = set()
        """Acknowledged, and not yet deleted: not to be delivered again."""
        self._gaps: set[int] = set()
        self._heard: set[int] = set()
        self.bytes = 0
        """What the copies take in memory."""

    def queue(self, copies: list[Copy]) -> None:
        """Have these written with the next batch."""
        if copies:
            for mail in {copy.mail for copy in copies if not copy.early}:
                mail.origin.has_written(clock.monotonic())
            self._queued += copies
            self._want(len(copies))

    def pass_over(self, boxes: Iterable[Mailbox]) -> None:
        """Have it kept for these that there was no room for something that others of their account get."""
        new = {box.key for box in boxes} - self._gaps
        if new:
            self._gaps |= new
            self._want(1)

    def acknowledged(self, box: Mailbox, ids: Iterable[bytes]) -> None:
        """The recipient has these messages: forget them.

        Only what was delivered on this connection: no ack causes more work than its delivery did.
        """
        if box.gap and ids:
            # It took the sign-in's answer before.
            box.gap = False
            self._heard.add(box.key)
            self._want(1)
        for message_id in ids:
            origin = box.took(message_id)
            if origin is None:
                continue
            copy = box.unwritten.get((origin, message_id))
            if copy is None:
                self._forget(box, message_id, origin)
                continue
            copy.acked = True
            if copy.early and not copy.settled:
                if not copy.writing:
                    self._metrics.elided += 1
                    self._drop(copy)
                self._settle(copy)

    def _forget(self, box: Mailbox, message_id: bytes, origin: int) -> None:
        ack = box.key, message_id, origin
        self._acks.append(ack)
        self.acked.add(ack)
        self._want(1)

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what must become durable into a batch. Returns what to do with the outcome."""
        queued, self._queued = self._queued, []
        acks, self._acks = self._acks, []
        batch.acks += acks
        (heard, self._heard), (gaps, self._gaps) = (self._heard, set()), (self._gaps, set())
        batch.heard |= heard
        batch.gaps |= gaps
        at = self._served()
        writing = []
        for copy in queued:
            if not copy.settled:
                copy.writing = True
                writing.append(copy)
                batch.puts.append(copy.put(at))
        mails = dict.fromkeys(copy.mail for copy in writing)
        batch.pasts += [mail.past(at) for mail in mails if mail.letter.roam]

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, dict):
                self.acked.difference_update(acks)
                self._written(writing, outcome, batch.awaited)
            else:
                self._heard |= heard
                self._gaps |= gaps
                self._not_written(writing, acks, full=isinstance(outcome, StoreFull))
                if acks or heard or gaps:
                    # Nothing else may come that is to be written: then they would wait until the relay stops.
                    asyncio.get_running_loop().call_later(RETRY_SECONDS, self._want, 1)

        return settle

    def _written(
        self, writing: list[Copy], levels: dict[int, Level], awaited: dict[tuple[int, str], tuple[int, Level]]
    ) -> None:
        self._metrics.written += len(writing)
        self._boxes.update(levels)
        for copy in writing:
            box = copy.box
            self._drop(copy)
            if box.key == VOID:
                self._boxes.update_awaited(box, awaited)
            elif copy.acked:
                self._forget(box, copy.mail.id, copy.mail.origin.key)
            self._settle(copy)

    def _not_written(self, writing: list[Copy], acks: list[tuple[int, bytes, int]], *, full: bool) -> None:
        if full:
            self._filled()
        self._acks = acks + self._acks
        code = RefusalCode.FULL if full else RefusalCode.RETRY_LATER
        # Whoever acknowledged it has it; but what history was to keep of it is lost.
        lost = [copy for copy in writing if not copy.acked or copy.mail.letter.roam]
        senders = {copy.mail.origin for copy in lost}
        for copy in writing:
            self._drop(copy)
            if copy.acked and not copy.mail.letter.roam:
                self._settle(copy)
        # What came after these would be durable before them. All of it, wherever it goes: who starts over
        # then repeats nothing that may still pass.
        waiting = [*self._queued, *self.hopes.all()]
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
                me.turns.said(mail.id)
                self._refuse(me, mail.id, code, _RETRY_MS)

    def _drop(self, copy: Copy) -> None:
        self.hopes.end(copy)
        self.bytes -= copy.leave()

    def _settle(self, copy: Copy) -> None:
        if copy.settled:
            return
        copy.settled = True
        mail = copy.told
        mail.left -= 1
        if mail.left == 0:
            mail.answer()
