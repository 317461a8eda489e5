"""What is acknowledged stands on a standby; what does not is not; weaker settings are refused."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from support.logged import LoggedWarnings
from support.postgres import Server, scratch
from support.relay_stores import fresh, postgres
from support.standbys import DATABASE, Trio
from support.waiting import until
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.store import postgres_primary
from watchword_relay.store.contract import OWN, Batch, Ended, Level, Owed, Put, Run, StoreUnfit
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_primary import waited_for
from watchword_relay.store.postgres_session import Session, Settings

__all__ = ["postgres"]

WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' OR wait_event_type = 'Lock'"
"""For the standbys, or for another commit that waits for them."""
TRIES = 10


@pytest.fixture
async def trio() -> AsyncIterator[Trio]:
    with scratch() as folder:
        async with Trio(folder) as three:
            yield three


@pytest.fixture
async def stores(trio: Trio) -> AsyncIterator[list[PostgresStore]]:
    """Two nodes' stores over the three."""
    # As patient as the test: a cut connection would write again, too, and take its time.
    opened = [await asyncio.to_thread(PostgresStore, Settings(trio.url, commit_seconds=60)) for _ in range(2)]
    yield opened
    for store in opened:
        await asyncio.to_thread(store.close)


class Committing:
    """A commit in a thread of its own, which waits as long as it has to."""

    def __init__(self, store: PostgresStore, batch: Batch) -> None:
        self.levels: dict[int, Level] | None = None
        self._thread = threading.Thread(target=self._commit, args=(store, batch))
        self._thread.start()

    def _commit(self, store: PostgresStore, batch: Batch) -> None:
        self.levels = store.commit(batch)

    async def done(self) -> dict[int, Level]:
        """Wait for it."""
        await asyncio.to_thread(self._thread.join, 30)
        assert self.levels is not None
        return self.levels


def message(box: int, number: int) -> Batch:
    batch = Batch()
    batch.puts = [Put(box, number, number.to_bytes(16), "ada/1", b"body", 1)]
    return batch


async def waiting(trio: Trio, *, beside: tuple[object, ...] = ()) -> tuple[object, ...]:
    """The number of a process that waits for a standby."""
    found: list[tuple[object, ...]] = []

    def looked() -> bool:
        found[:] = [row for row in trio.primary.server.execute(WAITS) if row != beside]
        return bool(found)

    await until(looked, "a commit waits for the standbys")
    return found[0]


async def test_while_no_standby_is_there_few_sessions_are_left_behind(
    trio: Trio, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    """Each try that is given up leaves one that waits for the one before, for a while, not for good."""
    monkeypatch.setattr(postgres_primary, "LEFT_SECONDS", 0.4)
    store = await asyncio.to_thread(PostgresStore, Settings(trio.url, commit_seconds=60))
    _, bo = await asyncio.to_thread(store.of(OWN).register, "bo", "bo", b"k" * 32, None, 1)
    assert bo is not None
    tries = 0
    connect = store._writer.connect

    def connects() -> None:
        nonlocal tries
        tries += 1
        connect()

    monkeypatch.setattr(store._writer, "connect", connects)
    monkeypatch.setattr(store._writer, "_seconds", 0.2)
    trio.cut_off_primary()
    commit = Committing(store, message(bo.mailbox, 1))
    await until(lambda: tries >= TRIES, "it is tried again and again")
    assert len(trio.primary.server.execute(WAITS)) < TRIES / 2
    trio.primary.line.restore()
    levels = await commit.done()
    assert levels[bo.mailbox].messages == 1
    await asyncio.to_thread(store.close)
    logged_warnings.take("did not answer in time")


def verdict(box: int) -> Batch:
    batch = Batch()
    h = box.to_bytes(32)
    batch.ended = [(OWN, Ended(h, "ada/1", "bo/1", 0, b"", "", Owed.VERDICT, Owed.VERDICT, 2))]
    return batch


async def test_a_cancelled_wait_for_the_standbys_is_no_acknowledgement(
    trio: Trio, stores: list[PostgresStore], logged_warnings: LoggedWarnings
) -> None:
    """Nor is finding it done: what is on the primary alone is not durable, whoever wrote it."""
    store, other = stores
    for kind in ("message", "verdict"):
        await _cancel(trio, store, other, kind)
        logged_warnings.take("did not wait for its standbys")


async def _cancel(trio: Trio, store: PostgresStore, other: PostgresStore, kind: str) -> None:
    name = f"bo-{kind}"
    _, bo = await asyncio.to_thread(store.of(OWN).register, name, name, b"k" * 32, None, 1)
    assert bo is not None
    box = bo.mailbox
    begun = Batch()
    begun.opened = [Run(OWN, box.to_bytes(32), "ada/1", "bo/1", 1)]
    await asyncio.to_thread(store.commit, begun)
    trio.cut_off_primary()
    make: Callable[[], Batch] = partial(message, box, 1) if kind == "message" else partial(verdict, box)
    commit = Committing(store, make())
    first = await waiting(trio)
    trio.primary.server.execute(f"SELECT pg_cancel_backend({first[0]})")
    # PostgreSQL took that for a success, and everybody sees it; but the store writes it again.
    await waiting(trio, beside=first)
    if kind == "message":
        assert [one.seq for one in store.waiting(box, 0, 9, 0)] == [1]
    else:
        assert store.of(OWN).ended(box.to_bytes(32)) is not None
    assert commit.levels is None
    repeat = Committing(other, make())
    await until(lambda: len(trio.primary.server.execute(WAITS)) == 2, "both wait")
    assert repeat.levels is None
    trio.primary.line.restore()
    levels = {box: Level(1, 4)} if kind == "message" else {}
    assert await commit.done() == await repeat.done() == levels
    what = "SELECT count(*) FROM message" if levels else "SELECT count(*) FROM handshake WHERE status = 0"
    on_standbys = [standby.server.execute(what, DATABASE) for standby in trio.standbys]
    assert [(1,)] in on_standbys


async def test_who_waits_for_no_standby_any_more_is_left(
    trio: Trio, stores: list[PostgresStore], logged_warnings: LoggedWarnings
) -> None:
    """Settings may be changed while everything runs, by hand or by what looks after the servers."""
    store = stores[0]
    _, bo = await asyncio.to_thread(store.of(OWN).register, "bo", "bo", b"k" * 32, None, 1)
    assert bo is not None
    trio.cut_off_primary()
    commit = Committing(store, message(bo.mailbox, 1))
    await waiting(trio)
    # PostgreSQL lets go of whoever waits, and says nothing.
    trio.primary.server.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
    trio.primary.server.execute("SELECT pg_reload_conf()")
    await until(lambda: logged_warnings.records or commit.levels is not None, "it is noticed")
    assert commit.levels is None
    trio.primary.server.execute("ALTER SYSTEM RESET synchronous_standby_names")
    trio.primary.server.execute("SELECT pg_reload_conf()")
    await waiting(trio)
    assert commit.levels is None
    trio.primary.line.restore()
    assert await commit.done() == {bo.mailbox: Level(1, 4)}
    assert [(1,)] in [one.server.execute("SELECT count(*) FROM message", DATABASE) for one in trio.standbys]
    logged_warnings.take("settings")


# --- what is refused ------------------------------------------------------------------------------


def test_fewer_standbys_than_promised_are_refused(postgres: Server) -> None:
    url = fresh(postgres)
    with pytest.raises(StoreUnfit, match=r"waits for 0 standbys.*or set store\.standbys to 0"):
        PostgresStore(Settings(url, standbys=1))
    PostgresStore(Settings(url, standbys=0)).close()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("fsync", "off", "fsync=off"), ("full_page_writes", "off", "full_page_writes=off")],
)
def test_a_server_that_would_lose_something_is_refused(setting: str, value: str, said: str) -> None:
    with (
        scratch() as folder,
        Server(folder / "pg", {setting: value}) as server,
        pytest.raises(StoreUnfit, match=said),
    ):
        PostgresStore(Settings(server.database("relay"), standbys=0))


def test_other_databases_are_refused(postgres: Server) -> None:
    foreign = postgres.database("foreign")
    postgres.execute("CREATE TABLE notes (text text)", "foreign")
    with pytest.raises(StoreUnfit, match="another program"):
        PostgresStore(Settings(foreign, standbys=0))
    newer = fresh(postgres)
    postgres.execute("UPDATE relay SET schema_version = 1000", newer.rpartition("=")[2])
    with pytest.raises(StoreUnfit, match="version 1000"):
        PostgresStore(Settings(newer, standbys=0))
    postgres.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(StoreUnfit, match="UTF8"):
        PostgresStore(Settings(postgres.url("narrow"), standbys=0))


def test_for_how_many_standbys_a_setting_waits() -> None:
    said: dict[str, int] = {
        "": 0,
        "one": 1,
        "*": 1,
        "one, two": 1,
        "2 (one, two, three)": 2,
        "ANY 1 (one, two)": 1,
        "any 2 (*)": 2,
        "FIRST 3 (a, b, c)": 3,
    }
    assert {names: waited_for(names) for names in said} == said


def test_a_node_that_stops_while_it_connects_ends(monkeypatch: pytest.MonkeyPatch, postgres: Server) -> None:
    connect, cut, stopping = Session.connect, Session.cut, threading.Event()

    def late(session: Session) -> None:
        if threading.current_thread().name == "store-listener":
            stopping.wait(10)
        connect(session)

    def cutting(session: Session) -> None:
        cut(session)
        stopping.set()

    monkeypatch.setattr(Session, "connect", late)
    monkeypatch.setattr(Session, "cut", cutting)
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    store.nodes.begin(lambda _: None)
    closing = threading.Thread(target=store.close, daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()


def test_what_is_left_on_a_nodes_own_disk_refuses_nothing(tmp_path: Path, postgres: Server) -> None:
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    disk = DiskWatch(tmp_path, Limits(low_water_bytes=2**62, low_water_part=1.0, reserve_bytes=1))
    found = []
    # The database has none, at last: for a while nothing more is tried.
    for step in (partial(disk.look, store.space()), disk.give_up_reserve, partial(disk.look, store.space())):
        step()
        found.append(disk.low)
    assert found == [False, True, False]
    store.close()
