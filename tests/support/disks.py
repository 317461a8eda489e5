"""Disks that do not play along: read-only, and full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


class TinyDisk:
    """A mounted disk of its own that a test can fill to the last byte, and make room on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4_096)):
                pass

    def leave(self, room: int) -> None:
        """Take room away until so many bytes are left."""
        there = os.statvfs(self.folder)
        with self._ballast.open("ab") as file:
            file.write(bytes(max(0, there.f_bavail * there.f_bsize - room)))

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink()


@contextmanager
def tiny_disk(folder: Path, kilobytes: int) -> Iterator[TinyDisk]:
    """Mount a disk of so many kilobytes; for a user who is not root by `sudo`, which must not ask."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    folder.mkdir()
    options = f"size={kilobytes}k,mode=0700,uid={os.geteuid()}"
    subprocess.run([*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield TinyDisk(folder)
    finally:
        subprocess.run([*as_root, "umount", "-l", folder], check=True)


class FullDisk(apsw.VFS):
    """A file system for SQLite with `room` bytes left for files to grow; None means as many as they like.

    `frozen` it takes nothing at all, as one that the system turned read-only under open files.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, "unix-excl")
        self.ciphered = f"multipleciphers-{name}"
        self.room: int | None = None
        self.frozen = False

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _Growing(self, name, flags)

    def take(self, growth: int) -> None:
        """Use up room for a file that grows.

        Raises:
            apsw.FullError: there is not enough.
            apsw.IOError: it is frozen.
        """
        if self.frozen:
            raise apsw.exception_for(apsw.SQLITE_IOERR_WRITE)
        if self.room is None or growth <= 0:
            return
        if growth > self.room:
            raise apsw.FullError("no room is left")
        self.room -= growth


class _Growing(apsw.VFSFile):
    def __init__(self, disk: FullDisk, name: Any, flags: list[int]) -> None:
        super().__init__("unix-excl", name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.take(offset + len(data) - self.xFileSize())
        super().xWrite(data, offset)
