"""When the clock has to be looked at next: all deadlines in one heap, one timer for the earliest."""

import asyncio
import heapq
from collections.abc import Callable, Iterator

LOOK_AGAIN = 1.0
"""The event loop's timers do not count suspend: the clock is looked at this often at least."""


class Deadlines:
    """Moments on the relay's monotonic clock, each with the name of a handshake.

    Args:
        now: the clock.
        look: called when the earliest may have passed.
    """

    def __init__(self, now: Callable[[], float], look: Callable[[], None]) -> None:
        self._now = now
        self._look = look
        self._loop = asyncio.get_running_loop()
        self._heap: list[tuple[float, bytes]] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, due: float, name: bytes) -> None:
        """Look when this moment comes; there is no taking back."""
        heapq.heappush(self._heap, (due, name))
        if self._heap[0] == (due, name):
            self._set_timer()

    def passed(self) -> Iterator[bytes]:
        """Take out every name whose moment has come; exactly now has come."""
        now = self._now()
        while self._heap and self._heap[0][0] <= now:
            yield heapq.heappop(self._heap)[1]
        self._set_timer()

    def stop(self) -> None:
        """Forget all of them."""
        self._heap.clear()
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            wait = min(max(0.0, self._heap[0][0] - self._now()), LOOK_AGAIN)
            self._timer = self._loop.call_later(wait, self._look)
