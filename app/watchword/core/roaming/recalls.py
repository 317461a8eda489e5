"""Own messages that are taken back before they are delivered.

What has not left is taken out of the store. Of what may have left the relay is asked, on every connection
until it answers; meanwhile nothing of it is sent again. Who had it shows by their receipts, for good. See
`docs/protocol/wire.md`, Recall.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from watchword import log
from watchword.core import sessions
from watchword.core.company import receipts
from watchword.core.company.membership import Member
from watchword.core.company.posting import Posting
from watchword.core.desk import Desk
from watchword.core.outbox import LEAST_PAUSE, RETRY
from watchword.model.chat import Delivery, Message, MessageKind
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import Event, MessageChanged, RecallEnded
from watchword.model.roaming import RecallOutcome, TakenBack
from watchword.protocol import content
from watchword.store import chats, messages, outbox, posts, recalls, sealings
from watchword.store.posts import Post
from watchword.store.recalls import Asked
from watchword.store.transaction import Tx
from watchword_wire.frames import Recall, Recalled, Refusal

OPEN = (Delivery.WAITING, Delivery.RELAYED)
"""How far a message may have come that can be taken back."""

MOST_IN_A_ROW = 64
"""So many envelopes at most until the other side writes: over 256 that are missing a ratchet does not go."""

_NOBODY = TakenBack(0, 0)


class Recalls:
    """What this desktop takes back."""

    def __init__(
        self,
        desk: Desk,
        posting: Posting,
        member: Callable[[], Member | None],
        taken_out: Callable[[], None],
    ) -> None:
        """Take nothing back yet.

        Args:
            desk: shared.
            posting: sends message data, and knows what may have left.
            member: as whom the own account's other desktops are told.
            taken_out: tells who sends that some are not in the store any more.
        """
        self._desk = desk
        self._member = member
        self._posting = posting
        self._taken_out = taken_out
        self._before = 0
        """What was written up to here may have left in an earlier run of the program."""
        self._asked: set[bytes] = set()
        """What this connection was asked for, without an answer."""
        self._puts_off = False
        """Whether what was put off is asked for again, soon."""

    async def start(self) -> None:
        """Read what an earlier run left."""
        self._before = await self._desk.db.read(posts.newest)

    async def recall(self, message: int) -> None:
        """Take an own message back; what comes of it is told by MessageChanged and RecallEnded.

        Raises:
            RefusedBy: RECALL_LATE, RECALL_NOT_HERE.
        """
        self._posting.held.add(message)  # from here on it does not leave, unless it has
        try:
            events = await self._desk.db.write(partial(self._begin, message))
        finally:
            self._posting.held.discard(message)
            self._taken_out()
        self._desk.tell(*events)
        await self._ask()

    def online(self) -> None:
        """Signed in: ask for what has no answer."""
        self._asked.clear()
        self._desk.tasks.spawn("recalls", self._ask())

    async def answered(self, frame: Recalled) -> None:
        """Take the relay's answer."""
        if (
            not 0
            <= min(frame.taken_back, frame.left)
            <= max(frame.taken_back, frame.left)
            <= content.MOST_COUNTED
        ):
            log.trouble("an answer to a recall that cannot be")
            return
        counted = TakenBack(frame.taken_back, frame.left)
        self._asked.discard(frame.id)
        events = await self._desk.db.write(partial(_end, frame.id, counted, self._member()))
        self._desk.tell(*events)
        self._posting.stir()

    def refused(self, refusal: Refusal) -> bool:
        """Ask again later; False if it is about something else."""
        if refusal.about not in self._asked:
            return False
        log.trouble("recall put off", code=int(refusal.code))
        self._asked.discard(refusal.about)
        if not self._puts_off:  # one pause for all of them: each would ask for all
            self._puts_off = True
            pause = max(refusal.retry_ms / 1000, LEAST_PAUSE) if refusal.retry_ms else RETRY
            self._desk.tasks.spawn("recalls", self._ask_again(pause))
        return True

    async def _ask_again(self, pause: float) -> None:
        await asyncio.sleep(pause)
        self._puts_off = False
        await self._ask()

    async def _ask(self) -> None:
        for one in await self._desk.db.read(recalls.unanswered):
            if one.id not in self._asked and self._desk.link.send(Recall(one.id)):
                self._asked.add(one.id)

    def _begin(self, message: int, tx: Tx) -> list[Event]:
        row = messages.get(tx, message)
        key = messages.key_of(tx, message)
        if row is None or key is None or not row.mine or row.kind is not MessageKind.TEXT:
            raise RefusedBy(Kind.RECALL_NOT_HERE)
        if row.device:
            raise RefusedBy(Kind.RECALL_NOT_HERE)
        if row.delivery not in OPEN:
            raise RefusedBy(Kind.RECALL_LATE)
        if chats.conversation_of(tx, row.chat) is None:
            return _begin_in_session(tx, row)
        sealing, post = sealings.get(tx, message), posts.of_message(tx, message)
        in_envelopes = sealing is None and post is None
        if in_envelopes or (sealing is not None and sealing.session):
            raise RefusedBy(Kind.RECALL_NOT_HERE)
        posts.carried(tx, message)
        stays_here = post is not None and row.delivery is Delivery.WAITING and not self._may_have_left(post)
        lacking = frozenset() if post is None else _lacking(post)
        sent = frozenset[str]() if post is None else self._sent(post)
        recalls.ask(tx, key, message, waited=bool(lacking & sent), spared=bool(lacking - sent))
        if stays_here:
            recalls.answer(tx, key, _NOBODY)
            sealings.forget(tx, message)
        new = Delivery.TAKEN_BACK if stays_here else Delivery.RECALLING
        moved = messages.move(tx, message, new, among=OPEN)
        assert moved is not None  # noqa: S101 - looked at just above
        told = [RecallEnded(moved, RecallOutcome.TAKEN_BACK, _NOBODY)] if stays_here else []
        return [MessageChanged(moved), *told, *sessions.changed(tx, row.chat)]

    def _may_have_left(self, post: Post) -> bool:
        return post.data is not None and (post.id in self._posting.handed or post.seq <= self._before)

    def _sent(self, post: Post) -> frozenset[str]:
        """To whom it may have been sent, as far as that is not known better."""
        if post.data is not None and post.seq <= self._before:
            return frozenset(post.targets)
        return self._posting.under_way(post)


def _lacking(post: Post) -> frozenset[str]:
    """Those of its targets for whom the relay has not taken it: some may have no room there."""
    return frozenset(post.targets if post.missing is None else {*post.targets}.intersection(post.missing))


def _begin_in_session(tx: Tx, row: Message) -> list[Event]:
    """An envelope may have left from the moment it was sealed: the relay is asked in any case."""
    if recalls.in_a_row(tx, row.chat) >= MOST_IN_A_ROW:
        raise RefusedBy(Kind.RECALL_MANY)
    waits = row.delivery is Delivery.WAITING
    envelope = outbox.of_message(tx, row.id) if waits else recalls.sent_as(tx, row.id)
    moved = messages.move(tx, row.id, Delivery.RECALLING, among=OPEN)
    if envelope is None or moved is None:
        raise RefusedBy(Kind.RECALL_NOT_HERE)
    outbox.drop_message(tx, row.id)
    recalls.ask(tx, envelope, row.id, waited=waits)
    return [MessageChanged(moved), *sessions.changed(tx, row.chat)]


def _end(recall_id: bytes, counted: TakenBack, member: Member | None, tx: Tx) -> list[Event]:
    asked = recalls.get(tx, recall_id)
    if asked is None:
        return []
    outcome, moved = _outcome(tx, asked, counted)
    if outcome is RecallOutcome.LATE:
        recalls.forget(tx, recall_id)
    else:
        recalls.answer(tx, recall_id, counted)
    now = messages.get(tx, asked.message)
    if now is None:
        return []
    conversation = chats.conversation_of(tx, now.chat)
    if outcome is not RecallOutcome.LATE and member is not None and conversation is not None:
        # Its other desktops have copies of their own, which are not taken back.
        targets = tuple(one.account for one in sealings.recipients(tx, now.id))
        some = outcome is RecallOutcome.PARTLY
        said = content.Recalled(conversation, recall_id, counted.taken, counted.left, some)
        receipts.tell_own(tx, member, said, targets)
    changed = [] if moved is None else [MessageChanged(moved)]
    return [*changed, RecallEnded(now, outcome, counted), *sessions.changed(tx, now.chat)]


def _outcome(tx: Tx, asked: Asked, counted: TakenBack) -> tuple[RecallOutcome, Message | None]:
    """What became of it, and the message if it is different.

    Of what the relay had not said OK to it counts 0 where it never came there as well: then nobody has it
    but who says so by a receipt, now or later. Nor has it who was to be sent it later.
    """
    among = (Delivery.RECALLING,)
    if counted.taken == 0 and not asked.spared and (not asked.waited or counted.left > 0):
        return RecallOutcome.LATE, messages.move(tx, asked.message, Delivery.RELAYED, among=among)
    some = counted.left > 0 or any(one.delivered for one in sealings.recipients(tx, asked.message))
    new = Delivery.PARTLY_TAKEN_BACK if some else Delivery.TAKEN_BACK
    moved = messages.move(tx, asked.message, new, among=among)
    if moved is None:  # everybody's receipt came meanwhile
        return RecallOutcome.LATE, None
    return (RecallOutcome.PARTLY if some else RecallOutcome.TAKEN_BACK), moved
