"""The one door between bytes and frames: encode a frame, decode what arrived.

Decoding raises PeerError or nothing. See `docs/protocol/wire.md`, section Encoding.
"""

from typing import TypeVar, cast

import msgspec

from watchword_wire import limits
from watchword_wire.errors import PeerError
from watchword_wire.frames import FromDesktop, FromRelay

_Frame = TypeVar("_Frame")

_encoder = msgspec.msgpack.Encoder()
_from_desktop: msgspec.msgpack.Decoder[FromDesktop] = msgspec.msgpack.Decoder(FromDesktop)
_from_relay: msgspec.msgpack.Decoder[FromRelay] = msgspec.msgpack.Decoder(FromRelay)

encode = _encoder.encode
"""Frame → bytes."""


def decode_from_desktop(data: bytes) -> FromDesktop:
    """Read a frame that a desktop sent.

    Raises:
        PeerError: the bytes are no such frame.
    """
    return _decode(_from_desktop, data)


def decode_from_relay(data: bytes) -> FromRelay:
    """Read a frame that a relay sent.

    Raises:
        PeerError: the bytes are no such frame.
    """
    return _decode(_from_relay, data)


def number_of(kind: type[FromDesktop]) -> bytes:
    """The number of a kind of frame, in one byte: what a Refusal is about that has nothing else to name."""
    return bytes([cast("int", kind.__struct_config__.tag)])


def _decode(decoder: msgspec.msgpack.Decoder[_Frame], data: bytes) -> _Frame:
    if len(data) > limits.FRAME_BYTES:
        raise PeerError("frame too long")
    try:
        frame: _Frame = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed frame") from error
    return frame
