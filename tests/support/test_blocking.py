"""What blocks a loop is found and named; what only waits is not."""

import asyncio
import gc
import threading
import time
from pathlib import Path

import pytest

from support import blocking
from support.blocking import FAILS_AT, LIMIT, Heartbeat, Moment, display_server, too_long, watched_callbacks
from support.processes import wait_until
from support.screen import Screen


@pytest.fixture(autouse=True)
def _nothing_is_stolen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the host of this machine does meanwhile."""
    monkeypatch.setattr(blocking, "_stolen", lambda: 0.0)


@pytest.fixture
def _no_other_thread_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is with others."""
    monkeypatch.setattr(blocking, "_threads", list)


def was_seen(heartbeat: Heartbeat) -> bool:
    """Whether its watcher has come to look since the last beat."""
    return heartbeat._seen[0] == heartbeat._last.at


async def test_a_callback_that_blocks_is_named() -> None:
    with watched_callbacks() as blocks:
        asyncio.get_running_loop().call_soon(time.sleep, LIMIT * 3)
        await asyncio.sleep(LIMIT)
    (block,) = blocks
    assert block.seconds > FAILS_AT
    assert "sleep" in block.what


async def test_a_callback_that_waits_for_a_thread_that_is_not_run_is_no_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody = 0
    monkeypatch.setattr(blocking, "_threads", lambda: [str(nobody)])
    monkeypatch.setattr(blocking, "_times", lambda file: (0.0, time.perf_counter() if "/0/" in file else 0.0))
    with watched_callbacks() as blocks:
        asyncio.get_running_loop().call_soon(time.sleep, LIMIT * 3)
        await asyncio.sleep(LIMIT)
    assert blocks == []


async def test_what_tests_before_left_is_not_looked_through_for_cycles() -> None:
    left = [[number] for number in range(500_000)]
    with watched_callbacks(LIMIT / 5) as blocks:
        asyncio.get_running_loop().call_soon(gc.collect)
        await asyncio.sleep(LIMIT)
    assert blocks == []
    assert gc.get_freeze_count() == 0
    assert left


async def test_waiting_is_no_block() -> None:
    with watched_callbacks() as blocks:
        await asyncio.sleep(LIMIT * 3)
        await asyncio.to_thread(time.sleep, LIMIT * 3)
    assert blocks == []


@pytest.mark.usefixtures("_no_other_thread_waits")
def test_what_qt_waits_for_is_not_counted_and_what_it_does_is() -> None:
    heartbeat = Heartbeat()

    def run_forever(*, busy: bool) -> None:
        until = time.thread_time() + LIMIT * 4
        while busy and time.thread_time() < until:
            pass
        while not was_seen(heartbeat):
            time.sleep(LIMIT * 4)

    heartbeat.beat()
    run_forever(busy=False)
    heartbeat.beat()
    assert heartbeat.blocks == []
    run_forever(busy=True)
    heartbeat.beat()
    heartbeat.stop()
    (block,) = heartbeat.blocks
    assert FAILS_AT < block.seconds < LIMIT * 6


@pytest.mark.usefixtures("_no_other_thread_waits")
def test_a_missed_beat_shows_where_the_thread_stood() -> None:
    heartbeat = Heartbeat()
    heartbeat.beat()
    while not was_seen(heartbeat):
        time.sleep(FAILS_AT * 1.2)
    heartbeat.beat()
    heartbeat.beat()
    heartbeat.stop()
    (block,) = heartbeat.blocks
    assert "time.sleep(FAILS_AT * 1.2)" in block.what


def test_work_counts_whatever_the_display_server_does() -> None:
    start, end = Moment(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), Moment(0.3, 0.2, 0.0, 0.3, 0.0, 0.0)
    assert start.held(end) == pytest.approx(0.2), "asleep for 0.1 s"


def test_sleep_counts_unless_the_display_server_waited() -> None:
    start = Moment(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert start.held(Moment(0.3, 0.1, 0.0, 0.0, 0.0, 0.0)) == pytest.approx(0.3)
    assert start.held(Moment(0.3, 0.1, 0.0, 0.05, 0.0, 0.0)) == pytest.approx(0.25)


def test_sleep_counts_unless_another_thread_was_ready_and_not_run() -> None:
    start = Moment(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    assert start.held(Moment(0.3, 0.1, 0.0, 0.0, 1.15, 0.0)) == pytest.approx(0.15), (
        "it may hold the interpreter"
    )
    assert start.held(Moment(0.3, 0.1, 0.0, 0.0, 1.9, 0.0)) == pytest.approx(0.1), "no more than it slept"
    assert start.held(Moment(0.3, 0.1, 0.0, 0.0, 0.2, 0.0)) == pytest.approx(0.3), "one of them has ended"


def test_the_time_of_other_threads_is_found() -> None:
    over = threading.Event()

    def burn() -> None:
        while not over.is_set():
            pass

    me = threading.get_native_id()
    before = Moment.of(me, 0).others_waited
    burning = [threading.Thread(target=burn) for _ in range(2)]
    for one in burning:
        one.start()
    try:
        wait_until(lambda: Moment.of(me, 0).others_waited > before, "one of them waits for a processor")
    finally:
        over.set()
        for one in burning:
            one.join()


def test_the_processor_of_others_does_not_count() -> None:
    assert Moment(0.0, 0.0, 0.0, 0.0, 0.0, 0.0).held(Moment(0.3, 0.1, 0.2, 0.0, 0.0, 0.0)) == pytest.approx(
        0.1
    )


def test_what_the_host_of_a_virtual_machine_took_is_nobodys_block(monkeypatch: pytest.MonkeyPatch) -> None:
    stolen = iter([0.0, 100.0, 100.0])
    monkeypatch.setattr(blocking, "_stolen", lambda: next(stolen))
    heartbeat = Heartbeat()
    for _ in range(2):
        until = time.thread_time() + LIMIT * 3
        while time.thread_time() < until:
            pass
        heartbeat.beat()
    heartbeat.stop()
    assert len(heartbeat.blocks) == 1, "the first was the host's, the second its own"


def test_the_display_server_of_a_screen_is_found(screen: Screen) -> None:
    server = display_server()
    assert Path(f"/proc/{server}/comm").read_text().strip() == "Xvfb"
    assert Moment.of(threading.get_native_id(), server).ran > 0


def test_what_always_takes_longer_is_told_from_a_busy_moment() -> None:
    over, twice = LIMIT + 0.001, FAILS_AT + 0.001
    assert too_long([over, over, over]), "its quickest try is over the limit"
    assert too_long([LIMIT, twice, twice]), "mostly over twice the limit"
    assert not too_long([LIMIT, FAILS_AT, 1.0]), "a busy moment of the machine"
