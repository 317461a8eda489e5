"""Every way in which SQLite and the system say no has one cause that people are told."""

import errno
from pathlib import Path

import apsw
import pytest

from watchword.model.errors import Kind, TroubleWith
from watchword.store import faults
from watchword_wire.errors import Bug

FILE = Path("/somewhere/profile/watchword.db")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "-"), Kind.DISK_FULL),
        (OSError(errno.EDQUOT, "-"), Kind.DISK_FULL),
        (OSError(errno.EROFS, "-"), Kind.PROFILE_READ_ONLY),
        (OSError(errno.EACCES, "-"), Kind.PROFILE_READ_ONLY),
        (OSError(errno.EPERM, "-"), Kind.PROFILE_READ_ONLY),
        (OSError(errno.ENXIO, "-"), Kind.UNEXPECTED),
        (apsw.exception_for(apsw.SQLITE_FULL), Kind.DISK_FULL),
        (apsw.exception_for(apsw.SQLITE_IOERR_SHMSIZE), Kind.DISK_FULL),
        (apsw.exception_for(apsw.SQLITE_READONLY), Kind.PROFILE_READ_ONLY),
        (apsw.exception_for(apsw.SQLITE_CANTOPEN), Kind.PROFILE_READ_ONLY),
        (apsw.exception_for(apsw.SQLITE_PERM), Kind.PROFILE_READ_ONLY),
        (apsw.exception_for(apsw.SQLITE_CORRUPT), Kind.PROFILE_DAMAGED),
        (apsw.exception_for(apsw.SQLITE_NOTADB), Kind.PROFILE_DAMAGED),
        (apsw.exception_for(apsw.SQLITE_IOERR_READ), Kind.PROFILE_DAMAGED),
        (apsw.exception_for(apsw.SQLITE_BUSY), Kind.PROFILE_IN_USE),
        (apsw.exception_for(apsw.SQLITE_LOCKED), Kind.PROFILE_IN_USE),
        (apsw.exception_for(apsw.SQLITE_IOERR_WRITE), Kind.PROFILE_READ_ONLY),
        (apsw.exception_for(apsw.SQLITE_IOERR_FSYNC), Kind.PROFILE_READ_ONLY),
        (apsw.exception_for(apsw.SQLITE_IOERR_LOCK), Kind.UNEXPECTED),
        (apsw.exception_for(apsw.SQLITE_NOMEM), Kind.UNEXPECTED),
    ],
)
def test_each_error_has_its_cause(error: apsw.Error | OSError, kind: Kind) -> None:
    told = faults.trouble(error, FILE)
    assert isinstance(told, TroubleWith)
    assert told.situation.kind is kind


def test_a_wrong_statement_is_ours_and_its_text_is_not_repeated() -> None:
    told = faults.trouble(apsw.ConstraintError("the text of a row"), FILE)
    assert isinstance(told, Bug)
    assert "the text of a row" not in str(told)


def test_only_a_broken_file_is_damage() -> None:
    assert faults.is_damage(apsw.exception_for(apsw.SQLITE_CORRUPT))
    assert not faults.is_damage(apsw.exception_for(apsw.SQLITE_FULL))
