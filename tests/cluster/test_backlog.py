"""What waits for those who come back: read piece by piece, as much as their connections take."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from support.postgres import Server
from support.relay_here import serving
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from watchword_relay.limits import Limits
from watchword_relay.nodes import feed, neighbours
from watchword_relay.store.nodes import Page
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire import frames

__all__ = ["postgres"]

BODY = feed.PAGE_BYTES // 4
"""So that a piece ends to the byte."""
MANY = 41


async def test_much_that_waits_is_never_in_memory_all_at_once(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    read: list[int] = []
    waiting_of = store.nodes.waiting_of

    def measured(asked: Sequence[tuple[int, int]], *bounds: int) -> dict[int, Page]:
        found = waiting_of(asked, *bounds)
        read.extend(sum(len(one.body) for one in page.messages) for page in found.values())
        return found

    monkeypatch.setattr(store.nodes, "waiting_of", measured)
    async with serving(tmp_path, store, Limits()) as url, await Terminal(url, "ada").register() as ada:
        bo = await Terminal(url, "bo").register()
        await bo.close()
        sent = [await ada.message("bo", body=bytes([number]) * BODY) for number in range(MANY)]
        # Of one for several the body stands elsewhere.
        sent.append(await ada.message("bo", "cy", body=b"for both"))
        await bo.sign_in()
        got = [await bo.sees(frames.Deliver) for _ in sent]
        assert [one.id for one in got] == sent
        assert got[-1].body == b"for both"
        await bo.close()
    assert max(read) == feed.PAGE_BYTES
    store.close()


async def test_nobody_looks_where_nothing_can_have_come(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message is read once; that it is acknowledged brings nothing new."""
    monkeypatch.setattr(neighbours, "LOOK_SECONDS", 600.0)
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    read: list[int] = []
    waiting_of = store.nodes.waiting_of

    def measured(asked: Sequence[tuple[int, int]], *bounds: int) -> dict[int, Page]:
        found = waiting_of(asked, *bounds)
        read.extend(len(found[mailbox].messages) if mailbox in found else 0 for mailbox, _ in asked)
        return found

    async with serving(tmp_path, store, Limits()) as url, await Terminal(url, "ada").register() as ada:
        bo = await Terminal(url, "bo").register()
        await ada.message("bo")
        await bo.sees(frames.Deliver)
        monkeypatch.setattr(store.nodes, "waiting_of", measured)
        for _ in range(MANY):
            await ada.message("bo")
            await bo.sees(frames.Deliver)
        await bo.close()
    assert sum(read) == MANY
    assert read.count(0) < MANY / 4
    store.close()
