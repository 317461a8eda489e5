"""Which realms a relay on PostgreSQL has: made, taken away, erased. What is in one is in `postgres_realm`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from watchword_relay.store.contract import NOWHERE, OWN, Level, Realm
from watchword_relay.store.postgres_history import hold_history
from watchword_relay.store.postgres_session import Row, Transaction

_T = TypeVar("_T")

_ERASE_MESSAGES = """SELECT mailbox, seq FROM terminal JOIN message USING (mailbox) WHERE realm = %(realm)s
    UNION ALL SELECT mailbox, seq FROM message WHERE awaited = %(realm)s LIMIT %(most)s"""
_ERASE_HISTORY = """DELETE FROM history WHERE (archive, place) IN (
    SELECT archive, place FROM archive JOIN history USING (archive) WHERE realm = %s LIMIT %s)"""
_ERASE_AWAITED = "DELETE FROM mailbox WHERE mailbox IN (SELECT mailbox FROM awaited WHERE realm = %s)"
_ERASE_MAILBOXES = tuple(
    f"DELETE FROM {table} WHERE {column} IN (SELECT mailbox FROM terminal WHERE realm = %s)"  # noqa: S608 - of constants
    for table, column in (
        ("mailbox", "mailbox"),
        ("admission", "mailbox"),
        ("recall", "mailbox"),
        ("seat", "mailbox"),
    )
)
_ERASE_REST = tuple(
    f"DELETE FROM {table} WHERE realm = %s"  # noqa: S608 - of constants
    for table in (
        "awaited",
        "terminal",
        "closed",
        "removed",
        "account",
        "archive",
        "handshake",
        "invite",
        "blocked",
        "realm",
    )
)


class PostgresRealms:
    """The part of a store that knows all realms."""

    _rows: Callable[..., list[Row]]

    def _write(self, work: Callable[[Transaction], _T]) -> _T:
        raise NotImplementedError

    def _delete(self, db: Transaction, over: Sequence[Row]) -> dict[int, Level]:
        raise NotImplementedError

    def realm(self, name: str) -> int:
        """The number of the realm of a name."""
        found = self._rows("SELECT realm FROM realm WHERE name = %s", name)
        return found[0][0] if found else NOWHERE

    def realms(self) -> list[Realm]:
        """All realms that have a name."""
        sql = "SELECT realm, name, made_at FROM realm WHERE name IS NOT NULL ORDER BY name"
        return [Realm(*row) for row in self._rows(sql)]

    def taken_away(self) -> list[int]:
        """Realms without a name."""
        return [number for (number,) in self._rows("SELECT realm FROM realm WHERE name IS NULL")]

    def add_realm(self, name: str, at: int) -> bool:
        """Make a realm."""
        sql = "INSERT INTO realm (name, made_at) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING"
        return self._write(lambda db: bool(db.changes(sql, name, at)))

    def take_away(self, name: str) -> bool:
        """Take a realm's name away."""
        sql = "UPDATE realm SET name = NULL WHERE name = %s AND realm <> %s"
        return self._write(lambda db: bool(db.changes(sql, name, OWN)))

    def erase(self, realm: int, most: int) -> bool:
        """Delete what a realm without a name holds, at most so many messages at once."""

        def work(db: Transaction) -> bool:
            hold_history(db)
            chosen = db.rows(_ERASE_MESSAGES, {"realm": realm, "most": most})
            if chosen:
                self._delete(db, chosen)
            if len(chosen) == most or db.changes(_ERASE_HISTORY, realm, most) == most:
                return True
            for delete in (_ERASE_AWAITED, *_ERASE_MAILBOXES, *_ERASE_REST):
                db.rows(delete, realm)
            return False

        return self._write(work)
