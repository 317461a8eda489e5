"""Mailboxes in the SQLite store: how full they are, and those whose ids nobody has.

What waits for an id that nobody has stands in the same tables as what waits for anybody, with the realm noted
in `message.awaited`; whose it is says the table `awaited` until the account's first terminal takes it over.
`docs/decisions/0073`.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import apsw

from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import Level
from watchword_relay.store.database import number
from watchword_wire.ids import parse_full_id

_LEVEL = """INSERT INTO mailbox (mailbox, next_seq, count, size) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (mailbox) DO UPDATE SET next_seq = max(next_seq, ?2), count = count + ?3, size = size + ?4
    RETURNING count, size"""
_FIND = """SELECT coalesce(terminal.mailbox, awaited.mailbox), terminal.mailbox IS NULL, coalesce(next_seq, 1)
    FROM (SELECT ?1 AS realm, ?2 AS account, ?3 AS device) AS wanted
    LEFT JOIN terminal USING (realm, account, device)
    LEFT JOIN awaited USING (realm, account, device)
    LEFT JOIN mailbox ON mailbox.mailbox = coalesce(terminal.mailbox, awaited.mailbox)"""
_NEXT = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'terminal' RETURNING seq"
"""One terminal there has been: that of the sender."""
_MAKE = "INSERT INTO awaited (mailbox, realm, account, device) VALUES (?, ?, ?, ?)"
_FORGET = """DELETE FROM awaited WHERE mailbox IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (SELECT 1 FROM mailbox WHERE mailbox.mailbox = awaited.mailbox AND count > 0)
    RETURNING mailbox"""
_OF_ACCOUNT = "FROM message INDEXED BY message_awaited WHERE awaited = ?1 AND sender > ?2 AND sender < ?3"
_WAITS = f"SELECT count(*), coalesce(sum(size), 0) {_OF_ACCOUNT}"
_OLDEST = f"SELECT rowid, mailbox, size {_OF_ACCOUNT} ORDER BY rowid"
_CLAIMED = "SELECT mailbox FROM awaited WHERE realm = ? AND account = ? AND device = ?"
_LEFT_OUT = """DELETE FROM message WHERE mailbox = ?1 AND (organisation IS NULL OR NOT ?2)
    RETURNING mailbox, size"""
_TAKEN_OVER = "UPDATE message SET awaited = NULL WHERE mailbox = ?"

Deltas = dict[int, list[int]]
"""What a transaction does to mailboxes: the least next number, and how many messages and bytes more."""


class Place(NamedTuple):
    """The mailbox of a name."""

    mailbox: int
    is_awaited: bool
    """Whether nobody has the name."""
    next_seq: int


def lessen(deltas: Deltas, gone: Iterable[tuple[object, ...]]) -> None:
    """Count messages no more that were deleted, each a mailbox and a size."""
    for mailbox, size in gone:
        delta = deltas.setdefault(number(mailbox), [1, 0, 0])
        delta[1] -= 1
        delta[2] -= number(size)


def levels(db: apsw.Connection, deltas: Deltas) -> dict[int, Level]:
    """Count, and say how full the mailboxes are now."""
    return {mailbox: Level(*_row(db, _LEVEL, (mailbox, *delta))) for mailbox, delta in deltas.items()}


def uncount(db: apsw.Connection, gone: Iterable[tuple[object, ...]]) -> dict[int, Level]:
    """Count messages no more that were deleted, each a mailbox and a size. Returns the new levels."""
    deltas: Deltas = {}
    lessen(deltas, gone)
    found = levels(db, deltas)
    forget(db, found)
    return found


def forget(db: apsw.Connection, found: dict[int, Level]) -> None:
    """Forget those of these mailboxes in which nothing waits any more and whose ids nobody has."""
    empty = [mailbox for mailbox, level in found.items() if not level.messages]
    if empty:
        gone = db.execute(_FORGET, (json.dumps(empty),)).fetchall()
        db.executemany("DELETE FROM mailbox WHERE mailbox = ?", gone)


def of_name(db: apsw.Connection, realm: int, full_id: str) -> Place:
    """The mailbox of a full id; made if there is none."""
    one = parse_full_id(full_id)
    which = (realm, one.account, one.device)
    mailbox, is_awaited, next_seq = db.execute(_FIND, which).fetchall()[0]
    if mailbox is None:
        mailbox = db.execute(_NEXT).get
        db.execute(_MAKE, (mailbox, *which))
    return Place(number(mailbox), bool(is_awaited), number(next_seq))


def trim(db: apsw.Connection, allowances: Allowances, deltas: Deltas) -> bool:
    """Let the oldest go of what accounts sent to ids that nobody has. Returns whether any did."""
    trimmed = False
    for realm, account in allowances.due():
        which = (realm, f"{account}/", f"{account}0")  # behind all that begins with the account and a slash
        over = allowances.over(*_row(db, _WAITS, which))
        if over is not None:
            trimmed = True
            lessen(deltas, _drop_oldest(db, which, over))
    return trimmed


def _drop_oldest(db: apsw.Connection, which: tuple[int, str, str], over: Level) -> list[tuple[object, ...]]:
    """Delete as many messages or bytes. Returns them, each a mailbox and a size."""
    rows: list[tuple[object]] = []
    gone: list[tuple[object, ...]] = []
    messages, size = over
    for row, mailbox, bytes_ in db.execute(_OLDEST, which).fetchall():
        if messages <= 0 and size <= 0:
            break
        rows.append((row,))
        gone.append((mailbox, bytes_))
        messages, size = messages - 1, size - number(bytes_)
    db.executemany("DELETE FROM message WHERE rowid = ?", rows)
    return gone


def claim(db: apsw.Connection, which: tuple[int, str, int], *, data: bool) -> int | None:
    """Take a mailbox over, by realm, account and device, with the message data in it or with nothing.

    Returns its number; None if nothing waits for that id.
    """
    found = db.execute(_CLAIMED, which).get
    if found is None:
        return None
    mailbox = number(found)
    db.execute("DELETE FROM awaited WHERE mailbox = ?", (mailbox,))
    uncount(db, db.execute(_LEFT_OUT, (mailbox, data)).fetchall())
    db.execute(_TAKEN_OVER, (mailbox,))
    return mailbox


def _row(db: apsw.Connection, sql: str, bindings: Sequence[int | str]) -> tuple[int, int]:
    row = db.execute(sql, bindings).fetchone()
    return (row[0], row[1]) if row else (0, 0)
