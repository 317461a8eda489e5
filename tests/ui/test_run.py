"""The loop: deadlines keep time and leave nothing behind; windows, sockets and threads get their turns."""

import asyncio
import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from support.waiting import until
from watchword.ui import run as loop_module
from watchword.ui.run import SHARE, Loop, run

ENOUGH = 10


def test_deadlines_keep_time(qapp: QApplication) -> None:
    """Whatever else the machine has to do only ever adds to one of them."""

    async def wait() -> list[float]:
        taken = []
        for _ in range(4):
            start = time.monotonic()
            await asyncio.sleep(0.25)
            taken.append(time.monotonic() - start)
        return taken

    assert 0.25 <= min(run(qapp, wait())) < 0.29


def test_a_finished_wait_leaves_no_deadline(qapp: QApplication) -> None:
    async def wait() -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        for _ in range(500):
            await asyncio.wait_for(asyncio.sleep(0), 60)
        return len(loop._schedule)

    assert run(qapp, wait()) < 80, "finished waits lie in the heap until they would have ended"


def test_calls_come_in_order_and_cancelled_ones_never(qapp: QApplication) -> None:
    async def play() -> list[str]:
        loop, said = asyncio.get_running_loop(), list[str]()
        loop.call_soon(said.append, "soon")
        loop.call_later(0.02, said.append, "second")
        loop.call_later(0.01, said.append, "first")
        loop.call_later(0.005, said.append, "never").cancel()
        loop.call_soon(said.append, "never").cancel()
        await asyncio.sleep(0.06)
        return said

    assert run(qapp, play()) == ["soon", "first", "second"]


def test_qt_gets_its_turns_while_tasks_never_rest(qapp: QApplication) -> None:
    ticks: list[float] = []

    async def spin() -> None:
        timer = QTimer()
        timer.timeout.connect(lambda: ticks.append(time.monotonic()))
        timer.start(5)
        for _ in range(1_000_000):
            await asyncio.sleep(0)
            if len(ticks) >= ENOUGH:
                break
        timer.stop()

    run(qapp, spin())
    assert len(ticks) >= ENOUGH


def test_steps_that_follow_each_other_share_a_turn_before_painting(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long the machine does something else between two steps.
    monkeypatch.setattr(loop_module, "SHARE", 60.0)
    order: list[str] = []

    class Drawn(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            order.append("painted")

    async def play() -> None:
        drawn = Drawn()
        drawn.show()
        await until(lambda: order, "it is painted at first")
        await asyncio.sleep(SHARE * 5)
        order.clear()
        drawn.update()
        for number in range(3):
            await asyncio.sleep(0)
            order.append(f"step {number}")
        await until(lambda: "painted" in order, "it is painted again")

    run(qapp, play())
    assert order[:4] == ["step 0", "step 1", "step 2", "painted"]


def test_threads_sockets_and_signals_are_heard(qapp: QApplication) -> None:
    async def play() -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, asked.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.wait_for(asked.wait(), 5)
        loop.remove_signal_handler(signal.SIGUSR1)

        async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        return await asyncio.to_thread(lambda: 5), said

    assert run(qapp, play()) == (5, b"hello")


def test_what_still_runs_at_the_end_is_cancelled(qapp: QApplication) -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append("cancelled")

    async def play() -> None:
        task = asyncio.get_running_loop().create_task(forever())
        await asyncio.sleep(0.01)
        assert not task.done()

    run(qapp, play())
    assert ended == ["cancelled"]


def test_an_exception_comes_out(qapp: QApplication) -> None:
    async def fail() -> None:
        raise LookupError("as it was")

    with pytest.raises(LookupError, match="as it was"):
        run(qapp, fail())


class Window:
    """Something in a cycle that has to go in the thread that made it."""

    went_in: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.went_in.add(threading.current_thread().name)


@pytest.fixture
def cycles_by_the_loop() -> Iterator[None]:
    """As the program sets it, but more often."""
    before = gc.get_threshold()
    gc.collect()
    gc.disable()
    gc.set_threshold(500, 3, 3)
    yield
    gc.set_threshold(*before)
    gc.enable()


@pytest.mark.usefixtures("cycles_by_the_loop")
def test_cycles_go_in_the_thread_of_the_windows(qapp: QApplication) -> None:
    kept: list[list[list[int]]] = []

    async def play() -> None:
        Window.went_in.clear()
        for _ in range(50):
            Window()
            await asyncio.to_thread(lambda: kept.append([[number] for number in range(1_000)]))

    run(qapp, play())
    assert Window.went_in == {threading.current_thread().name}


@pytest.mark.usefixtures("cycles_by_the_loop")
def test_older_things_are_looked_at_more_rarely(qapp: QApplication) -> None:
    looked: list[int] = []

    def note(phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            looked.append(told["generation"])

    async def play() -> None:
        kept = []
        for _ in range(100):
            kept.append([[number] for number in range(600)])
            await asyncio.sleep(0.001)

    gc.callbacks.append(note)
    try:
        run(qapp, play())
    finally:
        gc.callbacks.remove(note)
    assert looked.count(0) > looked.count(1) > looked.count(2) > 0


@pytest.mark.usefixtures("cycles_by_the_loop")
def test_before_all_is_imported_nobody_looks_for_cycles(qapp: QApplication) -> None:
    async def play() -> int:
        gc.set_threshold(0)
        before = gc.get_stats()[0]["collections"]
        kept = []
        for _ in range(10):
            kept.append([[number] for number in range(1_000)])
            await asyncio.sleep(0.001)
        return int(gc.get_stats()[0]["collections"] - before)

    assert run(qapp, play()) == 0
