"""A connection that speaks WebSocket by hand, for what no library would send; and frames that end it.

`BROKEN` holds what breaks RFC 6455 or `docs/protocol/wire.md`, each with the close code it must get.
"""

import asyncio
import struct

from watchword_wire import codec, frames, limits

PATIENCE = 10.0


class RawPeer:
    """A TCP connection that speaks WebSocket by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connected(cls, port: int, extra: str = "") -> "RawPeer":
        """Open the WebSocket and read nothing yet."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        peer = cls(reader, writer)
        writer.write(upgrade(extra))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert head.startswith(b"HTTP/1.1 101 ")
        peer.head = head
        return peer

    @classmethod
    async def open(cls, port: int, extra: str = "") -> "RawPeer":
        """Open the WebSocket and read Hello."""
        peer = await cls.connected(port, extra)
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


QUESTION = codec.encode(frames.AskAvailable("ada"))

BROKEN = [
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
    (masked(b"a", 0x02) + masked(b"b" * 100, 0x00) * 41, 1009),
]
