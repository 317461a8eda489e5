"""A real encrypted store for each test of the store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from watchword.store.database import Database

KEY = bytes(range(32))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A new store under KEY, at `tmp_path / "watchword.db"`."""
    database = await Database.create(tmp_path / "watchword.db", KEY)
    yield database
    await database.close()
