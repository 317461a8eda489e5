"""Who is kept out, as connections meet it."""

from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.relay_here import operating, serving
from support.terminal import Terminal
from support.waiting import until_found
from watchword_relay.blocks import Blocks
from watchword_relay.limits import Limits
from watchword_relay.store.contract import OWN
from watchword_relay.store.queues import EVERYWHERE, Blocked
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

KEYS = {name: Ed25519PrivateKey.generate() for name in ("ada", "bo")}
BLOCKED = frames.Refusal(RefusalCode.BLOCKED)


def test_what_counts_is_what_the_store_said_last() -> None:
    blocks = Blocks([])
    assert not blocks.are_now([])
    found = [Blocked(EVERYWHERE, "192.0.2.0/24", 1), Blocked(OWN, "bo", 1)]
    assert not blocks.address("192.0.2.7")
    assert blocks.are_now(found)
    assert not blocks.are_now(found)
    assert blocks.address("192.0.2.7")
    assert not blocks.address("192.0.3.7")
    assert blocks.account(OWN, "bo")
    assert not blocks.account(1, "bo")


async def test_a_blocked_account_is_told_and_nobody_else_learns_of_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    async with serving(tmp_path, store, Limits()) as url:
        for name in ("ada", "bo"):
            await (await Terminal(url, name, KEYS[name]).register()).close()
    store.block(OWN, "bo", 1)
    async with serving(tmp_path, store, Limits()) as url:
        async with Terminal(url, "bo", KEYS["bo"]) as bo:
            await bo.open()
            await bo.send(bo.signature())
            assert await bo.read() == BLOCKED
            assert await bo.closed() == 1008
        async with Terminal(url, "bo") as stranger:
            await stranger.open()
            await stranger.send(stranger.signature())
            assert await stranger.read() == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
        # What is sent to bo is taken as ever, and goes nowhere until bo may come again.
        async with await Terminal(url, "ada", KEYS["ada"]).sign_in() as ada:
            await ada.message("bo")
    store.close()


async def test_a_blocked_network_is_told_and_let_go(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.block(EVERYWHERE, "127.0.0.0/8", 1)
    async with serving(tmp_path, store, Limits()) as url, Terminal(url, "ada") as ada:
        await ada.open()
        assert await ada.read() == BLOCKED
        assert await ada.closed() == 1008
    store.close()


async def comes_in(url: str) -> bool:
    async with Terminal(url, "ada", KEYS["ada"]) as ada:
        await ada.open()
        await ada.send(ada.signature())
        answer = await ada.read()
        assert answer == BLOCKED or isinstance(answer, frames.Welcome)
        return answer != BLOCKED


async def test_who_is_blocked_while_they_are_there_is_turned_out(tmp_path: Path) -> None:
    """And comes in again as soon as they are not blocked any more."""
    store = SqliteStore(tmp_path / "relay.sqlite3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watchword_relay.upkeep.REALMS_SECONDS", 0.02)
        async with serving(tmp_path, store, Limits()) as url:
            ada = await Terminal(url, "ada", KEYS["ada"]).register()
            async with await Terminal(url, "bo").register():
                with operating(tmp_path) as commands:
                    commands.block(OWN, "ada", 1)
                    assert await ada.sees(frames.Refusal) == BLOCKED
                    assert await ada.closed() == 1008
                    commands.unblock(OWN, "ada")
                await until_found(partial(comes_in, url), "ada comes in")
    store.close()
