"""What is particular to the SQLite store: its settings, foreign and newer files, a full disk, power cuts."""

import os
import random
import shutil
import stat
from functools import partial
from pathlib import Path

import apsw
import pytest

from chaos.power import people
from support.powercut import Disk
from support.store_work import Work
from watchword_relay.store import migrate
from watchword_relay.store.contract import (
    OWN,
    Batch,
    Ended,
    Level,
    Owed,
    Put,
    Registered,
    Run,
    StoreFull,
    StoreUnfit,
    Terminal,
)
from watchword_relay.store.migrate import SCHEMA_VERSION
from watchword_relay.store.queues import Choice, Kept
from watchword_relay.store.space import Space
from watchword_relay.store.sqlite import APPLICATION_ID, FILE_NAME, LOG_BYTES, SqliteStore

VERSION_2 = Path(__file__).with_name("version_2.sql")
"""The schema of version 2, as it was."""
CUTS = int(os.environ.get("WATCHWORD_POWER_CUTS", "250"))


def test_it_is_as_durable_as_promised(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    assert store._writer.pragma("synchronous") == 2
    assert store._writer.pragma("journal_mode") == "wal"
    store.close()


def test_a_disk_that_cannot_keep_the_promise_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchword_relay.store.sqlite._FULL", 3)
    with pytest.raises(StoreUnfit, match="synchronous=FULL"):
        SqliteStore(tmp_path / "relay.sqlite3")


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relay.sqlite3"
    SqliteStore(path).close()
    db = apsw.Connection(str(path))
    db.execute("UPDATE relay SET schema_version = ?", (SCHEMA_VERSION + 1,))
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnfit, match="newer relay"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relay.sqlite3"
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE notes (text)")
    db.close()
    with pytest.raises(StoreUnfit, match="another program"):
        SqliteStore(path)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relay.sqlite3"
    path.write_bytes(b"not a database " * 1_000)
    with pytest.raises(StoreUnfit, match="damaged"):
        SqliteStore(path)


def test_a_full_disk_is_told_apart_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    people(store, 1)
    pages = store._writer.pragma("page_count")
    store._writer.pragma("max_page_count", pages + 3)
    batch = Batch()
    batch.puts = [Put(1, seq, seq.to_bytes(16, "big"), "ada/1", bytes(4_000), 1) for seq in range(1, 20)]
    with pytest.raises(StoreFull):
        store.commit(batch)
    assert list(store.waiting(1, 0, 10, 0)) == []
    store._writer.pragma("max_page_count", 1_000_000)
    store.commit(batch)
    assert len(list(store.waiting(1, 0, 100, 0))) == 19
    store.close()


def test_what_was_freed_is_room_and_the_log_keeps_its_size(tmp_path: Path) -> None:
    """Also after a transaction that was larger than the log ever is otherwise."""
    store = SqliteStore(tmp_path / "relay.sqlite3")
    assert store.space().freed == 0
    assert 0 < store.space().log <= LOG_BYTES
    _, bo = store.of(OWN).register("bo", "bo", b"k" * 32, None, 1)
    assert bo is not None
    filled, fetched = Batch(), Batch()
    for number in range(400):
        message_id = number.to_bytes(16)
        filled.puts.append(Put(bo.mailbox, number + 1, message_id, "ada/1", bytes(60_000), 1))
        fetched.acks.append((bo.mailbox, message_id, 0))
    store.commit(filled)
    log = tmp_path / "relay.sqlite3-wal"
    assert log.stat().st_size > LOG_BYTES
    assert store.space() == Space(freed=0, log=0)
    store.commit(fetched)
    assert store.space().freed > 400 * 60_000
    store.probe(b"another transaction")
    assert log.stat().st_size <= LOG_BYTES
    before = (tmp_path / "relay.sqlite3").stat().st_size
    store.commit(filled)
    assert store.space().freed < 400 * 60_000 / 10
    store.close()
    assert (tmp_path / "relay.sqlite3").stat().st_size <= before


def test_skeletons_are_made_anew_with_newer_data(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.judge_again("old", lambda account: account)
    for account in ("first", "second", "third"):
        store.of(OWN).register(account, account, b"k" * 32, None, 1)
    store.judge_again("old", lambda _: "unused")
    assert store.of(OWN).availability("first", "first") is Registered.TAKEN
    store.judge_again("new", lambda account: "same" if account != "third" else "third")
    assert store.of(OWN).availability("fourth", "same") is Registered.LOOKS_ALIKE
    assert store.of(OWN).availability("second", "same") in (Registered.LOOKS_ALIKE, Registered.TAKEN)
    assert store.of(OWN).availability("second", "second") is Registered.TAKEN
    assert store.of(OWN).availability("third", "third") is Registered.TAKEN
    store.close()


def test_the_data_is_not_readable_by_others(tmp_path: Path) -> None:
    previous = os.umask(0o077)
    try:
        store = SqliteStore(tmp_path / "relay.sqlite3")
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "relay.sqlite3").stat().st_mode) == 0o600
    store.close()


def older(path: Path, version: int, vfs: str | None = None) -> list[tuple[int, bytes, bytes]]:
    """Write a database as an older relay left it. Returns what waits in its mailbox 1: (seq, id, body)."""
    db = apsw.Connection(str(path), vfs=vfs)
    db.pragma("synchronous", "EXTRA")
    db.pragma("journal_mode", "wal")
    db.pragma("application_id", APPLICATION_ID)
    db.execute(VERSION_2.read_text(encoding="utf-8"))
    db.execute("INSERT INTO relay VALUES (2, '', 2000000000)")
    if version == 1:
        db.execute("ALTER TABLE relay DROP COLUMN served; UPDATE relay SET schema_version = 1")
    messages = [(seq, seq.to_bytes(16), bytes([seq]) * 300 * seq) for seq in (3, 1, 2)]
    for seq, message_id, body in messages:
        row = (1, seq, message_id, "ada/1", 1_800_000_000 + seq, body)
        db.execute("INSERT INTO message (mailbox, seq, id, sender, at, body) VALUES (?, ?, ?, ?, ?, ?)", row)
    db.execute("INSERT INTO mailbox VALUES (1, 4, 3, 1800)")
    for mailbox, account in ((1, "bo"), (7, "ada")):
        db.execute("INSERT INTO account VALUES (?, ?, ?)", (account, account, 1_700_000_000 + mailbox))
        db.execute("INSERT INTO terminal VALUES (?, ?, 1, ?)", (mailbox, account, account.encode()))
    db.execute("INSERT INTO invite VALUES (x'01', 5)")
    verdict = (b"h" * 32, "ada/1", "bo/1", 1_800_000_000, 0, b"last", "ada/1", 1, 0)
    db.execute("INSERT INTO handshake VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", verdict)
    db.close()
    return sorted(messages)


def shape(path: Path) -> list[tuple[object, ...]]:
    """Every table and index of a database, with the columns in their order, and every trigger."""
    db = apsw.Connection(str(path))
    tables = db.execute("SELECT type, name FROM sqlite_schema ORDER BY type, name").fetchall()
    found = [(*table, *db.execute(f"PRAGMA {table[0]}_xinfo({table[1]})").fetchall()) for table in tables]
    triggers = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
    ).fetchall()
    db.close()
    return found + [(name, " ".join(str(sql).split())) for name, sql in triggers]


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_database_is_brought_up(tmp_path: Path, version: int) -> None:
    path = tmp_path / FILE_NAME
    waiting = older(path, version)
    store = SqliteStore(path)
    assert store.served() == (1_800_000_003 if version == 1 else 2_000_000_000)
    found = [(stored.seq, stored.id, stored.body) for stored in store.waiting(1, 0, 10, 0)]
    assert found == waiting
    assert not any(stored.is_data for stored in store.waiting(1, 0, 10, 0))
    # Who was there is in the relay's own realm, and no mailbox's number comes back.
    own = store.of(OWN)
    assert own.terminal("bo", 1) == Terminal(1, "bo", 1, b"bo", 1_700_000_001)
    assert own.terminal("ada", 1) == Terminal(7, "ada", 1, b"ada", 1_700_000_007)
    assert own.availability("bo", "bo") is Registered.TAKEN
    assert own.invite_stands(b"\x01")
    owed = Ended(b"h" * 32, "ada/1", "bo/1", 0, b"last", "ada/1", Owed.VERDICT, Owed.NOTHING, 1_800_000_000)
    assert own.owed("ada/1", b"", 10) == [owed]
    assert own.remove(7, 1, 1) == Terminal(7, "ada", 1, b"ada", 1_700_000_007)
    assert [one.name for one in store.realms()] == [""]
    _, cy = own.register("cy", "cy", b"c" * 32, None, 1)
    assert cy is not None
    assert cy.mailbox == 8
    # They still expire in the order in which they came, and count as they did.
    assert store.mailbox(1) == (4, Level(3, 1_800))
    assert store.expire(2_000_000_000, 0, 1) == {1: Level(2, 900)}
    assert [stored.seq for stored in store.waiting(1, 0, 10, 0)] == [1, 2]
    assert store.commit(acknowledging((1, (2).to_bytes(16), 0))) == {1: Level(1, 300)}
    store.close()
    SqliteStore(path).close()
    SqliteStore(tmp_path / "new").close()
    assert shape(path) == shape(tmp_path / "new")


def acknowledging(*acks: tuple[int, bytes, int]) -> Batch:
    batch = Batch()
    batch.acks = list(acks)
    return batch


def test_what_waits_and_is_history_comes_over_from_version_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE_NAME
    older(path, 2)
    with monkeypatch.context() as before:
        before.setattr(migrate, "SCHEMA_VERSION", 6)
        db = apsw.Connection(str(path))
        migrate.bring_up(db, 2)
    db.execute("INSERT INTO body VALUES (x'aa', x'0102')")
    db.execute("INSERT INTO past VALUES (1, 0, 7, x'05', 'ada/1', x'06', 400, 2100000000, 2, x'aa')")
    db.execute("INSERT INTO archive (archive, realm, account) VALUES (1, 0, 'bo')")
    db.execute("INSERT INTO history VALUES (1, 1, 1, x'06', 0)")
    row = (1, 9, b"\x05", "ada/1", 7, 400, None, b"acme" * 4, b"\x06", 1, 2, b"\xaa", None)
    db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.execute("UPDATE mailbox SET next_seq = 10, count = 4, size = 1802")
    db.close()
    store = SqliteStore(path)
    assert [one.seq for one in store.waiting(1, 0, 10, 0)] == [1, 2, 3, 9]
    assert store.commit(acknowledging((1, b"\x05", 7))) == {1: Level(3, 1_800)}
    assert [entry.data for entry in store.page(1, 0, 9, 9, None).entries] == [b"\1\2"]
    assert store.kept() == Kept(1, 2)
    store.expire_history(2_100_000_000, 9)
    assert store.kept() == Kept(0, 0)
    assert store._reader.execute("SELECT count(*) FROM body").get == 0
    store.close()
    SqliteStore(tmp_path / "new").close()
    assert shape(path) == shape(tmp_path / "new")


def test_a_repeat_is_little_work_however_much_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch)
    store = SqliteStore(tmp_path / FILE_NAME)
    people(store, 1)
    costs = []
    for waits in (100, 3_000):
        puts = [Put(1, seq, seq.to_bytes(16), "ada/1", b"x", 1) for seq in range(1, waits + 1)]
        batch, repeat = Batch(), Batch()
        batch.puts = [put for put in puts if put.seq > store.mailbox(1)[1].messages]
        store.commit(batch)
        repeat.puts = [puts[0]._replace(seq=waits + 1)]
        costs.append(work.of(partial(store.commit, repeat)))
        assert store.mailbox(1) == (waits + 2, Level(waits, waits))
    assert costs[1] < 2 * costs[0]
    store.close()


def test_expiry_is_little_work_however_much_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(monkeypatch)
    costs = []
    for waits in (100, 3_000):
        store = SqliteStore(tmp_path / str(waits))
        people(store, 1)
        batch = Batch()
        batch.puts = [Put(1, seq, seq.to_bytes(16), "ada/1", b"x", seq) for seq in range(waits)]
        store.commit(batch)
        costs += [
            work.of(partial(store.expire, 1, 0, 1)),
            work.of(partial(store.expire_queues, Choice(until=1), 1)),
        ]
        assert store.mailbox(1) == (waits, Level(waits - 2, waits - 2))
        store.close()
    assert costs[2] < 2 * costs[0]
    assert costs[3] < 2 * costs[1]


def test_what_a_side_is_owed_is_found_with_little_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the event loop, at each sign-in."""
    work = Work(monkeypatch)
    costs = []
    for others in (50, 1_000):
        store = SqliteStore(tmp_path / str(others))
        batch = Batch()
        for number in range(others + 1):
            h, a = number.to_bytes(32), "ada/1" if number == others else f"other{number}/1"
            batch.opened.append(Run(OWN, h, a, "bo/1", 1))
            batch.ended.append((OWN, Ended(h, a, "bo/1", 0, b"", a, Owed.VERDICT, Owed.NOTHING, 2)))
        store.commit(batch)
        own = store.of(OWN)
        costs.append(work.of(partial(own.owed, "ada/1", b"", 10)))
        assert [one.h for one in own.owed("ada/1", b"", 10)] == [others.to_bytes(32)]
        assert own.owed("bo/1", b"", 10) == []
        store.close()
    assert costs[1] < 2 * costs[0] + 10


def test_a_database_that_an_older_relay_still_uses_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    older(path, 2)
    before = path.read_bytes()
    with pytest.raises(StoreUnfit, match="older relay"):
        SqliteStore(path, upgrade=False)
    assert path.read_bytes() == before
    SqliteStore(path).close()
    SqliteStore(path, upgrade=False).close()


def test_a_power_cut_while_it_is_brought_up_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - a test that can be repeated
    (tmp_path / "work").mkdir()
    path = tmp_path / "work" / FILE_NAME
    with Disk("relay-upgrade") as disk:
        waiting = older(path, 2, disk.vfs)
        begin = disk.moments
        SqliteStore(path, vfs=disk.vfs).close()
        for number in range(CUTS // 2):
            folder = tmp_path / f"cut-{number}"
            folder.mkdir()
            disk.cut(chance.randrange(begin, disk.moments), chance, folder)
            store = SqliteStore(folder / FILE_NAME)
            assert store._writer.pragma("integrity_check") == "ok"
            found = [(stored.seq, stored.id, stored.body) for stored in store.waiting(1, 0, 10, 0)]
            assert found == waiting
            store.close()
            shutil.rmtree(folder)
