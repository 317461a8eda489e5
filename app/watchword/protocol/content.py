"""What people say to each other: the text of an envelope before padding and sealing.

A msgpack array whose first element is the kind. A kind this version does not know becomes `Unknown` and
hurts nothing; fields are only ever appended. The relay cannot import this. See `docs/protocol/content.md`.
"""

import msgspec

from watchword.crypto.secret import Secret, bare, dressed
from watchword_wire.errors import PeerError, Refused
from watchword_wire.limits import MESSAGE_ID_BYTES, TEXT_BYTES

_RECEIPT_IDS = 1_024
_LATEST_MS = 2**53
_TEXT = 1
_ANSWER_BYTES = 32

DATA_BYTES = 96_248
"""The longest message data that one envelope of a passphrase session takes in."""


class Text(msgspec.Struct, frozen=True, array_like=True, tag=_TEXT):
    """A text. `id` is drawn by the sender and names it in receipts; `at` is the sender's wall clock in ms."""

    id: bytes
    at: int
    text: str
    answer: Secret | None = None
    """In a company's message the key, 32 bytes, under which its receipts are sealed."""


class Receipt(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """These texts are durable on the receiver's computer: the second tick."""

    ids: tuple[bytes, ...]


class End(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """The sender ends the session and erases its keys; so does the receiver (handshake, Flow 7)."""


class Empty(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Says nothing: opens a new chain after "messages lost"."""


class Data(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Message data of the company's method inside the session's envelope: both are needed to read.

    What they hold is content again, a text or a receipt. See `docs/protocol/company.md`, The session's tag.
    """

    data: bytes


class Unknown(msgspec.Struct, frozen=True):
    """A kind of a later version: acknowledged, kept out of the chat."""

    kind: int


Known = Text | Receipt | End | Empty | Data
Content = Known | Unknown

_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Known] = msgspec.msgpack.Decoder(Known, dec_hook=dressed)
_any_decoder: msgspec.msgpack.Decoder[list[object]] = msgspec.msgpack.Decoder(list[object])
_KINDS = frozenset({1, 2, 3, 4, 5})
_MOST_KIND = 2**31 - 1


def encode(content: Known) -> bytes:
    """Content → the bytes that are padded and sealed.

    Raises:
        Refused: `decode` would not take it: a text of 0 or over 65,536 bytes, an id of a wrong length.
    """
    try:
        _check(content)
    except PeerError as error:
        raise Refused(str(error)) from error
    if isinstance(content, Text) and content.answer is None:
        return _encoder.encode((_TEXT, content.id, content.at, content.text))  # the field is absent
    return _encoder.encode(content)


def decode(data: bytes) -> Content:
    """Read what an envelope held.

    Raises:
        PeerError: no content, an id of a wrong length, a text of 0 or of more than 65,536 bytes.
    """
    try:
        kind = _kind(data)
        if kind not in _KINDS:
            return Unknown(kind)
        content = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed content") from error
    _check(content)
    return content


def _kind(data: bytes) -> int:
    parts = _any_decoder.decode(data)
    kind = parts[0] if parts else None
    if not isinstance(kind, int) or isinstance(kind, bool) or not 0 < kind <= _MOST_KIND:
        raise PeerError("content without a kind")
    return kind


def _check(content: Known) -> None:
    match content:
        case Text(id=id_, at=at, text=text, answer=answer):
            if len(id_) != MESSAGE_ID_BYTES or not 0 <= at <= _LATEST_MS:
                raise PeerError("text of a wrong form")
            if not 0 < _utf8_length(text) <= TEXT_BYTES:
                raise PeerError("text of a wrong length")
            if answer is not None and len(answer) != _ANSWER_BYTES:
                raise PeerError("answer key of a wrong length")
        case Receipt(ids=ids):
            if not 0 < len(ids) <= _RECEIPT_IDS or any(len(id_) != MESSAGE_ID_BYTES for id_ in ids):
                raise PeerError("receipt of a wrong form")
        case Data(data=data):
            if not 0 < len(data) <= DATA_BYTES:
                raise PeerError("message data of a wrong length")
        case End() | Empty():
            pass


def _utf8_length(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise PeerError("text holds half of a surrogate pair") from error
