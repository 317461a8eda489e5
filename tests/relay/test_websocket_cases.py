"""WebSocket as RFC 6455 has it, by the list of cases of the Autobahn test suite, on both ways of a frame.

The suite's echo is `ask(name)` here, which the relay answers with `Available(name)`; its text messages are
binary, because the relay takes no text (close code 1003): that takes the place of the suite's section 6. Each
case is sent at once, frame by frame, and octet by octet. Behind one that must not end the connection comes a
ping, so that nothing else may have come. Numbers are those of the suite.
"""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from support.raw_peer import RawPeer
from support.websocket import (
    BINARY,
    CLOSE,
    PATHS,
    PING,
    PONG,
    TEXT,
    close,
    frame,
    heard,
    octets,
    port_of,
    relay_by,
    sent,
)
from watchword_wire import codec, frames, limits

CONT = 0
Heard = tuple[int, bytes | str | int]
"""A pong with its payload, an answer about an account, or a close frame's code."""
Case = tuple[str, list[bytes], list[Heard]]


def ask(name: str, **how: int | bool | bytes) -> bytes:
    """A message that is answered."""
    return frame(question(name), **how)  # type: ignore[arg-type]  # the options of a frame


def question(name: str) -> bytes:
    return codec.encode(frames.AskAvailable(name))


def parts(name: str, *cuts: int) -> list[bytes]:
    """A question's bytes, cut."""
    whole = question(name)
    ends = [*cuts, len(whole)]
    return [whole[start:end] for start, end in zip([0, *cuts], ends, strict=True)]


def told(name: str) -> Heard:
    return BINARY, name


def pong(payload: bytes = b"") -> Heard:
    return PONG, payload


def closed(code: int) -> list[Heard]:
    return [(CLOSE, code)]


def first(part: bytes, opcode: int = BINARY) -> bytes:
    return frame(part, opcode, fin=False)


def more(part: bytes) -> bytes:
    return frame(part, CONT, fin=False)


def last(part: bytes) -> bytes:
    return frame(part, CONT)


def ping(payload: bytes = b"") -> bytes:
    return frame(payload, PING)


HALVES = parts("ada", 3)
THIRDS = parts("ada", 2, 5)

MESSAGES: list[Case] = [
    ("one", [ask("ada")], [told("ada")]),
    ("several", [ask("ada"), ask("bo"), ask("cy")], [told("ada"), told("bo"), told("cy")]),
    (
        "with other masks",
        [ask("ada", mask=b"\0\0\0\0"), ask("bo", mask=b"\xff" * 4)],
        [told("ada"), told("bo")],
    ),
]

PINGS: list[Case] = [
    ("2.1 empty", [ping()], [pong()]),
    ("2.2 with a text", [ping(b"Hello, world!")], [pong(b"Hello, world!")]),
    (
        "2.3 with no text at all",
        [ping(b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")],
        [pong(b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")],
    ),
    ("2.4, 2.6 of 125 bytes", [ping(b"\xfe" * 125)], [pong(b"\xfe" * 125)]),
    ("2.5 of 126 bytes", [ping(b"\xfe" * 126)], closed(1002)),
    ("2.7 a pong nobody asked for", [frame(b"", PONG)], []),
    ("2.8 the same with a payload", [frame(b"unsolicited", PONG)], []),
    ("2.9 and a ping after it", [frame(b"unsolicited", PONG), ping(b"ping")], [pong(b"ping")]),
    ("2.10, 2.11 ten", [ping(b"%d" % n) for n in range(10)], [pong(b"%d" % n) for n in range(10)]),
]

RESERVED_BITS: list[Case] = [
    ("3.1 RSV3", [ask("ada", rsv=1)], closed(1002)),
    ("3.2 RSV2, after a good one", [ask("bo"), ask("ada", rsv=2), ping()], [told("bo"), *closed(1002)]),
    ("3.3 both", [ask("bo"), ask("ada", rsv=3), ping()], [told("bo"), *closed(1002)]),
    (
        "3.4, 12, 13 RSV1: no compression was agreed",
        [ask("bo"), ask("ada", rsv=4), ping()],
        [told("bo"), *closed(1002)],
    ),
    ("3.5 RSV1 and RSV3", [ask("ada", rsv=5)], closed(1002)),
    ("3.6 in a ping", [frame(b"x", PING, rsv=6)], closed(1002)),
    ("3.7 in a close", [frame(b"", CLOSE, rsv=7)], closed(1002)),
]

OPCODES: list[Case] = [
    *(
        (f"4.1, 4.2 opcode {code}", [frame(b"", code), ping()], closed(1002))
        for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    ),
    *(
        (
            f"4.1, 4.2 opcode {code}, filled, after a good one",
            [ask("bo"), frame(b"hi", code), ping()],
            [told("bo"), *closed(1002)],
        )
        for code in (3, 7, 11, 15)
    ),
]

FRAGMENTS: list[Case] = [
    ("5.1 a ping in two", [frame(b"a", PING, fin=False), last(b"b")], closed(1002)),
    ("5.2 a pong in two", [frame(b"a", PONG, fin=False), last(b"b")], closed(1002)),
    ("5.3-5.5 in two", [first(HALVES[0]), last(HALVES[1])], [told("ada")]),
    ("5.6-5.8 a ping in between", [first(HALVES[0]), ping(b"p"), last(HALVES[1])], [pong(b"p"), told("ada")]),
    ("5.9, 5.10 an end of nothing", [last(b"x"), ask("bo")], closed(1002)),
    ("5.11 an end of nothing, empty", [last(b""), ask("bo")], closed(1002)),
    ("5.12-5.14 a middle of nothing", [more(b"x"), ask("bo")], closed(1002)),
    (
        "5.15 a middle of nothing after a whole one",
        [first(HALVES[0]), last(HALVES[1]), more(b"x"), ask("bo")],
        [told("ada"), *closed(1002)],
    ),
    ("5.16, 5.17 nothing begun, twice", [last(b"x"), first(HALVES[0]), last(HALVES[1])], closed(1002)),
    ("5.18 a new message within one", [first(HALVES[0]), ask("bo")], closed(1002)),
    (
        "5.19, 5.20 pings in all gaps",
        [first(THIRDS[0]), ping(b"1"), more(THIRDS[1]), ping(b"2"), last(THIRDS[2])],
        [pong(b"1"), pong(b"2"), told("ada")],
    ),
    (
        "empty ones",
        [first(b""), more(b""), more(HALVES[0]), more(b""), more(HALVES[1]), last(b"")],
        [told("ada")],
    ),
    (
        "a message after one in pieces",
        [first(HALVES[0]), last(HALVES[1]), ask("bo")],
        [told("ada"), told("bo")],
    ),
    (
        "every octet in a frame",
        [first(b""), *(more(piece) for piece in octets([question("ada")])), last(b"")],
        [told("ada")],
    ),
    (
        "more than may come at once, in pieces",
        [first(bytes(2_048)), more(bytes(2_048)), last(b"x")],
        closed(1009),
    ),
]

TEXTS: list[Case] = [
    ("6.1-6.3 good", [frame("Hello-µ@ßöäüàá-UTF-8!!".encode(), TEXT)], closed(1003)),
    (
        "6.3 bad",
        [frame(b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited", TEXT)],
        closed(1003),
    ),
    ("6.4 in pieces, bad in the second", [first(b"\xce\xba", TEXT), last(b"\xf4\x90\x80\x80")], closed(1003)),
    ("6.5 empty", [frame(b"", TEXT)], closed(1003)),
]

ENDINGS: list[Case] = [
    ("7.1.1 after a message", [ask("ada"), close(1000)], [told("ada"), *closed(1000)]),
    ("7.1.2 twice", [close(1000), close(1000)], closed(1000)),
    ("7.1.3 a ping after it", [close(1000), ping(b"p")], closed(1000)),
    ("7.1.4 a message after it", [close(1000), ask("ada")], closed(1000)),
    ("7.1.5 within a message", [first(HALVES[0]), close(1000), last(HALVES[1])], closed(1002)),
    ("7.3.1 without a code", [frame(b"", CLOSE)], [(CLOSE, b"")]),
    ("7.3.2 with half a code", [frame(b"\x03", CLOSE)], closed(1002)),
    ("7.3.3, 7.3.4 with a reason", [close(1000, b"Hello World!")], closed(1000)),
    ("7.3.5 with the longest reason", [close(1000, b"*" * 123)], closed(1000)),
    ("7.3.6 with a longer one", [close(1000, b"*" * 124)], closed(1002)),
    ("7.5.1 with a reason that is no UTF-8", [close(1000, b"\xce\xba\xed\xa0\x80")], closed(1007)),
    ("in two frames", [frame(b"\x03\xe8", CLOSE, fin=False)], closed(1002)),
    *(
        (f"7.7 {code}", [close(code)], closed(code))
        for code in (
            1000,
            1001,
            1002,
            1003,
            1007,
            1008,
            1009,
            1010,
            1011,
            1012,
            1013,
            1014,
            3000,
            3999,
            4000,
            4999,
        )
    ),
    *(
        (f"7.9, 7.13 {code}", [close(code)], closed(1002))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    ),
]

MASKS: list[Case] = [
    ("a message without", [ask("ada", mask=b"")], closed(1002)),
    ("an empty one", [frame(b"", mask=b"")], closed(1002)),
    ("a ping", [frame(b"p", PING, mask=b"")], closed(1002)),
    ("a close", [frame(b"", CLOSE, mask=b"")], closed(1002)),
    ("a long one, of which little came", [frame(bytes(4_000), mask=b"")[:10]], closed(1002)),
    ("after a good one", [ask("ada"), ask("bo", mask=b"")], [told("ada"), *closed(1002)]),
]

LENGTHS: list[Case] = [
    (
        "in 16 bits though 7 would do",
        [b"\x82\xfe" + struct.pack("!H", len(question("ada"))) + bytes(4) + question("ada")],
        [told("ada")],
    ),
    (
        "in 64 bits though 7 would do",
        [b"\x82\xff" + struct.pack("!Q", len(question("ada"))) + bytes(4) + question("ada")],
        [told("ada")],
    ),
    ("just too long before sign-in", [frame(bytes(limits.FRAME_BYTES_BEFORE_SIGN_IN + 1))], closed(1009)),
    ("as long as may be before sign-in", [frame(bytes(limits.FRAME_BYTES_BEFORE_SIGN_IN))], closed(1007)),
    ("the highest bit set", [b"\x82\xff" + b"\xff" * 8 + bytes(4)], closed(1009)),
]

SECTIONS = {
    "messages": MESSAGES,
    "pings": PINGS,
    "reserved bits": RESERVED_BITS,
    "opcodes": OPCODES,
    "fragments": FRAGMENTS,
    "texts": TEXTS,
    "endings": ENDINGS,
    "masks": MASKS,
    "lengths": LENGTHS,
}

CHOPS: dict[str, Callable[[Sequence[bytes]], Sequence[bytes]]] = {
    "at once": lambda pieces: [b"".join(pieces)],
    "frame by frame": lambda pieces: pieces,
    "octet by octet": octets,
}
OCTETS = 300
"""What is longer is not sent octet by octet."""


def meant(opcode: int, payload: bytes) -> Heard:
    """What a frame of the relay says."""
    if opcode == CLOSE and payload:
        return CLOSE, struct.unpack("!H", payload[:2])[0]
    if opcode == BINARY:
        answer = codec.decode_from_relay(payload)
        assert isinstance(answer, frames.Available), answer
        return BINARY, answer.account
    return opcode, payload


async def outcome(url: str, pieces: Sequence[bytes], expected: list[Heard]) -> list[Heard]:
    """What comes of one case."""
    peer = await RawPeer.open(port_of(url))
    ends = expected and expected[-1][0] == CLOSE
    await sent(peer, pieces if ends else [*pieces, ping(b"the end")])
    got = [meant(*one) for one in await heard(peer, len(expected) + 1)]
    peer.writer.close()
    return got


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("path", PATHS)
async def test_cases(path: str, section: str, tmp_path: Path) -> None:
    wrong = []
    async with relay_by(path, tmp_path) as url:
        for name, pieces, expected in SECTIONS[section]:
            whole = expected if expected and expected[-1][0] == CLOSE else [*expected, pong(b"the end")]
            for way, chop in CHOPS.items():
                if way == "octet by octet" and len(b"".join(pieces)) > OCTETS:
                    continue
                got = await outcome(url, chop(pieces), expected)
                if got != whole:
                    wrong.append((name, way, got))
    assert wrong == []


@pytest.mark.parametrize("path", PATHS)
async def test_two_frames_cut_anywhere(path: str, tmp_path: Path) -> None:
    """Half frames: what comes is cut in three at every pair of places."""
    both = ask("ada") + ask("bo", mask=b"\x01\x02\x03\x04")
    async with relay_by(path, tmp_path) as url:
        for one in range(1, len(both), 2):
            peer = await RawPeer.open(port_of(url))
            for other in range(one + 1, len(both), 3):
                await sent(peer, [both[:one], both[one:other], both[other:]])
                got = [meant(*answer) for answer in await heard(peer, 2)]
                assert got == [told("ada"), told("bo")], (one, other)
            peer.writer.close()
