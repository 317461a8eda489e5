"""Which of several servers of PostgreSQL is the primary, and whether it is as durable as promised.

No table is named here. What is then asked of it is `postgres_session`'s business.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8BinaryDumper

from watchword_relay.store.contract import StoreTrouble, StoreUnfit
from watchword_relay.store.postgres_arrays import Array
from watchword_relay.store.postgres_reasons import STANDBY, Reason, of_all, reason_of, refused_here

_CONNECT_SECONDS: Final = 2
"""libpq takes no less."""
SETTINGS: Final = b"""SELECT current_setting('fsync'), current_setting('full_page_writes'),
    current_setting('synchronous_commit'), current_setting('synchronous_standby_names')"""
"""Those that carry the promise."""
_APPLICATION: Final = "watchword-relay"
_AS_DURABLE: Final = ("on", "remote_apply")
LEFT_SECONDS: Final = 1.0
"""So long after nobody waits for it any more a server gives up waiting for a lock: it does not see that, and
what one that acknowledges nothing is told again and again would take all its connections."""
_Connection = psycopg.Connection[tuple[Any, ...]]


class Lost(StoreTrouble):
    """Nothing is done, or nobody knows: the server is gone, did not answer, or is no primary any more."""


def find(
    url: str, seconds: float, asking: Callable[[_Connection], AbstractContextManager[None]]
) -> tuple[int, _Connection]:
    """Connect to the primary; of two that say so to the one of the higher timeline.

    Args:
        url: as libpq reads it; may name several hosts.
        seconds: after how many the network gives up what is not acknowledged.
        asking: is entered while a connection is asked whether it is the primary's.

    Returns:
        Its timeline, and the connection.

    Raises:
        StoreUnfit: the URL is none.
        Lost: there is no primary now.
    """
    found: list[tuple[int, _Connection]] = []
    reasons: list[Reason] = []
    for one in _hosts(url):
        try:
            connection = _reach(one, seconds)
        except psycopg.Error as error:
            reasons.append(reason_of(error))
            continue
        except OSError as error:  # the driver's own, of what it waits with
            reasons.append(refused_here(error))
            continue
        try:
            with asking(connection):
                timeline, reason = _timeline(connection), STANDBY
        except psycopg.Error as error:
            timeline, reason = None, reason_of(error)
        if timeline is None:
            connection.close()
            reasons.append(reason)
        else:
            found.append((timeline, connection))
    found.sort(key=lambda one: one[0])
    for _, connection in found[:-1]:
        connection.close()
    if not found:
        raise Lost(f"the database cannot be used: {of_all(reasons)}")
    return found[-1]


def _hosts(url: str) -> list[str]:
    """One conninfo for each host.

    Raises:
        StoreUnfit: libpq could not read it; it may hold a password, which is not shown.
    """
    try:
        words = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        words = None
    if words is None:
        raise StoreUnfit(
            "store.url is none as libpq reads them, such as postgresql://relay@db1:5432,db2:5432/watchword"
        )
    hosts = str(words.pop("host", "")).split(",")
    ports = str(words.pop("port", "5432")).split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        raise StoreUnfit(f"store.url names {len(hosts)} hosts and {len(ports)} ports")
    return [
        make_conninfo("", **{**words, "host": host, "port": port})
        for host, port in zip(hosts, ports, strict=True)
    ]


def _reach(conninfo: str, seconds: float) -> _Connection:
    connection = psycopg.connect(
        make_conninfo(
            conninfo,
            connect_timeout=_CONNECT_SECONDS,
            application_name=_APPLICATION,
            client_encoding="UTF8",
            tcp_user_timeout=int(seconds * 1_000),
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            options="-c synchronous_commit=on -c idle_in_transaction_session_timeout=30000"
            " -c client_min_messages=warning -c timezone=UTC -c jit=off"
            f" -c lock_timeout={int((seconds + LEFT_SECONDS) * 1_000)}",
        ),
        autocommit=True,
        prepare_threshold=2,
    )
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_dumper(list, Array)
    return connection


def _timeline(connection: _Connection) -> int | None:
    """The history that a primary writes, which a promotion raises; None of a standby."""
    (standby,) = _first(connection, b"SELECT pg_is_in_recovery()")
    if standby:
        return None
    (name,) = _first(connection, b"SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
    return int(str(name)[:8], 16)


def check_durable(connection: _Connection, standbys: int) -> tuple[Any, ...]:
    """See that the server is not weaker than promised. Returns the settings that say so.

    Raises:
        StoreUnfit: it is: a setting can silently not be there.
    """
    (encoding,) = _first(connection, b"SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise StoreUnfit("the database's encoding must be UTF8")
    settings = _first(connection, SETTINGS)
    fsync, full_page_writes, synchronous_commit, names = settings
    for name, value in (("fsync", fsync), ("full_page_writes", full_page_writes)):
        if value != "on":
            raise StoreUnfit(f"the database runs with {name}={value}: it would lose what was acknowledged")
    if synchronous_commit not in _AS_DURABLE:
        raise StoreUnfit(f"the database runs with synchronous_commit={synchronous_commit}, not on")
    promised = waited_for(names)
    if promised < standbys:
        raise StoreUnfit(
            f"the database waits for {promised} standbys (synchronous_standby_names ="
            f" {names!r}), the relay is set to {standbys}: name the standbys there, or set store.standbys"
            " to 0 if the disk of one server is enough"
        )
    return settings


def waited_for(names: str) -> int:
    """For how many standbys `synchronous_standby_names` has a commit wait."""
    if not names.strip():
        return 0
    match = re.match(r"\s*(?:ANY|FIRST)?\s*(\d+)\s*\(", names, re.IGNORECASE)
    return int(match[1]) if match else 1


def check_answers(connection: _Connection, question: str, seconds: float) -> None:
    """See that a server answers a question in time.

    Raises:
        psycopg.Error: it does not.
    """
    connection.execute(f"SET statement_timeout TO {int(seconds * 1_000)}".encode())
    connection.execute(question.encode())
    connection.execute(b"RESET statement_timeout")


def _first(connection: _Connection, sql: bytes) -> tuple[Any, ...]:
    """The first row of a statement that has one."""
    row = connection.execute(sql).fetchone()
    assert row is not None  # noqa: S101 - said above
    return row
