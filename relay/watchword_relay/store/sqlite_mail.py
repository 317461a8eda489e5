"""Messages in the SQLite store: what waits in mailboxes, what was acknowledged or taken back.

Bodies that several wait for stand once and go with the last of them, by triggers (`schema.sql`).
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import VOID, Batch, Level, Put
from watchword_relay.store.database import number, transaction
from watchword_relay.store.sqlite_boxes import Deltas, Place, forget, levels, of_name, trim, uncount
from watchword_relay.store.sqlite_history import BODY, HAD, SqliteHistory, enter

_PUT = """INSERT INTO message
    (mailbox, seq, id, sender, origin, at, until, organisation, conversation, past, size, digest, body,
        awaited)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, mailbox, origin) DO NOTHING"""
_KEPT_AS = "SELECT seq FROM message WHERE mailbox = ? AND id = ? AND origin = ?"
_ACK = "DELETE FROM message WHERE mailbox = ? AND id = ? AND origin = ? RETURNING mailbox, size, past"
_UNSHARE = """DELETE FROM body WHERE digest = ?1
    AND NOT EXISTS (SELECT 1 FROM message WHERE digest = ?1)
    AND NOT EXISTS (SELECT 1 FROM past WHERE digest = ?1)"""
_EXPIRE = """DELETE FROM message WHERE rowid IN (
        SELECT rowid FROM (SELECT rowid, at FROM message ORDER BY rowid LIMIT ?3) WHERE at < ?1
        UNION SELECT rowid FROM message INDEXED BY message_until WHERE until <= ?2 LIMIT ?3)
    RETURNING mailbox, size"""
"""Rows stand in the order in which they came, so the oldest are the first."""
_GAP = "UPDATE mailbox SET gap = ? WHERE mailbox = ?"
_THERE = """SELECT value, terminal.mailbox IS NOT NULL, next_seq FROM json_each(?) AS wanted
    LEFT JOIN terminal ON terminal.mailbox = value
    LEFT JOIN awaited ON awaited.mailbox = value
    LEFT JOIN mailbox ON mailbox.mailbox = awaited.mailbox
    WHERE terminal.mailbox IS NOT NULL OR awaited.mailbox IS NOT NULL"""


_PAD = "UPDATE relay SET padding = 1 - padding"
"""One page more, as an envelope for nobody writes; what does not change is not written."""


class SqliteMail(SqliteHistory):
    """The message part of a store; see the contract."""

    _allowances: Allowances

    def _write_mail(self, batch: Batch) -> dict[int, Level]:
        """Write what a batch says of messages, within its transaction. Returns the new levels."""
        db = self._writer
        deltas: Deltas = {}
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
        trimmed = trim(db, self._allowances, deltas) if batch.awaited else False
        found = levels(db, deltas)
        for target, (mailbox, _) in batch.awaited.items():
            batch.awaited[target] = mailbox, found[mailbox]
        if trimmed or batch.recalls:
            forget(db, found)
        return found

    def _put(self, batch: Batch, pasts: dict[tuple[int, bytes], int], deltas: Deltas) -> None:
        db, puts = self._writer, batch.puts
        bodies = {id(put.body): put.body for put in puts if put.shared}
        digests = {key: hashlib.sha256(body).digest() for key, body in bodies.items()}
        if bodies:
            db.executemany(BODY, [(digests[key], body) for key, body in bodies.items()])
        there, awaited = self._there({put.mailbox or put.awaited for put in puts})
        rows = []
        for put in puts:
            mailbox, seq, message_id, sender, body, at, until, organisation, shared, conversation = put[:10]
            realm = None
            if mailbox not in there:
                if mailbox != VOID:
                    continue  # its terminal was removed with all that was for it
                place = self._placed(put, awaited, deltas)
                mailbox, is_awaited, seq = place
                if is_awaited:
                    realm = put.realm
                    self._allowances.add(realm, sender, len(body))
                    batch.awaited[realm, put.target] = mailbox, Level(0, 0)
            past = pasts.get((put.origin, message_id)) if pasts else None
            if past is not None and realm is None and put.mailbox == VOID:
                enter(db, past, mailbox)
            size = len(body)
            delta = deltas.get(mailbox)
            if delta is None:
                deltas[mailbox] = [seq + 1, 1, size]
            else:
                if seq >= delta[0]:
                    delta[0] = seq + 1
                delta[1] += 1
                delta[2] += size
            kept = (digests[id(body)], None) if shared else (None, body)
            what = organisation, conversation, past, size
            rows.append((mailbox, seq, message_id, sender, put.origin, at, until, *what, *kept, realm))
        if any(put.organisation is None and put.mailbox != VOID for put in puts):
            db.execute(_PAD)
        before = db.total_changes()
        db.executemany(_PUT, rows)
        if db.total_changes() - before != len(puts):
            self._uncount_repeats(rows, deltas)
            # No row was deleted that would take a body along which was put for a repeat or nobody at all.
            db.executemany(_UNSHARE, [(digest,) for digest in digests.values()])

    def _placed(self, put: Put, awaited: dict[int, int], deltas: Deltas) -> Place:
        """Where a put goes of which only the name is known for certain, with the next number there."""
        if put.awaited in awaited:
            place = Place(put.awaited, True, awaited[put.awaited])
        else:
            place = of_name(self._writer, put.realm, put.target)
        before = deltas.get(place.mailbox)
        return place if before is None else place._replace(next_seq=max(place.next_seq, before[0]))

    def _uncount_repeats(self, rows: Iterable[tuple[Any, ...]], deltas: Deltas) -> None:
        """Count those no more that waited already, under the number that they had then."""
        for mailbox, seq, message_id, _, origin, *_, size, _, _, _ in rows:
            if self._writer.execute(_KEPT_AS, (mailbox, message_id, origin)).get != seq:
                delta = deltas[mailbox]
                delta[1] -= 1
                delta[2] -= size

    def _there(self, mailboxes: Iterable[int]) -> tuple[set[int], dict[int, int]]:
        """Those of these mailboxes that have a terminal, and the next number of those that await theirs.

        A terminal may have been removed since it was looked up.
        """
        rows = self._writer.execute(_THERE, (json.dumps(list(mailboxes)),)).fetchall()
        there = {number(mailbox) for mailbox, has_one, _ in rows if has_one}
        return there, {number(mailbox): number(seq) for mailbox, has_one, seq in rows if not has_one}

    def expire(self, before: int, now: int, most: int) -> dict[int, Level]:
        """Delete messages that nobody fetched in time."""
        with transaction(self._writer) as db:
            return uncount(db, db.execute(_EXPIRE, (before, now, most)).fetchall())
