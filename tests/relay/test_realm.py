"""Realms of a relay that runs: which path leads where, one that is made or taken away meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from support.relay_here import operating, serving
from support.terminal import Terminal
from support.waiting import until
from watchword_relay import accounts, upkeep
from watchword_relay.limits import Limits
from watchword_relay.realm import POLICY
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import frames
from watchword_wire.frames import RefusalCode, Registration
from watchword_wire.version import SUBPROTOCOL


class Here:
    """A relay, and its store as its operator has it."""

    def __init__(self, url: str, store: SqliteStore) -> None:
        self.url = url
        self.store = store

    async def person(self, realm: str, name: str) -> Terminal:
        text = accounts.new_invite()
        self.store.of(self.store.realm(realm)).add_invite(accounts.invite_hash(text), 1)
        return await Terminal(f"{self.url}/{realm}", name).register(text)


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Here]:
    monkeypatch.setattr(upkeep, "REALMS_SECONDS", 0.05)
    store = SqliteStore(tmp_path / "relay.sqlite3")
    async with serving(tmp_path, store, Limits()) as url:
        with operating(tmp_path) as commands:
            yield Here(url, commands)
    store.close()


@pytest.mark.parametrize("path", ["/Acme", "/acme/", "/a/b", "//", "/acme?x=1", "/a_b", "/" + "x" * 33])
async def test_a_path_that_no_realm_can_have_is_not_found(here: Here, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(here.url + path, subprotocols=[Subprotocol(SUBPROTOCOL)], proxy=None)
    assert refused.value.response.status_code == 404


async def test_who_may_register_where(here: Here) -> None:
    here.store.add_realm("acme", 1)
    found = []
    for path in ("", "/", "/acme", "/none"):
        async with Terminal(here.url + path, "ada") as terminal:
            found.append((await terminal.open()).registration)
    assert found == [Registration.OPEN] * 2 + [Registration.INVITE] * 2


async def test_a_realm_that_is_made_while_the_relay_runs_is_there_at_once(here: Here) -> None:
    async with Terminal(f"{here.url}/acme", "ada") as early:
        await early.open()
        here.store.add_realm("acme", 1)
        ada = await here.person("acme", "ada")
        bo = await here.person("acme", "bo")
        await ada.message("bo")
        assert (await bo.sees(frames.Deliver)).sender == "ada/1"
        # Who was there before is still nowhere: a connection is in one realm for as long as it lasts.
        await early.send(early.registration(None))
        assert await early.read() == frames.Refusal(RefusalCode.INVITE_NEEDED)
        for one in (ada, bo):
            await one.close()


async def test_a_realm_that_is_taken_away_is_left_and_erased(here: Here) -> None:
    for name in ("acme", "beta"):
        here.store.add_realm(name, 1)
    number = here.store.realm("acme")
    ada, other = await here.person("acme", "ada"), await here.person("beta", "ada")
    own = await Terminal(here.url, "ada").register()
    await ada.send(frames.Send(b"m" * 16, ["bo/1", "ada/1"], b"sealed"))
    stranger = Terminal(f"{here.url}/acme", "bo")
    await stranger.open()
    here.store.take_away("acme")
    assert await ada.sees(frames.Refusal) == frames.Refusal(RefusalCode.REALM_GONE)
    assert await ada.closed() == POLICY
    assert await stranger.closed() == POLICY
    await until(lambda: not here.store.taken_away(), "it is erased")
    assert here.store.of(number).terminals("ada") == []
    async with Terminal(f"{here.url}/acme", "ada", ada.key) as gone:
        await gone.open()
        await gone.send(gone.signature())
        assert await gone.read() == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)
    for one in (own, other):
        await one.message("ada")
        await one.sees(frames.Deliver)
        assert one.all(frames.Refusal) == []
        await one.close()


async def test_what_a_relay_was_taken_away_before_it_started_is_erased(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.add_realm("acme", 1)
    acme = store.of(store.realm("acme"))
    acme.register("ada", "ada", b"k" * 32, None, 1)
    store.take_away("acme")
    async with serving(tmp_path, store, Limits()):
        await until(lambda: not store.taken_away(), "it is erased")
    assert acme.terminals("ada") == []
    store.close()


async def test_one_realm_that_sends_much_holds_up_no_other(tmp_path: Path) -> None:
    """What waits for the disk, and what an account may send, are counted in each realm."""
    store = SqliteStore(tmp_path / "relay.sqlite3")
    for name in ("acme", "beta"):
        store.add_realm(name, 1)
    async with serving(tmp_path, store, Limits(sends=(10_000, 1.0))) as url:
        with operating(tmp_path) as commands:
            here = Here(url, commands)
            loud, quiet = await here.person("acme", "ada"), await here.person("beta", "ada")
        for number in range(4):
            await loud.send(frames.Send(bytes([number]) * 16, ["bo/1"], bytes(1_000)))
        assert (await loud.sees(frames.Refusal)).code == RefusalCode.RETRY_LATER
        await quiet.message("bo")
        for one in (loud, quiet):
            await one.close()


async def test_times_and_verdicts_are_each_realms(here: Here) -> None:
    """A handshake between namesakes runs in each realm, at the same moment, to its own verdict."""
    here.store.add_realm("acme", 1)
    pairs = [(await here.person("acme", "ada"), await here.person("acme", "bo"))]
    pairs.append((await Terminal(here.url, "ada").register(), await Terminal(here.url, "bo").register()))
    request = pairs[0][0].request("bo")
    for ada, bo in pairs:
        await ada.send(frames.Step("bo/1", request))
        assert (await bo.sees(frames.StepFrom)).body == request
    h = (await pairs[0][0].sees(frames.StepNoted)).h
    await pairs[0][1].send(frames.Step("ada/1", b"\x07" + h + b"\x01"))
    assert (await pairs[0][0].sees(frames.StepFrom)).body == b"\x07" + h + b"\x01"
    assert (await pairs[0][0].sees(frames.StepFrom)).body == b"\x06" + h + b"\x03"
    await pairs[1][0].sees_nothing(frames.StepFrom)
    await asyncio.gather(*(one.close() for pair in pairs for one in pair))
