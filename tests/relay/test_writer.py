"""Group commit: many share one transaction, and each is told after it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.processes import PATIENCE
from support.waiting import until
from watchword_relay.store.contract import OWN, Batch, Level, Put, Registered, StoreFull, StoreTrouble
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.writer import BATCH_MESSAGES, Outcome, Work, Writer


class Desk:
    """Things that wait to become durable; `outcomes` is filled as they do."""

    def __init__(self, store: SqliteStore) -> None:
        self.waiting: list[Put] = []
        self.outcomes: list[tuple[int, Outcome]] = []
        self.writer = Writer(store, self._collect)
        self.seq = 0

    def put(self) -> None:
        self.seq += 1
        self.waiting.append(Put(1, self.seq, self.seq.to_bytes(16, "big"), "ada/1", b"x", 1))
        self.writer.want()

    def _collect(self) -> Work | None:
        if not self.waiting:
            return None
        batch = Batch()
        batch.puts, self.waiting = self.waiting, []
        return batch, lambda outcome: self.outcomes.append((len(batch.puts), outcome))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.of(OWN).register("bo", "bo", b"k" * 32, None, 1)
    opened = Desk(store)
    yield opened
    opened.writer.close()
    store.close()


async def test_what_waits_together_is_written_together(desk: Desk) -> None:
    for _ in range(10):
        desk.put()
    assert desk.outcomes == []
    await desk.writer.drain()
    assert desk.outcomes == [(10, {1: Level(10, 10)})]


async def test_a_full_batch_does_not_wait_for_its_time(desk: Desk) -> None:
    for _ in range(BATCH_MESSAGES):
        desk.put()
    assert desk.waiting == []
    await desk.writer.drain()
    assert [count for count, _ in desk.outcomes] == [BATCH_MESSAGES]


async def test_what_comes_during_a_commit_shares_the_next(desk: Desk) -> None:
    for _ in range(BATCH_MESSAGES + 300):
        desk.put()
    await desk.writer.drain()
    assert [count for count, _ in desk.outcomes] == [BATCH_MESSAGES, 300]


async def test_it_writes_by_itself_in_time(desk: Desk) -> None:
    desk.put()
    await until(lambda: desk.outcomes, "it is written")


async def test_a_failed_commit_is_told_as_such(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Batch) -> dict[int, Level]:
        raise StoreFull("full")

    monkeypatch.setattr(desk.writer._store, "commit", full)
    desk.put()
    await desk.writer.drain()
    ((_, outcome),) = desk.outcomes
    assert isinstance(outcome, StoreFull)


async def test_a_mistake_in_telling_an_outcome_holds_up_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    def mistaken() -> Work | None:
        batch = Batch()
        batch.puts, desk.waiting = desk.waiting, []

        def settle(_: Outcome) -> None:
            raise ZeroDivisionError

        return batch, settle

    with monkeypatch.context() as patch:
        patch.setattr(desk.writer, "_collect", mistaken)
        for _ in range(BATCH_MESSAGES):
            desk.put()
    desk.put()
    async with asyncio.timeout(PATIENCE):
        await desk.writer.drain()
    assert [count for count, _ in desk.outcomes] == [1]
    logged_warnings.take("bug reason=ZeroDivisionError")


async def test_other_writing_happens_in_the_same_thread(desk: Desk) -> None:
    name = await desk.writer.run(lambda: threading.current_thread().name)
    assert name == "store-writer"
    store = desk.writer._store
    outcome, _ = await desk.writer.run(lambda: store.of(OWN).register("ada", "ada", b"k" * 32, None, 1))
    assert outcome is Registered.DONE


async def test_its_troubles_come_back(desk: Desk) -> None:
    def trouble() -> None:
        raise StoreTrouble("no")

    with pytest.raises(StoreTrouble):
        await desk.writer.run(trouble)


async def test_a_mistake_of_ours_does_not_end_the_writing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    def wrong(_: object = None) -> dict[int, Level]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(desk.writer._store, "commit", wrong)
        desk.put()
        await until(lambda: desk.outcomes, "it is told")
    assert isinstance(desk.outcomes.pop()[1], StoreTrouble)
    with pytest.raises(ZeroDivisionError):
        await desk.writer.run(wrong)
    desk.put()
    await until(lambda: desk.outcomes, "the next is written")
    assert desk.outcomes == [(1, {1: Level(1, 1)})]
    logged_warnings.take("bug reason=ZeroDivisionError")
