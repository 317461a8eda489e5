"""One WebSocket connection: bytes in, frames out, and nothing that a frame means.

The library does the opening, closing and every unusual frame; whole unfragmented binary frames,
which is nearly all of them, take a short path here. All that is pushed in one turn of the event loop
leaves in one write. A peer that does not read is cut off (RFC 6455; `docs/protocol/wire.md`, Connection).
"""

import asyncio
from typing import Any, Protocol, cast

from websockets.asyncio.server import Server, ServerConnection
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Event, State
from websockets.server import ServerProtocol

from watchword_relay import log
from watchword_wire import codec, frames, limits, timing
from watchword_wire.errors import PeerError

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform for which the library has no compiled wheel
    from websockets.utils import apply_mask

QUANTUM = 32
"""Frames that one connection may bring before the others have their turn."""

HIGH_WATER = 64 * 1024
LOW_WATER = 16 * 1024
CORK_BYTES = 256 * 1024
"""What may be pushed to one connection in one turn before its feeder has to wait."""

HTTP_BYTES = 8 * 1024
CLOSE_SECONDS = 2.0
_BINARY_FIN = 0x82
_MASKED = 0x80
_PLAIN_LENGTH = 126


class Receiver(Protocol):
    """Who hears of what happens on a connection."""

    def opened(self, connection: "RelayConnection") -> None:
        """The WebSocket is open."""
        ...

    def received(self, connection: "RelayConnection", payload: bytes) -> None:
        """A binary message came in. May raise PeerError."""
        ...

    def drained(self, connection: "RelayConnection") -> None:
        """A connection that was too full takes more again."""
        ...

    def lost(self, connection: "RelayConnection") -> None:
        """The connection is gone."""
        ...

    def cut(self, connection: "RelayConnection") -> None:
        """The connection is being cut because its peer does not read."""
        ...


class Cork:
    """Writes what was pushed to any connection once per turn of the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._dirty: list[RelayConnection] = []

    def add(self, connection: "RelayConnection") -> None:
        """Have a connection flushed at the end of this turn."""
        if not self._dirty:
            self._loop.call_soon(self._flush)
        self._dirty.append(connection)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for connection in dirty:
            connection.flush()


class _Fragments:
    """The pieces of one message that comes in several; few and small, because only odd peers send any."""

    __slots__ = ("_parts", "_size")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def __len__(self) -> int:
        """How many have come."""
        return len(self._parts)

    def add(self, part: bytes, most: int) -> bool:
        """Keep one more. Returns False if that is too much."""
        self._parts.append(part)
        self._size += len(part)
        return self._size <= most and len(self._parts) <= QUANTUM

    def take(self) -> bytes:
        """The whole message; the next begins anew."""
        whole = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return whole


def _says_more(request: bytes) -> bool:
    """Whether something follows the opening request.

    Nobody has anything to say before the relay's Hello; the library's parser, fed early, would be left
    within a frame.
    """
    end = request.find(b"\r\n\r\n")
    return end >= 0 and end + 4 != len(request)


def _header(size: int) -> bytes:
    """The head of an unmasked, unfragmented binary frame (RFC 6455, section 5.2)."""
    if size < _PLAIN_LENGTH:
        return bytes((_BINARY_FIN, size))
    if size < 1 << 16:
        return b"\x82\x7e" + size.to_bytes(2, "big")
    return b"\x82\x7f" + size.to_bytes(8, "big")


class RelayConnection(ServerConnection):
    """A connection of the relay; made by the library through `create_connection`."""

    def __init__(
        self, protocol: ServerProtocol, server: Server, *, receiver: Receiver, cork: Cork, **options: Any
    ) -> None:
        super().__init__(protocol, server, **options)
        self.receiver = receiver
        self.seat: object | None = None
        """Whatever the receiver keeps with the connection."""
        self.most = limits.FRAME_BYTES_BEFORE_SIGN_IN
        """The longest frame that is accepted now."""
        self.heard = True
        """Whether anything came in since this was last set to False."""
        self.pinged = False
        """Whether it was asked for a sign of life since it gave one."""
        self.choked = False
        """Whether its feeder has to wait for `Receiver.drained`."""
        self._cork = cork
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._oks: list[bytes] = []
        self._corked = False
        self._framed = False
        self._rest = bytearray()
        self._fragments = _Fragments()
        self._http_bytes = 0
        self._turn_due = False
        self._turn_ended = False
        self._cutter: asyncio.TimerHandle | None = None

    # --- out ----------------------------------------------------------------------------

    def push(self, payload: bytes) -> None:
        """Send one binary message with the others of this turn."""
        if not self._framed:
            return
        size = len(payload)
        self._out.append(_header(size))
        self._out.append(payload)
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

    def end_turn(self) -> None:
        """Let others have their turn before the next frame that this one brings: the last was much work."""
        self._turn_ended = True

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
            self.receiver.drained(self)

    def ask_alive(self) -> None:
        """Send a ping; whatever comes in then is a sign of life."""
        if self._framed:
            self.transport.write(b"\x89\x00")

    def fail(self, code: int, reason: str = "") -> None:
        """Close at once with a code; nothing more is read."""
        if self.protocol.state is not State.OPEN:
            self.transport.abort()
            return
        self.flush()
        self.protocol.fail(code, reason)
        self.send_data()
        self._look_whether_open()

    def _look_whether_open(self) -> None:
        """Once the library or we began to close: read no more, and make sure of the end."""
        if not self._framed or self.protocol.state is State.OPEN:
            return
        self._framed = False
        self._rest.clear()
        # It may have been paused; the end of the stream has to be seen.
        self.transport.resume_reading()
        self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    # --- in -----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes from the network."""
        if not self._framed:
            self._before_open(data)
            return
        self.heard = True
        if self._rest:
            self._rest += data
            if not self._turn_due:
                buffer, self._rest = self._rest, bytearray()
                self._read(buffer)
        else:
            self._read(data)

    def _before_open(self, data: bytes) -> None:
        if self.protocol.state is State.CONNECTING:
            self._http_bytes += len(data)
            if self.request is not None or self._http_bytes > HTTP_BYTES or _says_more(data):
                self.transport.abort()
                return
        super().data_received(data)

    def start(self) -> None:
        """Begin to read frames; called when the WebSocket is open."""
        self._framed = True
        self.receiver.opened(self)

    def _read(self, data: bytes | bytearray) -> None:
        """Take every whole frame, at most a quantum of them, and keep the rest."""
        at = 0
        end = len(data)
        turn = QUANTUM
        while end - at >= 2:  # noqa: PLR2004 - the shortest header
            length = data[at + 1] & 0x7F
            start = at + 6
            if length >= _PLAIN_LENGTH:
                width = 2 if length == _PLAIN_LENGTH else 8
                if end - at < 2 + width:
                    break
                length = int.from_bytes(data[at + 2 : at + 2 + width], "big")
                start += width
            if length > self.most:
                self.fail(CloseCode.MESSAGE_TOO_BIG, "frame too long")
                return
            if end < start + length:
                if not data[at + 1] & _MASKED:
                    self.fail(CloseCode.PROTOCOL_ERROR, "not masked")
                    return
                break
            if not turn:
                self._rest += data[at:]
                self._next_turn()
                return
            turn -= 1
            if data[at] == _BINARY_FIN and data[at + 1] & _MASKED and not self._fragments:
                payload = apply_mask(data[start : start + length], data[start - 4 : start])
                self._hand_up(payload)
            else:
                # Within the library's parser there is always a whole frame or nothing.
                super().data_received(bytes(data[at : start + length]))
                self._look_whether_open()
            if not self._framed:
                return
            if self._turn_ended:
                self._turn_ended = False
                turn = 0
            at = start + length
        if at < end:
            self._rest += data[at:]

    def _next_turn(self) -> None:
        self._turn_due = True
        self.transport.pause_reading()
        self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._turn_due = False
        if not self._framed or self.paused:
            return
        self.transport.resume_reading()
        buffer, self._rest = self._rest, bytearray()
        self._read(buffer)

    def process_event(self, event: Event) -> None:
        """Take what the library made of an unusual frame."""
        if self.request is None:
            super().process_event(event)
            return
        frame = cast("Frame", event)
        if frame.opcode is Opcode.TEXT:
            self.fail(CloseCode.UNSUPPORTED_DATA, "binary frames only")
        elif frame.opcode in (Opcode.BINARY, Opcode.CONT):
            if not self._fragments.add(bytes(frame.data), self.most):
                self.fail(CloseCode.MESSAGE_TOO_BIG, "message too long")
            elif frame.fin:
                self._hand_up(self._fragments.take())

    def _hand_up(self, payload: bytes) -> None:
        try:
            self.receiver.received(self, payload)
        except PeerError as error:
            self.fail(CloseCode.INVALID_DATA, str(error))
        except Exception as error:  # noqa: BLE001 - the boundary: one connection's bug must not end the others
            log.bug(error)
            self.fail(CloseCode.INTERNAL_ERROR)

    # --- flow and end -------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The peer does not read as fast as it is fed: stop, and cut it if that lasts."""
        super().pause_writing()
        self.choked = True
        # Nor is it asked for more: its answers would only grow the buffer.
        self.transport.pause_reading()
        self._cutter = self.loop.call_later(timing.SEND_DEADLINE - 0.5, self._cut)

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        if self._cutter is not None:
            self._cutter.cancel()
            self._cutter = None
        self.loop.call_soon(self._go_on)
        if self.choked:
            self.choked = False
            self.receiver.drained(self)

    def _cut(self) -> None:
        self.receiver.cut(self)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._framed = False
        self._rest.clear()
        if self._cutter is not None:
            self._cutter.cancel()
        super().connection_lost(exc)
        self.receiver.lost(self)
