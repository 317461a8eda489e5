"""The relay's two clocks."""

import time

from watchword_relay import clock


def test_deadlines_count_suspend_and_ignore_the_wall_clock() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= clock.monotonic() <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_the_wall_clock_is_whole_seconds() -> None:
    assert abs(clock.wall() - time.time()) <= 1
