"""What every play stands on."""

from collections.abc import Iterator

import pytest

from support.nodes import as_asked, on_nodes
from support.remembered import salted_once

WITH_A_FILE = {
    "test_a_realm_that_is_there_again_was_not_taken_away": "puts an older copy of the relay's folder back",
    "test_crossing.py": "watches each connection of its process, from which the way to nodes is chosen",
}
"""Plays, or files of them, that several nodes have no part in, and why."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where plays have nodes, leave out those that need a relay's own file."""
    if on_nodes():
        left = [item for item in items if not WITH_A_FILE.keys().isdisjoint({item.name, item.path.name})]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session", autouse=True)
def ground() -> Iterator[None]:
    """One relay with a file for each play; where WATCHWORD_GROUND says so, nodes over PostgreSQL."""
    with as_asked():
        yield


@pytest.fixture(scope="module", autouse=True)
def one_salt() -> Iterator[None]:
    """Profiles that a play makes in its own process cost a master passphrase's second once."""
    with salted_once():
        yield
