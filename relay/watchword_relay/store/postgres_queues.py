"""The operator's part of the PostgreSQL store: what waits, for whom, of which room, since when."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from watchword_relay.store.contract import Level
from watchword_relay.store.postgres_history import hold_history
from watchword_relay.store.postgres_session import Row, Transaction
from watchword_relay.store.queues import Blocked, Choice, Kept, Person, Queue, Room, Waiting

_T = TypeVar("_T")

_WHOSE = """(SELECT mailbox, realm, account, device FROM terminal
        UNION ALL SELECT mailbox, realm, account, device FROM awaited) AS whose"""
"""Whose mailboxes there are: of terminals, and of ids that nobody has."""
_QUEUES = f"""SELECT realm.name, one.account,
        (SELECT count(*) FROM terminal WHERE terminal.realm = one.realm AND terminal.account = one.account),
        coalesce(waits.messages, 0), coalesce(waits.size, 0)::bigint, waits.oldest,
        coalesce(archive.count, 0), coalesce(archive.size, 0),
        (SELECT min(at) FROM history JOIN past USING (past) WHERE history.archive = archive.archive)
    FROM (SELECT realm, account FROM account UNION SELECT realm, account FROM awaited) AS one
    JOIN realm USING (realm)
    LEFT JOIN archive ON archive.realm = one.realm AND archive.account = one.account
    LEFT JOIN (
        SELECT realm, account, count(*) AS messages, sum(size) AS size, min(at) AS oldest
        FROM message JOIN {_WHOSE} USING (mailbox) GROUP BY realm, account
    ) AS waits ON waits.realm = one.realm AND waits.account = one.account
    WHERE (%(realm)s::bigint IS NULL OR one.realm = %(realm)s)
        AND (%(account)s::text IS NULL OR one.account = %(account)s)
        AND (waits.messages > 0 OR archive.count > 0)
    ORDER BY realm.name, one.account"""  # noqa: S608 - of constants
_PEOPLE = """SELECT realm.name, account.account, account.made_at,
        count(terminal.mailbox), coalesce(sum(count), 0)::bigint, coalesce(sum(mailbox.size), 0)::bigint,
        EXISTS (SELECT 1 FROM blocked WHERE blocked.realm = account.realm AND blocked.name = account.account)
    FROM account JOIN realm USING (realm) LEFT JOIN terminal USING (realm, account)
    LEFT JOIN mailbox USING (mailbox)
    WHERE (%(realm)s::bigint IS NULL OR account.realm = %(realm)s)
        AND (%(account)s::text IS NULL OR account.account = %(account)s)
    GROUP BY realm.name, account.realm, account.account, account.made_at
    ORDER BY realm.name, account.account"""
_ROOMS_WAITING = f"""SELECT name, conversation,
        max(encode(message.organisation, 'hex')), count(DISTINCT id), count(*), sum(message.size)::bigint,
        min(at)
    FROM message JOIN {_WHOSE} USING (mailbox) JOIN realm USING (realm)
    WHERE conversation IS NOT NULL AND (%(realm)s::bigint IS NULL OR realm = %(realm)s)
        AND (%(conversation)s::bytea IS NULL OR conversation = %(conversation)s)
    GROUP BY realm, name, conversation"""  # noqa: S608 - of constants
_ROOMS_PAST = """SELECT name, conversation, max(encode(organisation, 'hex')), count(*), sum(size)::bigint,
        min(at), max(until) FROM (
        SELECT DISTINCT realm.name, past.past, past.conversation, past.organisation, past.size, past.at,
            past.until
        FROM history JOIN archive USING (archive) JOIN realm USING (realm) JOIN past USING (past)
        WHERE (%(realm)s::bigint IS NULL OR realm = %(realm)s)
            AND (%(conversation)s::bytea IS NULL OR history.conversation = %(conversation)s)) AS entries
    GROUP BY name, conversation"""
_CHOSEN = """(%(realm)s::bigint IS NULL OR realm = %(realm)s)
    AND (%(account)s::text IS NULL OR account = %(account)s)
    AND (%(until)s::bigint IS NULL OR at <= %(until)s)"""
_OF_ROOM = f"{_CHOSEN} AND (%(conversation)s::bytea IS NULL OR conversation = %(conversation)s)"
_MESSAGES = f"FROM message JOIN {_WHOSE} USING (mailbox) WHERE {_OF_ROOM}"
_NOT_OVER = "AND (message.until IS NULL OR message.until > %(now)s)"
_LISTED = f"""SELECT account, device, id, sender, message.organisation, conversation, message.size, at,
        message.until
    {_MESSAGES} {_NOT_OVER} ORDER BY at, mailbox, seq LIMIT %(most)s"""
_BODY = f"""SELECT coalesce(message.body, shared.data) FROM message JOIN {_WHOSE} USING (mailbox)
    LEFT JOIN body AS shared ON shared.digest = message.digest
    WHERE {_OF_ROOM} {_NOT_OVER} AND id = %(id)s AND message.organisation IS NOT NULL LIMIT 1"""  # noqa: S608 - of constants
_CHOSEN_ROWS = f"SELECT mailbox, seq {_MESSAGES} LIMIT %(most)s"
_EXPIRE_ENTRIES = f"""DELETE FROM history WHERE (archive, place) IN (
    SELECT archive, place FROM history JOIN archive USING (archive) JOIN past USING (past)
    WHERE {_CHOSEN} AND (%(conversation)s::bytea IS NULL OR history.conversation = %(conversation)s)
    LIMIT %(most)s)"""  # noqa: S608 - of constants


class PostgresQueues:
    """The operator's part of a store; see the contract."""

    _rows: Callable[..., list[Row]]

    def _write(self, work: Callable[[Transaction], _T]) -> _T:
        raise NotImplementedError

    def _delete(self, db: Transaction, over: Sequence[Row]) -> dict[int, Level]:
        raise NotImplementedError

    def kept(self) -> Kept:
        """How much history there is."""
        sql = "SELECT (SELECT count(*) FROM past), (SELECT sum(history)::bigint FROM realm)"
        return Kept(*self._rows(sql)[0])

    def people(self, choice: Choice) -> list[Person]:
        """A line for each account."""
        return [Person(*row) for row in self._rows(_PEOPLE, _asked(choice))]

    def block(self, realm: int, name: str, at: int) -> bool:
        """Keep an account or a network out."""
        sql = "INSERT INTO blocked VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        return bool(self._write(lambda db: db.changes(sql, realm, name, at)))

    def unblock(self, realm: int, name: str) -> bool:
        """Let it in again."""
        sql = "DELETE FROM blocked WHERE realm = %s AND name = %s"
        return bool(self._write(lambda db: db.changes(sql, realm, name)))

    def blocked(self) -> list[Blocked]:
        """Who is kept out."""
        rows = self._rows("SELECT realm, name, made_at FROM blocked ORDER BY realm, name")
        return [Blocked(*row) for row in rows]

    def queues(self, choice: Choice) -> list[Queue]:
        """A line for each account."""
        return [Queue(*row) for row in self._rows(_QUEUES, _asked(choice))]

    def rooms(self, choice: Choice) -> list[Room]:
        """A line for each conversation."""
        found: dict[tuple[str, bytes], tuple[Any, ...]] = {
            (name, room): (organisation and bytes.fromhex(organisation), *rest)
            for name, room, organisation, *rest in self._rows(_ROOMS_WAITING, _asked(choice))
        }
        kept: dict[tuple[str, bytes], tuple[Any, ...]] = {
            (name, room): (organisation and bytes.fromhex(organisation), *rest)
            for name, room, organisation, *rest in self._rows(_ROOMS_PAST, _asked(choice))
        }
        rooms = []
        for one in sorted(found.keys() | kept.keys()):
            whose, *waits = found.get(one, (None, 0, 0, 0, None))
            by_history, *rest = kept.get(one, (None, 0, 0, None, None))
            rooms.append(Room(*one, whose or by_history, *waits, *rest))
        return rooms

    def listed(self, choice: Choice, most: int, now: int) -> list[Waiting]:
        """Messages that wait."""
        meant = {**_asked(choice), "most": most, "now": now}
        return [Waiting(*row) for row in self._rows(_LISTED, meant)]

    def body(self, choice: Choice, message_id: bytes, now: int) -> bytes | None:
        """Message data as they wait."""
        found = self._rows(_BODY, {**_asked(choice), "id": message_id, "now": now})
        return found[0][0] if found else None

    def expire_queues(self, choice: Choice, most: int) -> int:
        """Delete messages that wait."""

        def work(db: Transaction) -> int:
            chosen = db.rows(_CHOSEN_ROWS, {**_asked(choice), "most": most})
            if chosen:
                self._delete(db, chosen)
            return len(chosen)

        return self._write(work)

    def expire_entries(self, choice: Choice, most: int) -> int:
        """Delete entries of history."""

        def work(db: Transaction) -> int:
            hold_history(db)
            return db.changes(_EXPIRE_ENTRIES, {**_asked(choice), "most": most})

        return self._write(work)


def _asked(choice: Choice) -> dict[str, int | str | bytes | None]:
    return {
        "realm": choice.realm,
        "account": choice.account,
        "conversation": choice.conversation,
        "until": choice.until,
    }
