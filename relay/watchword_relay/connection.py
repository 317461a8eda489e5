"""One WebSocket connection: bytes in, frames out, and nothing that a frame means.

The library does the opening, closing and every unusual frame; whole unfragmented binary frames,
which is nearly all of them, take a short path here. A peer that does not read is cut off (RFC 6455;
`docs/protocol/wire.md`, Connection).
"""

import asyncio
import struct
from http import HTTPStatus
from typing import Protocol, cast

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Event, State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from watchword_relay import log
from watchword_relay.outgoing import Cork, Outgoing
from watchword_relay.rota import Rota
from watchword_wire import limits, timing
from watchword_wire.errors import PeerError
from watchword_wire.ids import realm_of_path
from watchword_wire.version import SUBPROTOCOL

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform for which the library has no compiled wheel
    from websockets.utils import apply_mask

QUANTUM = 32
"""Frames that one connection may bring before the others have their turn."""
SHORT_QUANTUM = 8
"""The same of one that brought more than that lately."""

HTTP_BYTES = 4 * 1024
CLOSE_SECONDS = 2.0
REST_SECONDS = 5.0
"""For so long at most nothing is read from who does not wait: whether it is there is seen in between."""
_HELD, _RESTS = 1, 2
_SPOKEN = [Subprotocol(SUBPROTOCOL)]
_BINARY_FIN = 0x82
_MASKED = 0x80
_LENGTH_16 = 126
_LENGTH_64 = 127
_HEAD = struct.Struct("!BBH")
_LEAST = 6
"""Bytes of the shortest masked frame."""


class Receiver(Protocol):
    """Who hears of what happens on a connection."""

    stopping: bool
    """Whether nobody may come in any more."""

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


class _Fragments:
    """What came of one message that comes in several frames."""

    __slots__ = ("_begun", "_whole")

    def __init__(self) -> None:
        self._whole = bytearray()
        self._begun = False

    def __bool__(self) -> bool:
        """Whether a message is on its way."""
        return self._begun

    def add(self, part: bytes, most: int) -> bool:
        """Keep one more. Returns False if that is too much."""
        self._begun = True
        self._whole += part
        return len(self._whole) <= most

    def take(self) -> bytes:
        """The whole message; the next begins anew."""
        whole, self._whole = bytes(self._whole), bytearray()
        self._begun = False
        return whole


def _says_more(request: bytes) -> bool:
    """Whether something follows the opening request.

    Nobody has anything to say before the relay's Hello; the library's parser, fed early, would be left
    within a frame.
    """
    end = request.find(b"\r\n\r\n")
    return end >= 0 and end + 4 != len(request)


_OWN = (
    "_cutter",
    "_fragments",
    "_http_bytes",
    "_much",
    "_rest",
    "_rota",
    "_stopped",
    "_turn_due",
    "_turn_ended",
    "_wanted",
    "address",
    "arriving",
    "heard",
    "most",
    "pinged",
    "receiver",
    "seat",
)


class RelayConnection(Outgoing):
    """A connection of the relay. All that happens on it happens in its callbacks: it has no task."""

    __slots__ = _OWN

    def __init__(self, receiver: Receiver, cork: Cork, rota: Rota) -> None:
        super().__init__(ServerProtocol(subprotocols=_SPOKEN, max_size=limits.FRAME_BYTES), cork)
        self.receiver = receiver
        self.seat: object | None = None
        """Whatever the receiver keeps with the connection."""
        self.address = ""
        """Whom it comes from, as the network or a balancer says it."""
        self.arriving: asyncio.Transport | None = None
        """What it comes by until it is a WebSocket."""
        self.most = limits.FRAME_BYTES_BEFORE_SIGN_IN
        """The longest frame that is accepted now."""
        self.heard = True
        """Whether anything came in since this was last set to False."""
        self.pinged = False
        """Whether it was asked for a sign of life since it gave one."""
        self._rota = rota
        self._http_bytes = 0
        self._rest = bytearray()
        self._wanted = 0  # bytes until the frame that `_rest` begins with is whole, if that is known
        self._fragments = _Fragments()
        self._turn_due = self._turn_ended = self._much = False  # much: it brought more than was taken at once
        self._stopped = 0  # why no frames are taken
        self._cutter: asyncio.TimerHandle | None = None

    # --- turns --------------------------------------------------------------------------

    def end_turn(self) -> None:
        """Let others have their turn before the next frame that this one brings: the last was much work."""
        self._turn_ended = True

    def hold(self, held: bool) -> None:
        """Take no more frames while `held`: what came is not dealt with yet."""
        self._stop(_HELD, held)

    def rest(self, seconds: float) -> None:
        """Take no more frames for so long: it was told to come back later, and does not care."""
        if not self._stopped & _RESTS:
            self._stop(_RESTS, True)
            self.loop.call_later(min(seconds, REST_SECONDS), self._stop, _RESTS, False)

    def _stop(self, why: int, stopped: bool) -> None:
        self._stopped = self._stopped | why if stopped else self._stopped & ~why
        if not self._stopped:
            self._come_to_turn()

    def _come_to_turn(self) -> None:
        if not self._turn_due:
            self._turn_due = True
            self._rota.add(self._go_on)

    # --- out ----------------------------------------------------------------------------

    def drained(self) -> None:
        """Tell whoever feeds it."""
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
            if not self._turn_due and len(self._rest) >= self._wanted:
                buffer, self._rest = self._rest, bytearray()
                self._read(buffer, self._quantum())
        else:
            self._read(data, self._quantum())

    def _quantum(self) -> int:
        """How many frames are taken of what came just now."""
        quantum = SHORT_QUANTUM if self._much else QUANTUM
        self._much = False
        return quantum

    def _before_open(self, data: bytes) -> None:
        if self.protocol.state is State.CONNECTING:
            self._http_bytes += len(data)
            if self.request is not None or self._http_bytes > HTTP_BYTES or _says_more(data):
                self.transport.abort()
                return
        super().data_received(data)

    def _answer(self, request: Request) -> None:
        """Make a WebSocket of it where a realm may be, or say why not; paths of realms are all alike."""
        self.request = request
        if realm_of_path(request.path) is None:
            response = self.protocol.reject(HTTPStatus.NOT_FOUND, "")
        elif self.receiver.stopping:
            response = self.protocol.reject(HTTPStatus.SERVICE_UNAVAILABLE, "")
        else:
            response = self.protocol.accept(request)
        self.protocol.send_response(response)
        self.send_data()
        if self.protocol.state is not State.OPEN:
            self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
            return
        self._framed = True
        self.arriving = None
        self.receiver.opened(self)

    def _read(self, data: bytes | bytearray, turn: int) -> None:
        """Take every whole frame, at most so many, and keep the rest."""
        at, end = 0, len(data)
        self._wanted, self._turn_ended = 0, False
        while end - at >= _LEAST:
            if not turn or self._turn_ended or self._stopped:
                self._rest += data[at:]
                self._much = True
                self.transport.pause_reading()
                self._come_to_turn()
                return
            first, length, longer = _HEAD.unpack_from(data, at)
            length -= _MASKED
            start = at + _LEAST
            if length == _LENGTH_16:
                length, start = longer, start + 2
            elif length == _LENGTH_64:
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), start + 8
            if length < 0 or start > end:
                break
            after = start + length
            if length > self.most:
                self.fail(CloseCode.MESSAGE_TOO_BIG, "frame too long")
                return
            if after > end:
                self._wanted = after - at
                break
            turn -= 1
            if first == _BINARY_FIN and not self._fragments:
                self._hand_up(apply_mask(data[start:after], data[start - 4 : start]))
            else:
                # Within the library's parser there is always a whole frame or nothing. What it answers, which
                # may be a close frame, comes after what was pushed before.
                self.flush()
                super().data_received(bytes(data[at:after]))
                self._look_whether_open()
            if not self._framed:
                return
            at = after
        if end - at >= 2 and not data[at + 1] & _MASKED:  # noqa: PLR2004 - where the mask's bit is
            self.fail(CloseCode.PROTOCOL_ERROR, "not masked")
        elif at < end:
            self._rest += data[at:]

    def _go_on(self) -> None:
        self._turn_due = False
        if not self._framed or self.paused or self._stopped:
            return
        self.transport.resume_reading()
        buffer, self._rest = self._rest, bytearray()
        self._read(buffer, SHORT_QUANTUM)

    def process_event(self, event: Event) -> None:
        """Take what the library made of an unusual frame."""
        if self.request is None:
            self._answer(cast("Request", event))
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
        self._come_to_turn()
        if self.choked:
            self.choked = False
            self.drained()

    def _cut(self) -> None:
        self.receiver.cut(self)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._framed = False
        self.arriving = None
        self._rest.clear()
        if self._cutter is not None:
            self._cutter.cancel()
        super().connection_lost(exc)
        self.receiver.lost(self)
