"""The clocks of the relay: one for deadlines, one for days, and the wall clock for people.

No rule looks at the wall clock. Deadlines (T1, T2, rate limits) use `monotonic`; what must outlive the
process (how long a message or a verdict is kept) is counted in the time that the relay has served.
"""

import time
from collections.abc import Callable
from functools import partial

# Linux stops CLOCK_MONOTONIC during suspend and has CLOCK_BOOTTIME; elsewhere monotonic counts on.
monotonic: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic
)
"""Seconds on a clock that never jumps and also counts the time a machine was suspended."""


def wall() -> int:
    """Whole seconds since 1970, for people."""
    return int(time.time())


class Served:
    """Whole seconds that a relay has run in all, over its restarts.

    While it does not run nobody can fetch anything, so that time does not count; and a wall clock that jumps
    by months deletes nothing.

    Args:
        so_far: what earlier runs came to.
    """

    def __init__(self, so_far: int, now: Callable[[], float] | None = None) -> None:
        self._now = monotonic if now is None else now
        self._from = self._now() - so_far

    def adopt(self, so_far: int) -> None:
        """Go on from what another node counted, if that is more."""
        self._from = min(self._from, self._now() - so_far)

    def __call__(self) -> int:
        """The seconds by now."""
        return int(self._now() - self._from)
