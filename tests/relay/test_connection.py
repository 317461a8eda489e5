"""Hostile and broken peers on real sockets: the right close code, and nobody else notices."""

import asyncio
import os
import resource
import socket
import struct
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.relay import RelayProcess, relay
from support.relay_here import running
from support.terminal import Terminal
from support.waiting import until
from watchword_relay.limits import Limits
from watchword_relay.mailbox import Mailbox
from watchword_relay.mailroom import MailRoom
from watchword_wire import codec, frames, limits

__all__ = ["relay"]

PATIENCE = 10.0


class RawPeer:
    """A TCP connection that speaks WebSocket by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int, extra: str = "") -> "RawPeer":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        peer = cls(reader, writer)
        writer.write(upgrade(extra))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert head.startswith(b"HTTP/1.1 101 ")
        peer.head = head
        opcode, hello = await peer.read()
        assert opcode == 2
        assert isinstance(codec.decode_from_relay(hello), frames.Hello)
        return peer

    head: bytes

    async def read(self) -> tuple[int, bytes]:
        """Read one frame: opcode and payload."""
        async with asyncio.timeout(PATIENCE):
            first, second = await self.reader.readexactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(length)

    async def closed_with(self) -> int:
        """Read to the close frame; then the connection must end. Returns its code."""
        while True:
            opcode, payload = await self.read()
            if opcode == 8:
                break
        assert await asyncio.wait_for(self.reader.read(), PATIENCE) == b""
        self.writer.close()
        code: int = struct.unpack("!H", payload[:2])[0]
        return code


def upgrade(extra: str = "") -> bytes:
    return (
        "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Protocol: watchword.1\r\n{extra}\r\n"
    ).encode()


def masked(payload: bytes, first: int = 0x82, *, length: int | None = None) -> bytes:
    """One masked frame; the mask is all zeros."""
    size = len(payload) if length is None else length
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = bytes((first, 0xFE)) + struct.pack("!H", size)
    else:
        head = bytes((first, 0xFF)) + struct.pack("!Q", size)
    return head + bytes(4) + payload


@pytest.fixture
async def peer(relay: RelayProcess) -> AsyncIterator[RawPeer]:
    opened = await RawPeer.open(relay.port)
    yield opened
    opened.writer.close()


QUESTION = codec.encode(frames.AskAvailable("ada"))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(b"text", 0x81), 1003),
        (masked(b"nonsense"), 1007),
        (masked(b""), 1007),
        (masked(codec.encode(frames.Send(bytes(16), ["a/1"], b""))), 1007),
        (masked(codec.encode(frames.Ok([]))), 1007),
        (masked(b"", length=limits.FRAME_BYTES_BEFORE_SIGN_IN + 1), 1009),
        (masked(b"", length=2**62), 1009),
        (b"\x82\x05plain", 1002),
        (masked(QUESTION, 0xC2), 1002),
        (masked(QUESTION, 0xA2), 1002),
        (masked(b"", 0x83), 1002),
        (masked(b"", 0x80), 1002),
        (masked(b"x" * 126, 0x89), 1002),
        (masked(b"", 0x09), 1002),
        (masked(QUESTION[:3], 0x02) + masked(QUESTION), 1002),
        (masked(bytes(4_000), 0x02) + masked(bytes(4_000), 0x80), 1009),
        (masked(b"a", 0x02) + masked(b"b", 0x00) * 40, 1009),
    ],
)
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


async def seconds_until_closed(relay: RelayProcess, what: str) -> float:
    """Connect, do what keeps others from signing in, and wait for the end."""
    start = time.monotonic()
    if what in ("nothing", "slow header"):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    else:
        peer = await RawPeer.open(relay.port)
        reader, writer = peer.reader, peer.writer
    drip = iter(upgrade() if what == "slow header" else masked(bytes(4_000)))
    try:
        while not reader.at_eof():
            if what in ("slow header", "slow frame"):
                writer.write(bytes([next(drip)]))
            elif what == "pings only":
                writer.write(masked(b"", 0x89))
            try:
                async with asyncio.timeout(0.2):
                    while await reader.read(1_000):
                        pass  # an answer to a ping
                    break
            except TimeoutError:
                pass
    except ConnectionError:
        pass
    writer.close()
    return time.monotonic() - start


async def test_who_does_not_sign_in_is_closed(relay: RelayProcess) -> None:
    """Slowloris in every phase, all at once: 5 s for the header, or for the sign-in, and half a second."""
    ways = ("nothing", "slow header", "slow frame", "pings only")
    async with asyncio.timeout(PATIENCE):
        seconds = await asyncio.gather(*(seconds_until_closed(relay, way) for way in ways))
    assert all(4.4 < taken < 6.0 for taken in seconds), dict(zip(ways, seconds, strict=True))


async def test_a_peer_that_does_not_read_is_cut_and_nobody_waits_for_it(relay: RelayProcess) -> None:
    slow = await Terminal(relay.url, "slow").register()
    await slow.close()
    await slow.open()
    slow.socket.transport.pause_reading()
    await slow.send(slow.signature())
    slow.socket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    async with await Terminal(relay.url, "ada").register() as ada:
        before, files = memory(relay), open_files(relay)
        body = os.urandom(64_000)
        sent = [await ada.message("slow", body=body) for _ in range(100)]
        start = time.monotonic()
        await until(lambda: open_files(relay) < files, "the slow peer is cut", 11)
        assert time.monotonic() - start <= 10.5
        assert memory(relay) - before < 64_000_000
        # What it did not get is there when it comes again.
        slow.socket.transport.abort()
        again = Terminal(relay.url, "slow", slow.key)
        await again.sign_in()
        assert [(await again.sees(frames.Deliver)).id for _ in sent] == sent
        await again.close()


def memory(relay: RelayProcess) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{relay.pid}/statm").read_text().split()[1]) * resource.getpagesize()


def open_files(relay: RelayProcess) -> int:
    return len(list(Path(f"/proc/{relay.pid}/fd").iterdir()))


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
