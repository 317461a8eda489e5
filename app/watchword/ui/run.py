"""The one event loop: Qt's and asyncio's together, by qasync, with its timers replaced.

qasync's own timers are coarse (a deadline of 10 s is off by 0.4 s), and each finished `wait_for(…, 60)`
leaves a Qt timer alive until it would have fired. Here one precise timer serves a heap of deadlines.

A turn begins with an event of its own, before what waits to be painted: a zero timer would come after it,
and each step of a chain would wait for one more painting. Steps that follow each other share a turn for at
most SHARE seconds; then windows and sockets get their turn.

Between two turns, and nowhere else, Python's cycles are taken apart: left to itself Python does that in
whichever thread makes the next thing, and in the middle of anything, and what of Qt's goes there takes the
program along.
"""

import asyncio
import gc
import heapq
import math
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import TypeVar, TypeVarTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from qasync import QEventLoop

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

SHARE = 0.004
"""What the tasks may take of the loop before windows and sockets come again; one step may take longer."""

_THREADS = 4
_FEW = 64
"""So many cancelled deadlines may lie in the heap before it is cleared of them."""


def take_cycles_apart() -> None:
    """Look for cycles in this thread if it is time, by the numbers of `gc.set_threshold`.

    Nothing is done where Python does it by itself, or where the first of the numbers is 0.
    """
    counts, limits = gc.get_count(), gc.get_threshold()
    if gc.isenabled() or not limits[0] or counts[0] <= limits[0]:
        return
    gc.collect(max(age for age, limit in enumerate(limits) if counts[age] > limit))


class _Schedule(QObject):
    """What is to run soon, and what at a time, under one Qt timer."""

    def __init__(self, time: Callable[[], float]) -> None:
        super().__init__()
        self._time = time
        self._soon: deque[asyncio.Handle] = deque()
        self._later: list[asyncio.TimerHandle] = []
        self._cancelled = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._from_threads: deque[asyncio.Handle] = deque()
        self._turning = False
        self._knocked = False

    def soon(self, handle: asyncio.Handle) -> None:
        self._soon.append(handle)
        if len(self._soon) == 1 and not self._turning:
            self._knock()

    def soon_from_thread(self, handle: asyncio.Handle) -> None:
        """May be called by any thread."""
        self._from_threads.append(handle)
        self._knock()

    def _knock(self) -> None:
        if not self._knocked:
            self._knocked = True
            first = Qt.EventPriority.HighEventPriority.value
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), first)

    def customEvent(self, event: QEvent) -> None:
        """Somebody knocked."""
        self._knocked = False  # before the turn looks: what a thread adds from now on knocks again
        self._turn()

    def later(self, handle: asyncio.TimerHandle) -> None:
        heapq.heappush(self._later, handle)
        if not self._soon and not self._turning and self._later[0] is handle:
            self._arm()

    def cancelled(self) -> None:
        """Clear the heap of cancelled deadlines once they are many; a single one waits for its turn."""
        self._cancelled += 1
        if self._cancelled > max(_FEW, len(self._later) // 2):
            self._later = [handle for handle in self._later if not handle.cancelled()]
            heapq.heapify(self._later)
            self._cancelled = 0

    def __len__(self) -> int:
        return len(self._soon) + len(self._later)

    def stop(self) -> None:
        self._timer.stop()
        self._soon.clear()
        self._from_threads.clear()
        self._later.clear()

    def set_debug(self, enabled: bool) -> None:
        """Asyncio's debug mode asks for it; there is nothing to say."""

    def _arm(self) -> None:
        if self._soon:
            self._timer.start(0)
        elif self._later:
            wait = self._later[0].when() - self._time()
            self._timer.start(min(2**31 - 1, max(0, math.ceil(wait * 1000))))

    def _turn(self) -> None:
        if self._turning:  # a nested loop, as tests use it: the outer turn goes on afterwards
            return
        self._turning = True
        self._come_due()
        until = self._time() + SHARE
        try:
            while self._take_from_threads():
                for _ in range(len(self._soon)):
                    if not self._soon:
                        break
                    handle_now = self._soon.popleft()
                    if not handle_now.cancelled():
                        handle_now._run()  # noqa: SLF001 - what asyncio's own loop calls
                if self._time() >= until:
                    break
        finally:
            self._turning = False
            self._arm()
        take_cycles_apart()

    def _take_from_threads(self) -> bool:
        """Whether anything is to be run now."""
        while self._from_threads:
            self._soon.append(self._from_threads.popleft())
        return bool(self._soon)

    def _come_due(self) -> None:
        now = self._time()
        while self._later and (self._later[0].cancelled() or self._later[0].when() <= now):
            handle = heapq.heappop(self._later)
            if handle.cancelled():
                self._cancelled = max(0, self._cancelled - 1)
            else:
                self._soon.append(handle)


class Loop(QEventLoop):
    """qasync's loop with deadlines that keep time and leave nothing behind."""

    def __init__(self, application: QCoreApplication) -> None:
        self._schedule = _Schedule(self.time)
        super().__init__(application)
        self._timer = self._schedule
        self.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="watchword"))

    def call_soon(
        self,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run at the next turn."""
        handle = asyncio.Handle(callback, args, self, context=context)
        self._schedule.soon(handle)
        return handle

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run at the next turn; for threads."""
        handle = asyncio.Handle(callback, args, self, context=context)
        self._schedule.soon_from_thread(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run after `delay` seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run at a time of the loop's clock."""
        handle = asyncio.TimerHandle(when, callback, args, self, context=context)
        self._schedule.later(handle)
        return handle

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        self._schedule.soon(handle)  # signals of the system come this way
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._schedule.cancelled()


def run(application: QCoreApplication, work: Coroutine[object, object, Result]) -> Result:
    """Run the program's one coroutine to its end on the one loop."""
    loop = Loop(application)
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(work)
    finally:
        try:
            _cancel_rest(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _cancel_rest(loop: Loop) -> None:
    rest = asyncio.all_tasks(loop)
    for task in rest:
        task.cancel()
    if rest:
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
