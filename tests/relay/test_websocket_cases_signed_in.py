"""WebSocket cases for which one has to be signed in: long messages, whole and in pieces, on both ways.

Those of the Autobahn test suite's sections 1, 9 and 10; its echo is a message to oneself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.raw_peer import RawPeer
from support.terminal import Terminal
from support.websocket import BINARY, CLOSE, PATHS, PING, PONG, frame, heard, port_of, relay_by, sent
from watchword_wire import codec, frames, limits

IN_PIECES = 997
FRAGMENT = 1_300


@asynccontextmanager
async def signed_in(path: str, folder: Path) -> AsyncIterator[RawPeer]:
    """A connection of ada's, after sign-in."""
    async with relay_by(path, folder) as url:
        peer = await RawPeer.connected(port_of(url))
        ada = Terminal(url, "ada")
        hello = codec.decode_from_relay((await peer.read())[1])
        assert isinstance(hello, frames.Hello)
        ada.hello = hello
        await sent(peer, [frame(codec.encode(ada.registration()))])
        assert isinstance(codec.decode_from_relay((await peer.read())[1]), frames.Welcome)
        yield peer
        peer.writer.close()


def message(number: int, frame_bytes: int) -> tuple[bytes, bytes]:
    """A message to oneself, such that its frame has so many bytes; and its body."""
    body = b""
    for _ in range(3):  # the length of the body's length may change with it
        bare = len(codec.encode(frames.Send(number.to_bytes(16), ["ada/1"], body))) - len(body)
        body = bytes((at * 7 + number) % 256 for at in range(frame_bytes - bare))
    return codec.encode(frames.Send(number.to_bytes(16), ["ada/1"], body)), body


async def delivered(peer: RawPeer) -> tuple[bytes, bytes]:
    """The next delivery: id and body."""
    while True:
        opcode, payload = await peer.read()
        assert opcode == BINARY
        came = codec.decode_from_relay(payload)
        if isinstance(came, frames.Deliver):
            return came.id, came.body
        assert isinstance(came, frames.Ok)


@pytest.mark.parametrize("path", PATHS)
async def test_messages_of_all_lengths_come_back_as_they_were(path: str, tmp_path: Path) -> None:
    """1.1, 1.2: both sides of each change in how a length is written, for the relay's own frames, too."""
    sizes = [*range(60, 190), *range(65_520, 65_560, 5), 65_535, 65_536, 65_537, 90_000]
    async with signed_in(path, tmp_path) as peer:
        for number, size in enumerate(sizes):
            payload, body = message(number, size)
            await sent(peer, [frame(payload)])
            assert await delivered(peer) == (number.to_bytes(16), body)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", [125, 126, 127, 128, 65_535, 65_536])
async def test_messages_come_in_pieces_of_any_size(path: str, size: int, tmp_path: Path) -> None:
    """1.1.8, 9.5, 9.6, 10.1: chopped by the network, cut into frames by its sender, or both."""
    async with signed_in(path, tmp_path) as peer:
        for number, (fragment, piece) in enumerate(
            [(size, IN_PIECES), (FRAGMENT, size), (FRAGMENT, IN_PIECES), (64, 4_096)]
        ):
            payload, body = message(number, size)
            cut = [payload[at : at + fragment] for at in range(0, size, fragment)]
            wire = b"".join(
                frame(part, BINARY if at == 0 else 0, fin=at == len(cut) - 1) for at, part in enumerate(cut)
            )
            await sent(peer, [wire[at : at + piece] for at in range(0, len(wire), piece)])
            assert await delivered(peer) == (number.to_bytes(16), body)


@pytest.mark.parametrize("path", PATHS)
async def test_the_longest_frame_is_taken_and_no_longer_one(path: str, tmp_path: Path) -> None:
    async with signed_in(path, tmp_path) as peer:
        payload, _ = message(0, limits.FRAME_BYTES)
        await sent(peer, [frame(payload)])
        refusal = codec.decode_from_relay((await peer.read())[1])
        assert isinstance(refusal, frames.Refusal)
        assert refusal.code == frames.RefusalCode.TOO_LARGE
        await sent(peer, [frame(b"still here?", PING)])
        assert await peer.read() == (PONG, b"still here?")
        await sent(peer, [frame(bytes(limits.FRAME_BYTES + 1))[:60_000]])
        opcode, payload = (await heard(peer, 1))[0]
        assert (opcode, payload[:2]) == (CLOSE, (1009).to_bytes(2))


@pytest.mark.parametrize("path", PATHS)
async def test_a_close_after_a_long_message_waits_for_nothing(path: str, tmp_path: Path) -> None:
    """7.1.6: what comes behind the close is not looked at."""
    async with signed_in(path, tmp_path) as peer:
        payload, _ = message(0, limits.BODY_BYTES)
        await sent(peer, [frame(payload) + frame(b"\x03\xe8", CLOSE) + frame(b"late", PING)])
        assert (await heard(peer, 3))[-1] == (CLOSE, b"\x03\xe8")
