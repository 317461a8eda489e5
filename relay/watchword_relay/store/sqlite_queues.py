"""The operator's part of the SQLite store: what waits, for whom, of which room, since when."""

import apsw

from watchword_relay.store.database import number, transaction, troubles
from watchword_relay.store.queues import Blocked, Choice, Kept, Person, Queue, Room, Waiting
from watchword_relay.store.sqlite_boxes import uncount

_WHOSE = """(SELECT mailbox, realm, account, device FROM terminal
        UNION ALL SELECT mailbox, realm, account, device FROM awaited)"""
"""Whose mailboxes there are: of terminals, and of ids that nobody has."""
_QUEUES = f"""SELECT realm.name, one.account,
        (SELECT count(*) FROM terminal WHERE terminal.realm = one.realm AND terminal.account = one.account),
        coalesce(waits.messages, 0), coalesce(waits.size, 0), waits.oldest,
        coalesce(archive.count, 0), coalesce(archive.size, 0),
        (SELECT min(at) FROM history JOIN past USING (past) WHERE archive = archive.archive)
    FROM (SELECT realm, account FROM account UNION SELECT realm, account FROM awaited) AS one
    JOIN realm USING (realm)
    LEFT JOIN archive ON archive.realm = one.realm AND archive.account = one.account
    LEFT JOIN (
        SELECT realm, account, count(*) AS messages, sum(size) AS size, min(at) AS oldest
        FROM message JOIN {_WHOSE} USING (mailbox) GROUP BY realm, account
    ) AS waits ON waits.realm = one.realm AND waits.account = one.account
    WHERE (:realm IS NULL OR one.realm = :realm) AND (:account IS NULL OR one.account = :account)
        AND (waits.messages > 0 OR archive.count > 0)
    ORDER BY realm.name, one.account"""  # noqa: S608 - of constants
_PEOPLE = """SELECT realm.name, account.account, account.made_at,
        count(terminal.mailbox), coalesce(sum(count), 0), coalesce(sum(mailbox.size), 0),
        EXISTS (SELECT 1 FROM blocked WHERE blocked.realm = account.realm AND blocked.name = account.account)
    FROM account JOIN realm USING (realm) LEFT JOIN terminal USING (realm, account)
    LEFT JOIN mailbox USING (mailbox)
    WHERE (:realm IS NULL OR account.realm = :realm) AND (:account IS NULL OR account.account = :account)
    GROUP BY account.realm, account.account ORDER BY realm.name, account.account"""
_ROOMS_WAITING = f"""SELECT name, conversation,
        max(message.organisation), count(DISTINCT id), count(*), sum(size), min(at)
    FROM message JOIN {_WHOSE} USING (mailbox) JOIN realm USING (realm)
    WHERE conversation IS NOT NULL
        AND (:realm IS NULL OR realm = :realm) AND (:conversation IS NULL OR conversation = :conversation)
    GROUP BY realm, conversation"""  # noqa: S608 - of constants
_ROOMS_PAST = """SELECT name, conversation, max(organisation), count(*), sum(size), min(at), max(until) FROM (
        SELECT DISTINCT realm.name, past.past, past.conversation, past.organisation,
            past.size, past.at, past.until
        FROM history JOIN archive USING (archive) JOIN realm USING (realm) JOIN past USING (past)
        WHERE (:realm IS NULL OR realm = :realm)
            AND (:conversation IS NULL OR history.conversation = :conversation))
    GROUP BY name, conversation"""
_CHOSEN = """(:realm IS NULL OR realm = :realm) AND (:account IS NULL OR account = :account)
    AND (:until IS NULL OR at <= :until)"""
_MESSAGES = f"""FROM message JOIN {_WHOSE} USING (mailbox)
    WHERE {_CHOSEN} AND (:conversation IS NULL OR conversation = :conversation)"""
_NOT_OVER = "AND (message.until IS NULL OR message.until > :now)"
_LISTED = f"""SELECT account, device, id, sender, message.organisation, conversation, size, at, message.until
    {_MESSAGES} {_NOT_OVER} ORDER BY message.rowid LIMIT :most"""
_BODY = f"""SELECT coalesce(body, (SELECT data FROM body WHERE digest = message.digest))
    {_MESSAGES} {_NOT_OVER} AND id = :id AND message.organisation IS NOT NULL LIMIT 1"""  # noqa: S608 - of constants
_EXPIRE = f"""DELETE FROM message WHERE rowid IN (SELECT message.rowid {_MESSAGES} LIMIT :most)
    RETURNING mailbox, size"""  # noqa: S608 - of constants
_EXPIRE_ENTRIES = f"""DELETE FROM history WHERE (archive, place) IN (
    SELECT archive, place FROM history JOIN archive USING (archive) JOIN past USING (past)
    WHERE {_CHOSEN} AND (:conversation IS NULL OR history.conversation = :conversation) LIMIT :most)"""  # noqa: S608 - of constants


class SqliteQueues:
    """The operator's part of a store; see the contract."""

    _reader: apsw.Connection
    _writer: apsw.Connection

    def kept(self) -> Kept:
        """How much history there is."""
        with troubles():
            row = self._reader.execute(
                "SELECT (SELECT count(*) FROM past), (SELECT sum(history) FROM realm)"
            ).fetchone()
        assert row is not None  # noqa: S101 - one row says which schema this is
        return Kept(*map(number, row))

    def people(self, choice: Choice) -> list[Person]:
        """A line for each account."""
        with troubles():
            rows = self._reader.execute(_PEOPLE, _asked(choice)).fetchall()
        return [Person(*row)._replace(blocked=bool(row[-1])) for row in rows]  # type: ignore[arg-type]  # the schema is STRICT

    def block(self, realm: int, name: str, at: int) -> bool:
        """Keep an account or a network out."""
        with transaction(self._writer) as db:
            db.execute("INSERT INTO blocked VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (realm, name, at))
            return bool(db.changes())

    def unblock(self, realm: int, name: str) -> bool:
        """Let it in again."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM blocked WHERE realm = ? AND name = ?", (realm, name))
            return bool(db.changes())

    def blocked(self) -> list[Blocked]:
        """Who is kept out."""
        with troubles():
            rows = self._reader.execute("SELECT realm, name, made_at FROM blocked ORDER BY 1, 2").fetchall()
        return [Blocked(*row) for row in rows]  # type: ignore[arg-type]  # the schema is STRICT

    def queues(self, choice: Choice) -> list[Queue]:
        """A line for each account."""
        with troubles():
            rows = self._reader.execute(_QUEUES, _asked(choice)).fetchall()
        return [Queue(*row) for row in rows]  # type: ignore[arg-type]  # the schema is STRICT

    def rooms(self, choice: Choice) -> list[Room]:
        """A line for each conversation."""
        with troubles():
            waiting = self._reader.execute(_ROOMS_WAITING, _asked(choice)).fetchall()
            past = self._reader.execute(_ROOMS_PAST, _asked(choice)).fetchall()
        found: dict[tuple[str, bytes], tuple[object, ...]] = {
            (str(name), bytes(room)): (organisation, *rest)  # type: ignore[arg-type]  # the schema is STRICT
            for name, room, organisation, *rest in waiting
        }
        kept: dict[tuple[str, bytes], tuple[object, ...]] = {
            (str(name), bytes(room)): (organisation, *rest)  # type: ignore[arg-type]  # the schema is STRICT
            for name, room, organisation, *rest in past
        }
        rooms = []
        for one in sorted(found.keys() | kept.keys()):
            whose, *waits = found.get(one, (None, 0, 0, 0, None))
            by_history, *rest = kept.get(one, (None, 0, 0, None, None))
            rooms.append(Room(*one, whose or by_history, *waits, *rest))  # type: ignore[arg-type]  # the schema is STRICT
        return rooms

    def listed(self, choice: Choice, most: int, now: int) -> list[Waiting]:
        """Messages that wait."""
        meant = {**_asked(choice), "most": most, "now": now}
        with troubles():
            rows = self._reader.execute(_LISTED, meant).fetchall()
        return [Waiting(*row) for row in rows]  # type: ignore[arg-type]  # the schema is STRICT

    def body(self, choice: Choice, message_id: bytes, now: int) -> bytes | None:
        """Message data as they wait."""
        meant = {**_asked(choice), "id": message_id, "now": now}
        with troubles():
            found = self._reader.execute(_BODY, meant).get
        assert found is None or isinstance(found, bytes)  # noqa: S101 - STRICT tables
        return found

    def expire_queues(self, choice: Choice, most: int) -> int:
        """Delete messages that wait."""
        with transaction(self._writer) as db:
            gone = db.execute(_EXPIRE, {**_asked(choice), "most": most}).fetchall()
            uncount(db, gone)
        return len(gone)

    def expire_entries(self, choice: Choice, most: int) -> int:
        """Delete entries of history."""
        with transaction(self._writer) as db:
            meant = {**_asked(choice), "most": most}
            before = number(db.execute(_ENTRIES).get)
            db.execute(_EXPIRE_ENTRIES, meant)
            return before - number(db.execute(_ENTRIES).get)


_ENTRIES = "SELECT coalesce(sum(count), 0) FROM archive"


def _asked(choice: Choice) -> dict[str, int | str | bytes | None]:
    return {
        "realm": choice.realm,
        "account": choice.account,
        "conversation": choice.conversation,
        "until": choice.until,
    }
