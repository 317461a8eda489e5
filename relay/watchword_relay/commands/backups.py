"""`backup` and `restore`: a copy of a relay's folder that is whole, and a relay's folder of a copy.

A backup is itself a relay's folder: key, certificate of its own, database. What an old copy means for people
is in `docs/operate/relay.md`, Backup.
"""

import os
import shutil
from pathlib import Path

from watchword_relay import folder
from watchword_relay.commands.told import as_json, size_text
from watchword_relay.config import Unfit
from watchword_relay.store import sqlite_copy
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore

_KEPT = ("relay.key", "certificate.pem", "certificate.key", "address")
"""Files beside the database, those that are there."""


def backup(data: Path, target: Path, *, json: bool = False) -> str:
    """Copy a relay's folder into a new one, while the relay runs or not.

    Raises:
        Trouble: the folder is no relay's, the new one is there already, or cannot be written.
    """
    folder.look(data)
    if (data / folder.SHARED).exists():
        raise Unfit(
            f"the data of {data} are in a database: copy that with its own tools, such as pg_basebackup"
        )
    try:
        if target.exists():
            raise Unfit(f"{target} is there already, nothing was written: name a new folder")
        _fill(data, target)
    except OSError as error:
        raise Unfit(f"{target} cannot be written: {error.strerror}") from error
    size = (target / FILE_NAME).stat().st_size
    if json:
        return as_json({"folder": str(target), "bytes": size})
    return f"{target}: {size_text(size)}; it holds the relay's key, so keep it as safe as the relay"


def restore(copy: Path, data: Path, *, json: bool = False) -> str:
    """Make a relay's folder of a backup.

    Raises:
        Trouble: the backup is none or damaged, the folder holds something already, or cannot be written.
    """
    folder.look(copy)
    sqlite_copy.check(copy / FILE_NAME)
    if not (copy / "relay.key").is_file():
        raise Unfit(f"{copy} has no relay.key; every desktop would take this for another relay")
    try:
        if data.exists() and any(data.iterdir()):
            raise Unfit(f"{data} is not empty: move what is there away first, nothing was written")
        _fill(copy, data)
        for path in data.iterdir():
            folder.give(path)
        sqlite_copy.settle(data / FILE_NAME)
    except OSError as error:
        raise Unfit(f"{data} cannot be written: {error.strerror}") from error
    store = SqliteStore(data / FILE_NAME)
    accounts = sum(store.of(realm.number).counts(0).accounts for realm in store.realms())
    store.close()
    if json:
        return as_json({"folder": str(data), "accounts": accounts})
    return (
        f"{data}: {accounts} accounts, as they were when the copy was made;"
        " no invitation that stood then stands any more"
    )


def _fill(source: Path, target: Path) -> None:
    """Everything is durable when this returns; the mark that it is a relay's folder comes last."""
    before = os.umask(0o077)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _KEPT:
            if (source / name).is_file():
                shutil.copyfile(source / name, target / name)
                _sync(target / name)
        sqlite_copy.copy(source / FILE_NAME, target / FILE_NAME)
        folder.mark(target)
        _sync(target)
    finally:
        os.umask(before)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
