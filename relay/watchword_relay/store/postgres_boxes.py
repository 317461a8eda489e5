"""Mailboxes in the PostgreSQL store: how full they are, and those whose ids nobody has.

What waits for an id that nobody has stands in the same tables as what waits for anybody, with the realm noted
in `message.awaited`; whose it is says the table `awaited` until the account's first terminal takes it over.
Whoever makes such a mailbox, forgets one or makes a terminal holds the row of its id there: no node makes a
mailbox for an id that another just gives to somebody. `docs/decisions/0073`.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import Level
from watchword_relay.store.postgres_bodies import leave
from watchword_relay.store.postgres_session import Row, Transaction

HOLD = "SELECT mailbox FROM mailbox WHERE mailbox = ANY(%s) ORDER BY mailbox FOR UPDATE"
_COUNT = """UPDATE mailbox SET next_seq = greatest(next_seq, upto), count = count + many, size = size + bytes
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS more (box, upto, many, bytes)
    WHERE mailbox = box RETURNING mailbox, count, size"""
_MAKE = """INSERT INTO awaited (mailbox, realm, account, device)
    VALUES (nextval(pg_get_serial_sequence('terminal', 'mailbox')), %s, %s, %s)
    ON CONFLICT (realm, account, device) DO UPDATE SET device = excluded.device RETURNING mailbox"""
_HAS_IT = "SELECT mailbox FROM terminal WHERE realm = %s AND account = %s AND device = %s"
_ROW = "INSERT INTO mailbox (mailbox) VALUES (%s) ON CONFLICT DO NOTHING"
_NOT_AWAITED = "DELETE FROM awaited WHERE mailbox = %s"
_FORGET = """DELETE FROM awaited WHERE mailbox = ANY(%s)
    AND NOT EXISTS (SELECT 1 FROM mailbox WHERE mailbox.mailbox = awaited.mailbox AND count > 0)
    RETURNING mailbox"""
_OF_ACCOUNT = "FROM message WHERE awaited = %s AND sender > %s AND sender < %s"
_WAITS = f"SELECT count(*), coalesce(sum(size), 0)::bigint {_OF_ACCOUNT}"
_OLDEST = f"SELECT mailbox, seq, size {_OF_ACCOUNT} ORDER BY at, mailbox, seq"
_DROP = """DELETE FROM message USING unnest(%s::bigint[], %s::bigint[]) AS over (box, nth)
    WHERE mailbox = box AND seq = nth AND awaited IS NOT NULL
    RETURNING mailbox, size, digest"""
"""Not what somebody has taken over meanwhile."""
_LEFT_OUT = """DELETE FROM message WHERE mailbox = %s AND (organisation IS NULL OR NOT %s::boolean)
    RETURNING mailbox, size, digest"""
_TAKEN_OVER = "UPDATE message SET awaited = NULL WHERE mailbox = %s AND awaited IS NOT NULL"


class Change(NamedTuple):
    """What a batch does to a mailbox."""

    next_seq: int
    messages: int
    size: int


class Deltas(dict[int, Change]):
    """What a batch does to mailboxes."""

    def add(self, mailbox: int, messages: int, size: int, next_seq: int = 1) -> None:
        """Count some more, or less."""
        before = self.get(mailbox, Change(1, 0, 0))
        self[mailbox] = Change(max(before.next_seq, next_seq), before.messages + messages, before.size + size)

    def gone(self, db: Transaction, rows: Iterable[Row]) -> None:
        """Count messages that were deleted, each with mailbox, size and digest, and what they stood for."""
        digests = []
        for mailbox, size, digest in rows:
            self.add(mailbox, -1, -size)
            digests.append(digest)
        leave(db, digests)


def uncount(db: Transaction, gone: Iterable[Row]) -> dict[int, Level]:
    """Count messages no more that were deleted, each with mailbox, size and digest. Returns the levels."""
    deltas = Deltas()
    deltas.gone(db, gone)
    found = levels(db, deltas)
    forget(db, found)
    return found


def levels(db: Transaction, deltas: Deltas) -> dict[int, Level]:
    """Count, and say how full the mailboxes are now."""
    if not deltas:
        return {}
    rows = db.rows(_COUNT, *columns([(mailbox, *change) for mailbox, change in sorted(deltas.items())]))
    return {mailbox: Level(count, size) for mailbox, count, size in rows}


def forget(db: Transaction, found: dict[int, Level]) -> None:
    """Forget those of these mailboxes, which are held, that are empty and whose ids nobody has."""
    empty = sorted(mailbox for mailbox, level in found.items() if not level.messages)
    if empty:
        gone = [mailbox for (mailbox,) in db.rows(_FORGET, empty)]
        if gone:
            db.rows("DELETE FROM mailbox WHERE mailbox = ANY(%s)", gone)


def of_name(db: Transaction, which: tuple[int, str, int]) -> int:
    """The mailbox of a realm, account and device; made if there is none."""
    mailbox: int = db.value(_MAKE, *which)
    # By now nobody else can be making a terminal of this name; somebody may have just done so.
    terminal: int | None = db.value(_HAS_IT, *which)
    if terminal is not None:
        db.rows(_NOT_AWAITED, mailbox)
        return terminal
    db.rows(_ROW, mailbox)
    return mailbox


def trim(db: Transaction, allowances: Allowances, deltas: Deltas) -> bool:
    """Let the oldest go of what accounts sent to ids that nobody has. Returns whether any did."""
    trimmed = False
    for realm, account in allowances.due():
        which = (realm, f"{account}/", f"{account}0")  # behind all that begins with the account and a slash
        over = allowances.over(*db.rows(_WAITS, *which)[0])
        if over is not None:
            trimmed = _drop_oldest(db, which, over, deltas) or trimmed
    return trimmed


def _drop_oldest(db: Transaction, which: tuple[int, str, str], over: Level, deltas: Deltas) -> bool:
    messages, size = over
    rows: list[tuple[int, int]] = []
    for mailbox, seq, bytes_ in db.rows(_OLDEST, *which):
        if messages <= 0 and size <= 0:
            break
        rows.append((mailbox, seq))
        messages, size = messages - 1, size - bytes_
    if not rows:
        return False
    db.rows(HOLD, sorted({mailbox for mailbox, _ in rows}))
    deltas.gone(db, db.rows(_DROP, *columns(rows)))
    return True


def claim(db: Transaction, which: tuple[int, str, int], *, data: bool) -> int:
    """Take a mailbox over, by realm, account and device, with the message data in it or with nothing.

    Returns its number: a new one if nothing waited for that id.
    """
    mailbox: int = db.value(_MAKE, *which)
    db.rows(_NOT_AWAITED, mailbox)
    if not db.changes(_ROW, mailbox):
        db.rows(HOLD, [mailbox])
        uncount(db, db.rows(_LEFT_OUT, mailbox, data))
        db.rows(_TAKEN_OVER, mailbox)
    return mailbox


def columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Rows as the columns that `unnest` wants; there is at least one."""
    return [list(column) for column in zip(*rows, strict=True)]
