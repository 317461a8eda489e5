"""What every part of the SQLite store asks of the library: a connection, a transaction, errors.

No table is named here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from watchword_relay.store.contract import StoreFull, StoreTrouble, StoreUnfit

_BUSY_MS = 5_000


def connect(path: Path, vfs: str | None) -> apsw.Connection:
    """Open a database file."""
    db = apsw.Connection(str(path), vfs=vfs)
    db.set_busy_timeout(_BUSY_MS)
    # Else a statement whose plan might be better for other values is prepared anew for each.
    db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    return db


@contextmanager
def troubles() -> Iterator[None]:
    """Turn the library's errors into the store's.

    Raises:
        StoreFull: there is no room on the disk.
        StoreUnfit: the database is damaged, or no relay's.
        StoreTrouble: anything else.
    """
    try:
        yield
    except apsw.FullError as error:
        raise StoreFull("no room on the disk") from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreUnfit("the database is damaged or no database of a relay") from error
    except (apsw.ReadOnlyError, apsw.CantOpenError) as error:
        raise StoreTrouble("the database cannot be written by this user, or its disk is read-only") from error
    except apsw.Error as error:
        raise StoreTrouble(f"the database does not work: {type(error).__name__}") from error


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[apsw.Connection]:
    """Change something, whole or not at all; durable when it ends."""
    with troubles():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def number(value: object) -> int:
    """A column that the schema holds to be INTEGER."""
    assert isinstance(value, int)  # noqa: S101 - STRICT tables
    return value
