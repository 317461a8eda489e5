"""What a connection says: all that is pushed in one turn of the event loop leaves in one write.

Plain binary frames are laid out here; how a connection opens, closes and reads is none of its business (RFC
6455, section 5.2).
"""

import asyncio
import struct

from websockets.asyncio.connection import Connection
from websockets.server import ServerProtocol

from watchword_wire import codec, frames, limits

HIGH_WATER = 64 * 1024
LOW_WATER = 16 * 1024
CORK_BYTES = 256 * 1024
"""What may be pushed to one connection in one turn before its feeder has to wait."""
_BINARY_FIN = 0x82
_LENGTH_16 = 126
_LENGTH_64 = 127
_HEAD = struct.Struct("!BBH")
_LONG_HEAD = struct.Struct("!BBQ")
_SHORT_HEADS = [bytes((_BINARY_FIN, size)) for size in range(_LENGTH_16)]


class Cork:
    """Writes what was pushed to any connection once per turn of the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._dirty: list[Outgoing] = []

    def add(self, connection: "Outgoing") -> None:
        """Have a connection flushed at the end of this turn."""
        if not self._dirty:
            self._loop.call_soon(self._flush)
        self._dirty.append(connection)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for connection in dirty:
            connection.flush()


def _header(size: int) -> bytes:
    """The head of an unmasked, unfragmented binary frame (RFC 6455, section 5.2)."""
    if size < _LENGTH_16:
        return _SHORT_HEADS[size]
    if size < 1 << 16:
        return _HEAD.pack(_BINARY_FIN, _LENGTH_16, size)
    return _LONG_HEAD.pack(_BINARY_FIN, _LENGTH_64, size)


_OWN = ("_cork", "_corked", "_framed", "_oks", "_out", "_out_bytes", "choked")


class Outgoing(Connection):
    """The half of a connection that writes."""

    __slots__ = _OWN  # the library's alone fill a dictionary of the size that Python shares the keys of

    protocol: ServerProtocol

    def __init__(self, protocol: ServerProtocol, cork: Cork) -> None:
        super().__init__(protocol, ping_interval=None, write_limit=(HIGH_WATER, LOW_WATER))
        self.choked = False
        """Whether its feeder has to wait for `drained`."""
        self._cork = cork
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._oks: list[bytes] = []
        self._corked = self._framed = False

    def drained(self) -> None:
        """It takes more again."""
        raise NotImplementedError

    def push(self, payload: bytes) -> None:
        """Send one binary message with the others of this turn."""
        if not self._framed:
            return
        size = len(payload)
        self._out += (_header(size), payload)
        self._out_bytes += size
        if self._out_bytes > CORK_BYTES:
            self.choked = True
        if not self._corked:
            self._corked = True
            self._cork.add(self)

    def push_frame(self, frame: frames.FromRelay) -> None:
        """Send one frame with the others of this turn."""
        self.push(codec.encode(frame))

    def push_ok(self, message_id: bytes) -> None:
        """Say that a message is durable; all of one turn go in one frame."""
        if not self._framed:
            return
        self._oks.append(message_id)
        if not self._corked:
            self._corked = True
            self._cork.add(self)

    def flush(self) -> None:
        """Write what was pushed."""
        self._corked = True  # what the Ok below pushes belongs to this flush
        if self._oks:
            oks, self._oks = self._oks, []
            for start in range(0, len(oks), limits.ACKS):
                self.push_frame(frames.Ok(oks[start : start + limits.ACKS]))
        self._corked = False
        if self._out:
            out, self._out = self._out, []
            self._out_bytes = 0
            if self._framed and not self.transport.is_closing():
                self.transport.write(b"".join(out))
        if self.choked and not self.paused:
            self.choked = False
            self.drained()
