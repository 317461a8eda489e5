"""The store's file and its threads: durability, order, and every way in which a disk does not play along."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from support import history
from support.blocking import Block
from support.dice import dice
from support.disks import FullDisk, read_only
from support.powercut import Disk
from support.waiting import until
from watchword.model.errors import Kind, TroubleWith
from watchword.store import inbox, messages
from watchword.store.database import Database
from watchword.store.transaction import Tx, Work
from watchword_wire.errors import Bug, Refused

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))


def digest(number: int) -> bytes:
    return number.to_bytes(32, "big")


def keep(number: int) -> Work[bool]:
    return lambda tx: inbox.keep(tx, digest(number), number)


def seen(number: int) -> Work[bool]:
    return lambda tx: inbox.seen(tx, digest(number))


def appended(order: list[int], number: int) -> Work[None]:
    return lambda _tx: order.append(number)


def count(tx: Tx) -> int:
    found: int = tx.execute("select count(*) from inbox").get
    return found


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def trouble(kind: Kind) -> Iterator[None]:
    with pytest.raises(TroubleWith) as raised:
        yield
    assert raised.value.situation.kind is kind


async def made(path: Path, numbers: int = 0) -> Path:
    """A closed store with some rows."""
    db = await Database.create(path, KEY)
    await db.write(lambda tx: [inbox.keep(tx, digest(number), 1) for number in range(numbers)])
    await db.close()
    return path


# --- what it is for ---------------------------------------------------------------------


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = await made(tmp_path / "s.db", 3)
    db = await Database.open(path, KEY)
    assert await db.read(count) == 3
    await db.close()


async def test_durability_and_erasure_are_chosen(db: Database) -> None:
    def settings(tx: Tx) -> dict[str, object]:
        return {
            name: tx.pragma(name) for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }

    full = 2
    assert await db.write(settings) == {
        "journal_mode": "wal",
        "synchronous": full,
        "secure_delete": 1,
        "foreign_keys": 1,
    }


async def test_a_failing_write_takes_only_its_own_part_back(db: Database) -> None:
    """Writes that wait together share a commit; one of them says no."""
    gate = threading.Event()

    def wait(tx: Tx) -> None:
        gate.wait(10)

    def refuse(tx: Tx) -> None:
        inbox.keep(tx, digest(2), 1)
        raise Refused("no")

    first = asyncio.ensure_future(db.write(wait))
    others = [asyncio.ensure_future(db.write(work)) for work in (keep(1), refuse, keep(3))]
    await asyncio.sleep(0)
    gate.set()
    await first
    told = await asyncio.gather(*others, return_exceptions=True)
    assert told[0] is True
    assert isinstance(told[1], Refused)
    assert told[2] is True
    kept = [number for number in (1, 2, 3) if await db.read(seen(number))]
    assert kept == [1, 3]


async def test_writes_run_in_the_order_in_which_they_were_given(db: Database) -> None:
    order: list[int] = []
    await asyncio.gather(*(db.write(appended(order, n)) for n in range(200)))
    assert order == list(range(200))


async def test_a_statement_that_breaks_the_schema_is_a_bug_and_changes_nothing(db: Database) -> None:
    with pytest.raises(Bug):
        await db.write(
            lambda tx: tx.execute("insert into chats (account, moved_at) values ('nobody', 1)").get
        )
    with pytest.raises(Bug):
        await db.read(lambda tx: tx.execute("insert into inbox values (x'00', 1)").get)
    assert await db.write(keep(1))


async def test_a_read_sees_one_moment(db: Database) -> None:
    written = threading.Event()
    reading = threading.Event()

    def twice(tx: Tx) -> tuple[int, int]:
        before = count(tx)
        reading.set()
        assert written.wait(10)
        return before, count(tx)

    both = asyncio.ensure_future(db.read(twice))
    await asyncio.to_thread(reading.wait, 10)
    await db.write(keep(1))
    written.set()
    assert await both == (0, 0)
    assert await db.read(count) == 1


async def test_nothing_runs_on_the_event_loop(db: Database, quick_loop: list[Block]) -> None:
    loop_thread = threading.get_ident()
    for ask in (db.write, db.read):
        assert await ask(lambda tx: threading.get_ident()) != loop_thread
    await db.write(lambda tx: history.fill(tx, "bo", 3_000))


async def test_a_write_that_nobody_waits_for_any_more_is_done_or_never_begun(db: Database) -> None:
    task = asyncio.ensure_future(db.write(keep(1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await db.write(count) in {0, 1}


async def test_close_finishes_what_waits_and_can_be_repeated(tmp_path: Path) -> None:
    db = await Database.create(tmp_path / "s.db", KEY)
    waiting = [asyncio.ensure_future(db.write(keep(n))) for n in range(50)]
    await asyncio.sleep(0)
    await db.close()
    await db.close()
    assert all(await asyncio.gather(*waiting))
    with pytest.raises(Bug):
        await db.read(count)
    assert [path.name for path in files_in(tmp_path)] == ["s.db"]
    db = await Database.open(tmp_path / "s.db", KEY)
    assert await db.read(count) == 50
    await db.close()


async def test_an_opening_that_is_given_up_leaves_nothing_running(tmp_path: Path) -> None:
    path = await made(tmp_path / "s.db", 1)
    before = set(threading.enumerate())
    task = asyncio.ensure_future(Database.open(path, KEY))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await until(lambda: not set(threading.enumerate()) - before, "the store's threads have ended")


async def test_a_database_is_never_made_over_one(tmp_path: Path) -> None:
    path = await made(tmp_path / "s.db", 1)
    before = path.read_bytes()
    with pytest.raises(Bug):
        await Database.create(path, KEY)
    assert path.read_bytes() == before


# --- sealed -----------------------------------------------------------------------------


async def test_no_planted_text_is_found_in_the_files(tmp_path: Path) -> None:
    """Canaries: in the database, its log, and after deletion."""
    canary = "canary-7f3a-Überraschung-金丝雀"
    db = await Database.create(tmp_path / "s.db", KEY)

    def plant(tx: Tx) -> int:
        chat = history.fill(tx, "bo", 10)
        messages.add_text(tx, chat, canary, mine=True, at=history.FIRST, key=bytes(16))
        tx.execute("update contacts set name = ?", (canary,))
        return chat

    await db.write(plant)
    files = files_in(tmp_path)
    assert {path.name for path in files} >= {"s.db", "s.db-wal"}
    for path in files:
        content = path.read_bytes()
        for part in (canary.encode(), canary.encode("utf-16-le"), b"SQLite format 3", b"messages", KEY):
            assert part not in content, (path, part)
    await db.close()
    assert canary.encode() not in (tmp_path / "s.db").read_bytes()


async def test_every_page_is_authenticated(tmp_path: Path) -> None:
    """One flipped bit anywhere is found at the next opening, and the file stays as it is."""
    path = tmp_path / "s.db"
    db = await Database.create(path, KEY)
    await db.write(lambda tx: history.fill(tx, "bo", 300))
    await db.close()
    whole = path.read_bytes()
    chance = dice(11)
    places = [0, 1, 7, 15, 16, 18, 20, 23, 24, 63, 4095, 4096, len(whole) - 1]
    for place in [*places, *(chance.randrange(len(whole)) for _ in range(120))]:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        with trouble(Kind.PROFILE_DAMAGED):
            await Database.open(path, KEY)
        assert path.read_bytes() == flipped, place
    path.write_bytes(whole)
    await (await Database.open(path, KEY)).close()


@pytest.mark.parametrize("length", [0, 10, 16, 4096, 9_000])
async def test_a_file_cut_short_is_damaged(tmp_path: Path, length: int) -> None:
    path = await made(tmp_path / "s.db", 300)
    short = path.read_bytes()[:length]
    path.write_bytes(short)
    with trouble(Kind.PROFILE_DAMAGED):
        await Database.open(path, KEY)
    assert path.read_bytes() == short


async def test_a_missing_file_is_damage_and_is_not_made_anew(tmp_path: Path) -> None:
    with trouble(Kind.PROFILE_DAMAGED):
        await Database.open(tmp_path / "s.db", KEY)
    assert not (tmp_path / "s.db").exists()


@pytest.mark.parametrize("found_by", ["write", "read"])
async def test_damage_that_appears_while_open_stops_every_write(tmp_path: Path, found_by: str) -> None:
    path = tmp_path / "s.db"
    db = await Database.create(path, KEY)
    await db.write(lambda tx: history.fill(tx, "bo", 20_000))
    await db.close()
    db = await Database.open(path, KEY)
    whole = path.read_bytes()
    broken = bytearray(whole)
    for page in range(2, len(whole) // 4096):
        broken[page * 4096 + 100] ^= 1
    path.write_bytes(broken)
    with trouble(Kind.PROFILE_DAMAGED):
        ask = db.write if found_by == "write" else db.read
        await ask(lambda tx: tx.execute("select sum(length(text)) from messages not indexed").fetchall())
    with trouble(Kind.PROFILE_DAMAGED):
        await db.write(keep(1))
    await db.close()
    assert path.read_bytes() == broken


async def test_another_key_is_told_from_damage(tmp_path: Path) -> None:
    path = await made(tmp_path / "s.db", 1)
    before = path.read_bytes()
    for number in range(40):
        with trouble(Kind.PROFILE_WRONG_SECRET):
            await Database.open(path, dice(number).randbytes(32))
    with trouble(Kind.PROFILE_WRONG_SECRET):
        await Database.open(path, OTHER_KEY)
    assert path.read_bytes() == before


# --- disks ------------------------------------------------------------------------------


async def test_a_read_only_file_is_told_at_once(tmp_path: Path) -> None:
    path = await made(tmp_path / "s.db", 1)
    with read_only(path), trouble(Kind.PROFILE_READ_ONLY):
        await Database.open(path, KEY)


async def test_a_read_only_folder_is_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    path = await made(folder / "s.db", 1)
    with read_only(folder):
        with trouble(Kind.PROFILE_READ_ONLY):
            await Database.open(path, KEY)
        with trouble(Kind.PROFILE_READ_ONLY):
            await Database.create(folder / "other.db", KEY)


async def test_a_full_disk_keeps_what_was_committed_and_says_so(tmp_path: Path) -> None:
    disk = FullDisk("full-while-open")
    db = await Database.create(tmp_path / "s.db", KEY, vfs=disk.ciphered)
    assert await db.write(keep(0))
    recovered: list[int] = []
    db.recovered = lambda: recovered.append(kept)
    disk.room = 50_000
    kept = 1
    with trouble(Kind.DISK_FULL):
        for number in range(1, 1_000):
            await db.write(keep(number))
            kept += 1
    with trouble(Kind.DISK_FULL):
        await db.write(lambda tx: history.fill(tx, "bo", 500))
    assert await db.read(count) == kept
    disk.room = None
    assert recovered == []
    assert await db.write(keep(2_000))
    assert await db.write(keep(2_001))
    assert recovered == [kept], "once"
    await db.close()
    db = await Database.open(tmp_path / "s.db", KEY)
    assert await db.read(count) == kept + 2
    await db.close()
    disk.unregister()


async def test_a_disk_that_turns_read_only_keeps_what_was_committed_and_says_so(tmp_path: Path) -> None:
    disk = FullDisk("frozen-while-open")
    db = await Database.create(tmp_path / "s.db", KEY, vfs=disk.ciphered)
    recovered: list[int] = []
    db.recovered = lambda: recovered.append(1)
    assert await db.write(keep(0))
    disk.frozen = True
    with trouble(Kind.PROFILE_READ_ONLY):
        await db.write(keep(1))
    assert await db.read(seen(0))
    assert not await db.read(seen(1))
    disk.frozen = False
    assert await db.write(keep(1))
    assert recovered == [1]
    await db.close()
    disk.unregister()


async def test_the_index_of_the_log_is_no_file_that_a_disk_could_take_away(tmp_path: Path) -> None:
    """A mapped file kills the program once its disk takes no more; the index is memory of its own."""
    db = await Database.create(tmp_path / "s.db", KEY)
    assert await db.write(keep(0))
    assert await db.read(seen(0))
    assert [path.name for path in files_in(tmp_path)] == ["s.db", "s.db-wal"]
    await db.close()
    assert [path.name for path in files_in(tmp_path)] == ["s.db"]


async def test_no_room_for_a_new_database(tmp_path: Path) -> None:
    disk = FullDisk("full-from-the-start")
    disk.room = 8_000
    with trouble(Kind.DISK_FULL):
        await Database.create(tmp_path / "s.db", KEY, vfs=disk.ciphered)
    disk.unregister()


FROZEN = """
import asyncio, os, subprocess, sys
from pathlib import Path
from watchword.model.errors import TroubleWith
from watchword.store import inbox
from watchword.store.database import Database

async def play(path):
    db = await Database.create(path, bytes(range(32)))
    await db.write(lambda tx: inbox.keep(tx, bytes(32), 1))
    os.sync()  # from here on the system asks the disk again before it takes a write into a mapped file
    subprocess.run(["chattr", "+i", *path.parent.iterdir()], check=True)
    try:
        await db.write(lambda tx: inbox.keep(tx, bytes(31) + b"1", 2))
    except TroubleWith as trouble:
        print(trouble.situation.kind.value)
    print(await db.read(lambda tx: tx.execute("select count(*) from inbox").get))
    await db.close()

asyncio.run(play(Path(sys.argv[1])))
"""


def frozen(path: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", FROZEN, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    finally:
        subprocess.run(["chattr", "-i", *path.parent.iterdir()], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1,000 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1000k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


if os.geteuid() == 0:  # only root may mount; the full disks above are for everyone

    async def test_a_really_full_disk(small_disk: Path) -> None:
        db = await Database.create(small_disk / "s.db", KEY)
        kept = 0
        with trouble(Kind.DISK_FULL):
            for number in range(5_000):
                await db.write(keep(number))
                kept += 1
        assert await db.read(count) == kept > 10
        await db.close()
        db = await Database.open(small_disk / "s.db", KEY)
        assert await db.read(count) == kept
        await db.close()

    async def test_files_that_nobody_may_change_any_more_end_no_program(tmp_path: Path) -> None:
        """As after an error of the disk that turns it read-only; in a program of its own, which could die."""
        path = tmp_path / "s.db"
        ended = frozen(path)
        assert (ended.returncode, ended.stdout) == (0, "profile-read-only\n1\n"), ended.stderr
        db = await Database.open(path, KEY)
        assert await db.read(count) == 1
        await db.close()


# --- power ------------------------------------------------------------------------------

WRITES = 60


async def test_the_power_cut_finds_a_weaker_setting(tmp_path: Path) -> None:
    """The instrument itself: with synchronous=NORMAL acknowledged rows are lost."""
    work = tmp_path / "work"
    work.mkdir()
    with Disk("weak") as disk:
        tx = apsw.Connection(str(work / "s.db"), vfs=disk.vfs)
        tx.pragma("journal_mode", "wal")
        tx.pragma("synchronous", "normal")
        tx.execute("create table t (n integer)")
        for number in range(WRITES):
            tx.execute("insert into t values (?)", (number,))
            disk.acknowledged(number)
        lost = 0
        for folder, acknowledged in disk.cuts(60, dice(5), tmp_path):
            after = apsw.Connection(str(folder / "s.db"))
            tables = after.execute("select count(*) from sqlite_schema").get
            rows = {n for (n,) in after.execute("select n from t")} if tables else set()
            lost += not set(acknowledged) <= rows
            after.close()
        tx.close()
    assert lost > 5
