"""A mail room for each test of the relay that asks for one; the event loops where it makes a difference."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

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


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop of asyncio itself; for what happens before a connection is open that of uvloop, too."""
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if item.path.name == "test_threshold.py":
        loops["uvloop"] = uvloop.new_event_loop
    return loops
