"""WebSocket by hand, frame by frame (RFC 6455), with a relay that takes each piece as it was sent.

`Piece` by `Piece`: the next is only sent when the relay has taken the one before, so that the pieces of a
case are those that the relay sees. `PATHS` are both ways that a frame can go in a relay.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

from websockets.asyncio.connection import Connection

from support.raw_peer import RawPeer
from support.relay_here import running
from watchword_relay import server
from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Limits

MASK = b"\x37\xfa\x21\x3d"
SHORT = 1_000
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(
    payload: bytes = b"", opcode: int = BINARY, *, fin: bool = True, rsv: int = 0, mask: bytes = MASK
) -> bytes:
    """One frame as a client sends it; an empty mask for none."""
    size = len(payload)
    marked = 0x80 if mask else 0
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    if size < 126:
        head = bytes((first, marked | size))
    elif size < 1 << 16:
        head = bytes((first, marked | 126)) + struct.pack("!H", size)
    else:
        head = bytes((first, marked | 127)) + struct.pack("!Q", size)
    if not mask:
        return head + payload
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def close(code: int, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(struct.pack("!H", code) + reason, CLOSE)


def octets(frames: Sequence[bytes]) -> list[bytes]:
    """The same bytes, one by one."""
    return [bytes([octet]) for octet in b"".join(frames)]


class Counting(RelayConnection):
    """Counts what it takes from the network."""

    taken = 0
    news: asyncio.Event

    def data_received(self, data: bytes) -> None:
        self.take(data)
        Counting.taken += len(data)
        Counting.news.set()

    def take(self, data: bytes) -> None:
        """As it is in the product."""
        super().data_received(data)


class Plain(Counting):
    """Has every frame read by the library: the long way, which the short way must be equal to."""

    def take(self, data: bytes) -> None:
        if not self._framed:
            super().take(data)
            return
        # The library says what it has to say before it hands on what came: of short pieces each octet alone.
        step = 1 if len(data) < SHORT else len(data)
        for at in range(0, len(data), step):
            Connection.data_received(self, data[at : at + step])
            self._look_whether_open()
            self.flush()


PATHS: dict[str, type[Counting]] = {"short": Counting, "plain": Plain}


@asynccontextmanager
async def relay_by(path: str, folder: Path) -> AsyncIterator[str]:
    """A relay whose frames go one way; gives its URL."""
    Counting.taken, Counting.news = 0, asyncio.Event()
    with mock.patch.object(server, "RelayConnection", PATHS[path]):
        async with running(folder, Limits()) as url:
            yield url


async def sent(peer: RawPeer, pieces: Sequence[bytes]) -> None:
    """Send pieces, each when the one before was taken; those of a closed connection go nowhere."""
    for piece in pieces:
        due = Counting.taken + len(piece)
        peer.writer.write(piece)
        async with asyncio.timeout(10):
            while Counting.taken < due and not peer.writer.is_closing():
                Counting.news.clear()
                await Counting.news.wait()


async def heard(peer: RawPeer, most: int) -> list[tuple[int, bytes]]:
    """Read so many frames, or up to a close frame and the end of the connection."""
    got: list[tuple[int, bytes]] = []
    while len(got) < most:
        got.append(await peer.read())
        if got[-1][0] == CLOSE:
            async with asyncio.timeout(10):
                assert await peer.reader.read() == b""
            break
    return got


def port_of(url: str) -> int:
    """Where a relay listens."""
    return int(url.rpartition(":")[2])
