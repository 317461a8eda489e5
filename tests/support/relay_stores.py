"""Every store of a relay there is, for the suites of its contract; import fixtures `reopen` and `store`."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from support.postgres import Server, scratch
from watchword_relay.store.contract import Store
from watchword_relay.store.history import Bounds
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_relay.store.sqlite import SqliteStore

Opener = Callable[[Bounds | None], Store]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL for as long as this process tests, the same for every file that asks for it."""
    if not _shared.users:
        _shared.server = _shared.enter_context(served())
    _shared.users += 1
    yield _shared.server
    _shared.users -= 1
    if not _shared.users:
        _shared.close()


class _Shared(ExitStack):
    server: Server
    users = 0


_shared = _Shared()


@contextmanager
def served() -> Iterator[Server]:
    """A PostgreSQL that can make `fresh` databases."""
    with scratch() as folder, Server(folder / "pg") as server:
        PostgresStore(Settings(server.database("template"), standbys=0)).close()
        yield server


def fresh(server: Server) -> str:
    """A database with the tables of a relay and nothing in them. Returns what leads to it."""
    return server.database(f"test{next(_numbers)}", "template")


def _sqlite(request: pytest.FixtureRequest) -> Opener:
    path: Path = request.getfixturevalue("tmp_path") / "relay.sqlite3"
    return lambda bounds: SqliteStore(path, bounds=bounds)


def _postgres(request: pytest.FixtureRequest) -> Opener:
    settings = Settings(fresh(request.getfixturevalue("postgres")), standbys=0)
    return lambda bounds: PostgresStore(settings, bounds=bounds)


OPENERS: dict[str, Callable[[pytest.FixtureRequest], Opener]] = {"sqlite": _sqlite, "postgres": _postgres}


class Open(Protocol):
    """Opens the store."""

    def __call__(self, bounds: Bounds | None = None) -> Store:
        """With what history may take."""
        ...


@pytest.fixture(params=sorted(OPENERS))
def reopen(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the store; each call closes it first, as a restart does."""
    opener = OPENERS[request.param](request)
    opened: list[Store] = []

    def again(bounds: Bounds | None = None) -> Store:
        if opened:
            opened.pop().close()
        opened.append(opener(bounds))
        return opened[0]

    yield again
    if opened:
        opened[0].close()


@pytest.fixture
def store(reopen: Open) -> Store:
    """One that is open and empty."""
    return reopen()
