"""A thread of its own with a time limit."""

import asyncio
import threading
from functools import partial

import pytest

from support.waiting import until
from watchword.providers.lane import Held, Lane


async def test_it_runs_in_one_thread_in_the_order_of_asking() -> None:
    lane, order = Lane("test"), list[int]()

    def note(number: int) -> int:
        order.append(number)
        return threading.get_ident()

    threads = await asyncio.gather(*(lane.run(partial(note, number), 5) for number in range(50)))
    assert order == list(range(50))
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
    lane.close()


async def test_what_is_raised_there_is_raised_here() -> None:
    lane = Lane("test")
    with pytest.raises(ZeroDivisionError):
        await lane.run(lambda: 1 // 0, 5)
    assert await lane.run(lambda: 1, 5) == 1
    lane.close()


async def test_a_call_that_hangs_is_left_behind_and_later_ones_fail_at_once() -> None:
    lane, gate = Lane("test"), threading.Event()
    with pytest.raises(TimeoutError):
        await lane.run(lambda: gate.wait(30), 0.05)
    assert lane.hangs
    ran: list[int] = []
    with pytest.raises(Held):
        await lane.run(lambda: ran.append(1), 30)
    gate.set()
    await until(lambda: not lane.hangs, "the call came back")
    assert not ran
    assert await lane.run(lambda: 2, 5) == 2
    lane.close()


async def test_a_caller_who_gives_up_leaves_the_work_to_its_end() -> None:
    lane, gate, ended = Lane("test"), threading.Event(), threading.Event()

    def work() -> None:
        gate.wait(30)
        ended.set()

    call = asyncio.create_task(lane.run(work, 30))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not lane.hangs
    gate.set()
    assert await lane.run(ended.is_set, 5)
    lane.close()


async def test_its_thread_ends_with_it_and_holds_no_program_up() -> None:
    lane, done = Lane("a lane that ends"), threading.Event()
    thread = await lane.run(threading.current_thread, 5)
    assert thread.daemon
    lane.afterwards(done.set)
    lane.close()
    await until(lambda: not thread.is_alive(), "the thread ended")
    assert done.is_set()
