"""A real encrypted store for each test of the store."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import apsw
import pytest

from watchword.store import cipher, migrate
from watchword.store.database import Database
from watchword.store.transaction import Tx

KEY = bytes(range(32))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A new store under KEY, at `tmp_path / "watchword.db"`."""
    database = await Database.create(tmp_path / "watchword.db", KEY)
    yield database
    await database.close()


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Tx]:
    """A transaction over a new, encrypted file with the newest schema."""
    path = tmp_path / "store.db"
    connection = apsw.Connection(str(path))
    cipher.unseal(connection, KEY)
    connection.pragma("foreign_keys", True)
    migrate.bring_up_to_date(connection, path)
    with connection:
        yield connection
    connection.close()
