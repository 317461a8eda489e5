"""Group commit: one thread writes, many messages share one fsync.

The event loop collects what must become durable; it goes to the writer when a batch is full, when
its time is up, or when the writer is free again, whichever lets most share one commit. What was
acknowledged by its recipient in between need not be written. No rule about messages lives here.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from watchword_relay import log
from watchword_relay.store.contract import Batch, Level, Store, StoreTrouble

_T = TypeVar("_T")

BATCH_MESSAGES = 256
BATCH_SECONDS = 0.002

Outcome = dict[int, Level] | StoreTrouble
Work = tuple[Batch, Callable[[Outcome], None]]


class Writer:
    """The one thread that changes the store.

    Args:
        store: the store; only this thread calls its writing methods.
        collect: asked for the next batch and what to do with its outcome, None if there is nothing.
    """

    def __init__(self, store: Store, collect: Callable[[], Work | None]) -> None:
        self._store = store
        self._collect = collect
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._idle: asyncio.Future[None] | None = None
        self._thread = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._thread.start()

    def want(self, things: int = 1) -> None:
        """Note that more things wait to become durable; those of one call go into one transaction."""
        self._waiting += things
        if self._busy:
            return
        if self._waiting >= BATCH_MESSAGES:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(BATCH_SECONDS, self._flush)

    def run(self, job: Callable[[], _T]) -> "asyncio.Future[_T]":
        """Run a writing method of the store in the thread, in a transaction of its own."""
        future: asyncio.Future[_T] = self._loop.create_future()

        def work() -> None:
            try:
                result = job()
            except Exception as error:  # noqa: BLE001 - the thread's border: whoever asked hears of it
                self._tell(_fail, future, error)
            else:
                self._tell(_succeed, future, result)

        self._queue.put(work)
        return future

    async def drain(self) -> None:
        """Wait until all that was wanted so far is durable."""
        while self._busy or self._waiting:
            if not self._busy:
                self._flush()
                continue
            self._idle = self._loop.create_future()
            await self._idle

    def close(self) -> None:
        """Stop the thread after what it has in hand."""
        if self._timer is not None:
            self._timer.cancel()
        self._queue.put(None)
        self._thread.join()

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._busy:
            return
        self._waiting = 0
        work = self._collect()
        if work is None:
            return
        batch, settle = work
        self._busy = True

        def commit() -> None:
            try:
                outcome: Outcome = self._store.commit(batch)
            except StoreTrouble as trouble:
                outcome = trouble
            except Exception as error:  # noqa: BLE001 - the thread's border: it must outlive a mistake of ours
                log.bug(error)
                outcome = StoreTrouble("a mistake of the relay's own")
            self._tell(self._done, settle, outcome)

        self._queue.put(commit)

    def _done(self, settle: Callable[[Outcome], None], outcome: Outcome) -> None:
        self._busy = False
        try:
            settle(outcome)
        except Exception as error:  # noqa: BLE001 - the boundary: the next is written, whatever becomes of this
            log.bug(error)
        # What came meanwhile has waited long enough.
        if self._waiting and not self._busy:
            self._flush()
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _write(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        self._loop.call_soon_threadsafe(callback, *args)


def _succeed(future: "asyncio.Future[_T]", result: _T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[_T]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
