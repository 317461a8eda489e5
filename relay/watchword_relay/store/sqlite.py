"""The relay's store on SQLite: WAL, `synchronous=FULL`, one writer, one reader.

Only the relay's start and its admin commands name this module. The schema stands beside it in
`schema.sql`. The library is the one that the desktop's encrypted store uses, here without a key.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import apsw

from watchword_relay.store.contract import (
    VOID,
    Batch,
    Counts,
    Ended,
    Held,
    Level,
    Owed,
    Put,
    Registered,
    Stored,
    StoreFull,
    StoreTrouble,
    StoreUnfit,
    Terminal,
)
from watchword_relay.store.migrate import SCHEMA_VERSION, bring_up

FILE_NAME = "relay.sqlite3"
_APPLICATION_ID = 0x57575259
_BUSY_MS = 5_000
_FULL = 2

_PUT = """INSERT INTO message (mailbox, seq, id, sender, at, until, organisation, size, digest, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox, id) DO NOTHING"""
_ACK = "DELETE FROM message WHERE mailbox = ? AND id = ? RETURNING mailbox, size, digest"
_SHARE = "INSERT INTO body (digest, data) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
_UNSHARE = """DELETE FROM body WHERE digest = ?1
    AND NOT EXISTS (SELECT 1 FROM message WHERE digest = ?1)"""
_WAITING = """SELECT seq, id, sender, coalesce(body, (SELECT data FROM body WHERE digest = message.digest)),
        organisation IS NOT NULL
    FROM message WHERE mailbox = ? AND seq > ? AND (until IS NULL OR until > ?) ORDER BY seq LIMIT ?"""
_HELD = """SELECT id, organisation, size, at, until FROM message
    WHERE mailbox = ? AND organisation IS NOT NULL AND (until IS NULL OR until > ?) ORDER BY seq"""
_DEVICES = """SELECT account, device FROM terminal WHERE account IN (SELECT value FROM json_each(?))
    ORDER BY account, device"""
_EXPIRE = """DELETE FROM message WHERE rowid IN (
        SELECT rowid FROM (SELECT rowid, at FROM message ORDER BY rowid LIMIT ?3) WHERE at < ?1
        UNION SELECT rowid FROM message WHERE until <= ?2 LIMIT ?3)
    RETURNING mailbox, digest"""
"""Rows stand in the order in which they came, so the oldest are the first."""
_LEVEL = """INSERT INTO mailbox (mailbox, next_seq, count, size) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (mailbox) DO UPDATE SET next_seq = max(next_seq, ?2), count = count + ?3, size = size + ?4
    RETURNING count, size"""
_RECOUNT = """UPDATE mailbox SET
    count = (SELECT count(*) FROM message WHERE mailbox = ?1),
    size = (SELECT coalesce(sum(size), 0) FROM message WHERE mailbox = ?1)
    WHERE mailbox = ?1 RETURNING count, size"""
_OPEN = "INSERT INTO handshake (h, a, b, at) VALUES (?, ?, ?, ?) ON CONFLICT (h) DO NOTHING"
_END = """UPDATE handshake SET at = ?, status = ?, last = ?, by = ?, owed_a = ?, owed_b = ?
    WHERE h = ? AND status IS NULL"""
_OWED = "UPDATE handshake SET owed_a = ?, owed_b = ? WHERE h = ?"
_OWED_TO = (
    "a = ?1 AND owed_a <> 0 AND h > ?2 ORDER BY h LIMIT ?3",
    "b = ?1 AND owed_b <> 0 AND h > ?2 ORDER BY h LIMIT ?3",
)
_ENDED = "SELECT h, a, b, status, last, by, owed_a, owed_b, at FROM handshake WHERE status IS NOT NULL AND "


class _Reading:
    """The reading half, on a connection and a thread of its own: sees what is committed, blocks nobody."""

    _reader: apsw.Connection

    def terminal(self, account: str, device: int) -> Terminal | None:
        """Look a terminal up."""
        with _troubles():
            return self._terminal(self._reader, account, device)

    def devices(self, accounts: Sequence[str]) -> list[tuple[str, int]]:
        """Account and device number of every terminal of these accounts."""
        with _troubles():
            rows = self._reader.execute(_DEVICES, (json.dumps(accounts),)).fetchall()
        return [(str(account), _number(device)) for account, device in rows]

    def availability(self, account: str, skeleton: str) -> Registered:
        """Whether an account could be registered now."""
        with _troubles():
            return self._availability(self._reader, account, skeleton)

    def invite_stands(self, invite: bytes) -> bool:
        """Whether an invite is there and unused."""
        with _troubles():
            return self._reader.execute("SELECT 1 FROM invite WHERE invite = ?", (invite,)).get is not None

    def mailbox(self, mailbox: int) -> tuple[int, Level]:
        """The next sequence number of a mailbox and how full it is."""
        with _troubles():
            row = self._reader.execute(
                "SELECT next_seq, count, size FROM mailbox WHERE mailbox = ?", (mailbox,)
            ).fetchone()
        return (row[0], Level(row[1], row[2])) if row else (1, Level(0, 0))

    def waiting(self, mailbox: int, after: int, most: int, now: int) -> Iterator[Stored]:
        """Messages of a mailbox above a sequence number, in order."""
        with _troubles():
            for row in self._reader.execute(_WAITING, (mailbox, after, now, most)):
                yield Stored(*row)

    def held(self, mailbox: int, now: int) -> list[Held]:
        """The message data that wait in a mailbox, without a body."""
        with _troubles():
            return [Held(*row) for row in self._reader.execute(_HELD, (mailbox, now))]

    def ended(self, h: bytes) -> Ended | None:
        """The verdict of a handshake, while it is kept."""
        with _troubles():
            row = self._reader.execute(_ENDED + "h = ?", (h,)).fetchone()
        return _ended(row) if row else None

    def owed(self, full_id: str, after: bytes, most: int) -> list[Ended]:
        """Handshakes above `after` whose ending a terminal has not been told for certain."""
        asked = (full_id, after, most)
        with _troubles():
            rows = [row for side in _OWED_TO for row in self._reader.execute(_ENDED + side, asked)]
        return sorted(map(_ended, rows), key=lambda ended: ended.h)[:most]

    def served(self) -> int:
        """How long this relay has run in all."""
        with _troubles():
            return _number(self._reader.execute("SELECT served FROM relay").get)

    def counts(self, since: int) -> Counts:
        """Numbers for the operator."""
        with _troubles():
            one = self._reader.execute(
                """SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM terminal),
                   (SELECT coalesce(sum(count), 0) FROM mailbox),
                   (SELECT coalesce(sum(size), 0) FROM mailbox),
                   (SELECT count(*) FROM invite), (SELECT count(*) FROM handshake WHERE status IS NULL)"""
            ).fetchone()
            assert one is not None  # noqa: S101 - a SELECT without FROM has one row
            verdicts = self._reader.execute(
                "SELECT status, count(*) FROM handshake WHERE status IS NOT NULL AND at >= ? GROUP BY status",
                (since,),
            ).fetchall()
            data = self._reader.execute(
                """SELECT organisation, count(*), sum(size) FROM message
                   WHERE organisation IS NOT NULL GROUP BY organisation"""
            ).fetchall()
        accounts, terminals, messages, size, invites, running = map(_number, one)
        return Counts(
            accounts=accounts,
            terminals=terminals,
            messages=messages,
            size=size,
            invites=invites,
            running=running,
            verdicts={_number(status): _number(number) for status, number in verdicts},
            data=dict(map(_level_of, data)),
        )

    @staticmethod
    def _terminal(db: apsw.Connection, account: str, device: int) -> Terminal | None:
        row = db.execute(
            "SELECT mailbox, account, device, key FROM terminal WHERE account = ? AND device = ?",
            (account, device),
        ).fetchone()
        return Terminal(*row) if row else None

    @staticmethod
    def _availability(db: apsw.Connection, account: str, skeleton: str) -> Registered:
        row = db.execute("SELECT account FROM account WHERE skeleton = ?", (skeleton,)).fetchone()
        if row is None:
            row = db.execute("SELECT account FROM account WHERE account = ?", (account,)).fetchone()
        if row is None:
            return Registered.DONE
        return Registered.TAKEN if row[0] == account else Registered.LOOKS_ALIKE


class SqliteStore(_Reading):
    """The store of one relay on one machine.

    Args:
        path: the database file; made when it is not there.
        upgrade: whether a database of an older version is brought up, which the relay that wrote it and still
            runs would not survive.
        vfs: the SQLite file layer, for tests that cut the power.

    Raises:
        StoreUnfit: foreign, newer, older and not to be brought up, damaged, or not set as durable as it must
            be.
        StoreTrouble: the file cannot be opened or written.
    """

    def __init__(self, path: Path, *, upgrade: bool = True, vfs: str | None = None) -> None:
        with _troubles():
            self._writer = _open(path, vfs)
            try:
                self._prepare(upgrade=upgrade)
                self._reader = _open(path, vfs)
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
                db.pragma("application_id", _APPLICATION_ID)
                db.execute(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
                db.execute("INSERT INTO relay VALUES (?, '', 0)", (SCHEMA_VERSION,))
            return
        if application != _APPLICATION_ID:
            raise StoreUnfit("the database in the data folder belongs to another program")
        version = _number(db.execute("SELECT schema_version FROM relay").get)
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
            db.pragma("wal_autocheckpoint", 4_000)
            if db.pragma("synchronous") != _FULL or db.pragma("journal_mode") != "wal":
                raise StoreUnfit("the database cannot be set to WAL with synchronous=FULL on this disk")

    # --- writing: one thread ------------------------------------------------------------

    def commit(self, batch: Batch) -> dict[int, Level]:
        """Make a batch durable in one transaction; see the contract."""
        with self._transaction() as db:
            deltas: dict[int, list[int]] = {}
            recount: set[int] = set()
            unshared: set[bytes] = set()
            if batch.puts:
                self._put(batch.puts, deltas, recount, unshared)
            if batch.acks:
                for mailbox, size, digest in db.executemany(_ACK, batch.acks):
                    delta = deltas.setdefault(mailbox, [1, 0, 0])
                    delta[1] -= 1
                    delta[2] -= size
                    if digest is not None:
                        unshared.add(digest)
            if unshared:
                db.executemany(_UNSHARE, [(digest,) for digest in unshared])
            levels = {m: Level(*_row(db, _LEVEL, (m, *delta))) for m, delta in deltas.items()}
            for mailbox in recount:
                levels[mailbox] = Level(*_row(db, _RECOUNT, (mailbox,)))
            if batch.opened:
                db.executemany(_OPEN, batch.opened)
            if batch.ended:
                db.executemany(
                    _END,
                    [(e.at, e.status, e.last, e.by, e.owed_a, e.owed_b, e.h) for e in batch.ended],
                )
            if batch.owed:
                db.executemany(_OWED, [(a, b, h) for h, a, b in batch.owed])
        return levels

    def _put(
        self, puts: list[Put], deltas: dict[int, list[int]], recount: set[int], unshared: set[bytes]
    ) -> None:
        db = self._writer
        bodies = {id(put.body): put.body for put in puts if put.shared}
        digests = {key: hashlib.sha256(body).digest() for key, body in bodies.items()}
        if bodies:
            db.executemany(_SHARE, [(digests[key], body) for key, body in bodies.items()])
        rows = []
        for number, put in enumerate(puts):
            mailbox, seq, message_id, _, body, _, _, _, shared = put
            size = len(body)
            delta = deltas.setdefault(mailbox, [1, 0, 0])
            if mailbox == VOID:
                # All that is for nobody meets here, with numbers of as many senders' and mailboxes' making.
                seq, message_id = number, number.to_bytes(len(message_id))
            else:
                delta[0] = max(delta[0], seq + 1)
                delta[1] += 1
                delta[2] += size
            kept = (digests[id(body)], None) if shared else (None, body)
            rest = put.sender, put.at, put.until, put.organisation, size
            rows.append((mailbox, seq, message_id, *rest, *kept))
        before = db.total_changes()
        db.executemany(_PUT, rows)
        if db.total_changes() - before != len(puts):
            # Some id waited already; which one is not worth a question per message.
            recount.update(deltas)
            unshared.update(digests.values())
        if VOID in deltas:
            unshared.update(digests.values())
            db.execute("DELETE FROM message WHERE mailbox = ?", (VOID,))

    def register(
        self, account: str, skeleton: str, key: bytes, invite: bytes | None, at: int
    ) -> tuple[Registered, Terminal | None]:
        """Make an account with its device 1; see the contract."""
        with self._transaction() as db:
            known = self._terminal(db, account, 1)
            if known is not None:
                return (Registered.DONE, known) if known.key == key else (Registered.TAKEN, None)
            taken = self._availability(db, account, skeleton)
            if taken is not Registered.DONE:
                return taken, None
            used = "DELETE FROM invite WHERE invite = ? RETURNING 1"
            if invite is not None and db.execute(used, (invite,)).get is None:
                return Registered.INVITE_WRONG, None
            db.execute("INSERT INTO account VALUES (?, ?, ?)", (account, skeleton, at))
            db.execute("INSERT INTO terminal (account, device, key) VALUES (?, 1, ?)", (account, key))
            return Registered.DONE, self._terminal(db, account, 1)

    def add_invite(self, invite: bytes, at: int) -> None:
        """Keep the hash of a single-use invite."""
        with self._transaction() as db:
            db.execute("INSERT INTO invite VALUES (?, ?)", (invite, at))

    def probe(self, data: bytes) -> bytes:
        """Write durably, read back, forget."""
        with self._transaction() as db:
            db.execute("DELETE FROM probe")
            db.execute("INSERT INTO probe VALUES (?)", (data,))
        with self._transaction() as db:
            read = db.execute("DELETE FROM probe RETURNING data").get
        return bytes(read)

    def expire(self, before: int, now: int, most: int) -> dict[int, Level]:
        """Delete messages that nobody fetched in time."""
        with self._transaction() as db:
            rows = db.execute(_EXPIRE, (before, now, most)).fetchall()
            db.executemany(_UNSHARE, {(digest,) for _, digest in rows if digest is not None})
            touched = {_number(mailbox) for mailbox, _ in rows}
            return {m: Level(*_row(db, _RECOUNT, (m,))) for m in touched}

    def forget_verdicts(self, before: int) -> int:
        """Delete verdicts given before a time."""
        with self._transaction() as db:
            db.execute("DELETE FROM handshake WHERE status IS NOT NULL AND at < ?", (before,))
            return db.changes()

    def keep_served(self, seconds: int) -> None:
        """Keep how long this relay has run in all."""
        with self._transaction() as db:
            db.execute("UPDATE relay SET served = ?", (seconds,))

    def end_running(self, status: int, at: int) -> int:
        """Give every open handshake this verdict, owed to both sides."""
        with self._transaction() as db:
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
        with self._transaction() as db:
            if db.execute("SELECT skeleton_source FROM relay").get == source:
                return
            accounts = db.execute("SELECT account FROM account ORDER BY made_at, account").fetchall()
            db.execute("UPDATE account SET skeleton = '/' || account")
            for (account,) in accounts:
                db.execute(
                    "UPDATE OR IGNORE account SET skeleton = ? WHERE account = ?",
                    (skeleton_of(str(account)), account),
                )
            db.execute("UPDATE relay SET skeleton_source = ?", (source,))

    def close(self) -> None:
        """Close both connections; the last one out folds the log into the file."""
        with _troubles():
            self._reader.close()
            self._writer.close()

    # --- inside -------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[apsw.Connection]:
        with _troubles():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise


def _open(path: Path, vfs: str | None) -> apsw.Connection:
    db = apsw.Connection(str(path), vfs=vfs)
    db.set_busy_timeout(_BUSY_MS)
    return db


def _row(db: apsw.Connection, sql: str, bindings: tuple[int, ...]) -> tuple[int, int]:
    row = db.execute(sql, bindings).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _number(value: object) -> int:
    """A column that the schema holds to be INTEGER."""
    assert isinstance(value, int)  # noqa: S101 - STRICT tables
    return value


def _level_of(row: tuple[object, ...]) -> tuple[bytes, Level]:
    organisation, messages, size = row
    assert isinstance(organisation, bytes)  # noqa: S101 - STRICT tables
    return organisation, Level(_number(messages), _number(size))


def _ended(row: tuple[object, ...]) -> Ended:
    h, a, b, status, last, by, owed_a, owed_b, at = row
    return Ended(h, a, b, status, last, by, Owed(owed_a), Owed(owed_b), at)  # type: ignore[arg-type]  # the schema is STRICT


@contextmanager
def _troubles() -> Iterator[None]:
    """Turn the library's errors into the store's."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreFull("no room on the disk") from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise StoreUnfit("the database is damaged or no database of a relay") from error
    except apsw.Error as error:
        raise StoreTrouble(f"the database does not work: {type(error).__name__}") from error
