"""Messages that their sender takes back: held from the moment the recall comes until it is written.

What a recall finds is decided with the batch in which it is written, after all that came before; until then
nobody is given the message. What was given on a connection that stands, or acknowledged, stays. The answer is
kept, and a message that was taken back is not taken again. `docs/protocol/wire.md`, Recall.
"""

import asyncio
from collections.abc import Callable

from watchword_relay import clock
from watchword_relay.gate import RETRY_SECONDS
from watchword_relay.limits import Buckets, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailboxes import Mailboxes
from watchword_relay.metrics import Metrics
from watchword_relay.store.contract import Batch, StoreTrouble
from watchword_relay.store.history import TakeBack, TakenBack
from watchword_relay.writer import Outcome
from watchword_wire import frames, timing


class Recalls:
    """What is being taken back.

    Args:
        boxes: to see where a message is on its way.
        want: wakes the writer.
        limits: how many a terminal may ask for.
        metrics: the relay's numbers.
        served: the time that counts for what is kept, in seconds.
    """

    def __init__(
        self,
        boxes: Mailboxes,
        want: Callable[[int], None],
        limits: Limits,
        metrics: Metrics,
        served: Callable[[], int],
    ) -> None:
        self._boxes = boxes
        self._want = want
        self._rates = Buckets(limits.recalls)
        self._served = served
        self._metrics = metrics
        self._waiting: list[TakeBack] = []
        """To go with the next batch."""
        self._held: dict[tuple[int, bytes], tuple[TakeBack, Mailbox]] = {}
        """Asked for and not written, by the sender's mailbox and the id."""
        self._names: dict[tuple[str, bytes], TakeBack] = {}
        """The same by the sender's name, as a message that waits has it."""

    def refusal(self, me: Mailbox) -> int:
        """The milliseconds for which a terminal has to wait with another; 0 if it may ask."""
        now = clock.monotonic()
        return round(self._rates.of(str(me.key), now).take(1, now) * 1_000)

    def knows(self, me: Mailbox, message_id: bytes) -> bool:
        """Whether a message was taken back, or is just being."""
        return message_id in me.recalled or (bool(self._held) and (me.key, message_id) in self._held)

    def again(self, me: Mailbox, message_id: bytes) -> bool:
        """Answer a repeat, if it is one."""
        answer = me.recalled.get(message_id)
        if answer is not None:
            self._tell(me, message_id, answer[0])
        return self.knows(me, message_id)

    def begin(self, me: Mailbox, message_id: bytes, acked: set[int]) -> None:
        """Hold a message, and have it taken back with the next batch.

        Args:
            me: its sender's.
            message_id: the message.
            acked: mailboxes in which it was acknowledged and is not deleted yet.
        """
        has_it = acked | {box.key for box in self._boxes.of_accounts([me.account])}
        on_its_way = set()
        for box in self._boxes.all():
            copy = box.unwritten.get((me.key, message_id))
            if me.key in box.out.get(message_id, ()):
                on_its_way.add(box.key)
            elif copy is not None and copy.acked:
                has_it.add(box.key)
        recall = TakeBack(
            me.key, message_id, frozenset(on_its_way - has_it), frozenset(has_it), self._served()
        )
        self._held[me.key, message_id] = recall, me
        self._names[me.name, message_id] = recall
        self._waiting.append(recall)
        self._want(1)

    def holds(self, box: Mailbox, sender: str, message_id: bytes) -> bool:
        """Whether a message may not be delivered to somebody now."""
        if not self._names:
            return False
        recall = self._names.get((sender, message_id))
        return recall is not None and not (box.key in recall.on_its_way or box.key in recall.has_it)

    def collect(self, batch: Batch) -> Callable[[Outcome], None]:
        """Put what waits into a batch. Returns what to do with the outcome."""
        recalls, self._waiting = self._waiting, []
        batch.recalls += recalls

        def settle(outcome: Outcome) -> None:
            if isinstance(outcome, StoreTrouble):
                self._waiting = recalls + self._waiting
                if recalls:
                    asyncio.get_running_loop().call_later(RETRY_SECONDS, self._want, 1)
                return
            for recall in recalls:
                self._done(recall, batch.taken_back[recall.origin, recall.id])

        return settle

    def _done(self, recall: TakeBack, answer: TakenBack) -> None:
        _, me = self._held.pop((recall.origin, recall.id))
        del self._names[me.name, recall.id]
        me.recalled[recall.id] = answer, recall.at
        self._metrics.recalled += answer.taken_back
        before = recall.at - int(timing.RECALL_KEPT)
        for old in [one for one, (_, at) in me.recalled.items() if at < before]:
            del me.recalled[old]
        self._tell(me, recall.id, answer)

    def _tell(self, me: Mailbox, message_id: bytes, answer: TakenBack) -> None:
        if me.connection is not None:
            me.connection.push_frame(frames.Recalled(message_id, *answer))
