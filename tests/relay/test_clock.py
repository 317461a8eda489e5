"""The relay's two clocks."""

import time

import pytest

from watchword_relay import clock


def test_deadlines_count_suspend_and_ignore_the_wall_clock() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= clock.monotonic() <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_the_wall_clock_is_whole_seconds() -> None:
    assert abs(clock.wall() - time.time()) <= 1


def test_the_time_served_goes_on_from_what_was_kept() -> None:
    now = 5_000.0
    served = clock.Served(70, lambda: now)
    assert served() == 70
    now += 30.5
    assert served() == 100


def test_the_time_served_ignores_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    served = clock.Served(70)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert 70 <= served() <= 75
