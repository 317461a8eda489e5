import asyncio
import time

import pytest

from support.waiting import until
from watchword.core import clock


def test_now_is_seconds_and_never_goes_back() -> None:
    first = clock.now()
    assert clock.now() >= first


def test_now_counts_suspend_where_the_system_can() -> None:
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert clock.now() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=1)


def test_wall_is_milliseconds() -> None:
    assert clock.wall_ms() == pytest.approx(time.time() * 1000, abs=5_000)


async def test_a_machine_that_slept_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = [0.0]
    monkeypatch.setattr(clock, "TICK", 0.01)
    monkeypatch.setattr(clock, "now", lambda: time.monotonic() + slept[0])
    woken: list[float] = []
    watching = asyncio.create_task(clock.watch_for_suspend(lambda: woken.append(clock.now())))
    await asyncio.sleep(0.05)
    assert woken == []
    slept[0] = 3_600.0
    await until(lambda: woken, "waking is noticed")
    await asyncio.sleep(0.05)
    assert len(woken) == 1
    watching.cancel()
