"""What people say to each other: the text of an envelope before padding and sealing.

A msgpack array whose first element is the kind. A kind this version does not know becomes `Unknown` and
hurts nothing; fields are only ever appended. The relay cannot import this. See `docs/protocol/content.md`.
"""

import msgspec

from watchword.crypto.secret import Secret, bare, dressed
from watchword_wire.errors import Bug, PeerError, Refused
from watchword_wire.ids import account_problem
from watchword_wire.limits import DATA_TARGETS, MESSAGE_ID_BYTES, TERMINALS, TEXT_BYTES

_RECEIPT_IDS = 1_024
_LATEST_MS = 2**53
_TEXT = 1
_ANSWER_BYTES = 32

_ROOM_BYTES, HEAD_BYTES, _PEOPLE_BYTES = 16, 32, 8
_MOST_BIT_BYTES = 125
_MOST_REACHED = 64
MOST_STATEMENTS = 64
STATEMENTS_BYTES = 92_000
"""The most statements in one content, and how long they are together."""

MOST_COUNTED = DATA_TARGETS * TERMINALS
"""No message is for more terminals."""

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
    """These texts are durable on the receiver's computer: the second tick. Sent after the peer stored it."""

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


class Statements(msgspec.Struct, frozen=True, array_like=True, tag=6):
    """What owners did to a room and people said for themselves, signed, oldest first.

    See `docs/protocol/rooms.md`, Content.
    """

    room: bytes
    statements: tuple[bytes, ...]
    reached: tuple[str, ...]
    """The accounts to whom the sender sends the same; in a company room none."""
    at: int = 0
    """The sender's wall clock in ms, for the lines of who reads them from the history."""


class Asked(msgspec.Struct, frozen=True, array_like=True, tag=7):
    """What the sender holds of a room; what they lack is wanted."""

    room: bytes
    head: bytes
    people: bytes
    """A bit for each entry of the roster: who is in."""


class RoomMessage(msgspec.Struct, frozen=True, array_like=True, tag=8):
    """Said to a room: a text or a receipt of its own, and what the sender holds of the room."""

    room: bytes
    head: bytes
    people: bytes
    content: bytes


class Recalled(msgspec.Struct, frozen=True, array_like=True, tag=9):
    """A text of the own account was taken back: to its other desktops, as one of them says it.

    `taken` and `left` are what the relay counted, `some` is whether somebody has it, as far as is known.
    See `docs/protocol/company.md`, Receipts.
    """

    conversation: bytes
    """The text's."""
    id: bytes
    taken: int
    left: int
    some: bool


class Unknown(msgspec.Struct, frozen=True):
    """A kind of a later version: acknowledged, kept out of the chat."""

    kind: int


OfRoom = Statements | Asked | RoomMessage
"""Content that names a room."""

Known = Text | Receipt | End | Empty | Data | OfRoom | Recalled
Content = Known | Unknown

_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Known] = msgspec.msgpack.Decoder(Known, dec_hook=dressed)
_any_decoder: msgspec.msgpack.Decoder[list[object]] = msgspec.msgpack.Decoder(list[object])
_KINDS = frozenset(range(1, 10))
_TO_ROOMS = frozenset({_TEXT, 2})
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
        case Statements() | Asked() | RoomMessage():
            _check_of_room(content)
        case Recalled():
            _check_recalled(content)
        case End() | Empty():
            pass


def _check_recalled(content: Recalled) -> None:
    if len(content.conversation) != _ROOM_BYTES or len(content.id) != MESSAGE_ID_BYTES:
        raise PeerError("taken back of a wrong form")
    if not all(0 <= count <= MOST_COUNTED for count in (content.taken, content.left)):
        raise PeerError("taken back from more than there can be")


def _check_of_room(content: OfRoom) -> None:
    if len(content.room) != _ROOM_BYTES:
        raise PeerError("room of a wrong form")
    match content:
        case Statements(statements=statements, reached=reached, at=at):
            if not 0 <= at <= _LATEST_MS:
                raise PeerError("statements of no time")
            if not 0 < len(statements) <= MOST_STATEMENTS:
                raise PeerError("no or too many statements")
            if sum(map(len, statements)) > STATEMENTS_BYTES:
                raise PeerError("statements too long")
            if len(reached) > _MOST_REACHED or any(account_problem(one) is not None for one in reached):
                raise PeerError("statements that reached nobody who can be")
        case Asked(head=head, people=people):
            if len(head) != HEAD_BYTES or len(people) > _MOST_BIT_BYTES:
                raise PeerError("question of a wrong form")
        case RoomMessage(head=head, people=people):
            if len(head) != HEAD_BYTES or len(people) != _PEOPLE_BYTES:
                raise PeerError("message to a room of a wrong form")
            said_in(content)


def said_in(message: RoomMessage) -> Text | Receipt | Unknown:
    """What is said to a room.

    Raises:
        PeerError: it is none of a text, a receipt, a kind of a later version.
    """
    try:
        kind = _kind(message.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed content") from error
    if (
        kind in _KINDS - _TO_ROOMS
    ):  # before it is read: a message to a room inside another could go on for ever
        raise PeerError("neither a text nor a receipt in a message to a room")
    said = decode(message.content)
    if not isinstance(said, Text | Receipt | Unknown):
        raise Bug("a kind that is read as another")
    return said


def _utf8_length(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise PeerError("text holds half of a surrogate pair") from error
