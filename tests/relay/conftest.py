"""A mail room for each test of the relay that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.office import Office
from watchword_relay.limits import Limits


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The accounts ada, bo and cy, a terminal each, over a real store."""
    opened = Office(tmp_path, Limits())
    for name in ("ada", "bo", "cy"):
        opened.account(name)
    yield opened
    opened.room.hurry()
    opened.store.close()
