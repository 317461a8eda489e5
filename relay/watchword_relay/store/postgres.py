"""The relay's store on PostgreSQL, for as many nodes as there are: the nodes keep nothing.

Only the relay's start and its commands name this module. The schema stands beside it in `postgres.sql`. What
a commit returned from was flushed by the primary and by as many standbys as the settings ask for. A
connection that breaks within a commit leaves that unknown: the same batch, with the same ids, is written
again on the next connection, and nobody is told anything in between.
"""

import sys
import threading
import time
from collections.abc import Callable
from importlib import resources
from typing import Final, TypeVar

import apsw

from watchword_relay import log
from watchword_relay.store.allowances import Allowances
from watchword_relay.store.contract import OWN, Batch, Level, StoreUnfit
from watchword_relay.store.history import Bounds
from watchword_relay.store.postgres_copy import Moved, Progress, Stop, move
from watchword_relay.store.postgres_mail import PostgresMail
from watchword_relay.store.postgres_nodes import PostgresNodes
from watchword_relay.store.postgres_primary import Lost
from watchword_relay.store.postgres_queues import PostgresQueues
from watchword_relay.store.postgres_realm import MailboxReading, PostgresRealm
from watchword_relay.store.postgres_realms import PostgresRealms
from watchword_relay.store.postgres_session import Row, Session, Settings, Transaction, Watch
from watchword_relay.store.space import Space

_T = TypeVar("_T")

PATIENCE: Final = 5.0
"""Seconds after which something that somebody waits for is given up; a batch never is."""
AGAIN_SECONDS: Final = 0.2
SCHEMA_VERSION: Final = 4
_SCHEMA_LOCK: Final = 0x57575258
_OPEN = """INSERT INTO handshake (realm, h, a, b, at)
    SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::text[], %s::text[], %s::bigint[])
    ON CONFLICT (realm, h) DO NOTHING"""
_END = """UPDATE handshake SET at = %s, status = %s, last = %s, by = %s, owed_a = %s, owed_b = %s, due = NULL
    WHERE realm = %s AND h = %s AND status IS NULL"""
_OWED = "UPDATE handshake SET owed_a = %s, owed_b = %s WHERE realm = %s AND h = %s AND status IS NOT NULL"
_ASKED_ABOUT = """SELECT FROM realm, account, terminal, admission, closed, removed, awaited, mailbox, recall,
    invite, handshake LIMIT 0"""
"""All tables that the event loop asks about: only a server that answers this answers it at once."""
_ELSEWHERE = "SELECT mailbox FROM seat WHERE mailbox = ANY(%s) AND node <> %s"


class PostgresStore(MailboxReading, PostgresMail, PostgresQueues, PostgresRealms):
    """The store of all nodes of one relay.

    Args:
        settings: where it is, and how durable it has to be.
        bounds: what history may take.

    Raises:
        StoreUnfit: foreign, of another version, or not as durable as it must be.
        StoreTrouble: there is no primary to talk to.
    """

    def __init__(self, settings: Settings, *, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._allowances = Allowances(self._bounds)
        self._writer = Session(settings, settings.commit_seconds)
        self._reader = Session(settings, settings.read_seconds, _ASKED_ABOUT)
        self._rows = self._ask
        self._closed = threading.Event()
        listening, asking = (
            Session(settings, settings.commit_seconds),
            Session(settings, settings.commit_seconds),
        )
        self._asking = asking
        self.nodes = PostgresNodes(self._write, (listening, asking), self._bounds, self.give_up)
        self._others = (self._reader, listening, asking)
        try:
            self._writer.connect()
            self._writer.transaction(_prepare)
            self._reader.connect()
        except BaseException:
            self.nodes.stop()
            self._writer.close()
            self._reader.close()
            raise
        self._watch = Watch([self._reader], [self._writer, *self._others])

    def _ask(self, sql: str, *parameters: object) -> list[Row]:
        """Look something up, in the session of the thread that asks."""
        session = self._asking if self.nodes.reads_here() else self._reader
        return session.rows(sql, *parameters)

    # --- writing: one thread ------------------------------------------------------------

    def commit(self, batch: Batch) -> dict[int, Level]:
        """Make a batch durable in one transaction; see the contract."""

        def work(db: Transaction) -> dict[int, Level]:
            found = self._write_mail(db, batch)
            if batch.opened:
                db.rows(_OPEN, *(list(column) for column in zip(*batch.opened, strict=True)))
            for realm, e in batch.ended:
                owed = int(e.owed_a), int(e.owed_b)
                db.rows(_END, e.at, e.status, e.last, e.by, *owed, realm, e.h)
            for realm, h, a, b in batch.owed:
                db.rows(_OWED, int(a), int(b), realm, h)
            return found

        levels = self._written(work, None)
        if batch.puts:
            nobodys = {mailbox for mailbox, _ in batch.awaited.values()}
            self.nodes.wake([box for box, level in levels.items() if level.messages and box not in nobodys])
        return levels

    def _write(self, work: Callable[[Transaction], _T]) -> _T:
        return self._written(work, PATIENCE)

    def _written(self, work: Callable[[Transaction], _T], patience: float | None) -> _T:
        """Do something durably, and again when it is unknown whether it was done."""
        until = None if patience is None else time.monotonic() + patience
        said: set[str] = set()
        while True:
            try:
                if not self._writer.up:
                    self._find_primary()
                done = self._writer.transaction(work)
            except (Lost, StoreUnfit) as trouble:
                if isinstance(trouble, StoreUnfit):
                    self._writer.close()
                self.nodes.trouble = reason = str(trouble)
                if reason not in said:
                    said.add(reason)
                    log.warning("store-trouble", reason=reason)
                if (until is not None and time.monotonic() > until) or self._closed.wait(AGAIN_SECONDS):
                    raise
            else:
                if self.nodes.trouble is not None:
                    log.event("store-back")
                    self.nodes.trouble = None
                return done

    def _find_primary(self) -> None:
        """Connect the writer; if there is another primary than before, everybody leaves the old one.

        It may still answer: what is read there has been overtaken.
        """
        before = self._writer.timeline
        self._writer.connect()
        if self._writer.timeline != before:
            for session in self._others:
                session.leave()

    def give_up(self) -> None:
        """Wait for a database that does not answer no more: the relay stops. May be called by any thread."""
        self._closed.set()

    # --- the rest -----------------------------------------------------------------------

    def served(self) -> int:
        """How long this relay has run in all."""
        served: int = self._rows("SELECT served FROM relay")[0][0]
        return served

    def of(self, realm: int) -> PostgresRealm:
        """One realm's part."""
        return PostgresRealm(self._rows, self._write, realm, self._bounds)

    def space(self) -> Space:
        """Without end: nothing is kept on this disk, and the database says when its own is full."""
        return Space(freed=sys.maxsize)

    def probe(self, data: bytes) -> bytes:
        """Write durably, read back, forget."""
        number = self._write(
            lambda db: db.value("INSERT INTO probe (data) VALUES (%s) RETURNING number", data)
        )
        read: bytes = self._write(
            lambda db: db.value("DELETE FROM probe WHERE number = %s RETURNING data", number)
        )
        return read

    def forget_verdicts(self, before: int) -> int:
        """Delete verdicts given before a time."""
        sql = "DELETE FROM handshake WHERE status IS NOT NULL AND at < %s"
        return self._write(lambda db: db.changes(sql, before))

    def take_over(self, source: apsw.Connection, relay_key: bytes, progress: Progress, stop: Stop) -> Moved:
        """Take all that another store has, which is written until it is to stop."""
        # Not again if it is unknown whether it was done: the next look says that it was.
        self._writer.be_patient()
        return self._writer.transaction(lambda db: move(source, db, relay_key, progress, stop))

    def belong_to(self, relay_key: bytes) -> None:
        """See that all nodes have one key: an address names it, whichever node it leads to.

        Raises:
            StoreUnfit: this node has another.
        """

        def work(db: Transaction) -> bytes:
            key: bytes = db.value(
                "UPDATE relay SET relay_key = coalesce(relay_key, %s) RETURNING relay_key", relay_key
            )
            return key

        if self._write(work) != relay_key:
            raise StoreUnfit(
                "the database is of a relay with another key: give every node the same file relay.key"
            )

    def forget_removed(self, before: int) -> int:
        """Delete what is known of terminals that were removed before a time."""
        return self._write(lambda db: db.changes("DELETE FROM removed WHERE at < %s", before))

    def keep_served(self, seconds: int) -> None:
        """Keep how long this relay has run in all; it never goes back, whichever node says so."""

        def work(db: Transaction) -> None:
            db.rows("UPDATE relay SET served = greatest(served, %s)", seconds)
            db.rows("DELETE FROM invite WHERE until <= %s", seconds)

        self._write(work)

    def end_running(self, status: int, at: int) -> int:
        """Give every open handshake that no clock is looked at for this verdict, owed to both sides."""
        sql = """UPDATE handshake SET status = %s, at = %s, owed_a = 1, owed_b = 1
            WHERE status IS NULL AND due IS NULL"""
        return self._write(lambda db: db.changes(sql, status, at))

    def judge_again(self, source: str, skeleton_of: Callable[[str], str]) -> None:
        """Bring every skeleton up to newer data on look-alikes, once; see the SQLite store's."""

        def work(db: Transaction) -> None:
            if db.value("SELECT skeleton_source FROM relay FOR UPDATE") == source:
                return
            accounts = db.rows("SELECT realm, account FROM account ORDER BY realm, made_at, account")
            db.rows("UPDATE account SET skeleton = '/' || account")
            taken: set[tuple[int, str]] = set()
            for realm, account in accounts:
                looks = skeleton_of(account)
                if (realm, looks) not in taken:
                    taken.add((realm, looks))
                    db.rows(
                        "UPDATE account SET skeleton = %s WHERE realm = %s AND account = %s",
                        looks,
                        realm,
                        account,
                    )
            db.rows("UPDATE relay SET skeleton_source = %s", source)

        self._write(work)

    def _being_delivered(self, db: Transaction, mailboxes: list[int]) -> frozenset[int]:
        """Those of these mailboxes, which are held, whose terminal is signed in on another node."""
        seats = db.rows(_ELSEWHERE, mailboxes, self.nodes.name)
        return frozenset(mailbox for (mailbox,) in seats)

    def close(self) -> None:
        """Close all sessions."""
        self.give_up()
        self.nodes.stop()
        self._watch.stop()
        self._writer.close()
        self._reader.close()


class _Enough(Exception):
    """Nothing of what was tried is to stay."""


def try_out(settings: Settings) -> None:
    """See that a relay could run on a database, and leave it as it was.

    Raises:
        StoreUnfit: it is foreign, of another version, or not as durable as it must be.
        StoreTrouble: there is no primary to talk to, or the role may not do what a relay does.
    """

    def work(db: Transaction) -> None:
        _prepare(db)
        raise _Enough

    session = Session(settings, settings.commit_seconds)
    session.connect()
    try:
        session.transaction(work)
    except _Enough:
        pass
    finally:
        session.close()


def _prepare(db: Transaction) -> None:
    """Make the tables in an empty database, or see that they are this relay's."""
    db.rows("SELECT pg_advisory_xact_lock(%s)", _SCHEMA_LOCK)
    if db.value("SELECT to_regclass('relay') IS NULL"):
        tables = db.value("SELECT count(*) FROM pg_tables WHERE schemaname = ANY(current_schemas(false))")
        if tables:
            raise StoreUnfit("the database belongs to another program: name an empty one")
        db.script(resources.files(__package__).joinpath("postgres.sql").read_text("utf-8"))
        db.rows("INSERT INTO relay (schema_version, skeleton_source) VALUES (%s, '')", SCHEMA_VERSION)
        db.rows("INSERT INTO realm (realm, name, made_at) VALUES (%s, '', 0)", OWN)
        return
    version = db.value("SELECT schema_version FROM relay")
    if version != SCHEMA_VERSION:
        raise StoreUnfit(
            f"the database has version {version}, this relay knows {SCHEMA_VERSION}:"
            " it was written by another version of the relay"
        )
