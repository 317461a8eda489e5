"""The seats of one node's terminals, where the store does what the test says."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, cast

from watchword_relay.clock import Served
from watchword_relay.nodes.neighbours import Neighbours
from watchword_relay.realm import Seat
from watchword_relay.store.contract import OWN, Terminal
from watchword_relay.store.nodes import Nodes, Sitter
from watchword_relay.writer import Writer

ADA, BO = (Terminal(number, name, 1, b"k" * 32) for number, name in ((1, "ada"), (2, "bo")))


class Seats:
    """A store that gives each terminal one seat, and notes which are given up."""

    def __init__(self) -> None:
        self.risen: list[tuple[int, int]] = []

    def sit(self, sitters: Sequence[Sitter]) -> list[int]:
        return [one.mailbox * 10 for one in sitters]

    def rise(self, seats: Sequence[tuple[int, int]]) -> None:
        self.risen += seats


class Here:
    """A writer without a thread."""

    async def run(self, job: Callable[[], object]) -> object:
        return job()


class Placed:
    """What `seated` is told of a seat."""

    class Own:
        number = OWN

    def __init__(self, terminal: Terminal) -> None:
        self.realm = self.Own
        self.terminal = terminal


async def test_of_two_connections_of_one_terminal_the_one_that_goes_leaves_the_other_its_seat() -> None:
    store = Seats()
    tasks: list[Awaitable[None]] = []

    def spawn(work: Coroutine[Any, Any, None]) -> None:
        tasks.append(asyncio.ensure_future(work))

    node = Neighbours(cast("Nodes", store), cast("Writer", Here()), spawn, Served(0))
    early, later, alone = await asyncio.gather(*(node.sit(OWN, one) for one in (ADA, ADA, BO)))
    assert early == later, "they came at once"
    node.vacate(ADA.mailbox, early)
    node.vacate(BO.mailbox, alone)
    node.seated(cast("Seat", Placed(ADA)), later)
    await asyncio.gather(*tasks)
    assert store.risen == [(BO.mailbox, alone)]
