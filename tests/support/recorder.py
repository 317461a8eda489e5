"""A wire between desktop and relay that keeps all that crosses it, in both directions, unmasked.

What a desktop sends in a WebSocket is masked by random bytes (RFC 6455, 5.3), so a search through the raw
bytes would find nothing whatever was sent. `crossed` has the raw bytes and what the frames carried. TLS must
be off.
"""

import asyncio
import base64
from collections.abc import Iterator

from support.proxy import Proxy

_HEAD_END = b"\r\n\r\n"
_MASKED, _LENGTH = 0x80, 0x7F
_LONGER = {126: 2, 127: 8}


class Recorder(Proxy):
    """Forwards to a relay, and keeps."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._streams: dict[asyncio.StreamWriter, bytearray] = {}

    def passed(self, to: asyncio.StreamWriter, data: bytes) -> None:
        """Keep it, by connection and direction."""
        self._streams.setdefault(to, bytearray()).extend(data)

    def streams(self) -> list[bytes]:
        """What crossed, by connection and direction, in the order in which they began."""
        return [bytes(stream) for stream in self._streams.values()]

    def crossed(self) -> bytes:
        """All that crossed: as it was, and what the frames carried."""
        streams = self.streams()
        return b"\n".join(piece for stream in streams for piece in (stream, *frames(stream)))


def frames(stream: bytes) -> Iterator[bytes]:
    """The payloads of one direction's WebSocket frames, unmasked; the last may have been cut off."""
    place = stream.find(_HEAD_END) + len(_HEAD_END)
    while place + 2 <= len(stream):
        length = stream[place + 1] & _LENGTH
        masked = stream[place + 1] & _MASKED
        place += 2
        if (size := _LONGER.get(length)) is not None:
            length = int.from_bytes(stream[place : place + size])
            place += size
        mask = b"\0\0\0\0"
        if masked:
            mask = bytes(stream[place : place + 4])
            place += 4
        payload = stream[place : place + length]
        place += length
        whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
        yield (int.from_bytes(payload) ^ int.from_bytes(whole)).to_bytes(len(payload))


def shapes(canary: bytes) -> set[bytes]:
    """How a canary might be written: bare, in hex, in base64 at any offset."""
    found = {canary, canary.hex().encode(), canary.hex().upper().encode()}
    for before in range(3):
        # Only the letters that do not depend on what stands around it.
        text = base64.b64encode(bytes(before) + canary)
        begin = -(-before * 8 // 6)
        sure = text[begin : (before + len(canary)) * 8 // 6]
        found |= {sure, sure.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def holds(crossed: bytes, canary: bytes) -> bool:
    """Whether a canary is in what crossed, in any of its shapes."""
    assert len(canary) >= 8, "too short to mean anything"
    return any(shape in crossed for shape in shapes(canary))
