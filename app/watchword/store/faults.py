"""From SQLite's errors to the troubles a person is told of: one table, one place."""

import errno
from pathlib import Path

import apsw

from watchword.model.errors import Kind, TroubleWith
from watchword_wire.errors import Bug

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_ROOM_CODES = {
    apsw.SQLITE_IOERR_SHMSIZE,
    apsw.SQLITE_IOERR_SHMMAP,
    apsw.SQLITE_IOERR_SHMOPEN,
}
"""What a full disk looks like where the index of the write-ahead log is a file (Windows) and cannot grow."""
_UNWRITABLE_CODES = {
    apsw.SQLITE_IOERR_WRITE,
    apsw.SQLITE_IOERR_FSYNC,
    apsw.SQLITE_IOERR_DIR_FSYNC,
    apsw.SQLITE_IOERR_TRUNCATE,
    apsw.SQLITE_IOERR_DELETE,
}
"""What a disk looks like that takes nothing any more under open files: it turned read-only, or is worn."""
_UNREADABLE_CODES = {
    apsw.SQLITE_IOERR_READ,
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
}


def trouble(error: apsw.Error | OSError, path: Path) -> TroubleWith | Bug:
    """What went wrong with the database at `path`, as a Trouble; a Bug if our statement is to blame."""
    if isinstance(error, OSError):
        return _by_errno(error.errno, path) or TroubleWith(Kind.UNEXPECTED)
    if isinstance(error, apsw.FullError):
        return TroubleWith(Kind.DISK_FULL, folder=str(path.parent))
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | apsw.AuthError):
        return TroubleWith(Kind.PROFILE_READ_ONLY, folder=str(path.parent))
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        return TroubleWith(Kind.PROFILE_DAMAGED, file=path.name)
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return TroubleWith(Kind.PROFILE_IN_USE)
    if isinstance(error, apsw.IOError):
        return _by_code(getattr(error, "extendedresult", 0), path)  # APSW sets it, its stubs do not name it
    if isinstance(error, apsw.NoMemError):
        return TroubleWith(Kind.UNEXPECTED)
    return Bug(f"the store refuses a statement: {type(error).__name__}")


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is broken, so that nothing may be written to it any more."""
    return isinstance(error, apsw.NotADBError | apsw.CorruptError)


def _by_code(code: int, path: Path) -> TroubleWith:
    if code in _NO_ROOM_CODES:
        return TroubleWith(Kind.DISK_FULL, folder=str(path.parent))
    if code in _UNWRITABLE_CODES:
        return TroubleWith(Kind.PROFILE_READ_ONLY, folder=str(path.parent))
    if code in _UNREADABLE_CODES:
        return TroubleWith(Kind.PROFILE_DAMAGED, file=path.name)
    return TroubleWith(Kind.UNEXPECTED)


def _by_errno(number: int | None, path: Path) -> TroubleWith | None:
    if number in _NO_ROOM:
        return TroubleWith(Kind.DISK_FULL, folder=str(path.parent))
    if number in _NO_RIGHT:
        return TroubleWith(Kind.PROFILE_READ_ONLY, folder=str(path.parent))
    return None
