"""What is particular to the SQLite store: its settings, foreign and newer files, a full disk, power cuts."""

import os
import random
import shutil
import stat
from pathlib import Path

import apsw
import pytest

from support.powercut import Disk
from watchword_relay.store.contract import Batch, Put, Registered, StoreFull, StoreUnfit
from watchword_relay.store.sqlite import FILE_NAME, SCHEMA_VERSION, SqliteStore

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
    pages = store._writer.pragma("page_count")
    store._writer.pragma("max_page_count", pages + 3)
    batch = Batch()
    batch.puts = [Put(1, seq, seq.to_bytes(16, "big"), "ada/1", bytes(4_000), 1) for seq in range(1, 20)]
    with pytest.raises(StoreFull):
        store.commit(batch)
    assert list(store.waiting(1, 0, 10)) == []
    store._writer.pragma("max_page_count", 1_000_000)
    store.commit(batch)
    assert len(list(store.waiting(1, 0, 100))) == 19
    store.close()


def test_skeletons_are_made_anew_with_newer_data(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.judge_again("old", lambda account: account)
    for account in ("first", "second", "third"):
        store.register(account, account, b"k" * 32, None, 1)
    store.judge_again("old", lambda _: "unused")
    assert store.availability("first", "first") is Registered.TAKEN
    store.judge_again("new", lambda account: "same" if account != "third" else "third")
    assert store.availability("fourth", "same") is Registered.LOOKS_ALIKE
    assert store.availability("second", "same") in (Registered.LOOKS_ALIKE, Registered.TAKEN)
    assert store.availability("second", "second") is Registered.TAKEN
    assert store.availability("third", "third") is Registered.TAKEN
    store.close()


def work(disk: Disk, path: Path, dice: random.Random, batches: int) -> None:
    """Write and acknowledge messages, and mark each commit with what must be there from then on."""
    store = SqliteStore(path, vfs=disk.vfs)
    kept: dict[bytes, bytes] = {}
    seq = 0
    for _ in range(batches):
        batch = Batch()
        for _ in range(dice.randrange(1, 8)):
            seq += 1
            body = dice.randbytes(dice.randrange(1, 3_000))
            batch.puts.append(Put(1, seq, seq.to_bytes(16, "big"), "ada/1", body, 1))
        batch.acks = [
            (1, message) for message in dice.sample(sorted(kept), min(len(kept), dice.randrange(6)))
        ]
        disk.acknowledged(("tried", {put.id: put.body for put in batch.puts}, {i for _, i in batch.acks}))
        store.commit(batch)
        kept.update((put.id, put.body) for put in batch.puts)
        for _, message in batch.acks:
            del kept[message]
        disk.acknowledged(("committed", dict(kept), set()))
    store.close()


def test_a_power_cut_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    """At any moment: all that was committed is there, and of the batch in hand all or nothing."""
    dice = random.Random(1)  # noqa: S311 - a test that can be repeated
    with Disk("relay-power") as disk:
        (tmp_path / "work").mkdir()
        work(disk, tmp_path / "work" / FILE_NAME, dice, batches=120)
        for folder, marks in disk.cuts(CUTS, dice, tmp_path / "cuts"):
            before: dict[bytes, bytes] = next(
                (kept for name, kept, _ in reversed(marks) if name == "committed"), {}
            )
            whole = before
            if marks and marks[-1][0] == "tried":
                _, more, gone = marks[-1]
                whole = {i: body for i, body in {**before, **more}.items() if i not in gone}
            store = SqliteStore(folder / FILE_NAME)
            assert store._writer.pragma("integrity_check") == "ok"
            found = {stored.id: stored.body for stored in store.waiting(1, 0, 1_000_000)}
            level = store.mailbox(1)[1]
            store.close()
            assert found in (before, whole)
            assert level == (len(found), sum(map(len, found.values())))
            shutil.rmtree(folder)


def test_the_data_is_not_readable_by_others(tmp_path: Path) -> None:
    previous = os.umask(0o077)
    try:
        store = SqliteStore(tmp_path / "relay.sqlite3")
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "relay.sqlite3").stat().st_mode) == 0o600
    store.close()


def test_a_database_of_version_1_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    store = SqliteStore(path)
    store.close()
    db = apsw.Connection(str(path))
    db.execute("ALTER TABLE relay DROP COLUMN served; UPDATE relay SET schema_version = 1")
    db.execute("INSERT INTO message VALUES (1, 1, ?, 'ada/1', 1800000000, x'01')", (bytes(16),))
    db.close()
    store = SqliteStore(path)
    assert store.served() == 1_800_000_000
    assert len(list(store.waiting(1, 0, 10))) == 1
    store.close()
    SqliteStore(path).close()
