"""F7, to the relay: message data that are sealed leave in order, and stay here until the relay has said OK.

The same bytes under the same id go again until then. A conversation with somebody who has no room at the
relay waits by itself; all others go on. See `docs/protocol/store.md`, Outbox, and `docs/protocol/wire.md`,
Order.
"""

from collections.abc import Callable

from watchword import log
from watchword.core import clock, sessions
from watchword.core.desk import Desk
from watchword.core.outbox import LEAST_PAUSE, PUT_OFF, RETRY
from watchword.core.window import Window, fill
from watchword.model.chat import Delivery
from watchword.model.events import Event, MessageChanged
from watchword.protocol.relaylink import refusal_situation
from watchword.store import messages, posts
from watchword.store.posts import Post
from watchword.store.transaction import Tx
from watchword_wire import frames
from watchword_wire.frames import Refusal, RefusalCode
from watchword_wire.timing import OK_DEADLINE

_NEVER = {RefusalCode.TOO_LARGE, RefusalCode.OUT_OF_TURN}


class Posting:
    """Sealed message data, from the store to the relay's OK."""

    def __init__(self, desk: Desk, retention: Callable[[], int], stir: Callable[[], None]) -> None:
        """Send nothing yet.

        Args:
            desk: shared.
            retention: for how many seconds the relay is asked to keep a message now.
            stir: have `settle` and `send_all` called.
        """
        self._desk = desk
        self._retention = retention
        self._stir = stir
        self._window = Window()
        self._acknowledged: list[bytes] = []
        self._never: list[bytes] = []
        self._not_before = 0.0

    # --- what the relay says ------------------------------------------------------------

    def online(self) -> None:
        """Signed in: everything without an OK is sent again."""
        self._window.start_over()
        self._window.take_all_in()
        self._not_before = 0.0
        self._stir()

    def disconnected(self) -> None:
        """Cut off: what had no OK may be lost."""
        self._window.start_over()

    def acknowledged(self, ids: list[bytes]) -> list[bytes]:
        """Take the relay's OK for message data; returns the ids that are of something else."""
        mine = [one for one in ids if one in self._window]
        if mine:
            self._acknowledged += mine
            self._stir()
        return [one for one in ids if one not in self._window]

    def refused(self, refusal: Refusal) -> bool:
        """Keep what the relay would not store and try again later; False if it is of something else."""
        if refusal.about not in self._window:
            return False
        situation = refusal_situation(refusal)
        log.trouble("message data refused", kind=situation.kind.value, code=int(refusal.code))
        again = clock.now() + (max(refusal.retry_ms / 1000, LEAST_PAUSE) if refusal.retry_ms else RETRY)
        if refusal.code in _NEVER:
            self._never.append(refusal.about)
        elif refusal.code == RefusalCode.QUOTA:
            self._window.leave_out(refusal.about, again)
        else:
            self._not_before = again
            self._window.start_over()
        self._desk.report(situation, lasting=refusal.code not in _NEVER)
        self._stir()
        return True

    # --- time ---------------------------------------------------------------------------

    def next_try(self) -> list[float]:
        """When there may be something to do, by `clock.now`."""
        moments = [self._not_before] if self._not_before > clock.now() else []
        moments += self._window.next_try()
        if self._window.oldest is not None and self._desk.link.is_online:
            moments.append(self._window.oldest + OK_DEADLINE)
        return moments

    def tick(self) -> None:
        """Time has passed: what has no OK for too long goes again."""
        oldest = self._window.oldest
        if oldest is not None and clock.now() - oldest >= OK_DEADLINE:
            log.note("no OK in time for message data", count=len(self._window))
            self._window.start_over()

    # --- the task's parts -----------------------------------------------------------------

    async def send_all(self) -> None:
        """Hand to the link what has no OK yet, in order."""
        self._window.take_in()
        if not self._desk.link.is_online or clock.now() < self._not_before:
            return
        self._window.sent_to = 0  # what waited for its own reason is sealed later than what was written later
        filled = await fill(self._window, self._read, self._leaves)
        if filled.more:
            self._stir()
        if filled.nothing_waits:
            self._desk.mended(*PUT_OFF)

    async def _read(self, after: int, limit: int, full: tuple[str, ...]) -> list[Post]:
        return await self._desk.db.read(lambda tx: posts.sealed(tx, after=after, limit=limit, without=full))

    def _leaves(self, post: Post) -> bool:
        if post.data is None or not self._window.fits(post.size):
            return False
        if not self._desk.link.send(frames.Post(post.data, self._retention())):
            return False
        self._window.left(post)
        return True

    async def settle(self) -> None:
        """Bring what the relay said into the store, and the ticks forward."""
        ids, self._acknowledged = self._acknowledged, []
        never, self._never = self._never, []
        if not ids and not never:
            return

        def save(tx: Tx) -> list[Event]:
            events: list[Event] = []
            for post_id in ids:
                post = posts.drop(tx, post_id)
                if post is None or post.message is None:
                    continue
                moved = messages.advance(tx, post.message, Delivery.RELAYED)
                events += [] if moved is None else [MessageChanged(moved)]
            return events + [event for post_id in never for event in give_up(tx, post_id)]

        try:
            events = await self._desk.db.write(save)
        except BaseException:
            self._acknowledged[:0] = ids
            self._never[:0] = never
            raise
        for post_id in [*ids, *never]:
            self._window.settled(post_id)
        self._desk.tell(*events)
        self._stir()  # there is room for more


def give_up(tx: Tx, post_id: bytes) -> list[Event]:
    """Take out what can never go; a text is offered as *Send again*."""
    post = posts.drop(tx, post_id)
    stranded = None if post is None or post.message is None else messages.give_up(tx, post.message)
    return [] if stranded is None else [MessageChanged(stranded), *sessions.changed(tx, stranded.chat)]
