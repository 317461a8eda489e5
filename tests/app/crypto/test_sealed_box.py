"""Sealed boxes to Ed25519 keys. The known answer stands in `tests/vectors/test_company.py` (the update)."""

import pytest

from watchword.crypto import sealed_box
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword_wire.errors import PeerError

SEED = Secret(b"\x07" * 32)
PUBLIC = ed25519_public(SEED.expose())


def test_only_the_holder_opens_and_no_two_are_alike() -> None:
    one, other = sealed_box.seal_to(PUBLIC, b"key"), sealed_box.seal_to(PUBLIC, b"key")
    assert one != other
    assert len(one) == 3 + sealed_box.OVERHEAD_BYTES
    assert sealed_box.unseal_by(SEED, one) == b"key"
    with pytest.raises(PeerError):
        sealed_box.unseal_by(Secret(b"\x08" * 32), one)


def test_no_byte_may_differ() -> None:
    box = sealed_box.seal_to(PUBLIC, b"key")
    for at in range(len(box)):
        with pytest.raises(PeerError):
            sealed_box.unseal_by(SEED, box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :])
    for cut in (b"", box[:47], box[:-1]):
        with pytest.raises(PeerError):
            sealed_box.unseal_by(SEED, cut)


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, bytes(31), b""])
def test_what_is_no_key_cannot_be_sealed_to(key: bytes) -> None:
    """Points of small order, a point that is none, wrong lengths."""
    with pytest.raises(PeerError):
        sealed_box.seal_to(key, b"key")
