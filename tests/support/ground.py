"""What a relay of a test stands on: a file in its folder, or a PostgreSQL that its nodes share.

with ground(tmp_path, t1=1.0) as nodes:      # one relay, or two nodes of one
    Terminal(nodes[0].url, "ada"), Terminal(nodes[-1].url, "bo")
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest

from support.cluster import Cluster
from support.postgres import Server, scratch
from support.relay import RelayProcess
from watchword_relay.stores import shared_by

Ground = Callable[..., AbstractContextManager[list[RelayProcess]]]
"""Takes a folder, and what a `RelayProcess` takes."""


@contextmanager
def alone(
    folder: Path, *, made: type[RelayProcess] = RelayProcess, **options: Any
) -> Iterator[list[RelayProcess]]:
    """One relay with a file."""
    with made(folder / "relay", **options) as relay:
        yield [relay]


@contextmanager
def over(url: str, folder: Path, **options: Any) -> Iterator[list[RelayProcess]]:
    """Two nodes over a database."""
    with Cluster(folder, url, **options) as cluster:
        yield cluster.nodes


@contextmanager
def shared(folder: Path, **options: Any) -> Iterator[list[RelayProcess]]:
    """Two nodes over a PostgreSQL of their own."""
    with (
        scratch() as place,
        Server(place / "pg") as server,
        over(server.database("relay"), folder, **options) as nodes,
    ):
        yield nodes


GROUNDS: Mapping[str, Ground] = {"alone": alone, "shared": shared}


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[RelayProcess]]:
    """A relay alone; in the long forms of tests what WATCHWORD_GROUND names."""
    with GROUNDS[os.environ.get("WATCHWORD_GROUND", "alone")](tmp_path) as found:
        yield found


def asked(relay: RelayProcess, sql: str) -> list[tuple[Any, ...]]:
    """What a relay's store says."""
    database = shared_by(relay.data)
    if database is None:
        file = apsw.Connection(str(relay.data / "relay.sqlite3"))
        try:
            return file.execute(sql).fetchall()
        finally:
            file.close()
    assert database.url is not None
    with psycopg.connect(database.url, autocommit=True) as connection:
        return connection.execute(sql.encode()).fetchall()
