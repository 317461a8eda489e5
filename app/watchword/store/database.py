"""One encrypted SQLite file, a thread that writes and a thread that reads; the event loop only waits.

`await write(work)` runs `work(tx)` in one transaction and returns once that is durable; `await read(work)`
runs it on a snapshot. `work` is a plain function over the typed modules beside this one. See
`docs/protocol/store.md`, Durability. Never here: what the tables mean.
"""

import abc
import asyncio
import contextlib
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import apsw

from watchword import log
from watchword.model.errors import Kind, TroubleWith
from watchword.store import cipher, faults, migrate
from watchword.store.transaction import Tx, Work
from watchword_wire.errors import Bug

T = TypeVar("T")

SHARED_COMMIT = 64
"""At most so many writes that wait together share one commit, each within its own savepoint."""
_PASSING = {Kind.DISK_FULL, Kind.PROFILE_READ_ONLY}
"""Troubles that end when somebody makes room, or gives the right to write back."""
_BUSY_MS = 5_000
_LOG_BYTES = 8 * 1024 * 1024
_CACHE_KIB = 512
"""Pages that a connection keeps; what a chat shows is in the window's own memory."""
_EXTRA = 3
_FILE_SYSTEM = None if sys.platform == "win32" else "multipleciphers-unix-excl"
"""Keeps the write-ahead log's index in the program's own memory: one program has a profile (`system/lock`).

By default SQLite shares that index through a mapped file, and a write into it kills the program (SIGBUS)
once the file system takes no more, as when it was turned read-only after an error.
"""
_SETTINGS = {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
"""2 is FULL: a commit is on the disk when it returns."""


class _Job:
    """A piece of work and who waits for it."""

    def __init__(self, work: Callable[[Tx], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None


class _Room(threading.Thread, abc.ABC):
    """A thread with its own connection that does jobs in the order in which they came."""

    def __init__(self, name: str, connect: Callable[[], Tx], path: Path) -> None:
        super().__init__(name=name, daemon=True)
        self.opened: Future[None] = Future()
        self.closed: Future[None] = Future()
        self._connect = connect
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()

    def put(self, job: _Job) -> None:
        self._jobs.put(job)

    def stop(self) -> None:
        """End after the jobs that are waiting."""
        self._jobs.put(None)

    def run(self) -> None:
        try:
            tx = self._connect()
        except BaseException as error:  # noqa: BLE001 - the thread's border: whoever opens hears of it
            self.opened.set_exception(error)
            self.closed.set_result(None)
            return
        self.opened.set_result(None)
        while self._batch(tx):
            pass
        with contextlib.suppress(apsw.Error):  # what was committed is safe in the write-ahead log
            tx.close()
        self.closed.set_result(None)

    def _batch(self, tx: Tx) -> bool:
        """Do what waits; False once it was told to stop."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
            if len(jobs) >= self.most():
                break
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
        if jobs:
            self.do(tx, jobs)
            for done in jobs:
                if done.error is None:
                    done.future.set_result(done.result)
                else:
                    done.future.set_exception(done.error)
        return job is not None

    def most(self) -> int:
        return 1

    @abc.abstractmethod
    def do(self, tx: Tx, jobs: list[_Job]) -> None:
        """Carry out jobs that were taken together, and leave no transaction open."""

    def attempt(self, tx: Tx, job: _Job) -> None:
        """Run one piece of work and keep what it returns or raises."""
        try:
            job.result = job.work(tx)
        except apsw.Error as error:
            job.error = faults.trouble(error, self._path)
            job.error.__cause__ = error
        except BaseException as error:  # noqa: BLE001 - the thread's border: whoever asked hears of it
            job.error = error


class _Reader(_Room):
    """Reads on snapshots, beside the writer."""

    def __init__(self, name: str, connect: Callable[[], Tx], path: Path, writer: "_Writer") -> None:
        super().__init__(name, connect, path)
        self._writer = writer

    def attempt(self, tx: Tx, job: _Job) -> None:
        super().attempt(tx, job)
        cause = None if job.error is None else job.error.__cause__
        if isinstance(cause, apsw.ReadOnlyError):
            job.error = Bug("a read writes")
        elif cause is not None and faults.is_damage(cause):
            self._writer.broken = TroubleWith(Kind.PROFILE_DAMAGED, file=self._path.name)

    def do(self, tx: Tx, jobs: list[_Job]) -> None:
        [job] = jobs
        try:
            tx.execute("begin")
            self.attempt(tx, job)
        except apsw.Error as error:
            job.error = faults.trouble(error, self._path)
            job.error.__cause__ = error
        finally:
            if tx.in_transaction:
                tx.execute("rollback")


class _Writer(_Room):
    """Writes; jobs that wait together share one commit, and fail or hold each for itself."""

    broken: TroubleWith | None = None
    """Once the file proved damaged, nothing is written to it any more."""

    def most(self) -> int:
        return SHARED_COMMIT

    def do(self, tx: Tx, jobs: list[_Job]) -> None:
        try:
            if self.broken is not None:
                raise self.broken
            tx.execute("begin immediate")
            for job in jobs:
                self._one(tx, job)
            tx.execute("commit")
        except (apsw.Error, TroubleWith, Bug) as error:
            self._none(tx, jobs, error)

    def _one(self, tx: Tx, job: _Job) -> None:
        tx.execute("savepoint job")
        self.attempt(tx, job)
        if job.error is None:
            tx.execute("release job")
            return
        cause = job.error.__cause__
        if cause is not None and faults.is_damage(cause):
            raise cause
        if not tx.in_transaction:  # SQLite took everything back by itself: disk full, no memory
            raise cause if isinstance(cause, apsw.Error) else job.error
        tx.execute("rollback to job")
        tx.execute("release job")

    def _none(self, tx: Tx, jobs: list[_Job], error: Exception) -> None:
        """Nothing of these jobs was committed: say so to each that thought otherwise."""
        if tx.in_transaction:
            with contextlib.suppress(apsw.Error):
                tx.execute("rollback")
        told = faults.trouble(error, self._path) if isinstance(error, apsw.Error) else error
        told.__cause__ = error if told is not error else error.__cause__
        if faults.is_damage(error):
            self.broken = TroubleWith(Kind.PROFILE_DAMAGED, file=self._path.name)
        for job in jobs:
            if job.error is None:
                job.result, job.error = None, told


class Database:
    """The open store of one profile. Made by `open` or `create`."""

    def __init__(self, path: Path, writer: _Room, reader: _Room) -> None:
        self._path = path
        self._writer = writer
        self._reader = reader
        self._closing = False
        self._refused = False
        self.recovered: Callable[[], None] = _nobody_listens
        """Called on the loop when something was written again after the disk had taken nothing."""

    @classmethod
    async def create(cls, path: Path, key: bytes, *, vfs: str | None = None) -> "Database":
        """Make a new database under a 32-byte key; a file that is there already is a Bug.

        Raises:
            TroubleWith: DISK_FULL, PROFILE_READ_ONLY.
        """
        return await cls._start(path, key, vfs, create=True)

    @classmethod
    async def open(cls, path: Path, key: bytes, *, vfs: str | None = None) -> "Database":
        """Open a database; an older one is brought up to date, with a backup beside it.

        Args:
            path: the file.
            key: 32 bytes.
            vfs: another file system for SQLite than the usual one, by its name in APSW; tests cut its power.

        Raises:
            TroubleWith: PROFILE_DAMAGED (also a missing or empty file), PROFILE_WRONG_SECRET, PROFILE_NEWER,
                PROFILE_READ_ONLY, DISK_FULL, PROFILE_IN_USE. Nothing was overwritten.
        """
        return await cls._start(path, key, vfs, create=False)

    @classmethod
    async def _start(cls, path: Path, key: bytes, vfs: str | None, *, create: bool) -> "Database":
        def connect_writer() -> Tx:
            return _connect_writer(path, key, vfs, create=create)

        def connect_reader() -> Tx:
            return _connect_reader(path, key, vfs)

        writer = _Writer("store-writer", connect_writer, path)
        reader = _Reader("store-reader", connect_reader, path, writer)
        rooms: list[_Room] = [writer, reader]
        try:
            for room in rooms:
                room.start()
                await asyncio.shield(asyncio.wrap_future(room.opened))
        except BaseException:
            for room in rooms:
                room.stop()
            raise
        return cls(path, writer, reader)

    async def write(self, work: Work[T]) -> T:
        """Run `work(tx)` in one transaction; returns after the commit is on the disk.

        Works run in the order in which they were given. A caller that is cancelled meanwhile does not
        know whether it was done. What `work` raises rolls its own part back and is raised here.

        Raises:
            TroubleWith: DISK_FULL, PROFILE_READ_ONLY, PROFILE_DAMAGED; nothing of this work was kept.
        """
        try:
            result = await self._run(self._writer, work)
        except TroubleWith as trouble:
            self._refused |= trouble.situation.kind in _PASSING
            raise
        if self._refused:
            self._refused = False
            self.recovered()
        return result

    async def read(self, work: Work[T]) -> T:
        """Run `work(tx)` on a snapshot of what is committed; it cannot write.

        Raises:
            TroubleWith: PROFILE_DAMAGED.
        """
        return await self._run(self._reader, work)

    async def _run(self, room: _Room, work: Work[T]) -> T:
        if self._closing:
            raise Bug("the store is closed")
        job = _Job(work)
        room.put(job)
        result: T = await asyncio.wrap_future(job.future)
        return result

    async def close(self) -> None:
        """Finish what waits and close the file; can be called again."""
        if not self._closing:
            self._closing = True
            self._reader.stop()
            await asyncio.shield(asyncio.wrap_future(self._reader.closed))
            self._writer.stop()
            log.note("store closed")
        await asyncio.shield(asyncio.wrap_future(self._writer.closed))


def _nobody_listens() -> None:
    return


def _connect_writer(path: Path, key: bytes, vfs: str | None, *, create: bool) -> Tx:
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    try:
        _look(path, key, create=create)
        tx = _connect(path, key, flags, vfs)
    except (apsw.Error, OSError) as error:
        raise faults.trouble(error, path) from error
    try:
        migrate.refuse_newer(tx, path)
        if not create:
            migrate.refuse_empty(tx, path)
            _read_every_page(tx)
        _set_up(tx, path)
        migrate.bring_up_to_date(tx, path)
    except (apsw.Error, OSError) as error:
        tx.close(True)
        raise faults.trouble(error, path) from error
    except BaseException:
        tx.close(True)
        raise
    return tx


def _read_every_page(tx: Tx) -> None:
    """Find a flipped byte now, before anything is written: a page is authenticated as it is read, 2 ms a MB.

    Raises:
        apsw.NotADBError, apsw.CorruptError: a page is not what was written.
    """
    tx.execute("select sum(pgsize) from dbstat").fetchall()


def _set_up(tx: Tx, path: Path) -> None:
    """Choose what durability and erasure need, and read back that SQLite took it.

    A new file becomes a WAL one through a rollback journal. Only EXTRA makes that journal's removal durable:
    with less, a power cut could bring it back, and with it the empty file of the beginning.
    """
    if tx.readonly("main"):
        raise TroubleWith(Kind.PROFILE_READ_ONLY, folder=str(path.parent))
    tx.pragma("synchronous", _EXTRA)
    if tx.pragma("journal_mode", "wal") != "wal":
        raise TroubleWith(Kind.PROFILE_READ_ONLY, folder=str(path.parent))
    tx.pragma("journal_size_limit", _LOG_BYTES)
    for name, value in _SETTINGS.items():
        tx.pragma(name, value)
        if tx.pragma(name) != value:
            raise Bug(f"SQLite does not take {name}")


def _connect_reader(path: Path, key: bytes, vfs: str | None) -> Tx:
    try:
        tx = _connect(path, key, apsw.SQLITE_OPEN_READWRITE, vfs)
        tx.pragma("query_only", True)
    except apsw.Error as error:
        raise faults.trouble(error, path) from error
    return tx


def _connect(path: Path, key: bytes, flags: int, vfs: str | None) -> Tx:
    tx = apsw.Connection(str(path), flags=flags, vfs=vfs or _FILE_SYSTEM)
    cipher.unseal(tx, key)
    tx.set_busy_timeout(_BUSY_MS)
    tx.pragma("trusted_schema", False)
    tx.pragma("cache_size", -_CACHE_KIB)
    return tx


def _look(path: Path, key: bytes, *, create: bool) -> None:
    """What can be known before SQLite touches the file.

    Raises:
        Bug: a database is to be made where one stands.
        TroubleWith: PROFILE_DAMAGED or PROFILE_WRONG_SECRET.
        OSError: the file cannot be read.
    """
    if create:
        if path.exists():
            raise Bug("a database is to be made where one stands")
        return
    if not path.is_file() or path.stat().st_size <= cipher.SALT_BYTES:
        raise TroubleWith(Kind.PROFILE_DAMAGED, file=path.name)
    if not cipher.fits(path, key):
        raise TroubleWith(Kind.PROFILE_WRONG_SECRET)
