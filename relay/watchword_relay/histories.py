"""What a new desktop of a person asks for: pages of the account's history, and what is shared with others.

Answers come from the writer's thread, because what is read is marked as read before it is told. One question
of a connection at a time. `docs/protocol/wire.md`, History.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Buckets, Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.metrics import Metrics
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.history import HistoryStore, Shares, Sharing
from watchword_relay.writer import Writer
from watchword_wire import codec, frames, limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.ids import account_problem
from watchword_wire.message_data import CONVERSATION_BYTES

AT_ONCE = 256
"""Entries that are looked at, shared or deleted in one transaction: no commit waits longer than for one."""
_RETRY_MS = 1_000


class Histories:
    """Everybody's history.

    Args:
        store: asked in the writer's thread only.
        writer: that thread.
        spawn: runs a coroutine.
        given: the relay's limits.
        metrics: the relay's numbers.
        served: the time that counts for what is kept, in seconds.
    """

    def __init__(
        self,
        store: HistoryStore,
        writer: Writer,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        given: Limits,
        metrics: Metrics,
        served: Callable[[], int],
    ) -> None:
        self._store = store
        self._writer = writer
        self._spawn = spawn
        self._metrics = metrics
        self._served = served
        self._pages = Buckets(given.pages)
        self._shares = Buckets(given.shares)
        self._busy: set[RelayConnection] = set()

    def came(self, me: Mailbox, frame: frames.AskHistory | frames.Share) -> None:
        """Answer a question, with a page or by sharing.

        Raises:
            PeerError: the frame breaks the rules of its form, or comes before the answer to the last.
        """
        if isinstance(frame, frames.AskHistory):
            self._asked(me, frame)
        else:
            self._shared(me, frame)

    def _asked(self, me: Mailbox, frame: frames.AskHistory) -> None:
        if frame.after < 0 or not 0 < frame.most <= limits.PAGE_ENTRIES:
            raise PeerError("a page of a form that cannot be")
        if frame.conversation is not None and len(frame.conversation) != CONVERSATION_BYTES:
            raise PeerError("no id of a conversation")
        self._begin(me, frame, self._pages, lambda _: self._page(me, frame))

    def _shared(self, me: Mailbox, frame: frames.Share) -> None:
        if len(frame.conversation) != CONVERSATION_BYTES or frame.since < 0:
            raise PeerError("nothing that could be shared")
        if account_problem(frame.account) is not None:
            raise PeerError("not an account id")
        self._begin(me, frame, self._shares, lambda connection: self._share(me, connection, frame))

    def _begin(
        self,
        me: Mailbox,
        frame: frames.AskHistory | frames.Share,
        rates: Buckets,
        answer: Callable[[RelayConnection], Coroutine[Any, Any, frames.FromRelay]],
    ) -> None:
        connection = me.connection
        assert connection is not None  # noqa: S101 - it just sent this
        if connection in self._busy:
            raise PeerError("a question about history before the answer to the last")
        now = clock.monotonic()
        wait = rates.of(str(me.key), now).take(1, now)
        if wait:
            connection.push_frame(_later(frame, round(wait * 1_000) + 1))
            return
        self._busy.add(connection)
        self._spawn(self._answer(me, connection, frame, answer))

    async def _answer(
        self,
        me: Mailbox,
        connection: RelayConnection,
        frame: frames.AskHistory | frames.Share,
        answer: Callable[[RelayConnection], Coroutine[Any, Any, frames.FromRelay]],
    ) -> None:
        try:
            found = await answer(connection)
        except StoreTrouble:
            found = _later(frame, _RETRY_MS)
        finally:
            self._busy.discard(connection)
        if me.connection is connection:
            connection.push_frame(found)

    async def _page(self, me: Mailbox, frame: frames.AskHistory) -> frames.FromRelay:
        now = self._served()
        while await self._writer.run(lambda: self._store.expire_history(now, AT_ONCE)):
            pass
        page = await self._writer.run(
            lambda: self._store.page(me.key, frame.after, frame.most, limits.PAGE_BYTES, frame.conversation)
        )
        self._metrics.pages += 1
        return frames.History(
            frame.after, page.total, page.rest, [frames.Entry(*entry) for entry in page.entries]
        )

    async def _share(self, me: Mailbox, connection: RelayConnection, frame: frames.Share) -> frames.FromRelay:
        now = self._served()
        since = now - frame.since if frame.since else 0
        what = me.key, frame.account, Shares(frame.conversation, since, now)
        sharing, more = Sharing(), True
        while more and me.connection is connection:
            told = sharing
            looked = await self._writer.run(
                lambda: self._store.sharing(*what, told, AT_ONCE)  # noqa: B023 - awaited in the same round
            )
            sharing, more = looked or told, looked is not None
        after: int | None = sharing.after
        while after is not None and me.connection is connection:
            above = after
            after = await self._writer.run(
                lambda: self._store.share(*what, above, AT_ONCE)  # noqa: B023 - awaited in the same round
            )
        self._metrics.shares += 1
        return frames.Shared(frame.conversation, frame.account, sharing.meant)


def _later(frame: frames.AskHistory | frames.Share, retry_ms: int) -> frames.Refusal:
    return frames.Refusal(RefusalCode.RETRY_LATER, codec.number_of(type(frame)), retry_ms)
