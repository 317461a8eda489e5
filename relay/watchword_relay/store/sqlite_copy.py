"""Copies of a relay's database: one that is whole at one moment, also while a relay writes, and its return.

The copy is compact, holds what was durable when it began, and is synced when it is there.
"""

import os
from pathlib import Path

import apsw

from watchword_relay.store.contract import StoreUnfit
from watchword_relay.store.database import connect, number, transaction, troubles
from watchword_relay.store.migrate import SCHEMA_VERSION
from watchword_relay.store.sqlite import APPLICATION_ID

_AHEAD = 1_000_000
"""By so many entries a restored history counts on: no place that was given out since the copy comes back."""


def copy(database: Path, target: Path) -> None:
    """Write a copy into a new file; a relay may write meanwhile.

    Raises:
        StoreTrouble: the database or the disk does not allow it; the target is not there then.
    """
    half = target.with_name(target.name + ".new")
    half.unlink(missing_ok=True)
    try:
        with troubles():
            db = connect(database, None)
            try:
                db.execute("VACUUM INTO ?", (str(half),))
            finally:
                db.close()
            # As a relay wants to find it: only a database in WAL mode is one of a relay's.
            db = connect(half, None)
            try:
                db.pragma("synchronous", "EXTRA")
                db.pragma("journal_mode", "wal")
            finally:
                db.close()
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def check(database: Path) -> None:
    """See that a copy is a relay's, of a version that is known here, and whole.

    Raises:
        StoreUnfit: it is not.
    """
    with troubles():
        db = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            if db.pragma("application_id") != APPLICATION_ID:
                raise StoreUnfit("the copy's database belongs to another program")
            if db.pragma("integrity_check") != "ok":
                raise StoreUnfit("the copy is damaged")
            version = number(db.execute("SELECT schema_version FROM relay").get)
            if version > SCHEMA_VERSION:
                raise StoreUnfit(
                    f"the copy has version {version}, this one knows {SCHEMA_VERSION}: it is of a newer relay"
                )
        finally:
            db.close()


def settle(database: Path) -> None:
    """Make of a restored copy what a relay may go on with: invitations that may be used up stand no more.

    Raises:
        StoreTrouble: the database does not work.
    """
    with troubles():
        db = connect(database, None)
    try:
        with transaction(db):
            db.execute("DELETE FROM invite")
            db.execute("UPDATE archive SET next_place = next_place + ?", (_AHEAD,))
    finally:
        db.close()
