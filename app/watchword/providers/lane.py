"""A thread of its own for one provider's blocking calls: one after the other, each with a time limit.

A call that does not come back is left behind in its thread, which the end of the program does not wait for;
no other thread of the program is ever held up by it.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Queue = queue.SimpleQueue[Callable[[], None] | None]


class Held(TimeoutError):
    """The thread hangs in an earlier call; this one was not begun."""


class Lane:
    """Runs what is asked of it in one thread, in the order of asking."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: Queue | None = None
        self._late: set[_Work[Any]] = set()

    @property
    def hangs(self) -> bool:
        """Whether the thread is still in a call that was given up."""
        self._late = {work for work in self._late if not work.over}
        return bool(self._late)

    async def run(self, function: Callable[[], Result], limit: float) -> Result:
        """Run `function` in the thread; what it raises is raised here.

        Nothing is undone when the caller is cancelled or the time is up: it runs to its end, and what
        comes of it is dropped.

        Raises:
            TimeoutError: it took longer than `limit` seconds.
            Held: one before it did, and still hangs.
        """
        if self.hangs:
            raise Held
        work = _Work(function)
        self._begin(work.run)
        try:
            async with asyncio.timeout(limit):
                return await work.outcome
        except TimeoutError:
            if work.outcome.cancelled():
                self._late.add(work)
            raise

    def afterwards(self, function: Callable[[], None]) -> asyncio.Future[None]:
        """Run it after all that the thread still has to do, even if that hangs. Nobody need wait for it."""
        work = _Work(function)
        self._begin(work.run)
        return work.outcome

    def close(self) -> None:
        """End the thread after what it still has to do; a later `run` starts another."""
        if self._queue is not None:
            self._queue.put(None)
            self._queue = None

    def _begin(self, run: Callable[[], None]) -> None:
        if self._queue is None:
            self._queue = queue.SimpleQueue()
            name = f"watchword {self._name}"
            threading.Thread(target=_serve, args=(self._queue,), name=name, daemon=True).start()
        self._queue.put(run)


class _Work(Generic[Result]):
    """One function on its way through the thread."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Result] = self._loop.create_future()
        self.over = False

    def run(self) -> None:
        """Called in the thread."""
        settle = self._attempt()
        self.over = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(settle)

    def _attempt(self) -> Callable[[], None]:
        try:
            result = self._function()
        except Exception as error:  # noqa: BLE001 - a border of threads: it is raised again in the caller's
            raised = error
            return lambda: None if self.outcome.done() else self.outcome.set_exception(raised)
        return lambda: None if self.outcome.done() else self.outcome.set_result(result)


def _serve(work: Queue) -> None:
    while (run := work.get()) is not None:
        run()
