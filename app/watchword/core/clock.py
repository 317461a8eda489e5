"""The clocks of the client: one for every rule, one for people; and sleeping through suspend.

Rules (T1, T2, 24 h, backing off) use `now`, which never jumps and counts the time a machine was suspended.
The wall clock only dates what people read, and the waits after wrong guesses that must outlast a restart.
"""

import asyncio
import sys
import time
from collections.abc import Callable

TICK = 5.0
"""Seconds between two looks at the clock; suspend stops timers, so a long sleep must not be one timer."""

SUSPENDED_AFTER = 10.0
"""A tick that comes so many seconds late means that the machine slept."""


def _counting_suspend() -> Callable[[], float]:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return lambda: time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic


_now = _counting_suspend()


def now() -> float:
    """Seconds on the clock that every rule uses."""
    return _now()


def wall_ms() -> int:
    """Milliseconds since 1970 (UTC), for people."""
    return time.time_ns() // 1_000_000


async def watch_for_suspend(woke: Callable[[], None]) -> None:
    """Call `woke` each time the machine seems to have slept; never returns."""
    while True:
        before = now()
        await asyncio.sleep(TICK)
        if now() - before > TICK + SUSPENDED_AFTER:
            woke()
