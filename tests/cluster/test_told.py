"""What a node writes of a handshake and cannot tell: it dies, or the database just forgot who is where."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.played import handshake
from support.postgres import Server
from support.relay_here import serving
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from watchword_relay.limits import Limits
from watchword_relay.nodes import neighbours
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire import frames

__all__ = ["postgres"]


@pytest.fixture
async def urls(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Two nodes that tell each other nothing."""
    monkeypatch.setattr(neighbours, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(neighbours, "TOLD_SECONDS", 0.0)
    url = fresh(postgres)
    stores = [PostgresStore(Settings(url, standbys=0)) for _ in range(2)]
    async with AsyncExitStack() as nodes:
        found = []
        for store in stores:
            monkeypatch.setattr(store.nodes, "tell", lambda *_, **__: None)
            found.append(await nodes.enter_async_context(serving(tmp_path, store, Limits())))
        yield found
    for store in stores:
        store.close()


async def test_every_step_and_the_verdict_is_found_and_given_once(urls: list[str]) -> None:
    async with (
        await Terminal(urls[0], "ada").register() as ada,
        await Terminal(urls[1], "bo").register() as bo,
    ):
        h = await handshake(ada, bo)
        for side in (ada, bo):
            verdict = await side.sees(frames.StepFrom)
            assert (verdict.sender, verdict.body) == ("", b"\x06" + h + b"\x00")
            await side.sees_nothing(frames.StepFrom)
