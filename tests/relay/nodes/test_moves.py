"""Moves of handshakes: what comes while some are written is written together after them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast

import pytest

from watchword_relay.nodes.moves import AT_ONCE, Moves
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.nodes import Ask, Move, Nodes, Stepping
from watchword_relay.writer import Writer


class Slow:
    """A store and its thread: what is written is written when it is let."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Callable[[], object], asyncio.Future[object]]] = []
        self.made: list[list[bytes]] = []
        self.trouble = False

    def run(self, job: Callable[[], object]) -> asyncio.Future[object]:
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.jobs.append((job, future))
        return future

    def make(self, moves: Sequence[Move]) -> list[Stepping]:
        if self.trouble:
            raise StoreTrouble("no room")
        self.made.append([move.h for move in moves])
        return [Stepping(None, [], float(move.h[0])) for move in moves]

    async def write(self) -> None:
        """Write what waits in the thread, and let those who asked go on."""
        job, future = self.jobs.pop(0)
        try:
            future.set_result(job())
        except StoreTrouble as trouble:
            future.set_exception(trouble)
        for _ in range(3):
            await asyncio.sleep(0)


@pytest.fixture
async def slow() -> AsyncIterator[Slow]:
    store = Slow()
    yield store
    assert store.jobs == []


@pytest.fixture
async def moves(slow: Slow) -> Moves:
    return Moves(cast("Nodes", slow), cast("Writer", slow))


async def asked(moves: Moves, *numbers: int) -> list[asyncio.Task[Stepping]]:
    """Ask for a move of each of these handshakes."""
    tasks = [asyncio.create_task(moves.make(Ask(1, bytes([number]), "bo/1"))) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_one_is_written_is_written_together_in_its_order(
    slow: Slow, moves: Moves
) -> None:
    first = await asked(moves, 1)
    later = await asked(moves, 3, 2, 3)
    await slow.write()
    assert first[0].done()
    assert not any(task.done() for task in later)
    await slow.write()
    assert slow.made == [[b"\x01"], [b"\x03", b"\x02", b"\x03"]]
    assert [task.result().now for task in later] == [3, 2, 3]


async def test_no_group_holds_up_messages_for_long(slow: Slow, moves: Moves) -> None:
    await asked(moves, *range(AT_ONCE + 2))
    for _ in range(3):
        await slow.write()
    assert [len(group) for group in slow.made] == [1, AT_ONCE, 1]


async def test_all_of_a_group_hear_that_it_was_not_written_and_the_next_is(slow: Slow, moves: Moves) -> None:
    first = await asked(moves, 1)
    second = await asked(moves, 2)
    slow.trouble = True
    await slow.write()
    slow.trouble = False
    await slow.write()
    assert isinstance(first[0].exception(), StoreTrouble)
    assert second[0].result().now == 2


async def test_who_waits_no_more_is_in_nobody_s_way(slow: Slow, moves: Moves) -> None:
    await asked(moves, 1)
    gone, stays = await asked(moves, 2, 3)
    gone.cancel()
    await slow.write()
    await slow.write()
    assert stays.result().now == 3
