"""Connections as a whole: how many, and what a signed-in one may not send. A relay within this process."""

import asyncio
import contextlib
import gc
import threading
import time
import weakref
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from support.logged import LoggedWarnings
from support.posts import post
from support.raw_peer import RawPeer, masked
from support.relay_here import running, serving
from support.terminal import Terminal
from support.waiting import until
from watchword_relay import upkeep
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import DiskWatch, Limits
from watchword_relay.router import SHARES, Router
from watchword_relay.store.contract import OWN, Address, Batch, Put, StoreTrouble
from watchword_relay.store.space import Space
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.store.sqlite_realm import SqliteRealm
from watchword_wire import frames
from watchword_wire.frames import RefusalCode
from watchword_wire.timing import MESSAGE_KEPT


async def test_one_connection_too_many_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path, Limits(connections=3)) as url:
        guests = [Terminal(url, f"guest{number}") for number in range(3)]
        for guest in guests:
            await guest.open()
        late = Terminal(url, "late")
        with pytest.raises(Exception, match="1013"):
            await late.open()
        await guests[0].socket.close()
        await late.open()
        for guest in [*guests[1:], late]:
            await guest.socket.close()


@pytest.mark.parametrize(
    "frame",
    [
        frames.SignIn(1, "ada/1", bytes(64)),
        frames.AskAvailable("bo"),
        frames.Ack([bytes(16)] * 1_025),
        frames.Watch(["x"] * 1_025),
        frames.Watch(["a b"]),
        frames.Send(bytes(16), ["nobody"], b""),
        frames.Step("nobody", b""),
    ],
)
async def test_what_a_signed_in_terminal_may_not_send(tmp_path: Path, frame: frames.FromDesktop) -> None:
    async with running(tmp_path, Limits()) as url:
        ada = await Terminal(url, "ada").register()
        await ada.send(frame)
        assert await ada.closed() == 1007


async def test_what_cannot_be_looked_up_now_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    def mailboxes(*_: object) -> list[Address]:
        raise StoreTrouble("?")

    async with running(tmp_path, Limits()) as url:
        ada = await Terminal(url, "ada").register()
        monkeypatch.setattr(SqliteRealm, "mailboxes", mailboxes)
        await ada.send(post("ada/1", "bo"))
        assert await ada.closed() == 1013
    logged_warnings.take("store-trouble")


async def test_a_full_disk_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, Limits(low_water_bytes=2**62, low_water_part=2.0)) as url:
        ada = await Terminal(url, "ada").register()
        message = frames.Send(bytes(16), ["ada/1"], b"")
        await ada.send(message)
        assert await ada.sees(frames.Refusal) == frames.Refusal(RefusalCode.FULL, message.id)
        await ada.close()


async def test_watching_is_limited(tmp_path: Path) -> None:
    async with running(tmp_path, Limits(watches=(2, 1))) as url:
        ada = await Terminal(url, "ada").register()
        for _ in range(3):
            await ada.send(frames.Watch([]))
        refusal = await ada.sees(frames.Refusal)
        assert (refusal.code, refusal.about) == (RefusalCode.RETRY_LATER, bytes([40]))
        await ada.close()


async def test_who_is_silent_is_asked_and_then_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchword_relay.server.PING_SECONDS", 0.1)
    async with running(tmp_path, Limits()) as url:
        ada, dead = await Terminal(url, "ada").register(), await Terminal(url, "dead").register()
        dead.socket.transport.pause_reading()
        await ada.send(frames.Watch(["dead"]))
        await dead.send(frames.Watch(["ada"]))
        assert (await ada.sees(frames.Presence)).present
        assert not (await ada.sees(frames.Presence)).present
        await ada.message("ada")
        await ada.close()
        dead.drop()


async def test_only_who_is_silent_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says something in each round is neither pinged nor cut."""
    monkeypatch.setattr("watchword_relay.server.PING_SECONDS", 3_600)
    routers: list[Router] = []
    spawn = Router.spawn

    def noted(router: Router, coroutine: Coroutine[Any, Any, None]) -> None:
        routers.append(router)
        spawn(router, coroutine)

    monkeypatch.setattr(Router, "spawn", noted)
    async with running(tmp_path, Limits()) as url:
        port = int(url.rpartition(":")[2])
        silent, busy = await RawPeer.open(port), await RawPeer.open(port)
        heard_by_silent = []
        for _ in range(3):
            for _ in range(SHARES):
                routers[0].sweep()
            busy.writer.write(masked(b"here", 0x89))
            assert await busy.read() == (10, b"here")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                heard_by_silent.append(await silent.read())
        assert heard_by_silent == [(9, b"")]
        for peer in (silent, busy):
            peer.writer.close()


async def test_only_the_time_served_deletes_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    _, bo = store.of(OWN).register("bo", "bo", b"k" * 32, None, 1)
    assert bo is not None
    old = Batch()
    old.puts = [Put(bo.mailbox, 1, bytes(16), "cy/1", b"old", 5_000)]
    store.commit(old)
    houses_kept = 0
    forget_verdicts = store.forget_verdicts

    def forget(before: int) -> int:
        nonlocal houses_kept
        houses_kept += 1
        return forget_verdicts(before)

    monkeypatch.setattr(store, "forget_verdicts", forget)  # the last thing that housekeeping does
    monkeypatch.setattr(time, "time", lambda: 4e9)  # the wall clock has jumped by decades
    store.keep_served(5_000 + MESSAGE_KEPT - 3_600)
    async with serving(tmp_path, store, Limits()):
        await until(lambda: houses_kept == 1, "the house is kept")
        assert len(list(store.waiting(bo.mailbox, 0, 10, 0))) == 1
    store.keep_served(5_000 + MESSAGE_KEPT + 1)
    async with serving(tmp_path, store, Limits()):
        await until(lambda: houses_kept == 2, "the house is kept again")
        assert list(store.waiting(bo.mailbox, 0, 10, 0)) == []
    store.close()


async def test_the_disk_is_looked_at_beside_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing the reserve of 8 MB takes as long as it takes."""
    looks: list[int] = []
    look = DiskWatch.look

    def seen(watch: DiskWatch, space: Space) -> int:
        looks.append(threading.get_ident())
        return look(watch, space)

    monkeypatch.setattr(upkeep, "DISK_SECONDS", 0.01)
    async with running(tmp_path, Limits(low_water_bytes=1)):
        monkeypatch.setattr(DiskWatch, "look", seen)
        (tmp_path / "reserve").unlink()
        await until((tmp_path / "reserve").exists, "the reserve is kept again")
    assert threading.get_ident() not in looks


async def test_nothing_is_kept_of_strangers_who_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else thousands of them in a second would be held for the five that they had."""
    lost, left = Router.lost, list[weakref.ref[RelayConnection]]()

    def noted(router: Router, connection: RelayConnection) -> None:
        left.append(weakref.ref(connection))
        lost(router, connection)

    monkeypatch.setattr(Router, "lost", noted)
    async with running(tmp_path, Limits()) as url:
        for number in range(5):
            guest = Terminal(url, f"guest{number}")
            await guest.open()
            await guest.socket.close()
        await until(lambda: len(left) == 5, "they are gone")

        def forgotten() -> bool:
            gc.collect()
            return not any(one() for one in left)

        await until(forgotten, "nothing is kept of them", 3)
