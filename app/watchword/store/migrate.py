"""From one version of the schema to the next: numbered steps, a backup before each, no way back.

The version is SQLite's `user_version`; step N is `schema/000N.sql`. See `docs/protocol/store.md`, Versions.
"""

import os
from pathlib import Path

from watchword import log
from watchword.model.errors import Kind, TroubleWith
from watchword.settings import sync_folder
from watchword.store.transaction import Tx

_SCHEMA = Path(__file__).resolve().parent / "schema"


def steps() -> dict[int, str]:
    """Every step's SQL by its number, in order."""
    return {int(file.stem): file.read_text("utf-8") for file in sorted(_SCHEMA.glob("*.sql"))}


def version(tx: Tx) -> int:
    """The version of the schema in the file; 0 for an empty one."""
    found = tx.pragma("user_version")
    assert isinstance(found, int)  # noqa: S101 - SQLite's own promise
    return found


def refuse_newer(tx: Tx, path: Path) -> None:
    """Go no further with a file that a later version of the program wrote.

    Raises:
        TroubleWith: PROFILE_NEWER.
        apsw.Error: the file cannot be read.
    """
    if version(tx) > max(steps()):
        raise TroubleWith(Kind.PROFILE_NEWER, file=path.name)


def refuse_empty(tx: Tx, path: Path) -> None:
    """Go no further with a file that has no schema: what it held is gone, and is not to be hidden.

    Raises:
        TroubleWith: PROFILE_DAMAGED.
    """
    if version(tx) == 0:
        raise TroubleWith(Kind.PROFILE_DAMAGED, file=path.name)


def bring_up_to_date(tx: Tx, path: Path) -> None:
    """Run the steps that are missing, each in one transaction, after a backup of what is there.

    A new file has nothing to keep a backup of.

    Raises:
        apsw.Error, OSError: the disk does not play along; the file is as it was before the step.
    """
    before = version(tx)
    for number, sql in steps().items():
        if number <= before:
            continue
        if before:
            _back_up(tx, backup_path(path, number))
        with tx:
            tx.execute(sql)
            tx.pragma("user_version", number)
        log.note("store migrated", version=number)


def backup_path(path: Path, number: int) -> Path:
    """Where the file as it was before step `number` is kept, under the same key."""
    return path.with_name(f"{path.name}.before-{number:04}")


def _back_up(tx: Tx, target: Path) -> None:
    beside = target.with_name(target.name + ".new")
    beside.unlink(missing_ok=True)
    tx.execute("vacuum into ?", (str(beside),))
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(target)
    sync_folder(target.parent)
