"""Whose turn it is to be read: connections that brought more frames than are taken at once.

They go on one after the other, for a slice of time in each turn of the event loop; then whatever else came in
has its turn. So what one person's frame waits for does not grow with what others bring. No rule about frames
lives here.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter

SLICE = 0.0005
"""Seconds of each turn."""


class Rota:
    """Connections that wait to go on, each by what has it take some more; the first to come goes first."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Callable[[], None]] = deque()
        self._due = False

    def add(self, go_on: Callable[[], None]) -> None:
        """Have a connection go on in its turn; it comes again if that was not all."""
        self._waiting.append(go_on)
        self._see_to_it()

    def _see_to_it(self) -> None:
        if self._waiting and not self._due:
            self._due = True
            self._loop.call_soon(self._go)

    def _go(self) -> None:
        over = perf_counter() + SLICE
        try:
            for _ in range(len(self._waiting)):
                self._waiting.popleft()()
                if perf_counter() >= over:
                    break
        finally:
            self._due = False
            self._see_to_it()
