"""A database that hangs holds the loop of a node never by what nobody waits for, by all else only once."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from support.postgres import Server
from support.relay_here import serving
from support.relay_stores import fresh, postgres
from support.waiting import until
from watchword_relay import upkeep
from watchword_relay.limits import Limits
from watchword_relay.store.contract import OWN, StoreTrouble
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings

__all__ = ["postgres"]

HELD = 1.0
"""Seconds that no turn of the loop may take; a question of its own may take two."""


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


@contextlib.contextmanager
def hanging(url: str, table: str) -> Iterator[None]:
    """Nobody gets an answer about a table, as while it is rewritten."""
    with psycopg.connect(url) as database:
        database.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


@contextlib.asynccontextmanager
async def turning(longest: list[float]) -> AsyncIterator[None]:
    """Measure the longest turn of the loop meanwhile."""

    async def measure() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest.append(time.monotonic() - before)

    task = asyncio.create_task(measure())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("table", ["realm", "blocked"])
async def test_what_a_node_looks_at_again_and_again_holds_its_loop_never(
    url: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "REALMS_SECONDS", 0.05)
    store = PostgresStore(Settings(url, standbys=0))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    longest: list[float] = []
    async with serving(tmp_path, store, Limits()):
        with psycopg.connect(url, autocommit=True) as other:

            def it_waits() -> bool:
                found = other.execute(waiting).fetchone()
                return found is not None and found[0] > 0

            async with turning(longest):
                with hanging(url, table):
                    await until(it_waits, "it has asked, and is not answered")
                    await asyncio.sleep(HELD)  # as long as the loop must not be held
    assert max(longest) < HELD
    store.close()


async def test_what_was_not_answered_is_waited_for_once(url: str) -> None:
    """Also where the server lets everybody in meanwhile: nothing is asked until it answers again."""
    store = PostgresStore(Settings(url, standbys=0, read_seconds=0.3))

    def held() -> float:
        before = time.monotonic()
        with contextlib.suppress(StoreTrouble):
            assert store.of(OWN).terminals("ada") == []
            return math.inf
        return time.monotonic() - before

    with hanging(url, "terminal"):
        assert held() < 2.0
        later = []
        for _ in range(20):
            later.append(held())
            await asyncio.sleep(0.1)  # in which it would be connected to again, and asked
        # It would hold several of them, each for 0.3 s; the machine itself may stall once or twice.
        assert sorted(later)[-3] < 0.1
    await until(lambda: held() == math.inf, "it answers again")
    store.close()
