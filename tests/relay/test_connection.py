"""Hostile and broken peers on real sockets: the right close code, and nobody else notices."""

import asyncio
import os
import threading
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chaos.bounds import SLOWLORIS, seconds_until_closed, slow_consumer
from support.raw_peer import BROKEN, PATIENCE, QUESTION, RawPeer, masked, upgrade
from support.relay import RelayProcess, relay
from support.relay_here import running
from support.terminal import Terminal
from support.waiting import until
from watchword_relay.gate import IN_VAIN
from watchword_relay.limits import Limits
from watchword_relay.mailbox import AHEAD, Mailbox
from watchword_relay.mailroom import MailRoom
from watchword_relay.store.contract import Batch, Level
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode
from watchword_wire.timing import SIGN_IN_DEADLINE

__all__ = ["relay"]


@pytest.fixture
async def peer(relay: RelayProcess) -> AsyncIterator[RawPeer]:
    opened = await RawPeer.open(relay.port)
    yield opened
    opened.writer.close()


@pytest.mark.parametrize(("sent", "code"), BROKEN)
async def test_a_broken_frame_ends_its_connection(peer: RawPeer, sent: bytes, code: int) -> None:
    peer.writer.write(sent)
    assert await peer.closed_with() == code


async def test_frames_may_come_in_any_pieces(peer: RawPeer) -> None:
    """Byte by byte, in fragments, with a ping in between, or many at once."""
    for byte in masked(QUESTION):
        peer.writer.write(bytes([byte]))
        await peer.writer.drain()
    assert isinstance(codec.decode_from_relay((await peer.read())[1]), frames.Available)
    peer.writer.write(
        masked(QUESTION[:2], 0x02) + masked(b"alive?", 0x89) + masked(b"", 0x00) + masked(QUESTION[2:], 0x80)
    )
    assert await peer.read() == (10, b"alive?")
    assert isinstance(codec.decode_from_relay((await peer.read())[1]), frames.Available)
    peer.writer.write(masked(QUESTION) * 40 + masked(b"still?", 0x89))
    got = [await peer.read() for _ in range(41)]
    assert sum(opcode == 2 for opcode, _ in got) == 40
    assert (10, b"still?") in got


async def test_it_does_not_agree_to_compression(relay: RelayProcess) -> None:
    peer = await RawPeer.open(relay.port, "Sec-WebSocket-Extensions: permessage-deflate\r\n")
    assert b"deflate" not in peer.head
    bomb = zlib.compressobj(wbits=-15)
    peer.writer.write(masked(bomb.compress(bytes(3_000_000)) + bomb.flush(), 0xC2))
    assert await peer.closed_with() in (1002, 1009)


async def test_another_subprotocol_is_refused(relay: RelayProcess) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(upgrade().replace(b"watchword.1", b"watchword.9"))
    assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_what_comes_before_the_hello_ends_the_connection(relay: RelayProcess) -> None:
    for early in (masked(QUESTION), b"\x82"):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(upgrade() + early)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        writer.close()


async def test_who_does_not_sign_in_is_closed(relay: RelayProcess) -> None:
    """Slowloris in every phase, all at once: 5 s for the header and the sign-in together, not for each.

    How soon after them is measured where the machine does nothing else (`chaos.bounds`).
    """
    async with asyncio.timeout(2 * PATIENCE):
        seconds = await asyncio.gather(*(seconds_until_closed(relay, way) for way in SLOWLORIS))
    most = 2 * SIGN_IN_DEADLINE
    assert all(4.4 < taken < most for taken in seconds), dict(zip(SLOWLORIS, seconds, strict=True))


async def test_a_peer_that_does_not_read_is_cut_and_nobody_waits_for_it(relay: RelayProcess) -> None:
    _, lost = await slow_consumer(relay, relay)
    assert not lost


async def test_garbage_does_not_disturb_others(relay: RelayProcess) -> None:
    async with await Terminal(relay.url, "ada").register() as ada:
        for number in range(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            writer.write(upgrade() if number % 2 else b"")
            if number % 2:
                await reader.readuntil(b"\r\n\r\n")
            writer.write(os.urandom(300))
            await writer.drain()
            writer.close()
        await ada.message("ada")
        await ada.sees(frames.Deliver)
    assert "bug" not in relay.log.read_text()


@pytest.mark.parametrize("much", [False, True])
async def test_frames_of_much_work_come_one_in_a_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, much: bool
) -> None:
    """Whoever sends many of them at once lets the others have their turns in between."""
    loop = asyncio.get_running_loop()
    turn = 0
    taken: list[tuple[int, bytes]] = []

    def count() -> None:
        nonlocal turn
        turn += 1
        if len(taken) < 5:
            loop.call_soon(count)

    def came(_: MailRoom, me: Mailbox, frame: frames.Send) -> None:
        taken.append((turn, frame.id))
        assert me.connection is not None
        if much:
            me.connection.end_turn()

    monkeypatch.setattr(MailRoom, "send", came)
    sent = [frames.Send(bytes([number]) * 16, ["bo/1"], b"x") for number in range(5)]
    async with running(tmp_path, Limits()) as url, await Terminal(url, "ada").register() as ada:
        count()
        await ada.send(*sent)
        await until(lambda: len(taken) == 5, "all are taken")
    assert [message_id for _, message_id in taken] == [frame.id for frame in sent]
    assert len({number for number, _ in taken}) == (5 if much else 1)


async def test_who_floods_is_read_no_faster_than_the_disk_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the commits that everybody waits for stay short."""
    commit, goes_on, batches = SqliteStore.commit, threading.Event(), list[int]()

    def slow(store: SqliteStore, batch: Batch) -> dict[int, Level]:
        batches.append(len(batch.puts))
        if batch.puts:
            assert goes_on.wait(PATIENCE)
        return commit(store, batch)

    monkeypatch.setattr(SqliteStore, "commit", slow)
    sent = [frames.Send(number.to_bytes(16), ["nobody/1"], b"x") for number in range(10 * AHEAD)]
    async with running(tmp_path, Limits()) as url, await Terminal(url, "ada").register() as ada:
        await ada.send(*sent)
        await until(lambda: batches, "the disk is asked for")
        goes_on.set()
        told: list[bytes] = []
        while len(told) < len(sent):
            told += (await ada.sees(frames.Ok)).ids
    assert told == [one.id for one in sent]
    assert max(batches) <= AHEAD + 1


async def test_who_does_not_wait_when_told_is_read_no_more_meanwhile(tmp_path: Path) -> None:
    """And is not cut for it, and loses nothing of what it is allowed."""
    limits = Limits(writes=(AHEAD, AHEAD))
    sent = [frames.Send(number.to_bytes(16), ["nobody/1"], b"x") for number in range(2 * IN_VAIN)]
    async with running(tmp_path, limits) as url, await Terminal(url, "ada").register() as ada:
        await ada.send(*sent)
        await until(lambda: len(ada.all(frames.Refusal)) >= IN_VAIN, "it is refused")
        refused = ada.all(frames.Refusal)
        assert {one.code for one in refused} == {RefusalCode.RETRY_LATER}
        assert 0 < refused[0].retry_ms <= 1_000
        pong = await ada.socket.ping()
        begun = asyncio.get_running_loop().time()
        await pong
        assert asyncio.get_running_loop().time() - begun > 0.5
        answered = {one.about for one in ada.all(frames.Refusal)}
        answered |= {told for ok in ada.all(frames.Ok) for told in ok.ids}
        assert answered == {one.id for one in sent}
