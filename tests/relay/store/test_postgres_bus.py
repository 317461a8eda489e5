"""What a node tells the others is grouped, and nobody who asks the store waits for that."""

import threading
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from support.processes import PATIENCE
from watchword_relay.store import postgres_bus
from watchword_relay.store.postgres_bus import Bus
from watchword_relay.store.postgres_session import Session


class Database:
    """A session in which nobody is seated anywhere, and nobody says anything."""

    up = True

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.has_asked = threading.Semaphore(0)
        self._cut = threading.Event()

    def rows(self, _sql: str, boxes: list[int]) -> list[tuple[int, str]]:
        self.asked.append(boxes)
        self.has_asked.release()
        return []

    def connect(self) -> None:
        pass

    def listen(self, _channels: Sequence[str]) -> Iterator[str]:
        self._cut.wait()
        return iter(())

    def cut(self) -> None:
        self._cut.set()

    def close(self) -> None:
        pass


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def bus(database: Database) -> Iterator[Bus]:
    session = cast("Session", database)
    bus = Bus("one", session, session)
    bus.begin(lambda _: None)
    yield bus
    bus.stop()


@pytest.fixture
def waiting(bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch) -> Bus:
    """It has told something, and is to tell something else, which is not due for long."""
    monkeypatch.setattr(postgres_bus, "GROUP_SECONDS", 10 * PATIENCE)
    bus.wake([1])
    assert database.has_asked.acquire(timeout=PATIENCE)
    bus.wake([2])
    return bus


def test_the_first_is_told_at_once_and_what_follows_is_told_together(
    bus: Bus, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_bus, "GROUP_SECONDS", 1.0)
    bus.wake([1])
    assert database.has_asked.acquire(timeout=PATIENCE)
    bus.wake([3])
    bus.wake([2, 3])
    assert database.has_asked.acquire(timeout=PATIENCE)
    assert database.asked == [[1], [2, 3]]


def test_who_asks_does_not_wait_for_what_is_to_be_told(waiting: Bus, database: Database) -> None:
    read = threading.Event()
    waiting.read(read.set)
    assert read.wait(PATIENCE)
    assert database.asked == [[1]]


def test_what_is_still_to_be_told_is_told_before_the_end(waiting: Bus, database: Database) -> None:
    waiting.stop()
    assert database.asked == [[1], [2]]
