import base64
import os

import pytest
from websockets.frames import Frame, Opcode

from support.recorder import frames, holds

CANARY = b"canary-of-the-recorder\xff\xfe"


def stream(*payloads: bytes, mask: bool) -> bytes:
    sent = (Frame(Opcode.BINARY, payload).serialize(mask=mask) for payload in payloads)
    return b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"".join(sent)


@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 70_001])
def test_frames_of_every_length(length: int, *, mask: bool) -> None:
    payloads = [os.urandom(length), b"next"]
    whole = stream(*payloads, mask=mask)
    assert [*frames(whole)] == payloads
    assert [*frames(whole[:-2])] == [payloads[0], b"ne"], "cut off in the middle"


def test_what_is_masked_is_found() -> None:
    whole = stream(b"x" + CANARY, mask=True)
    assert not holds(whole, CANARY)
    assert holds(b"".join(frames(whole)), CANARY)


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(4))
def test_every_shape_is_found(before: int, after: int) -> None:
    around = os.urandom(before) + CANARY + os.urandom(after)
    for shape in (
        around,
        around.hex().encode(),
        around.hex().upper().encode(),
        base64.b64encode(around),
        base64.urlsafe_b64encode(around),
    ):
        assert holds(b"xx" + shape + b"yy", CANARY)
    assert not holds(base64.b64encode(os.urandom(500)), CANARY)
