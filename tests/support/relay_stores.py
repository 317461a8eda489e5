"""Every store of a relay there is, for the suites of its contract; import fixtures `reopen` and `store`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from watchword_relay.store.contract import Store
from watchword_relay.store.history import Bounds
from watchword_relay.store.sqlite import SqliteStore

OPENERS: dict[str, Callable[[Path, Bounds | None], Store]] = {
    "sqlite": lambda folder, bounds: SqliteStore(folder / "relay.sqlite3", bounds=bounds)
}


class Open(Protocol):
    """Opens the store."""

    def __call__(self, bounds: Bounds | None = None) -> Store:
        """With what history may take."""
        ...


@pytest.fixture(params=sorted(OPENERS))
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the store; each call closes it first, as a restart does."""
    opened: list[Store] = []

    def again(bounds: Bounds | None = None) -> Store:
        if opened:
            opened.pop().close()
        opened.append(OPENERS[request.param](tmp_path, bounds))
        return opened[0]

    yield again
    if opened:
        opened[0].close()


@pytest.fixture
def store(reopen: Open) -> Store:
    """One that is open and empty."""
    return reopen()
