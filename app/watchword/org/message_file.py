"""A file that should hold message data: read, or a sentence that says what it is instead.

Pure. See `docs/protocol/company.md`, Message data.
"""

import base64
import binascii

from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError, Refused
from watchword_wire.limits import DATA_BYTES
from watchword_wire.message_data import MessageData

_THREE = b"\x93"
"""How message data begin: a msgpack array of three *bin*."""
_BIN_LENGTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4}
"""How many bytes of length stand behind the first one of a *bin*."""
_BASE64_GROUP = 4
_OPENING = 32
"""In so many bytes our other files say what they are."""
_OTHERS = {
    b"watchword company": "a company file: `watchword-org verify FILE` says what it holds",
    b"watchword vault": "a vault",
    b"SQLite format 3\0": "a database: `watchword-relay messages` saves message data of a relay's",
}


def read(data: bytes) -> MessageData:
    """Message data, as they are or in base64.

    Raises:
        Refused: they are none; the sentence says what they are, as far as it can be told.
    """
    plain = _plain(data)
    try:
        return wire.decode(plain)
    except PeerError as error:
        raise Refused(_instead(plain)) from error


def _plain(data: bytes) -> bytes:
    """What base64 was taken off, if there was some: also where its end was cut off."""
    if data.startswith(_THREE):
        return data
    text = b"".join(data.split())
    try:
        found = base64.b64decode(text[: len(text) - len(text) % _BASE64_GROUP], validate=True)
    except binascii.Error:
        return data
    return found if found.startswith(_THREE) else data


def _instead(data: bytes) -> str:
    if not data:
        return "The file is empty: it holds no message data."
    for opening, what in _OTHERS.items():
        if opening in data[:_OPENING]:
            return f"This is no message data but {what}."
    lacking = _lacking(data)
    if lacking is None or len(data) > DATA_BYTES:
        return (
            "This is no message data. `watchword-relay messages` saves those that wait at a relay; what "
            "travels inside a passphrase session is an envelope, which nobody but its two ends can look into."
        )
    if lacking:
        return (
            f"These message data were cut short: at least {lacking} of their bytes are missing. Have them "
            "saved again; what is left shows nothing that could be relied on."
        )
    return (
        "These message data were ALTERED, or are of a later version than this tool: no desktop writes them "
        "in this form, and none takes them."
    )


def _lacking(data: bytes) -> int | None:
    """How many bytes are missing by the lengths that stand in the data; None if they are of another form."""
    if not data.startswith(_THREE):
        return None
    at = len(_THREE)
    for _ in range(3):
        if at >= len(data):
            return at + 1 - len(data)
        width = _BIN_LENGTHS.get(data[at])
        if width is None:
            return None
        length = data[at + 1 : at + 1 + width]
        at += 1 + width + int.from_bytes(length)
        if len(length) < width or at > len(data):
            return max(at - len(data), 1)
    return 0
