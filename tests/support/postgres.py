"""A real PostgreSQL of the system's packages for tests: in a folder of its own, on a socket in it.

The server is started once for a whole run of tests, by whichever process needs it first; each test has a
database of its own, made from a template that is filled once.

    with Server(folder) as server:
        server.database("one")      # the URL of a new, empty database
"""

import contextlib
import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from support.bound import bound
from support.ports import free_port

PATIENCE = 30.0
ROOM = 2 * 1024**3
QUICK = {
    "fsync": "on",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "autovacuum": "off",
    "max_wal_size": "1GB",
    "wal_level": "replica",
    # In the folder, so that a server that is killed leaves nothing behind.
    "dynamic_shared_memory_type": "mmap",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}


def programs() -> Path:
    """Where the server's programs are, of the newest version that is here."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    assert places, "PostgreSQL is not installed: python packaging/system_packages.py postgres"
    return places[-1].parent


def owner() -> str:
    """Who runs the server: it refuses to be root."""
    return "postgres" if os.geteuid() == 0 else getpass.getuser()


def as_owner(words: list[str], **options: object) -> "subprocess.Popen[bytes]":
    """Start a program as the server's user."""
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam(owner())
        who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return subprocess.Popen(bound(words), cwd="/", **who, **options)  # type: ignore[call-overload, no-any-return]  # of two dicts


def run(*words: str) -> None:
    """Run a program of the server's to its end."""
    process = as_owner(
        [str(programs() / words[0]), *words[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said.decode()


class Server:
    """One server.

    Args:
        folder: its own; made, and of its user.
        settings: beside `QUICK`.
        new: whether it is to be filled with an empty cluster; otherwise somebody else does.
        host: an address to listen on beside its socket.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        *,
        new: bool = True,
        host: str = "",
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.host = host
        self._settings = {**QUICK, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, owner(), owner())
        folder.chmod(0o700)
        if new:
            run("initdb", "-D", str(self.data), "-U", "watchword", "-A", "trust", "-E", "UTF8",
                "--no-locale", "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self._process is None, "it runs"
        words = [str(programs() / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        words += ["-k", str(self.folder), "-h", self.host]
        for name, value in self._settings.items():
            words += ["-c", f"{name}={value}"]
        self._process = as_owner(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, "the server did not start"
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.02)
            else:
                return

    def url(self, database: str) -> str:
        """What leads to a database of it."""
        host = self.host or str(self.folder)
        return f"host={host} port={self.port} user=watchword dbname={database}"

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement in a session of its own."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description is not None else []

    def database(self, name: str, template: str = "template1") -> str:
        """Make a database. Returns what leads to it."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take a database away, with whoever is connected to it."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def pid(self) -> int:
        """The number of its first process."""
        assert self._process is not None
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it was started and ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """End all its processes at once, as a broken machine does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it quickly and cleanly."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        children = _children(process.pid)
        process.send_signal(number)
        process.wait(PATIENCE)
        if number is signal.SIGKILL:
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, number)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in tasks.read_text().split()] if tasks.exists() else []


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that the server's user can reach, with a name short enough for a socket in it."""
    # In memory where that can be: a folder for tests survives no power cut anyway.
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="ww-pg-", dir=memory if roomy else None))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
