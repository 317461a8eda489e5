"""A relay's whole memory, moved from SQLite into an empty PostgreSQL while it serves; in one transaction.

First everything is copied as it stood at one moment; then what changed since is brought over, row by row in
the order of the keys of both; then the relay stops, and what changed in that short time follows. Either all
of it is there when this returns, or nothing. `docs/decisions/0077`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import apsw

from watchword_relay.store.contract import StoreUnfit
from watchword_relay.store.database import number, troubles
from watchword_relay.store.migrate import SCHEMA_VERSION
from watchword_relay.store.postgres_session import Transaction

_Row = tuple[Any, ...]


class _Table(NamedTuple):
    """One of those that both sides have."""

    name: str
    keys: int
    """How many of the columns, from the first, are its key."""
    columns: str
    compared: int | None = None
    """How many of the columns, from the first, tell whether a row has changed; all if not said."""

    @property
    def all(self) -> list[str]:
        return self.columns.split(", ")

    @property
    def key(self) -> str:
        return ", ".join(self.all[: self.keys])

    @property
    def seen(self) -> str:
        return ", ".join(self.all[: self.compared])


TABLES: Final = (
    _Table("realm", 1, "realm, name, made_at, history"),
    _Table("account", 2, "realm, account, skeleton, made_at"),
    _Table(
        "terminal", 1, "mailbox, realm, account, device, key, made_at, by, organisation, member_key, vouched"
    ),
    _Table("awaited", 1, "mailbox, realm, account, device"),
    _Table("closed", 1, "number, realm, account, member_key"),
    _Table("removed", 1, "number, realm, account, device, key, at"),
    _Table("admission", 1, "mailbox, by_key, approval, parcel"),
    _Table("mailbox", 1, "mailbox, next_seq, count, size, gap"),
    # Of these two nothing else ever changes, and no key of theirs comes back for something else.
    _Table("body", 1, "digest, data", compared=1),
    _Table(
        "message",
        2,
        "mailbox, seq, awaited, id, sender, origin, at, until, organisation, conversation, past, size,"
        " digest, body",
        compared=3,
    ),
    _Table(
        "past",
        1,
        "past, home, origin, id, sender, conversation, at, until, size, digest, organisation, recalled",
    ),
    _Table("archive", 1, "archive, realm, account, next_place, count, size"),
    _Table("history", 2, "archive, place, past, conversation, had"),
    _Table("shelf", 3, "archive, conversation, shelf, count"),
    _Table("recall", 2, "mailbox, id, taken_back, stays, at"),
    _Table("handshake", 2, "realm, h, a, b, at, status, last, by, owed_a, owed_b"),
    _Table("invite", 2, "realm, invite, made_at, uses, until"),
    _Table("blocked", 2, "realm, name, made_at"),
)
"""Every table but what is of one row, or of no use elsewhere; and its columns, which both sides have."""
_COUNTED: Final = (
    ("realm", "realm"),
    ("terminal", "mailbox"),
    ("closed", "number"),
    ("removed", "number"),
    ("past", "past"),
    ("archive", "archive"),
)
"""What counts on from the highest number that there ever was."""
_TRIGGERS: Final = ("past", "history")
_REFS: Final = """UPDATE body SET refs = used.many FROM (
        SELECT digest, count(*) AS many FROM (
            SELECT digest FROM message WHERE digest IS NOT NULL UNION ALL SELECT digest FROM past
        ) AS uses GROUP BY digest
    ) AS used WHERE body.digest = used.digest AND body.refs <> used.many"""
_SUMS: Final = {
    "message": "coalesce(sum(size), 0)",
    "mailbox": "coalesce(sum(count), 0) + coalesce(sum(size), 0)",
    "body": "coalesce(sum(length(data)), 0)",
    "history": "coalesce(sum(place), 0)",
    "handshake": "coalesce(sum(at), 0)",
}
_ARRAYS: Final = {int: "bigint[]", bytes: "bytea[]", str: "text[]"}
_AT_ONCE: Final = 5_000
_TOLD_EVERY: Final = 500

Progress = Callable[[int, int], None]
"""Told how many rows of how many are copied."""
Stop = Callable[[], None]
"""Returns when nobody writes into the source any more."""


class Moved(NamedTuple):
    """What was moved."""

    rows: int
    late: int
    """How many of them changed after the copy, and so were brought over once more."""


def move(source: apsw.Connection, db: Transaction, relay_key: bytes, progress: Progress, stop: Stop) -> Moved:
    """Move everything. The relay may serve until it is to stop.

    Raises:
        StoreUnfit: the database is not empty, the source is of another version, or what came does not agree
            with what was sent.
        StoreTrouble: either of the two does not work.
    """
    if db.value("SELECT EXISTS (SELECT 1 FROM account) OR (SELECT count(*) FROM realm) > 1"):
        raise StoreUnfit("the database has a relay's data already: name an empty one")
    db.script("SET LOCAL idle_in_transaction_session_timeout TO 0")
    db.rows("DELETE FROM realm")
    for table in _TRIGGERS:
        db.script(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with _moment(source):
        _copy(source, db, progress)
    db.script(f"ANALYZE {', '.join(table.name for table in TABLES)}")
    late = _follow(source, db)
    stop()
    late += _follow(source, db)
    db.rows("INSERT INTO mailbox (mailbox) SELECT mailbox FROM terminal ON CONFLICT DO NOTHING")
    for table in _TRIGGERS:
        db.script(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    _count_on(source, db)
    ((served, skeletons),) = _rows(source, "SELECT served, skeleton_source FROM relay")
    db.rows(
        "UPDATE relay SET served = %s, skeleton_source = %s, relay_key = %s", served, skeletons, relay_key
    )
    return Moved(_compare(source, db), late)


@contextmanager
def _moment(source: apsw.Connection) -> Iterator[None]:
    """All that is read within is of one moment."""
    with troubles():
        source.execute("BEGIN")
        try:
            if number(source.execute("SELECT schema_version FROM relay").get) != SCHEMA_VERSION:
                raise StoreUnfit("the relay that runs is of another version: start it again with this one")
            yield
        finally:
            source.execute("ROLLBACK")


def _rows(source: apsw.Connection, sql: str) -> list[Any]:
    return source.execute(sql).fetchall()


# --- the copy ---------------------------------------------------------------------------------


def _copy(source: apsw.Connection, db: Transaction, progress: Progress) -> None:
    counts = [number(source.execute(f"SELECT count(*) FROM {table.name}").get) for table in TABLES]  # noqa: S608 - of constants
    total, done = sum(counts), 0
    for table, count in zip(TABLES, counts, strict=True):
        # In the order of the keys, as they are compared later.
        read = source.execute(f"SELECT {table.columns} FROM {table.name} ORDER BY {table.key}")  # noqa: S608 - of constants
        for nth in _written(table, read, db):
            progress(done + nth, total)
        done += count
        progress(done, total)
    db.rows(_REFS)


def _written(table: _Table, rows: Iterator[_Row], db: Transaction) -> Iterator[int]:
    """Write rows of a table. Yields now and then how many it was so far."""
    # Of a body it is counted later who stands for it.
    extra = ["refs"] if table.name == "body" else []
    with db.copying(table.name, [*table.all, *extra]) as write:
        for nth, row in enumerate(rows, 1):
            write((*row, *([0] if extra else [])))
            if nth % _TOLD_EVERY == 0:
                yield nth


# --- what changed since -----------------------------------------------------------------------


def _follow(source: apsw.Connection, db: Transaction) -> int:
    """Bring over what differs now. Returns how many rows that were."""
    with _moment(source):
        found = sum(_follow_in(table, source, db) for table in TABLES)
        db.rows(_REFS)
    return found


def _follow_in(table: _Table, source: apsw.Connection, db: Transaction) -> int:
    read = source.execute(f"SELECT {table.seen} FROM {table.name} ORDER BY {table.key}")  # noqa: S608 - of constants
    gone, new = _differing(table.keys, read, _there(table, db))
    if gone:
        casts = ", ".join(f"%s::{_ARRAYS[type(part)]}" for part in gone[0])
        columns = [list(column) for column in zip(*gone, strict=True)]
        db.rows(f"DELETE FROM {table.name} WHERE ({table.key}) IN (SELECT * FROM unnest({casts}))", *columns)  # noqa: S608 - of constants
    if new:
        for _ in _written(table, _found(table, source, new), db):
            pass
    return len(gone) + len(new)


def _differing(keys: int, here: Iterator[_Row], there: Iterator[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Keys of the rows that are to go there, and of those that are to come: of one that changed, both."""
    gone: list[_Row] = []
    new: list[_Row] = []
    mine, theirs = next(here, None), next(there, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine[:keys] < theirs[:keys]):
            assert mine is not None  # noqa: S101 - one of the two is there
            new.append(mine[:keys])
            mine = next(here, None)
        elif mine is None or theirs[:keys] < mine[:keys]:
            gone.append(theirs[:keys])
            theirs = next(there, None)
        else:
            if mine != theirs:
                gone.append(theirs[:keys])
                new.append(mine[:keys])
            mine, theirs = next(here, None), next(there, None)
    return gone, new


def _there(table: _Table, db: Transaction) -> Iterator[_Row]:
    """What is there of a table, in the order of its key."""
    # A name for each: what is fetched from one has always the same columns.
    cursor = f"there_{table.name}"
    what = f"SELECT {table.seen} FROM {table.name} ORDER BY {table.key}"  # noqa: S608 - of constants
    db.rows(f"DECLARE {cursor} NO SCROLL CURSOR FOR {what}")
    while rows := db.rows(f"FETCH {_AT_ONCE} FROM {cursor}"):
        yield from rows
    db.rows(f"CLOSE {cursor}")


def _found(table: _Table, source: apsw.Connection, keys: list[_Row]) -> Iterator[_Row]:
    """Whole rows by their keys."""
    fits = " AND ".join(f"{column} = ?" for column in table.all[: table.keys])
    for key in keys:
        yield from source.execute(f"SELECT {table.columns} FROM {table.name} WHERE {fits}", key)  # noqa: S608 - of constants


# --- the end ----------------------------------------------------------------------------------


def _count_on(source: apsw.Connection, db: Transaction) -> None:
    """No number comes back, not even one of a row that is gone."""
    ever: dict[str, int] = dict(_rows(source, "SELECT name, seq FROM sqlite_sequence"))
    for table, column in _COUNTED:
        highest = db.value(f"SELECT coalesce(max({column}), 0) FROM {table}")  # noqa: S608 - of constants
        upto = max(highest, ever.get(table, 0))
        if upto:
            db.rows("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", table, column, upto)


def _compare(source: apsw.Connection, db: Transaction) -> int:
    """See that there are as many rows and bytes as there were. Returns how many rows."""
    total = 0
    for table, *_ in TABLES:
        what = f"SELECT count(*), {_SUMS.get(table, '0')} FROM {table}"  # noqa: S608 - of constants
        if table == "mailbox":
            # A terminal that never got anything has no row there, and an empty one here.
            what += " WHERE next_seq > 1 OR count > 0"
        ((rows, size),) = _rows(source, what)
        there = db.row(what)
        if there is None or (rows, size) != (there[0], int(there[1])):
            raise StoreUnfit(f"of {table} not all came: nothing was moved")
        total += rows
    return total
