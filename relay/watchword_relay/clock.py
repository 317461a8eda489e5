"""The two clocks of the relay: one for deadlines, one for days.

Deadlines (T1, T2, rate limits) never look at the wall clock; only what must outlive the
process (how long a message or a verdict is kept) does.
"""

import time


def monotonic() -> float:
    """Seconds on a clock that never jumps and also counts the time a machine was suspended."""
    return _clock()


def wall() -> int:
    """Whole seconds since 1970, for what is kept across a restart."""
    return int(time.time())


def _suspend_counting() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


# Linux stops CLOCK_MONOTONIC during suspend and has CLOCK_BOOTTIME; elsewhere monotonic counts on.
_clock = _suspend_counting if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic
