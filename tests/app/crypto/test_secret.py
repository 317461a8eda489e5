"""The holder of secrets shows nothing."""

import msgspec
import pytest

from watchword.crypto.schedule import FirstKeys
from watchword.crypto.secret import Secret, bare, dressed

HELD = b"\xaa\x55" * 16


class Box(msgspec.Struct, frozen=True):
    """Something with a secret in it."""

    secret: Secret


def test_nothing_of_it_is_shown() -> None:
    keys = FirstKeys(b"", Secret(HELD), Secret(HELD), Secret(HELD))
    for text in (repr(Secret(HELD)), str(Secret(HELD)), f"{Secret(HELD)}", repr(keys), repr([Secret(HELD)])):
        assert "xaa" not in text
        assert "aa55" not in text
    assert repr(Secret(HELD)) == "Secret(32 bytes)"


def test_it_gives_its_bytes_on_purpose_and_compares() -> None:
    assert Secret(HELD).expose() == HELD
    assert Secret(HELD) == Secret(bytearray(HELD))
    assert Secret(HELD) != Secret(HELD[:-1])
    assert Secret(HELD) != HELD
    assert len(Secret(HELD)) == 32
    with pytest.raises(TypeError):
        hash(Secret(HELD))


def test_wiping_leaves_zeros() -> None:
    secret = Secret(HELD)
    secret.wipe()
    assert secret.expose() == bytes(32)


def test_the_store_gets_its_bytes_and_nothing_else() -> None:
    packed = msgspec.msgpack.encode(Box(Secret(HELD)), enc_hook=bare)
    assert msgspec.msgpack.decode(packed, type=Box, dec_hook=dressed) == Box(Secret(HELD))
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode({"secret": 5}), type=Box, dec_hook=dressed)
    with pytest.raises(NotImplementedError):
        bare(object())
    with pytest.raises(NotImplementedError):
        dressed(Box, b"")
