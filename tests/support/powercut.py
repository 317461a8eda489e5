"""What is on a disk after the power went: an SQLite file system that remembers what was synced.

A workload runs once over it, on real files, and leaves a trace of every write, sync and deletion, with
marks where something was acknowledged. From the trace the disk at any moment can be built: what was synced
is there, of the rest any part may be, torn at a sector. (`kill -9` proves nothing here: the system keeps
what it was given.)
"""

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import apsw
import msgspec

SECTOR = 512


class _Write(msgspec.Struct, frozen=True):
    file: str
    at: int
    data: bytes


class _Truncate(msgspec.Struct, frozen=True):
    file: str
    size: int


class _Delete(msgspec.Struct, frozen=True):
    file: str


class _Sync(msgspec.Struct, frozen=True):
    file: str


class _Acknowledged(msgspec.Struct, frozen=True):
    what: Any


_Change = _Write | _Truncate | _Delete
_Step = _Change | _Sync | _Acknowledged


class Disk(apsw.VFS):
    """A file system for SQLite, over one of its own (the program's), that leaves a trace.

    Use it as a context; give `vfs` (or `ciphered`, for sqlite3mc) to the connection. Threads may share it.
    """

    def __init__(self, name: str, over: str = "unix") -> None:
        super().__init__(name, over)
        self.over = over
        self.vfs = name
        self.ciphered = f"multipleciphers-{name}"
        self._guard = threading.Lock()
        self._trace: list[_Step] = []
        self._told = _Told()

    def __enter__(self) -> "Disk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unregister()

    def acknowledged(self, what: object) -> None:
        """Mark the moment from which `what` must survive any cut."""
        self.step(_Acknowledged(what))

    def step(self, step: _Step) -> None:
        """Add to the trace."""
        with self._guard:
            self._trace.append(step)

    @property
    def moments(self) -> int:
        """How many different moments the power can go."""
        return len(self._trace) + 1

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Open a file so that it is traced; nameless temporary ones are not."""
        path = None if name is None else (name if isinstance(name, str) else name.filename())
        return _Traced(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        """Delete a file; after a cut it may be there again, unless its folder was to be synced."""
        super().xDelete(filename, syncdir)
        self.step(_Delete(filename))
        if syncdir:
            self.step(_Sync(filename))

    def cut(self, moment: int, dice: random.Random, target: Path) -> list[Any]:
        """Write into the folder `target` what the disk holds if the power goes at `moment`.

        Returns what was acknowledged before.
        """
        if moment < self._told.moment:
            self._told = _Told()
        told = self._told
        told.go_on(self._trace[told.moment : moment])
        for file in sorted({*told.synced, *told.unsynced}):
            content = told.synced.get(file)
            content = None if content is None else bytearray(content)
            for change in _survivors(told.unsynced.get(file, []), dice):
                content = _apply(content, change)
            if content is not None:
                (target / Path(file).name).write_bytes(content)
        return [*told.acknowledged]

    def cuts(
        self, count: int, dice: random.Random, folder: Path, since: int = 0
    ) -> Iterator[tuple[Path, list[Any]]]:
        """`count` cuts at random moments: a fresh folder each, and what was acknowledged before.

        `since`: the first moment at which the power may go.
        """
        for number, moment in enumerate(sorted(dice.randrange(since, self.moments) for _ in range(count))):
            target = folder / f"cut-{number}"
            target.mkdir(parents=True)
            yield target, self.cut(moment, dice, target)


class _Told:
    """The trace told up to a moment."""

    def __init__(self) -> None:
        self.moment = 0
        self.synced: dict[str, bytearray] = {}
        self.unsynced: dict[str, list[_Change]] = {}
        self.acknowledged: list[Any] = []

    def go_on(self, steps: list[_Step]) -> None:
        """Tell on."""
        for step in steps:
            match step:
                case _Acknowledged(what):
                    self.acknowledged.append(what)
                case _Sync(file):
                    content = self.synced.pop(file, None)
                    for change in self.unsynced.pop(file, []):
                        content = _apply(content, change)
                    if content is not None:
                        self.synced[file] = content
                case _:
                    self.unsynced.setdefault(step.file, []).append(step)
        self.moment += len(steps)


class _Traced(apsw.VFSFile):
    """A file whose changes are traced."""

    def __init__(self, disk: Disk, path: str | None, name: Any, flags: list[int]) -> None:
        super().__init__(disk.over, name, flags)
        self._disk = disk
        self._path = path

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        super().xWrite(data, offset)
        if self._path is not None:
            self._disk.step(_Write(self._path, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        super().xTruncate(size)
        if self._path is not None:
            self._disk.step(_Truncate(self._path, size))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        # What survives is told by the trace: the disk below need not hurry.
        if self._path is not None:
            self._disk.step(_Sync(self._path))


def _survivors(changes: list[_Change], dice: random.Random) -> Iterator[_Change]:
    """What of the unsynced changes reached the disk: none, all so far, or some in any order of the cache."""
    fate = dice.choice(["none", "all", "some", "prefix"])
    kept = {
        "none": [],
        "all": changes,
        "some": [change for change in changes if dice.random() < 0.5],
        "prefix": changes[: dice.randrange(len(changes) + 1)],
    }[fate]
    for number, change in enumerate(kept):
        torn = number == len(kept) - 1 and fate != "all" and isinstance(change, _Write)
        if torn and isinstance(change, _Write):
            sectors = dice.randrange(len(change.data) // SECTOR + 1)
            yield _Write(change.file, change.at, change.data[: sectors * SECTOR])
        else:
            yield change


def _apply(content: bytearray | None, change: _Change) -> bytearray | None:
    match change:
        case _Delete():
            return None
        case _Truncate(_, size):
            content = bytearray() if content is None else content
            return content[:size].ljust(size, b"\0")
        case _Write(_, at, data):
            content = bytearray() if content is None else content
            if len(content) < at:
                content.extend(bytes(at - len(content)))
            content[at : at + len(data)] = data
            return content
