"""History and recall in the SQLite store: what is kept of the past for accounts, and what is taken back.

An account's history is its archive, found by a terminal's mailbox; so no row of another realm is ever met.
Counts, sizes and bodies follow the rows by triggers (`schema.sql`): nothing here deletes a body.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing

import apsw

from watchword_relay.store.contract import VOID
from watchword_relay.store.database import number, transaction
from watchword_relay.store.history import Bounds, Page, Past, PastEntry, Shares, Sharing, TakeBack, TakenBack
from watchword_relay.store.sqlite_boxes import Deltas, lessen

BODY = "INSERT INTO body (digest, data) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
_PAST = """INSERT INTO past (home, origin, id, sender, conversation, at, until, size, digest, organisation)
    VALUES (coalesce((SELECT realm FROM terminal WHERE mailbox = ?1), 0), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (origin, id) DO NOTHING RETURNING past"""
"""Of a terminal that was removed meanwhile: of no realm in particular."""
_PAST_OF = "SELECT past FROM past WHERE origin = ? AND id = ?"
_ARCHIVES = """INSERT INTO archive (realm, account) SELECT DISTINCT realm, account FROM terminal
    WHERE mailbox IN (SELECT value FROM json_each(?)) ON CONFLICT (realm, account) DO NOTHING"""
_ENTER = """INSERT INTO history (archive, place, past, conversation, had)
    SELECT DISTINCT archive, next_place, ?1, ?2, coalesce(mailbox = ?3, 0) FROM archive
        JOIN (SELECT realm, account, max(mailbox = ?3) AS mailbox FROM terminal
            WHERE mailbox IN (SELECT value FROM json_each(?4)) GROUP BY realm, account) USING (realm, account)
    WHERE true ON CONFLICT (past, archive) DO NOTHING"""
_INHERIT = """INSERT INTO history (archive, place, past, conversation, had)
    SELECT archive, next_place - 1 + row_number() OVER (ORDER BY seq), past.past, past.conversation, 0
    FROM message JOIN past USING (past) JOIN terminal USING (mailbox)
        JOIN archive ON archive.realm = terminal.realm AND archive.account = terminal.account
    WHERE mailbox = ? AND recalled = 0 ORDER BY seq ON CONFLICT (past, archive) DO NOTHING"""
_UNREAD = "DELETE FROM past WHERE past = ?1 AND NOT EXISTS (SELECT 1 FROM history WHERE past = ?1)"
HAD = """UPDATE history SET had = 1 WHERE past = ?1 AND had = 0
    AND archive = (SELECT archive FROM terminal JOIN archive USING (realm, account) WHERE mailbox = ?2)"""
_TOO_FULL = "SELECT archive, size FROM history JOIN archive USING (archive) WHERE past = ? AND size > ?"
_FROM_OLDEST = """SELECT place, past.size FROM history JOIN past USING (past)
    WHERE archive = ? ORDER BY place"""
_DROP = "DELETE FROM history WHERE archive = ? AND place <= ?"
_KEPT = "SELECT sum(history) FROM realm"
_DROP_OLDEST_PAST = """DELETE FROM history WHERE past = (
    SELECT min(past) FROM past WHERE home = (SELECT realm FROM realm ORDER BY history DESC LIMIT 1))"""
"""Of the realm that holds most: no organisation pushes out what another keeps while it holds more itself."""

_KNOWN_RECALL = "SELECT taken_back, stays FROM recall WHERE mailbox = ? AND id = ?"
_RECALL = "INSERT INTO recall (mailbox, id, taken_back, stays, at) VALUES (?, ?, ?, ?, ?)"
_TAKE = """DELETE FROM message WHERE id = ?1 AND origin = ?2
    AND mailbox NOT IN (SELECT value FROM json_each(?3)) RETURNING mailbox, size"""
_LEFT = """SELECT count(*) FROM message WHERE id = ?1 AND origin = ?2
    AND mailbox IN (SELECT value FROM json_each(?3))"""
_TAKE_PAST = """DELETE FROM history
    WHERE had = 0 AND past = (SELECT past FROM past WHERE origin = ?1 AND id = ?2) AND archive NOT IN (
        SELECT archive FROM message JOIN terminal USING (mailbox) JOIN archive USING (realm, account)
        WHERE message.id = ?2 AND message.origin = ?1)"""
_RECALLED = "UPDATE past SET recalled = 1 WHERE origin = ? AND id = ?"
"""Who has it keeps it; it is given to nobody else."""

_ARCHIVE_OF = """SELECT archive FROM terminal JOIN archive USING (realm, account) WHERE mailbox = ?"""
_ABOVE = """SELECT coalesce(sum(count), 0) FROM shelf
    WHERE archive = ?1 AND conversation = coalesce(?3, x'') AND shelf > (?2 >> 10)"""
_BESIDE = "SELECT count(*) FROM history WHERE archive = ?1 AND place > ?2 AND place < ((?2 >> 10) + 1) << 10"
_BESIDE_OF = f"""{_BESIDE.replace("history", "history INDEXED BY history_conversation")}
    AND conversation = ?3"""
"""What follows on the same shelf: never more than it has places."""
_PAGE = """SELECT place, sender, data FROM history JOIN past USING (past) JOIN body USING (digest)
    WHERE archive = ?1 AND place > ?2 ORDER BY place LIMIT ?4"""
_PAGE_OF = """SELECT place, sender, data FROM history INDEXED BY history_conversation
        JOIN past USING (past) JOIN body USING (digest)
    WHERE archive = ?1 AND history.conversation = ?3 AND place > ?2 ORDER BY place LIMIT ?4"""
_READ = "UPDATE history SET had = 1 WHERE archive = ?1 AND place > ?2 AND place <= ?3 AND had = 0"
_READ_OF = """UPDATE history INDEXED BY history_conversation SET had = 1
    WHERE archive = ?1 AND conversation = ?4 AND place > ?2 AND place <= ?3 AND had = 0"""

_TARGET = """SELECT archive, size FROM archive WHERE account = ?2
    AND realm = (SELECT realm FROM terminal WHERE mailbox = ?1)"""
_EXISTS = """SELECT realm FROM account WHERE account = ?2
    AND realm = (SELECT realm FROM terminal WHERE mailbox = ?1)"""
_BELOW = """SELECT place FROM history INDEXED BY history_conversation
    WHERE archive = :mine AND conversation = :conversation AND place < :below
    ORDER BY place DESC LIMIT :most"""
_MINE = """SELECT place, past.past, past.size
    FROM history INDEXED BY history_conversation JOIN past USING (past)
    WHERE archive = :mine AND history.conversation = :conversation AND at >= :since AND until > :now
        AND recalled = 0 AND place > :after AND place <= :last"""
_MEANT = f"""SELECT meant.place, CASE WHEN theirs.past IS NULL THEN meant.size ELSE 0 END
    FROM ({_MINE}) AS meant
    LEFT JOIN history AS theirs ON theirs.past = meant.past AND theirs.archive = :theirs
    ORDER BY meant.place DESC"""  # noqa: S608 - of constants
_PART = """SELECT max(place) FROM (SELECT place FROM history INDEXED BY history_conversation
    WHERE archive = :mine AND conversation = :conversation AND place > :after ORDER BY place LIMIT :most)"""
_GIVE = f"""INSERT INTO history (archive, place, past, conversation, had)
    SELECT :theirs, coalesce((SELECT next_place FROM archive WHERE archive = :theirs), 1)
            + row_number() OVER (ORDER BY place) - 1, past, :conversation, 0
        FROM ({_MINE}) ORDER BY place
    ON CONFLICT (past, archive) DO NOTHING"""  # noqa: S608 - of constants
_EXPIRE = """DELETE FROM history WHERE (past, archive) IN (
    SELECT past, archive FROM past JOIN history USING (past) WHERE until <= ? ORDER BY until LIMIT ?)"""

NOBODYS = 0
"""The archive of every account that does not exist: written and forgotten like any other."""


class SqliteHistory:
    """The history part of a store; see the contract."""

    _writer: apsw.Connection
    _bounds: Bounds

    # --- within a commit --------------------------------------------------------------------

    def _keep_past(self, pasts: Sequence[Past]) -> dict[tuple[int, bytes], int]:
        """Keep message data as history. Returns the number of each by origin and id."""
        db = self._writer
        numbers: dict[tuple[int, bytes], int] = {}
        for one in pasts:
            digest = hashlib.sha256(one.body).digest()
            db.execute(BODY, (digest, one.body))
            row = (one.origin, one.id, one.sender, one.conversation, one.at, one.until)
            found = db.execute(_PAST, (*row, len(one.body), digest, one.organisation)).get
            if found is None:
                # A repeat: what is kept already stays as it is.
                found = db.execute(_PAST_OF, (one.origin, one.id)).get
            past = numbers[one.origin, one.id] = number(found)
            mailboxes = json.dumps(one.mailboxes)
            db.execute(_ARCHIVES, (mailboxes,))
            db.execute(_ENTER, (past, one.conversation, one.origin, mailboxes))
            db.execute(_UNREAD, (past,))
            self._make_room(past)
        return numbers

    def _make_room(self, past: int) -> None:
        """Drop the oldest of every archive that is too full, and of the fullest realm."""
        db = self._writer
        most = self._bounds.account_bytes
        for archive, size in db.execute(_TOO_FULL, (past, most)).fetchall():
            _drop_oldest(db, number(archive), number(size) - most)
        while number(db.execute(_KEPT).get) > self._bounds.bytes:
            db.execute(_DROP_OLDEST_PAST)

    def _take_back(self, recall: TakeBack, deltas: Deltas) -> TakenBack:
        """Take a message back, or say again how that went."""
        db = self._writer
        known = db.execute(_KNOWN_RECALL, (recall.origin, recall.id)).fetchone()
        if known is not None:
            return TakenBack(number(known[0]), number(known[1]))
        left = db.execute(_LEFT, (recall.id, recall.origin, json.dumps(list(recall.on_its_way)))).get
        stays = json.dumps([*recall.on_its_way, *recall.has_it])
        rows = db.execute(_TAKE, (recall.id, recall.origin, stays)).fetchall()
        lessen(deltas, rows)
        db.execute(_TAKE_PAST, (recall.origin, recall.id))
        answer = TakenBack(len(rows), number(left))
        if answer.taken_back:
            db.execute(_RECALLED, (recall.origin, recall.id))
        db.execute(_RECALL, (recall.origin, recall.id, *answer, recall.at))
        return answer

    def _above(self, archive: object, place: int, conversation: bytes | None) -> int:
        """How many entries follow after a place."""
        asked = (archive, place) if conversation is None else (archive, place, conversation)
        beside = self._writer.execute(_BESIDE if conversation is None else _BESIDE_OF, asked).get
        above = self._writer.execute(_ABOVE, (archive, place, conversation)).get
        return number(above) + number(beside)

    # --- of its own -------------------------------------------------------------------------

    def page(self, mailbox: int, after: int, most: int, most_bytes: int, conversation: bytes | None) -> Page:
        """Entries above a place; see the contract."""
        rows, read = (_PAGE, _READ) if conversation is None else (_PAGE_OF, _READ_OF)
        entries: list[PastEntry] = []
        size = 0
        with transaction(self._writer) as db:
            archive = db.execute(_ARCHIVE_OF, (mailbox,)).get
            if archive is None:
                return Page(0, 0, [])
            total = self._above(archive, -1, conversation)
            for row in db.execute(rows, (archive, after, conversation, most)):
                entry = PastEntry(*row)
                size += len(entry.data)
                if entries and size > most_bytes:
                    break
                entries.append(entry)
            last = entries[-1].place if entries else after
            rest = self._above(archive, last, conversation)
            marks = (archive, after, last) if conversation is None else (archive, after, last, conversation)
            db.execute(read, marks)
        return Page(total, rest, entries)

    def sharing(self, mailbox: int, account: str, what: Shares, told: Sharing, most: int) -> Sharing | None:
        """Look at some more of what `share` is going to give; see the contract."""
        with transaction(self._writer) as db:
            theirs, size = db.execute(_TARGET, (mailbox, account)).fetchone() or (NOBODYS, 0)
            asked = {**what._asdict(), "mine": db.execute(_ARCHIVE_OF, (mailbox,)).get, "theirs": theirs}
            bounds = {**asked, "below": told.below, "most": most}
            places = [number(place) for (place,) in db.execute(_BELOW, bounds)]
            if not places:
                return None
            room = self._bounds.account_bytes - number(size) if told.room is None else told.room
            meant, after = told.meant, told.after
            bounds = {**asked, "after": places[-1] - 1, "last": places[0]}
            for place, more in db.execute(_MEANT, bounds):
                meant += 1
                room -= number(more)
                if room < 0:
                    after = max(after, number(place))
        return Sharing(meant, after, places[-1], room)

    def share(self, mailbox: int, account: str, what: Shares, after: int, most: int) -> int | None:
        """Give some entries; see the contract."""
        with transaction(self._writer) as db:
            mine = db.execute(_ARCHIVE_OF, (mailbox,)).get
            asked = {**what._asdict(), "mine": mine, "after": after, "theirs": NOBODYS}
            last = db.execute(_PART, {**asked, "most": most}).get
            if last is None:
                return None
            realm = db.execute(_EXISTS, (mailbox, account)).get
            if realm is not None:
                db.execute(
                    "INSERT INTO archive (realm, account) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (realm, account),
                )
                asked["theirs"] = db.execute(_TARGET, (mailbox, account)).fetchall()[0][0]
            db.execute(_GIVE, {**asked, "last": last})
            if realm is None:
                db.execute("DELETE FROM history WHERE archive = ?", (NOBODYS,))
        return number(last)

    def expire_history(self, now: int, most: int) -> int:
        """Delete what is over; see the contract."""
        with transaction(self._writer) as db:
            db.execute(_EXPIRE, (now, most))
            return db.changes()

    def forget_recalls(self, before: int) -> int:
        """Delete old answers; see the contract."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM recall WHERE at < ?", (before,))
            return db.changes()


def inherit(db: apsw.Connection, mailbox: int, most: int) -> None:
    """Give a new account the history that is kept of what waits for it already, at most so many bytes."""
    if db.execute("SELECT 1 FROM message WHERE mailbox = ? AND past IS NOT NULL", (mailbox,)).get is None:
        return
    db.execute(_ARCHIVES, (json.dumps([mailbox]),))
    db.execute(_INHERIT, (mailbox,))
    archive = number(db.execute(_ARCHIVE_OF, (mailbox,)).get)
    size = number(db.execute("SELECT size FROM archive WHERE archive = ?", (archive,)).get)
    if size > most:
        _drop_oldest(db, archive, size - most)


def enter(db: apsw.Connection, past: int, mailbox: int) -> None:
    """Give the account of a terminal an entry that came to have its id while this was under way."""
    conversation = db.execute("SELECT conversation FROM past WHERE past = ?", (past,)).get
    if conversation is not None:
        boxes = json.dumps([mailbox])
        db.execute(_ARCHIVES, (boxes,))
        db.execute(_ENTER, (past, conversation, VOID, boxes))


def _drop_oldest(db: apsw.Connection, archive: int, size: int) -> None:
    """Drop as many entries of an archive as make so much room; no others are looked at."""
    last = 0
    with closing(db.execute(_FROM_OLDEST, (archive,))) as oldest:
        for place, each in oldest:
            last, size = number(place), size - number(each)
            if size <= 0:
                break
    db.execute(_DROP, (archive, last))
