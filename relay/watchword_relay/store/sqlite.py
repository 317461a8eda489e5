"""The relay's store on SQLite: WAL, `synchronous=FULL`, one writer, one reader.

Only the relay's start and its admin commands name this module. The schema stands beside it in
`schema.sql`. The library is the one that the desktop's encrypted store uses, here without a key.
"""

from collections.abc import Callable
from importlib import resources
from pathlib import Path

from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import NOWHERE, OWN, Batch, Level, Realm, StoreUnfit
from watchword_relay.store.database import connect, number, transaction, troubles
from watchword_relay.store.history import Bounds
from watchword_relay.store.migrate import SCHEMA_VERSION, bring_up
from watchword_relay.store.space import Space
from watchword_relay.store.sqlite_mail import SqliteMail
from watchword_relay.store.sqlite_queues import SqliteQueues
from watchword_relay.store.sqlite_realm import MailboxReading, SqliteRealm

FILE_NAME = "relay.sqlite3"
APPLICATION_ID = 0x57575259
LOG_BYTES = 16 * 1_048_576
"""What the log file beside the database grows to; a larger one, after many writes at once, is cut to it."""
_FULL = 2
_LOG_PAGES = 4_000
"""Of 4 KiB: then they are written into the file, and the log begins anew."""

_OPEN = "INSERT INTO handshake (realm, h, a, b, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (realm, h) DO NOTHING"
_END = """UPDATE handshake SET at = ?, status = ?, last = ?, by = ?, owed_a = ?, owed_b = ?
    WHERE realm = ? AND h = ? AND status IS NULL"""
_OWED = "UPDATE handshake SET owed_a = ?, owed_b = ? WHERE realm = ? AND h = ?"
_ERASE_MESSAGES = """DELETE FROM message WHERE rowid IN (
        SELECT message.rowid FROM terminal JOIN message USING (mailbox) WHERE realm = ?1
        UNION ALL SELECT rowid FROM message INDEXED BY message_awaited WHERE awaited = ?1 LIMIT ?2)"""
_ERASE_HISTORY = """DELETE FROM history WHERE (archive, place) IN (
        SELECT archive, place FROM archive JOIN history USING (archive) WHERE realm = ? LIMIT ?)"""
_ERASE_MAILBOXES = (
    "DELETE FROM mailbox WHERE mailbox IN (SELECT mailbox FROM terminal WHERE realm = ?)",
    "DELETE FROM mailbox WHERE mailbox IN (SELECT mailbox FROM awaited WHERE realm = ?)",
    "DELETE FROM admission WHERE mailbox IN (SELECT mailbox FROM terminal WHERE realm = ?)",
    "DELETE FROM recall WHERE mailbox IN (SELECT mailbox FROM terminal WHERE realm = ?)",
)
_ERASE_REST = tuple(
    f"DELETE FROM {table} WHERE realm = ?"  # noqa: S608 - of constants
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


class _Reading(MailboxReading):
    """The reading half, on a connection and a thread of its own: sees what is committed, blocks nobody."""

    def served(self) -> int:
        """How long this relay has run in all."""
        with troubles():
            return number(self._reader.execute("SELECT served FROM relay").get)

    def realm(self, name: str) -> int:
        """The number of the realm of a name."""
        with troubles():
            found = self._reader.execute("SELECT realm FROM realm WHERE name = ?", (name,)).get
        return NOWHERE if found is None else number(found)

    def realms(self) -> list[Realm]:
        """All realms that have a name."""
        with troubles():
            rows = self._reader.execute(
                "SELECT realm, name, made_at FROM realm WHERE name IS NOT NULL ORDER BY name"
            ).fetchall()
        return [Realm(number(realm), str(name), number(made_at)) for realm, name, made_at in rows]

    def taken_away(self) -> list[int]:
        """Realms without a name."""
        with troubles():
            rows = self._reader.execute("SELECT realm FROM realm WHERE name IS NULL").fetchall()
        return [number(realm) for (realm,) in rows]

    def space(self) -> Space:
        """Freed pages: the file keeps them. What is written goes through the log, which keeps its size."""
        with troubles():
            db = self._reader
            freed = number(db.pragma("freelist_count")) * number(db.pragma("page_size"))
            log = Path(db.filename_wal)
        size = log.stat().st_size if log.exists() else 0
        return Space(freed, max(0, LOG_BYTES - size))


class SqliteStore(_Reading, SqliteMail, SqliteQueues):
    """The store of one relay on one machine.

    Args:
        path: the database file; made when it is not there.
        upgrade: whether a database of an older version is brought up, which the relay that wrote it and still
            runs would not survive.
        vfs: the SQLite file layer, for tests that cut the power.
        bounds: what history may take.

    Raises:
        StoreUnfit: foreign, newer, older and not to be brought up, damaged, or not set as durable as it must
            be.
        StoreTrouble: the file cannot be opened or written.
    """

    nodes = None

    def __init__(
        self, path: Path, *, upgrade: bool = True, vfs: str | None = None, bounds: Bounds | None = None
    ) -> None:
        self._bounds = bounds or Bounds()
        self._allowances = Allowances(self._bounds)
        with troubles():
            self._writer = connect(path, vfs)
            try:
                self._prepare(upgrade=upgrade)
                self._reader = connect(path, vfs)
                self._read_back()
            except BaseException:
                self._writer.close()
                raise

    def _prepare(self, *, upgrade: bool) -> None:
        db = self._writer
        application = db.pragma("application_id")
        tables = db.execute("SELECT count(*) FROM sqlite_schema").get
        if not tables:
            # A new file becomes a WAL one through a rollback journal, and only EXTRA makes the removal of
            # that durable: with less, a power cut could bring it back, and with it the empty file.
            db.pragma("synchronous", "EXTRA")
            db.pragma("journal_mode", "wal")
            with db:
                db.pragma("application_id", APPLICATION_ID)
                db.execute(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
                db.execute(
                    "INSERT INTO relay (schema_version, skeleton_source) VALUES (?, '')", (SCHEMA_VERSION,)
                )
                db.execute("INSERT INTO realm (realm, name, made_at) VALUES (?, '', 0)", (OWN,))
            return
        if application != APPLICATION_ID:
            raise StoreUnfit("the database in the data folder belongs to another program")
        version = number(db.execute("SELECT schema_version FROM relay").get)
        if version < SCHEMA_VERSION:
            if not upgrade:
                raise StoreUnfit(
                    "an older relay runs with this data folder: start it again with this version"
                )
            db.pragma("synchronous", "FULL")
            bring_up(db, version)
        elif version > SCHEMA_VERSION:
            raise StoreUnfit(
                f"the database has version {version}, this relay knows {SCHEMA_VERSION}:"
                " it was written by a newer relay"
            )

    def _read_back(self) -> None:
        """Refuse to serve with less durability than is promised: a setting can silently not take."""
        for db in (self._writer, self._reader):
            db.pragma("synchronous", "FULL")
            db.pragma("fullfsync", 1)  # macOS needs it for what FULL promises; nothing elsewhere
            db.pragma("wal_autocheckpoint", _LOG_PAGES)
            db.pragma("journal_size_limit", LOG_BYTES)
            if db.pragma("synchronous") != _FULL or db.pragma("journal_mode") != "wal":
                raise StoreUnfit("the database cannot be set to WAL with synchronous=FULL on this disk")

    # --- writing: one thread ------------------------------------------------------------

    def commit(self, batch: Batch) -> dict[int, Level]:
        """Make a batch durable in one transaction; see the contract."""
        with transaction(self._writer) as db:
            levels = self._write_mail(batch)
            if batch.opened:
                db.executemany(_OPEN, batch.opened)
            if batch.ended:
                db.executemany(
                    _END,
                    [
                        (e.at, e.status, e.last, e.by, e.owed_a, e.owed_b, realm, e.h)
                        for realm, e in batch.ended
                    ],
                )
            if batch.owed:
                db.executemany(_OWED, [(a, b, realm, h) for realm, h, a, b in batch.owed])
        return levels

    # --- realms -------------------------------------------------------------------------

    def of(self, realm: int) -> SqliteRealm:
        """One realm's part."""
        return SqliteRealm(self._reader, self._writer, realm, self._bounds)

    def add_realm(self, name: str, at: int) -> bool:
        """Make a realm."""
        with transaction(self._writer) as db:
            db.execute(
                "INSERT INTO realm (name, made_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, at)
            )
            return bool(db.changes())

    def take_away(self, name: str) -> bool:
        """Take a realm's name away."""
        with transaction(self._writer) as db:
            db.execute("UPDATE realm SET name = NULL WHERE name = ? AND realm <> ?", (name, OWN))
            return bool(db.changes())

    def erase(self, realm: int, most: int) -> bool:
        """Delete what a realm without a name holds, at most so many messages at once."""
        with transaction(self._writer) as db:
            db.execute(_ERASE_MESSAGES, (realm, most))
            if db.changes() == most:
                return True
            db.execute(_ERASE_HISTORY, (realm, most))
            if db.changes() == most:
                return True
            for delete in (*_ERASE_MAILBOXES, *_ERASE_REST):
                db.execute(delete, (realm,))
            return False

    def probe(self, data: bytes) -> bytes:
        """Write durably, read back, forget."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM probe")
            db.execute("INSERT INTO probe VALUES (?)", (data,))
        with transaction(self._writer) as db:
            read = db.execute("DELETE FROM probe RETURNING data").get
        return bytes(read)

    def forget_verdicts(self, before: int) -> int:
        """Delete verdicts given before a time."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM handshake WHERE status IS NOT NULL AND at < ?", (before,))
            return db.changes()

    def forget_removed(self, before: int) -> int:
        """Delete what is known of terminals that were removed before a time."""
        with transaction(self._writer) as db:
            db.execute("DELETE FROM removed WHERE at < ?", (before,))
            return db.changes()

    def keep_served(self, seconds: int) -> None:
        """Keep how long this relay has run in all."""
        with transaction(self._writer) as db:
            db.execute("UPDATE relay SET served = ?", (seconds,))
            db.execute("DELETE FROM invite WHERE until <= ?", (seconds,))

    def end_running(self, status: int, at: int) -> int:
        """Give every open handshake this verdict, owed to both sides."""
        with transaction(self._writer) as db:
            db.execute(
                "UPDATE handshake SET status = ?, at = ?, owed_a = 1, owed_b = 1 WHERE status IS NULL",
                (status, at),
            )
            return db.changes()

    def judge_again(self, source: str, skeleton_of: Callable[[str], str]) -> None:
        """Bring every skeleton up to newer data on look-alikes, once.

        Two accounts that look alike only by the newer data both stay: the later keeps a skeleton of
        its own, and nobody can register a third.
        """
        with transaction(self._writer) as db:
            if db.execute("SELECT skeleton_source FROM relay").get == source:
                return
            accounts = db.execute(
                "SELECT realm, account FROM account ORDER BY realm, made_at, account"
            ).fetchall()
            db.execute("UPDATE account SET skeleton = '/' || account")
            for realm, account in accounts:
                db.execute(
                    "UPDATE OR IGNORE account SET skeleton = ? WHERE realm = ? AND account = ?",
                    (skeleton_of(str(account)), realm, account),
                )
            db.execute("UPDATE relay SET skeleton_source = ?", (source,))

    def close(self) -> None:
        """Close both connections; the last one out folds the log into the file."""
        with troubles():
            self._reader.close()
            self._writer.close()
