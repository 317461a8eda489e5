"""The data folder: one relay at a time, readable by its owner only."""

import errno
import os
import sys
import time
from pathlib import Path
from typing import IO

from watchword_relay.config import Unfit
from watchword_wire.exits import Exit

DATABASE = "relay.sqlite3"
SHARED = "store.json"
"""Says that the relay's data are in a database that several nodes share, and in which."""
_LOCK = "lock"
_WANTED = "wanted"
_ADDRESS = "address"
_MARK = "watchword-relay"
_PATIENCE = 1.0

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def prepare(folder: Path) -> None:
    """Make the data folder, or see that it is one.

    Raises:
        Unfit: it cannot be written, or holds somebody else's files.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
        if names and _MARK not in names:
            raise Unfit(
                f"{folder} is not empty and not a relay's data folder; give --data a folder of its own",
                Exit.FOLDER_FOREIGN,
            )
        mark(folder)
    except FileExistsError as error:
        raise Unfit(f"--data {folder} is a file, not a folder", Exit.FOLDER_FOREIGN) from error
    except OSError as error:
        raise _unwritable(folder, error) from error


def mark(folder: Path) -> None:
    """Say in a folder that it is a relay's."""
    (folder / _MARK).write_text("The data of a Watchword relay.\n", encoding="utf-8")


def give(path: Path) -> None:
    """Have what was written into a relay's folder belong to whom the folder does.

    A relay runs as a user of its own, its operator's commands often as root: what root keeps for itself the
    relay could not read. What a link there leads to is no part of the folder.
    """
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _unwritable(folder: Path, error: OSError) -> Unfit:
    if error.errno == errno.ELOOP:
        return Unfit(f"{error.filename} is a link, which no relay makes: take it away", Exit.FOLDER_FOREIGN)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    status = Exit.DISK_FULL if full else Exit.FOLDER_UNWRITABLE
    return Unfit(f"the data folder {folder} cannot be written: {error.strerror}", status)


def look(folder: Path) -> None:
    """See that a folder is a relay's.

    Raises:
        Unfit: it is not, or is not this user's to read.
    """
    try:
        names = {entry.name for entry in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        names = set()
    except OSError as error:
        raise Unfit(
            f"the data folder {folder} cannot be read: {error.strerror}", Exit.FOLDER_UNWRITABLE
        ) from error
    if _MARK not in names or not names & {DATABASE, SHARED}:
        raise Unfit(f"{folder} is not a relay's data folder: no relay was ever started with it")


def keep_address(folder: Path, address: str) -> None:
    """Keep the address that people get, for invitations."""
    (folder / _ADDRESS).write_text(address + "\n", encoding="utf-8")


def address(folder: Path) -> str | None:
    """The address that people got last; None if the relay has never listened."""
    try:
        return (folder / _ADDRESS).read_text("utf-8").strip()
    except OSError:
        return None


def _opened(lock: Path) -> IO[bytes]:
    """A lock's file; not one elsewhere that it leads to, which a command of root's would make there."""

    def opener(path: str, flags: int) -> int:
        return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)

    return open(lock, "a+b", opener=opener)


class Lock:
    """Held by the relay that runs on a folder; the system lets go of it when the process ends."""

    _name = _LOCK

    def __init__(self, folder: Path, patience: float | None = None) -> None:
        try:
            self._file = _opened(folder / self._name)
            give(folder / self._name)
        except OSError as error:
            raise _unwritable(folder, error) from error
        # `status` holds it for a moment, too.
        end = time.monotonic() + (_PATIENCE if patience is None else patience)
        while not _try_lock(self._file):
            if time.monotonic() > end:
                self._file.close()
                raise Unfit(f"another relay runs with the data folder {folder}", Exit.FOLDER_IN_USE)
            time.sleep(0.05)

    def release(self) -> None:
        """Let go."""
        self._file.close()


class Wish(Lock):
    """Held by a command that is to have a folder to itself: a relay lets go of it, and goes on afterwards."""

    _name = _WANTED


def is_running(folder: Path) -> bool:
    """Whether a relay runs on a folder."""
    return _is_held(folder / _LOCK)


def is_wanted(folder: Path) -> bool:
    """Whether a command is to have a folder to itself."""
    return (folder / _WANTED).exists() and _is_held(folder / _WANTED)


def _is_held(lock: Path) -> bool:
    try:
        with _opened(lock) as file:
            return not _try_lock(file)
    except OSError:
        return os.path.lexists(lock)
