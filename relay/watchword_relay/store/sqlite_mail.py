"""Messages in the SQLite store: what waits in mailboxes, what was acknowledged, taken back, and for nobody.

Bodies that several wait for stand once and go with the last of them, by triggers (`schema.sql`).
"""

import hashlib
import json
from collections.abc import Iterable

import apsw

from watchword_relay.store.contract import VOID, Batch, Level, Put
from watchword_relay.store.database import number, transaction
from watchword_relay.store.sqlite_history import BODY, HAD, SqliteHistory
from watchword_wire.timing import MESSAGE_KEPT

_PUT = """INSERT INTO message
    (mailbox, seq, id, sender, origin, at, until, organisation, conversation, past, size, digest, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, mailbox, origin) DO NOTHING"""
_KEPT_AS = "SELECT seq FROM message WHERE mailbox = ? AND id = ? AND origin = ?"
_ACK = "DELETE FROM message WHERE mailbox = ? AND id = ? AND origin = ? RETURNING mailbox, size, past"
_UNSHARE = """DELETE FROM body WHERE digest = ?1
    AND NOT EXISTS (SELECT 1 FROM message WHERE digest = ?1)
    AND NOT EXISTS (SELECT 1 FROM past WHERE digest = ?1)"""
_FOR_NOBODY = """INSERT INTO void (origin, number, id, realm, target, size, at, until)
    SELECT ?1, 1 + coalesce((SELECT max(number) FROM void WHERE origin = ?1), 0), ?2, realm, ?3, ?4, ?5, ?6
    FROM terminal WHERE mailbox = ?1 ON CONFLICT (origin, id, target) DO NOTHING"""
_TRIM_VOID = """DELETE FROM void WHERE origin = ?1
    AND number <= (SELECT max(number) FROM void WHERE origin = ?1) - ?2"""
_NOBODYS = """SELECT count, size FROM nobody
    WHERE realm = (SELECT realm FROM terminal WHERE mailbox = ?1) AND target = ?2"""
_EXPIRE = """DELETE FROM message WHERE rowid IN (
        SELECT rowid FROM (SELECT rowid, at FROM message ORDER BY rowid LIMIT ?3) WHERE at < ?1
        UNION SELECT rowid FROM message INDEXED BY message_until WHERE until <= ?2 LIMIT ?3)
    RETURNING mailbox, size"""
"""Rows stand in the order in which they came, so the oldest are the first."""
_EXPIRE_VOID = """DELETE FROM void WHERE (origin, number) IN (
    SELECT origin, number FROM void WHERE until <= ? ORDER BY until LIMIT ?)"""
_LEVEL = """INSERT INTO mailbox (mailbox, next_seq, count, size) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (mailbox) DO UPDATE SET next_seq = max(next_seq, ?2), count = count + ?3, size = size + ?4
    RETURNING count, size"""
_GAP = "UPDATE mailbox SET gap = ? WHERE mailbox = ?"
_THERE = "SELECT mailbox FROM terminal WHERE mailbox IN (SELECT value FROM json_each(?))"

VOID_KEPT = 100_000
"""Of one terminal's copies for nobody so many at most are remembered: ten times what a mailbox holds."""


class SqliteMail(SqliteHistory):
    """The message part of a store; see the contract."""

    def _write_mail(self, batch: Batch) -> dict[int, Level]:
        """Write what a batch says of messages, within its transaction. Returns the new levels."""
        db = self._writer
        deltas: dict[int, list[int]] = {}
        pasts = self._keep_past(batch.pasts) if batch.pasts else {}
        if batch.puts:
            self._put(batch, pasts, deltas)
        if batch.acks:
            had: list[tuple[int, int]] = []
            for mailbox, size, past in db.executemany(_ACK, batch.acks):
                delta = deltas.setdefault(mailbox, [1, 0, 0])
                delta[1] -= 1
                delta[2] -= size
                if past is not None:
                    had.append((past, mailbox))
            if had:
                db.executemany(HAD, had)
        for recall in batch.recalls:
            batch.taken_back[recall.origin, recall.id] = self._take_back(recall, deltas)
        for gap, mailboxes in ((0, batch.heard), (1, batch.gaps)):
            if mailboxes:
                db.executemany(_GAP, [(gap, mailbox) for mailbox in mailboxes])
        return _levels(db, deltas)

    def _put(self, batch: Batch, pasts: dict[tuple[int, bytes], int], deltas: dict[int, list[int]]) -> None:
        db, puts = self._writer, batch.puts
        bodies = {id(put.body): put.body for put in puts if put.shared}
        digests = {key: hashlib.sha256(body).digest() for key, body in bodies.items()}
        if bodies:
            db.executemany(BODY, [(digests[key], body) for key, body in bodies.items()])
        there = self._there({put.mailbox for put in puts})
        nobodys: list[tuple[int, bytes, str, int, int, int]] = []
        rows = []
        for place, put in enumerate(puts):
            mailbox, seq, message_id, sender, body, at, until, organisation, shared, conversation = put[:10]
            origin, target = put.origin, put.target
            past = pasts.get((origin, message_id)) if pasts else None
            size = len(body)
            if mailbox in there:
                delta = deltas.get(mailbox)
                if delta is None:
                    deltas[mailbox] = [seq + 1, 1, size]
                else:
                    if seq >= delta[0]:
                        delta[0] = seq + 1
                    delta[1] += 1
                    delta[2] += size
            else:
                # All that is for nobody meets here, with numbers of as many senders' and mailboxes' making.
                deltas.setdefault(VOID, [1, 0, 0])
                over = at + MESSAGE_KEPT + 1 if until is None else until
                nobodys.append((origin, message_id, target, size, at, over))
                mailbox, seq, message_id = VOID, place, place.to_bytes(len(message_id))
            kept = (digests[id(body)], None) if shared else (None, body)
            what = organisation, conversation, past, size
            rows.append((mailbox, seq, message_id, sender, origin, at, until, *what, *kept))
        before = db.total_changes()
        db.executemany(_PUT, rows)
        if db.total_changes() - before != len(puts):
            self._uncount_repeats([put for put in puts if put.mailbox in there], deltas)
            # No row was deleted that would take a body along which was put for it alone.
            db.executemany(_UNSHARE, [(digest,) for digest in digests.values()])
        if nobodys:
            db.executemany(_FOR_NOBODY, nobodys)
            for origin, target in {(one[0], one[2]) for one in nobodys}:
                level = db.execute(_NOBODYS, (origin, target)).fetchone() or (0, 0)
                batch.nobodys[origin, target] = Level(number(level[0]), number(level[1]))
            for origin in {one[0] for one in nobodys}:
                db.execute(_TRIM_VOID, (origin, VOID_KEPT))
            db.execute("DELETE FROM message WHERE mailbox = ?", (VOID,))

    def _uncount_repeats(self, puts: Iterable[Put], deltas: dict[int, list[int]]) -> None:
        """Count those no more that waited already, under the number that they had then."""
        for put in puts:
            if self._writer.execute(_KEPT_AS, (put.mailbox, put.id, put.origin)).get != put.seq:
                delta = deltas[put.mailbox]
                delta[1] -= 1
                delta[2] -= len(put.body)

    def _there(self, mailboxes: Iterable[int]) -> set[int]:
        """Those of these mailboxes that have a terminal; one may have been removed since it was looked up."""
        rows = self._writer.execute(_THERE, (json.dumps(list(mailboxes)),)).fetchall()
        return {number(mailbox) for (mailbox,) in rows}

    def expire(self, before: int, now: int, most: int) -> dict[int, Level]:
        """Delete messages that nobody fetched in time."""
        with transaction(self._writer) as db:
            gone = db.execute(_EXPIRE, (before, now, most)).fetchall()
            levels = uncount(db, gone)
            db.execute(_EXPIRE_VOID, (now, most))
            return levels | ({VOID: Level(0, 0)} if db.changes() else {})


def uncount(db: apsw.Connection, gone: Iterable[tuple[object, ...]]) -> dict[int, Level]:
    """Count messages no more that were deleted, each a mailbox and a size. Returns the new levels."""
    deltas: dict[int, list[int]] = {}
    for mailbox, size in gone:
        delta = deltas.setdefault(number(mailbox), [1, 0, 0])
        delta[1] -= 1
        delta[2] -= number(size)
    return _levels(db, deltas)


def _levels(db: apsw.Connection, deltas: dict[int, list[int]]) -> dict[int, Level]:
    return {mailbox: Level(*_row(db, _LEVEL, (mailbox, *delta))) for mailbox, delta in deltas.items()}


def _row(db: apsw.Connection, sql: str, bindings: tuple[int, ...]) -> tuple[int, int]:
    row = db.execute(sql, bindings).fetchone()
    return (row[0], row[1]) if row else (0, 0)
