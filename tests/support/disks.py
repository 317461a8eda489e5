"""Disks that do not play along: read-only, and full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """A file or folder that cannot be changed; for root, whom no permission stops, by `chattr +i`."""
    if os.geteuid() == 0:
        subprocess.run(["chattr", "+i", path], check=True)
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", path], check=True)
        return
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        path.chmod(mode)


class FullDisk(apsw.VFS):
    """A file system for SQLite with `room` bytes left for files to grow; None means as many as they like."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "unix")
        self.ciphered = f"multipleciphers-{name}"
        self.room: int | None = None

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _Growing(self, name, flags)

    def take(self, growth: int) -> None:
        """Use up room for a file that grows.

        Raises:
            apsw.FullError: there is not enough.
        """
        if self.room is None or growth <= 0:
            return
        if growth > self.room:
            raise apsw.FullError("no room is left")
        self.room -= growth


class _Growing(apsw.VFSFile):
    def __init__(self, disk: FullDisk, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.take(offset + len(data) - self.xFileSize())
        super().xWrite(data, offset)
