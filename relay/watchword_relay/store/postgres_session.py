"""One session with PostgreSQL: what is asked and done in it, for how long it is waited, what broke.

Which server it is with is `postgres_primary`'s business, and no table is named here. What PostgreSQL
acknowledges counts only if it says so without a warning: a wait for the standbys that was cancelled ends in a
COMMIT that succeeds and a warning that it may be on this server alone.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import msgspec
import psycopg
from psycopg.errors import (
    DeadlockDetected,
    DiskFull,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    ReadOnlySqlTransaction,
    SerializationFailure,
)

from watchword_relay import log
from watchword_relay.store.contract import StoreFull, StoreTrouble
from watchword_relay.store.postgres_primary import SETTINGS, Lost, check_answers, check_durable, find
from watchword_relay.store.postgres_reasons import SILENT, reason_of

_T = TypeVar("_T")
Row = tuple[Any, ...]
"""What the columns are, the schema says."""

_AGAIN = (DeadlockDetected, SerializationFailure, LockNotAvailable)
_LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ReadOnlySqlTransaction,
    IdleInTransactionSessionTimeout,
)


class Settings(msgspec.Struct, frozen=True):
    """How to reach the database, and what is asked of it."""

    url: str
    """As libpq reads it; may name several hosts, of which one is the primary."""
    standbys: int = 1
    """How many standbys must have flushed what counts as durable; 0 trusts the primary's disk alone."""
    commit_seconds: float = 5.0
    """After so long without an answer the server is given up."""
    read_seconds: float = 2.0
    """The same for a question on the event loop."""


class Session:
    """One connection to the primary; used by one thread, or by several that take turns.

    Args:
        settings: where, and how durable.
        seconds: after how many without an answer the connection is cut.
        question: what a server that was cut off for its silence has to answer before anybody asks it again.
    """

    newest_timeline = 0
    """Of all sessions of this process: a primary that was left behind by a promotion is not gone back to."""

    def __init__(self, settings: Settings, seconds: float, question: str = "") -> None:
        self._settings = settings
        self._seconds = seconds
        self._question = question
        self._connection: psycopg.Connection[Row] | None = None
        self._tried: psycopg.Connection[Row] | None = None
        """A connection that is not used yet, while it is asked something."""
        self._busy_since: float | None = None
        self._warned = False
        self._left = self._silent = False
        self._promised: Row = ()
        self.timeline = 0
        """Of the primary that it is connected to."""

    @property
    def up(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._connection is not None and not self._left

    def leave(self) -> None:
        """Use this connection no more: there is another primary. Called by another thread."""
        self._left = True
        self.cut()

    def connect(self) -> None:
        """Find the primary.

        Raises:
            StoreUnfit: it is no database of a relay's, or less durable than promised.
            Lost: there is none now.
        """
        self.close()
        self._left = False  # from here on another session may find that there is a newer primary
        timeline, connection = find(self._settings.url, self._seconds, self._trying)
        if timeline < Session.newest_timeline:
            connection.close()
            raise Lost("the database's only primary is one that was left behind")
        Session.newest_timeline = timeline
        try:
            with self._trying(connection):
                self._promised = check_durable(connection, self._settings.standbys)
                if self._silent and self._question:
                    check_answers(connection, self._question, self._seconds)
        except psycopg.Error as error:
            connection.close()
            raise Lost(f"the database cannot be used: {reason_of(error)}") from error
        except BaseException:
            connection.close()
            raise
        connection.add_notice_handler(self._notice)
        self._connection = connection
        self._warned = self._silent = False
        self.timeline = timeline

    @contextmanager
    def _trying(self, connection: psycopg.Connection[Row]) -> Iterator[None]:
        """Ask a server something before it is used; it is cut as any if it does not answer."""
        self._tried, self._busy_since = connection, time.monotonic()
        try:
            yield
        finally:
            self._tried = self._busy_since = None

    def _notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self._warned = True

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    def be_patient(self) -> None:
        """Wait for answers as long as they take, from now on."""
        self._seconds = float("inf")

    def cut(self) -> None:
        """Cut the connection, whatever it is doing; called by another thread."""
        connection = self._connection or self._tried
        if connection is None:
            return
        with contextlib.suppress(OSError, psycopg.Error):
            # By no number of its own: none may be left.
            line = socket.socket(fileno=connection.fileno())
            try:
                line.shutdown(socket.SHUT_RDWR)
            finally:
                line.detach()

    def listen(self, channels: Sequence[str]) -> Iterator[str]:
        """What is told on these channels, until the connection is gone.

        Raises:
            Lost: it is.
        """
        with self._asking() as connection:
            for channel in channels:
                connection.execute(f'LISTEN "{channel}"'.encode())
            self._busy_since = None
            for told in connection.notifies():
                yield told.payload
        raise Lost("the database says no more")

    def cut_if_silent(self) -> None:
        """Cut the connection if it has not answered for too long; called by another thread."""
        since = self._busy_since
        if since is not None and time.monotonic() - since > self._seconds:
            self._silent = True
            self.cut()

    # --- asking ---------------------------------------------------------------------------

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Run one statement. Returns its rows.

        Raises:
            Lost: the connection broke.
            StoreTrouble: the server says no.
        """
        with self._asking() as connection:
            return _run(connection, sql, parameters)

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Connection[Row]]:
        connection = self._connection
        if connection is None or self._left:
            raise Lost("the database does not answer")
        self._busy_since = time.monotonic()
        try:
            yield connection
        except DiskFull as error:
            # Before what else the driver calls operational: this one says that nothing was done.
            raise StoreFull("no room on the database's disk") from error
        except _LOST as error:
            self.close()
            reason = SILENT if self._silent else reason_of(error)
            raise Lost(f"the database cannot be used: {reason}") from error
        except psycopg.Error as error:
            raise StoreTrouble(f"the database cannot be used: {reason_of(error)}") from error
        finally:
            self._busy_since = None

    def transaction(self, work: Callable[["Transaction"], _T]) -> _T:
        """Do something in one transaction, durable when this returns; again where nodes were in the way.

        Raises:
            Lost: it is unknown whether it was done.
            StoreTrouble: it was not done.
        """
        while True:
            with self._asking() as connection:
                try:
                    return self._once(connection, work)
                except _AGAIN:
                    continue

    def _once(self, connection: psycopg.Connection[Row], work: Callable[["Transaction"], _T]) -> _T:
        transaction = Transaction(connection)
        try:
            result = work(transaction)
            self._warned = False
            transaction.commit()
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                transaction.roll_back()
            raise
        if self._warned and transaction.durable:
            self.close()
            raise Lost("the database did not wait for its standbys")
        if transaction.settings and transaction.settings != self._promised:
            # It may have been let go without a word. The next connection looks what a commit is worth.
            self.close()
            raise Lost("the database's settings have changed")
        return result


class Transaction:
    """What is done in one transaction; its beginning and end go out with its first and last statement."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._before = ["BEGIN"]
        self.durable = True
        """Whether it is waited for; False of what need not outlive the nodes."""
        self.settings: Row | None = None
        """Those that carried the promise, read once it was waited for."""

    def forget_soon(self) -> None:
        """Wait for no disk: what is done need not outlive the nodes. Said before all else."""
        self.durable = False
        self._before.append("SET LOCAL synchronous_commit TO off")

    def commit(self) -> None:
        """Make it count."""
        if self._before:
            return  # nothing was done
        with self._connection.pipeline():
            if self.durable:
                # A transaction that finds all of it done already would write nothing and wait for nobody,
                # while what it found may be on this server alone.
                self._connection.execute("SELECT pg_logical_emit_message(true, 'watchword', '')")
            self._connection.execute("COMMIT")
            after = self._connection.execute(SETTINGS) if self.durable else None
        if after is not None:
            self.settings = after.fetchone()

    def roll_back(self) -> None:
        """Let nothing of it count."""
        if not self._before:
            self._connection.execute("ROLLBACK")

    def _begin(self) -> None:
        before, self._before = self._before, []
        for statement in before:
            self._connection.execute(statement.encode())

    def _done(self, sql: str, parameters: Sequence[object]) -> psycopg.Cursor[Row]:
        cursor = self._connection.cursor(binary=True)
        if self._before:
            with self._connection.pipeline():
                self._begin()
                cursor.execute(sql, _bound(parameters))
        else:
            cursor.execute(sql, _bound(parameters))
        return cursor

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Run one statement. Returns its rows."""
        with self._done(sql, parameters) as cursor:
            return cursor.fetchall() if cursor.rownumber is not None else []

    def script(self, sql: str) -> None:
        """Run several statements."""
        self._begin()
        self._connection.execute(sql.encode())

    @contextmanager
    def copying(self, table: str, columns: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
        """Take many rows for a table, each with these columns."""
        self._begin()
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            yield copy.write_row

    def row(self, sql: str, *parameters: object) -> Row | None:
        """The first row of a statement."""
        rows = self.rows(sql, *parameters)
        return rows[0] if rows else None

    def value(self, sql: str, *parameters: object) -> Any:
        """The first column of the first row; None if there is none."""
        row = self.row(sql, *parameters)
        return None if row is None else row[0]

    def changes(self, sql: str, *parameters: object) -> int:
        """Run one statement. Returns how many rows it changed."""
        with self._done(sql, parameters) as cursor:
            return cursor.rowcount


class Watch:
    """A thread that cuts sessions which do not answer, and brings those of the event loop back.

    Args:
        brings_back: sessions that nobody else connects.
        cuts: all sessions.
    """

    SECONDS: Final = 0.25

    def __init__(self, brings_back: Sequence[Session], cuts: Sequence[Session]) -> None:
        self._brings_back = brings_back
        self._cuts = cuts
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._cut, "store-watch"), (self._bring_back, "store-connect"))
        ]
        for thread in self._threads:
            thread.start()

    def _cut(self) -> None:
        while not self._stop.wait(self.SECONDS):
            for session in self._cuts:
                session.cut_if_silent()

    def _bring_back(self) -> None:
        while not self._stop.wait(self.SECONDS):
            for session in self._brings_back:
                if not session.up:
                    try:
                        session.connect()
                    except StoreTrouble:
                        pass  # tried again soon
                    except Exception as error:  # noqa: BLE001 - the thread's border: it must outlive a mistake of ours
                        log.bug(error)

    def stop(self) -> None:
        """End the threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _run(connection: psycopg.Connection[Row], sql: str, parameters: Sequence[object]) -> list[Row]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(sql, _bound(parameters))
        return cursor.fetchall() if cursor.rownumber is not None else []


def _bound(parameters: Sequence[object]) -> Sequence[object] | dict[str, object] | None:
    if len(parameters) == 1 and isinstance(parameters[0], dict):
        return parameters[0]
    return parameters or None
