"""What a node looks at again because whoever wrote it may have died before telling."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, cast

import pytest

from watchword_relay import clock
from watchword_relay.nodes import neighbours
from watchword_relay.nodes.neighbours import Neighbours
from watchword_relay.realm import Realm, Realms, Seat
from watchword_relay.store.contract import Terminal
from watchword_relay.store.nodes import Looked, Nodes
from watchword_relay.writer import Writer

BO = Terminal(7, "bo", 1, b"k" * 32)
H = b"h" * 32


class Owing:
    """A store in which a verdict is owed since a moment."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.seats: list[tuple[int, int]] = []

    def read(self, work: Callable[[], None]) -> None:
        work()

    def strays(self, _mailboxes: Sequence[int]) -> list[tuple[int, int]]:
        return self.seats

    def rise(self, seats: Sequence[tuple[int, int]]) -> None:
        self.seats = [seat for seat in self.seats if seat not in seats]

    def look(self, seats: Sequence[tuple[int, int]], since: int) -> Looked:
        return Looked([], [], [], [], [(BO.mailbox, H)] if self.at <= since else [])


class Room:
    """The realm of the one who is owed it."""

    number = 0

    def __init__(self) -> None:
        self.given: list[tuple[bytes, str]] = []
        self.mail = None

    def overdue(self, h: bytes, to: str) -> None:
        self.given.append((h, to))


def _never(_: Coroutine[Any, Any, None]) -> None:
    raise AssertionError("nothing is to be begun")


async def test_what_nobody_told_is_given_two_seconds_after_it_was_written() -> None:
    """Seven at most, with a look every five; the store counts whole seconds."""
    room, store = Room(), Owing(at=100)

    class Here:
        realm = cast("Realm", room)
        terminal = BO

    at = [101.9]
    served = cast("clock.Served", lambda: at[0])
    node = Neighbours(cast("Nodes", store), cast("Writer", None), _never, served)
    node.realms = cast("Realms", [])
    node.seated(cast("Seat", Here()), 1)
    await node._look()
    assert room.given == [], "it may be on its way"
    at[0] = 102.0
    await node._look()
    assert room.given == [(H, "bo/1")]


class Inline:
    """Writes where it is asked to."""

    async def run(self, job: Callable[[], None]) -> None:
        job()


async def test_a_seat_of_who_is_just_signing_in_stands_however_often_it_is_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes back looks at once, and again at its time."""
    tasks: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[Any, Any, None]) -> None:
        tasks.append(asyncio.ensure_future(work))

    store = Owing()
    served = cast("clock.Served", lambda: 0.0)
    node = Neighbours(cast("Nodes", store), cast("Writer", Inline()), spawn, served)
    node.realms = cast("Realms", [])
    store.seats = [(BO.mailbox, 1)]
    for _ in range(3):
        await node._look()
    await asyncio.gather(*tasks)
    assert store.seats == [(BO.mailbox, 1)], "it may be somebody's in a moment"

    # From half of it on a seat is nobody's: as if that time had passed.
    monkeypatch.setattr(neighbours, "LOOK_SECONDS", 0.0)
    await node._look()
    await asyncio.gather(*tasks)
    assert store.seats == [], "nobody has taken it since"
