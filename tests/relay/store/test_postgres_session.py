"""A session with PostgreSQL: what is refused of an address, and what becomes of one that cannot be had."""

import contextlib
import os
import resource
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from support.logged import LoggedWarnings
from support.postgres import Server
from support.processes import wait_until
from support.relay_stores import fresh, postgres
from watchword_relay.store import postgres_primary, postgres_session
from watchword_relay.store.contract import StoreTrouble, StoreUnfit
from watchword_relay.store.postgres_primary import Lost
from watchword_relay.store.postgres_session import Session, Settings, Watch

__all__ = ["postgres"]

ASKED_SECONDS = 1.0
"""So long a server may take that is well."""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://relay:s3cret@db/x", "store.url is none as libpq reads them"),
        ("postgresql://relay:s3cret@[db/x", "store.url is none as libpq reads them"),
        ("s3cret", "store.url is none as libpq reads them"),
        ("postgresql://relay:s3cret@db1:1,db2:2/x?port=1,2,3", "2 hosts and 3 ports"),
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_it(url: str, said: str) -> None:
    with pytest.raises(StoreUnfit, match=said) as caught:
        Session(Settings(url), 1).connect()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


class Connection:
    """One that is made, and not asked anything."""

    def add_notice_handler(self, _: object) -> None:
        """None comes."""

    def fileno(self) -> int:
        """It has none."""
        raise OSError

    def close(self) -> None:
        """It is not open."""


@pytest.mark.parametrize("left", [False, True])
def test_a_server_that_was_left_while_it_was_connected_to_is_not_used(
    left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session has found a newer primary meanwhile."""
    session = Session(Settings("", standbys=0), 1)

    def check_durable(*_: object) -> tuple[str, ...]:
        if left:
            session.leave()
        return ()

    monkeypatch.setattr(postgres_session, "find", lambda *_: (Session.newest_timeline, Connection()))
    monkeypatch.setattr(postgres_session, "check_durable", check_durable)
    session.connect()
    assert session.up is not left


@contextlib.contextmanager
def files_left(many: int) -> Iterator[None]:
    """No more than so many files can be opened meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path("/proc/self/fd").iterdir())
    taken: list[int] = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(highest + 8, soft), hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(many):
            os.close(taken.pop())
        yield
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_where_nothing_can_be_opened_it_is_a_trouble_as_any(postgres: Server) -> None:
    """With one left there is a connection, and nothing to wait for it with."""
    session = Session(Settings(fresh(postgres), standbys=0), 5)
    with files_left(0), pytest.raises(Lost):
        session.connect()
    with files_left(1), pytest.raises(Lost, match="this computer says no: Too many open files"):
        session.connect()
    session.connect()
    session.close()


def test_a_silent_server_is_left_though_nothing_can_be_opened(postgres: Server) -> None:
    session = Session(Settings(fresh(postgres), standbys=0), 0.1)
    session.connect()
    left = threading.Event()

    def ask() -> None:
        with contextlib.suppress(StoreTrouble):
            session.rows("SELECT pg_sleep(60)")
        left.set()

    thread = threading.Thread(target=ask)
    with files_left(0):
        thread.start()

        def is_left() -> bool:
            session.cut_if_silent()
            return left.is_set()

        wait_until(is_left, "it is not waited for any more", 10)
    thread.join()


@pytest.mark.parametrize("asked", ["_timeline", "check_durable"])
def test_a_server_that_is_silent_as_soon_as_it_is_connected_to_is_not_waited_for(
    asked: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that stands still just then: nobody would look for another for as long as it does."""
    module = postgres_primary if asked == "_timeline" else postgres_session

    def never(connection: psycopg.Connection[tuple[object, ...]], *_: object) -> None:
        connection.execute("SELECT pg_sleep(60)")

    session = Session(Settings(fresh(postgres), standbys=0), ASKED_SECONDS)
    watch = Watch([], [session])
    monkeypatch.setattr(module, asked, never)
    begun = time.monotonic()
    with pytest.raises(Lost):
        session.connect()
    assert time.monotonic() - begun < 30
    monkeypatch.undo()
    session.connect()
    assert session.rows("SELECT 1") == [(1,)]
    watch.stop()
    session.close()


def test_a_primary_is_not_cut_while_another_server_is_slow_to_connect_to(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has answered; the other is on a machine that is gone."""
    reach = postgres_primary._reach
    reached = 0

    def slowly(conninfo: str, seconds: float) -> psycopg.Connection[tuple[object, ...]]:
        nonlocal reached
        reached += 1
        if reached == 2:
            time.sleep(2 * ASKED_SECONDS)
            raise psycopg.errors.ConnectionTimeout
        return reach(conninfo, seconds)

    monkeypatch.setattr(postgres_primary, "_reach", slowly)
    one = fresh(postgres)
    host = conninfo_to_dict(one)["host"]
    session = Session(Settings(make_conninfo(one, host=f"{host},{host}"), standbys=0), ASKED_SECONDS)
    watch = Watch([], [session])
    session.connect()
    assert session.rows("SELECT 1") == [(1,)]
    watch.stop()
    session.close()


class Unlucky:
    """A session that runs into a mistake of ours when it is first connected."""

    def __init__(self) -> None:
        self.tries = 0

    @property
    def up(self) -> bool:
        """Whether it is connected."""
        return self.tries > 1

    def connect(self) -> None:
        """The second time it works."""
        self.tries += 1
        if self.tries == 1:
            raise RuntimeError

    def cut_if_silent(self) -> None:
        """It never is."""


def test_a_session_is_connected_again_after_a_mistake(logged_warnings: LoggedWarnings) -> None:
    session = Unlucky()
    watch = Watch([cast("Session", session)], [])
    wait_until(lambda: session.up, "it is connected")
    watch.stop()
    logged_warnings.take("RuntimeError")
