"""History and recall in the PostgreSQL store: what is kept of the past for accounts, and what is taken back.

Counts, sizes and bodies follow the rows by triggers (`postgres.sql`). Whatever adds or deletes entries of
history holds one lock for that, over all nodes: an entry's last owner and its next one must not miss each
other. Acknowledgements only mark entries and need no lock.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from watchword_relay.store.contract import VOID
from watchword_relay.store.history import Bounds, Page, Past, PastEntry, Shares, Sharing, TakeBack, TakenBack
from watchword_relay.store.postgres_bodies import BODY, UNUSED
from watchword_relay.store.postgres_boxes import Deltas
from watchword_relay.store.postgres_session import Transaction

_T = TypeVar("_T")

_HISTORY_LOCK = 0x57575259
_PAST = """INSERT INTO past (home, origin, id, sender, conversation, at, until, size, digest,
        organisation)
    VALUES (coalesce((SELECT realm FROM terminal WHERE mailbox = %(origin)s), 0), %(origin)s, %(id)s,
        %(sender)s, %(conversation)s, %(at)s, %(until)s, %(size)s, %(digest)s,
        %(organisation)s)
    ON CONFLICT (origin, id) DO NOTHING RETURNING past"""
"""Of a terminal that was removed meanwhile: of no realm in particular."""
_PAST_OF = "SELECT past FROM past WHERE origin = %s AND id = %s"
_ARCHIVES = """INSERT INTO archive (realm, account) SELECT DISTINCT realm, account FROM terminal
    WHERE mailbox = ANY(%s) ORDER BY realm, account ON CONFLICT (realm, account) DO NOTHING"""
_ENTER = """INSERT INTO history (archive, place, past, conversation, had)
    SELECT archive, next_place, %(past)s, %(conversation)s, of_sender FROM archive
        JOIN (SELECT realm, account, max((mailbox = %(origin)s)::int) AS of_sender FROM terminal
            WHERE mailbox = ANY(%(mailboxes)s) GROUP BY realm, account) AS theirs USING (realm, account)
    ON CONFLICT (past, archive) DO NOTHING"""
_INHERIT = """INSERT INTO history (archive, place, past, conversation, had)
    SELECT archive, next_place - 1 + row_number() OVER (ORDER BY nth), past, conversation, 0
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS waits (past, nth) JOIN past USING (past), archive
    WHERE archive = %s AND recalled = 0 ORDER BY nth ON CONFLICT (past, archive) DO NOTHING"""
_INHERITS = "SELECT past FROM message WHERE mailbox = %s AND past IS NOT NULL ORDER BY seq"
_UNREAD = "DELETE FROM past WHERE past = %s AND NOT EXISTS (SELECT 1 FROM history WHERE past = %s)"
HAD = """UPDATE history SET had = 1
    FROM unnest(%s::bigint[], %s::bigint[]) AS acked (entry, box)
        JOIN terminal ON terminal.mailbox = box JOIN archive USING (realm, account)
    WHERE history.past = entry AND history.archive = archive.archive AND had = 0"""
_TOO_FULL = """SELECT archive, size FROM history JOIN archive USING (archive)
    WHERE past = %s AND size > %s"""
_DROP = """DELETE FROM history WHERE archive = %(archive)s AND place <= (
    SELECT min(place) FROM (
        SELECT place, sum(past.size) OVER (ORDER BY place) AS freed
        FROM history JOIN past USING (past) WHERE archive = %(archive)s
    ) AS oldest WHERE freed >= %(size)s)"""
_KEPT = "SELECT coalesce(sum(history), 0)::bigint FROM realm"
_DROP_OLDEST_PAST = """DELETE FROM history WHERE past = (
    SELECT min(past) FROM past
    WHERE home = (SELECT realm FROM realm ORDER BY history DESC, realm LIMIT 1))"""
"""Of the realm that holds most: no organisation pushes out what another keeps while it holds more itself."""

_KNOWN_RECALL = "SELECT taken_back, stays FROM recall WHERE mailbox = %s AND id = %s"
_RECALL = "INSERT INTO recall (mailbox, id, taken_back, stays, at) VALUES (%s, %s, %s, %s, %s)"
_WAITS_IN = "SELECT mailbox FROM message WHERE id = %s AND origin = %s"
_TAKE = """DELETE FROM message WHERE id = %s AND origin = %s AND mailbox <> ALL(%s)
    RETURNING mailbox, size, digest"""
_LEFT = "SELECT count(*) FROM message WHERE id = %s AND origin = %s AND mailbox = ANY(%s)"
_TAKE_PAST = """DELETE FROM history
    WHERE had = 0 AND past = (SELECT past FROM past WHERE origin = %(origin)s AND id = %(id)s)
        AND archive NOT IN (
            SELECT archive FROM terminal JOIN archive USING (realm, account)
            WHERE mailbox = ANY(%(waits)s))"""
_RECALLED = "UPDATE past SET recalled = 1 WHERE origin = %s AND id = %s"
"""Who has it keeps it; it is given to nobody else."""

_ARCHIVE_OF = "SELECT archive FROM terminal JOIN archive USING (realm, account) WHERE mailbox = %s"
_ABOVE = """SELECT coalesce(sum(count), 0)::bigint FROM shelf WHERE archive = %(archive)s
    AND conversation = coalesce(%(conversation)s::bytea, '') AND shelf > (%(after)s >> 10)"""
_BESIDE = """SELECT count(*) FROM history WHERE archive = %(archive)s AND place > %(after)s
    AND place < ((%(after)s >> 10) + 1) << 10
    AND (%(conversation)s::bytea IS NULL OR conversation = %(conversation)s)"""
"""What follows on the same shelf: never more than it has places."""
_OF = "archive = %(archive)s AND place > %(after)s"
_OF_ROOM = f"{_OF} AND history.conversation = %(conversation)s"
_PAGE = """SELECT place, sender, data FROM history JOIN past USING (past) JOIN body USING (digest)
    WHERE {} ORDER BY place LIMIT %(most)s"""
_READ = "UPDATE history SET had = 1 WHERE {} AND place <= %(last)s AND had = 0"

_TARGET = """SELECT archive, size FROM archive WHERE account = %s
    AND realm = (SELECT realm FROM terminal WHERE mailbox = %s)"""
_EXISTS = """SELECT realm FROM account WHERE account = %s
    AND realm = (SELECT realm FROM terminal WHERE mailbox = %s)"""
_BELOW = """SELECT place FROM history
    WHERE archive = %(mine)s AND conversation = %(conversation)s AND place < %(below)s
    ORDER BY place DESC LIMIT %(most)s"""
_MINE = """SELECT place, past.past, past.size FROM history JOIN past USING (past)
    WHERE archive = %(mine)s AND history.conversation = %(conversation)s AND at >= %(since)s
        AND until > %(now)s AND recalled = 0 AND place > %(after)s AND place <= %(last)s"""
_MEANT = f"""SELECT meant.place, CASE WHEN theirs.past IS NULL THEN meant.size ELSE 0 END
    FROM ({_MINE}) AS meant
    LEFT JOIN history AS theirs ON theirs.past = meant.past AND theirs.archive = %(theirs)s
    ORDER BY meant.place DESC"""  # noqa: S608 - of constants
_PART = """SELECT max(place) FROM (SELECT place FROM history
    WHERE archive = %(mine)s AND conversation = %(conversation)s AND place > %(after)s
    ORDER BY place LIMIT %(most)s) AS part"""
_GIVE = f"""INSERT INTO history (archive, place, past, conversation, had)
    SELECT %(theirs)s, coalesce((SELECT next_place FROM archive WHERE archive = %(theirs)s), 1)
            + row_number() OVER (ORDER BY place) - 1, past, %(conversation)s, 0
        FROM ({_MINE}) AS mine ORDER BY place
    ON CONFLICT (past, archive) DO NOTHING"""  # noqa: S608 - of constants
_EXPIRE = """DELETE FROM history WHERE (past, archive) IN (
    SELECT past, archive FROM past JOIN history USING (past) WHERE until <= %s ORDER BY until LIMIT %s)"""
_EXPIRED = "SELECT 1 FROM past WHERE until <= %s LIMIT 1"

NOBODYS = 0
"""The archive of every account that does not exist: written and forgotten like any other."""


class PostgresHistory:
    """The history part of a store; see the contract."""

    _bounds: Bounds

    def _write(self, work: Callable[[Transaction], _T]) -> _T:
        """Do something in one transaction of the writer's."""
        raise NotImplementedError

    # --- within a commit --------------------------------------------------------------------

    def _keep_past(self, db: Transaction, pasts: Sequence[Past]) -> dict[tuple[int, bytes], int]:
        """Keep message data as history. Returns the number of each by origin and id."""
        numbers: dict[tuple[int, bytes], int] = {}
        for one in pasts:
            digest = hashlib.sha256(one.body).digest()
            db.rows(BODY, [digest], [one.body])
            what = {**one._asdict(), "size": len(one.body), "digest": digest}
            found = db.value(_PAST, what)
            if found is None:
                # A repeat: what is kept already stays as it is.
                found = db.value(_PAST_OF, one.origin, one.id)
            past = numbers[one.origin, one.id] = found
            db.rows(_ARCHIVES, one.mailboxes)
            db.rows(_ENTER, {**what, "past": past})
            db.rows(_UNREAD, past, past)
            self._make_room(db, past)
            db.rows(UNUSED, [digest])
        return numbers

    def _make_room(self, db: Transaction, past: int) -> None:
        """Drop the oldest of every archive that is too full, and of the fullest realm."""
        most = self._bounds.account_bytes
        for archive, size in db.rows(_TOO_FULL, past, most):
            db.rows(_DROP, {"archive": archive, "size": size - most})
        while db.value(_KEPT) > self._bounds.bytes:
            db.rows(_DROP_OLDEST_PAST)

    def _recalled_from(self, db: Transaction, recall: TakeBack) -> list[int]:
        """The mailboxes in which a message waits that is taken back."""
        return [mailbox for (mailbox,) in db.rows(_WAITS_IN, recall.id, recall.origin)]

    def _take_back(self, db: Transaction, recall: TakeBack, deltas: Deltas) -> TakenBack:
        """Take a message back, or say again how that went."""
        known = db.row(_KNOWN_RECALL, recall.origin, recall.id)
        if known is not None:
            return TakenBack(*known)
        elsewhere = self._being_delivered(db, self._recalled_from(db, recall))
        on_its_way = sorted((recall.on_its_way | elsewhere) - recall.has_it)
        left = db.value(_LEFT, recall.id, recall.origin, on_its_way)
        rows = db.rows(_TAKE, recall.id, recall.origin, [*on_its_way, *recall.has_it])
        deltas.gone(db, rows)
        waits = self._recalled_from(db, recall)
        db.rows(_TAKE_PAST, {"origin": recall.origin, "id": recall.id, "waits": waits})
        answer = TakenBack(len(rows), left)
        if answer.taken_back:
            db.rows(_RECALLED, recall.origin, recall.id)
        db.rows(_RECALL, recall.origin, recall.id, *answer, recall.at)
        return answer

    def _being_delivered(self, db: Transaction, mailboxes: list[int]) -> frozenset[int]:
        """Those of these mailboxes, which are held, whose terminal is signed in on another node."""
        raise NotImplementedError

    # --- of its own -------------------------------------------------------------------------

    def page(self, mailbox: int, after: int, most: int, most_bytes: int, conversation: bytes | None) -> Page:
        """Entries above a place; see the contract."""
        which = _OF if conversation is None else _OF_ROOM

        def work(db: Transaction) -> Page:
            hold_history(db)
            archive = db.value(_ARCHIVE_OF, mailbox)
            if archive is None:
                return Page(0, 0, [])
            asked = {"archive": archive, "after": after, "conversation": conversation, "most": most}
            total = _above(db, {**asked, "after": -1})
            entries: list[PastEntry] = []
            size = 0
            for row in db.rows(_PAGE.format(which), asked):
                entry = PastEntry(*row)
                size += len(entry.data)
                if entries and size > most_bytes:
                    break
                entries.append(entry)
            last = entries[-1].place if entries else after
            rest = _above(db, {**asked, "after": last})
            db.rows(_READ.format(which), {**asked, "last": last})
            return Page(total, rest, entries)

        return self._write(work)

    def sharing(self, mailbox: int, account: str, what: Shares, told: Sharing, most: int) -> Sharing | None:
        """Look at some more of what `share` is going to give; see the contract."""

        def work(db: Transaction) -> Sharing | None:
            theirs, size = db.row(_TARGET, account, mailbox) or (NOBODYS, 0)
            asked = {**what._asdict(), "mine": db.value(_ARCHIVE_OF, mailbox), "theirs": theirs}
            places = [place for (place,) in db.rows(_BELOW, {**asked, "below": told.below, "most": most})]
            if not places:
                return None
            room = self._bounds.account_bytes - size if told.room is None else told.room
            meant, after = told.meant, told.after
            for place, more in db.rows(_MEANT, {**asked, "after": places[-1] - 1, "last": places[0]}):
                meant += 1
                room -= more
                if room < 0:
                    after = max(after, place)
            return Sharing(meant, after, places[-1], room)

        return self._write(work)

    def share(self, mailbox: int, account: str, what: Shares, after: int, most: int) -> int | None:
        """Give some entries; see the contract."""

        def work(db: Transaction) -> int | None:
            hold_history(db)
            mine = db.value(_ARCHIVE_OF, mailbox)
            asked = {**what._asdict(), "mine": mine, "after": after, "theirs": NOBODYS}
            last: int | None = db.value(_PART, {**asked, "most": most})
            if last is None:
                return None
            realm = db.value(_EXISTS, account, mailbox)
            if realm is not None:
                db.rows(
                    "INSERT INTO archive (realm, account) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    realm,
                    account,
                )
                asked["theirs"] = db.value(_TARGET, account, mailbox)
            db.rows(_GIVE, {**asked, "last": last})
            if realm is None:
                db.rows("DELETE FROM history WHERE archive = %s", NOBODYS)
            return last

        return self._write(work)

    def expire_history(self, now: int, most: int) -> int:
        """Delete what is over; see the contract."""

        def work(db: Transaction) -> int:
            if db.value(_EXPIRED, now) is None:
                return 0
            hold_history(db)
            return db.changes(_EXPIRE, now, most)

        return self._write(work)

    def forget_recalls(self, before: int) -> int:
        """Delete old answers; see the contract."""
        return self._write(lambda db: db.changes("DELETE FROM recall WHERE at < %s", before))


def hold_history(db: Transaction) -> None:
    """Be the only one, over all nodes, who adds or deletes entries, until the transaction ends."""
    db.rows("SELECT pg_advisory_xact_lock(%s)", _HISTORY_LOCK)


def inherit(db: Transaction, mailbox: int, most: int) -> None:
    """Give a new account the history that is kept of what waits for it already, at most so many bytes."""
    waits = [past for (past,) in db.rows(_INHERITS, mailbox)]
    if not waits:
        return
    hold_history(db)
    db.rows(_ARCHIVES, [mailbox])
    archive = db.value(_ARCHIVE_OF, mailbox)
    db.rows(_INHERIT, waits, archive)
    size = db.value("SELECT size FROM archive WHERE archive = %s", archive)
    if size > most:
        db.rows(_DROP, {"archive": archive, "size": size - most})


def enter(db: Transaction, past: int, mailbox: int) -> None:
    """Give the account of a terminal an entry that came to have its id while this was under way."""
    conversation = db.value("SELECT conversation FROM past WHERE past = %s", past)
    if conversation is not None:
        db.rows(_ARCHIVES, [mailbox])
        what = {"past": past, "conversation": conversation, "origin": VOID, "mailboxes": [mailbox]}
        db.rows(_ENTER, what)


def _above(db: Transaction, asked: dict[str, object]) -> int:
    """How many entries follow after a place."""
    above: int = db.value(_ABOVE, asked)
    beside: int = db.value(_BESIDE, asked)
    return above + beside
