"""What people say to each other (docs/protocol/content.md)."""

import msgspec
import pytest

from watchword.crypto.secret import Secret
from watchword.protocol.content import (
    DATA_BYTES,
    Asked,
    Data,
    Empty,
    End,
    Known,
    Recalled,
    Receipt,
    RoomMessage,
    Statements,
    Text,
    Unknown,
    decode,
    encode,
    said_in,
)
from watchword_wire.errors import PeerError, Refused

ID = bytes(range(16))
ANSWER = bytes(range(32, 64))
HEAD = b"\x11" * 32
HI = encode(Text(ID, 5, "hi"))


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (Text(ID, 5, "hi"), "9401c410" + ID.hex() + "05a26869"),
        (Text(ID, 5, "hi", Secret(ANSWER)), "9501c410" + ID.hex() + "05a26869c420" + ANSWER.hex()),
        (Receipt((ID,)), "920291c410" + ID.hex()),
        (End(), "9103"),
        (Empty(), "9104"),
        (Data(b"\x01\x02\x03"), "9205c403010203"),
        (Statements(ID, (b"\xaa\xbb",), ("bo",), 1), f"9506c410{ID.hex()}91c402aabb91a2626f01"),
        (Asked(ID, HEAD, b"\x80"), f"9407c410{ID.hex()}c420{HEAD.hex()}c40180"),
        (
            RoomMessage(ID, HEAD, ID[:8], encode(Receipt((ID,)))),
            f"9508c410{ID.hex()}c420{HEAD.hex()}c408{ID[:8].hex()}c415920291c410{ID.hex()}",
        ),
        (Recalled(ID, ID, 2, 1, True), f"9609c410{ID.hex()}c410{ID.hex()}0201c3"),
    ],
)
def test_known_answers(content: Known, data: str) -> None:
    assert encode(content).hex() == data
    assert decode(bytes.fromhex(data)) == content


@pytest.mark.parametrize("text", ["x", "你好 😀", "\u200frtl", "a" + "\u0301" * 10_000, "<b>", "x" * 65_536])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert decode(encode(Text(ID, 0, text))) == Text(ID, 0, text)


@pytest.mark.parametrize("text", ["", "x" * 65_537, "你" * 21_846, "half \ud800"])
def test_texts_of_a_wrong_length_or_form_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        encode(Text(ID, 0, text))


@pytest.mark.parametrize(
    "parts",
    [
        [1, ID, 5, ""],
        [1, ID, 5, "x" * 65_537],
        [1, ID[:-1], 5, "x"],
        [1, ID, -1, "x"],
        [1, ID, 2**53 + 1, "x"],
        [1, ID, 5, b"x"],
        [1, ID, 5],
        [2, []],
        [2, [ID[:-1]]],
        [2, [ID] * 1025],
        [2],
        [],
        [0],
        [-1],
        [True],
        ["1"],
        [2**31],
        {"kind": 1},
        "text",
        None,
    ],
)
def test_what_breaks_the_rules_is_refused(parts: object) -> None:
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode(parts))


@pytest.mark.parametrize(
    "parts",
    [
        [9, ID, ID, 0, 0],
        [9, ID[:15], ID, 0, 0, False],
        [9, ID, ID + b"x", 0, 0, False],
        [9, ID, ID, -1, 0, False],
        [9, ID, ID, 0, 8_001, False],
        [9, ID, ID, 0, 0, 1],
    ],
)
def test_what_was_taken_back_has_a_form(parts: object) -> None:
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode(parts))


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91", b"\x91\x03\x00", b"\x91" * 50_000])
def test_bytes_that_are_no_content_are_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        decode(data)


@pytest.mark.parametrize("parts", [[10], [77, ID, {"reply": "to"}], [2**31 - 1, None]])
def test_kinds_of_later_versions_are_known_as_unknown(parts: list[object]) -> None:
    assert decode(msgspec.msgpack.encode(parts)) == Unknown(parts[0])  # type: ignore[arg-type]  # an int


@pytest.mark.parametrize(
    ("parts", "content"),
    [
        ([1, ID, 5, "hi", bytes(32), "later"], Text(ID, 5, "hi", Secret(bytes(32)))),
        ([3, {}], End()),
        ([4, 1, 2], Empty()),
    ],
)
def test_fields_of_later_versions_are_passed_over(parts: list[object], content: object) -> None:
    assert decode(msgspec.msgpack.encode(parts)) == content


@pytest.mark.parametrize("answer", [bytes(31), bytes(33), b"", "text"])
def test_an_answer_key_of_another_form_is_refused(answer: bytes | str) -> None:
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode([1, ID, 5, "hi", answer]))


def test_an_answer_key_shows_nowhere() -> None:
    assert repr(ANSWER)[2:-1] not in repr(Text(ID, 5, "hi", Secret(ANSWER)))


@pytest.mark.parametrize("size", [0, DATA_BYTES + 1])
def test_message_data_of_a_wrong_length_are_refused_both_ways(size: int) -> None:
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode([5, bytes(size)]))
    with pytest.raises(Refused):
        encode(Data(bytes(size)))


@pytest.mark.parametrize(
    "content",
    [
        Statements(ID[:-1], (b"x",), ()),
        Statements(ID, (), ()),
        Statements(ID, (b"x",) * 65, ()),
        Statements(ID, (bytes(46_000), bytes(46_001)), ()),
        Statements(ID, (b"x",), tuple(f"m{n}" for n in range(65))),
        Statements(ID, (b"x",), ("a b",)),
        Statements(ID, (b"x",), (), -1),
        Statements(ID, (b"x",), (), 2**53 + 1),
        Asked(ID, HEAD[:-1], b""),
        Asked(ID, HEAD, bytes(126)),
        RoomMessage(ID, HEAD[:-1], ID[:8], HI),
        RoomMessage(ID, HEAD, ID, HI),
        RoomMessage(ID, HEAD, ID[:8], b""),
        RoomMessage(ID, HEAD, ID[:8], encode(End())),
        RoomMessage(ID, HEAD, ID[:8], encode(Asked(ID, HEAD, b""))),
        RoomMessage(ID, HEAD, ID[:8], HI[:-1]),
    ],
)
def test_what_names_a_room_keeps_its_bounds(content: Known) -> None:
    with pytest.raises(Refused):
        encode(content)
    with pytest.raises(PeerError):
        decode(msgspec.msgpack.encode(content))


def test_as_much_as_a_content_takes() -> None:
    for content in (
        Statements(ID, (bytes(46_000), bytes(46_000)), tuple(f"m{n}" for n in range(64))),
        Asked(ID, HEAD, bytes(125)),
        RoomMessage(ID, HEAD, ID[:8], encode(Text(ID, 5, "x" * 65_536, Secret(ANSWER)))),
    ):
        assert decode(encode(content)) == content


def test_what_a_later_version_says_to_a_room_is_passed_over() -> None:
    later = RoomMessage(ID, HEAD, ID[:8], msgspec.msgpack.encode([77, "x"]))
    assert decode(encode(later)) == later
    assert said_in(later) == Unknown(77)
    assert said_in(RoomMessage(ID, HEAD, ID[:8], HI)) == Text(ID, 5, "hi")


def test_a_room_inside_a_room_inside_a_room_is_refused_at_the_first() -> None:
    nested = HI
    for _ in range(1_000):
        nested = msgspec.msgpack.encode([8, ID, HEAD, ID[:8], nested])
    with pytest.raises(PeerError):
        decode(nested)
