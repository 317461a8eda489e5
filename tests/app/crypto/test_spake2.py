"""SPAKE2 over a group (RFC 9382; handshake, Computation and What is checked)."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from support.p256 import P256
from support.vectors import RUNS, Vector, rfc9382, suite1
from watchword.crypto import spake2
from watchword.crypto.spake2 import EDWARDS25519

H = bytes.fromhex
SUITE = b"\x00\x01"
IDENTITY = b"\x01" + bytes(31)
L = 2**252 + 27742317777372353535851937790883648493
runs = pytest.mark.parametrize("vector", RUNS, ids=repr)


@pytest.mark.parametrize("vector", rfc9382()["vectors"], ids=lambda vector: vector["A"] + "+" + vector["B"])
def test_rfc_9382_appendix_b(vector: dict[str, str]) -> None:
    group, mask_a, mask_b = P256(), H(rfc9382()["M"]), H(rfc9382()["N"])
    w, x, y = (int(vector[name], 16) for name in ("w", "x", "y"))
    p_a = spake2.encrypt_public_key(group, w, mask_a, x)
    p_b = spake2.encrypt_public_key(group, w, mask_b, y)
    assert (p_a.hex(), p_b.hex()) == (vector["pA"], vector["pB"])
    k = spake2.shared_point(group, w, mask_b, p_b, x, b"")
    assert k == spake2.shared_point(group, w, mask_a, p_a, y, b"")
    assert k.hex() == vector["K"]
    tt = spake2.transcript(vector["A"].encode(), vector["B"].encode(), p_a, p_b, k, w)
    digest = hashlib.sha256(tt).digest()
    assert digest.hex() == vector["h"]
    assert spake2.confirmation_secret(tt) == digest[:16]
    codes = HKDF(hashes.SHA256(), 32, b"", b"ConfirmationKeys").derive(digest[16:])
    assert (codes[:16].hex(), codes[16:].hex()) == (vector["KcA"], vector["KcB"])
    assert hmac.digest(codes[:16], tt, "sha256").hex() == vector["cA"]
    assert hmac.digest(codes[16:], tt, "sha256").hex() == vector["cB"]


@runs
def test_masks_and_points_of_the_vectors(vector: Vector) -> None:
    masks = spake2.masks(SUITE, vector.text("idA"), vector.text("idB"), vector["nA"])
    assert masks == (vector["M"], vector["N"])
    w, x, y = (vector.scalar(name) for name in ("w_le", "x_le", "y_le"))
    assert spake2.encrypt_public_key(EDWARDS25519, w, masks[0], x) == vector["pA"]
    assert spake2.encrypt_public_key(EDWARDS25519, w, masks[1], y) == vector["pB"]
    assert spake2.shared_point(EDWARDS25519, w, masks[1], vector["pB"], x, b"") == vector["K"]
    assert spake2.shared_point(EDWARDS25519, w, masks[0], vector["pA"], y, b"") == vector["K"]
    ids = vector.text("idA").encode(), vector.text("idB").encode()
    tt = spake2.transcript(*ids, vector["pA"], vector["pB"], vector["K"], w)
    assert spake2.confirmation_secret(tt) == vector["Ke"]


def test_masks_depend_on_suite_ids_and_nonce() -> None:
    points: set[bytes] = set()
    for suite, one, other, nonce in [
        (SUITE, "a/1", "b/1", bytes(32)),
        (b"\x00\x11", "a/1", "b/1", bytes(32)),
        (SUITE, "a/2", "b/1", bytes(32)),
        (SUITE, "b/1", "a/1", bytes(32)),
        (SUITE, "a/1", "b/1", b"\x01" + bytes(31)),
    ]:
        points.update(spake2.masks(suite, one, other, nonce))
    assert len(points) == 10
    assert all(EDWARDS25519.is_valid(point) for point in points)


@pytest.mark.parametrize("point", suite1()["points"]["refuse"]["mixed_order"])
def test_points_of_mixed_order_are_refused(point: str) -> None:
    assert not EDWARDS25519.is_valid(H(point))


@pytest.mark.parametrize(
    "point",
    [
        *suite1()["points"]["refuse"]["small_order"],
        IDENTITY.hex(),
        "00" * 32,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ],
)
def test_points_of_small_order_are_refused(point: str) -> None:
    assert not EDWARDS25519.is_valid(H(point))


@pytest.mark.parametrize("point", suite1()["points"]["accept"])
def test_good_points_are_accepted(point: str) -> None:
    assert EDWARDS25519.is_valid(H(point))


@pytest.mark.parametrize("point", [b"", bytes(31), bytes(33), b"\xff" * 32, b"\x02" + bytes(31)])
def test_what_is_no_point_is_a_refusal_and_no_crash(point: bytes) -> None:
    assert not EDWARDS25519.is_valid(point)


@runs
def test_another_phrase_gives_another_point_and_no_error(vector: Vector) -> None:
    w, x = vector.scalar("w_le") + 1, vector.scalar("x_le")
    k = spake2.shared_point(EDWARDS25519, w, vector["N"], vector["pB"], x, b"")
    assert len(k) == 32
    assert k != vector["K"]


@runs
def test_an_identity_becomes_the_random_bytes(vector: Vector) -> None:
    """A guess pA = w'·M with the right w' makes X the identity: it must not show."""
    w, y = vector.scalar("w_le"), vector.scalar("y_le")
    guess = EDWARDS25519.multiply(w, vector["M"])
    assert guess is not None
    fallback = b"\x5a" * 32
    assert spake2.shared_point(EDWARDS25519, w, vector["M"], guess, y, fallback) == fallback
    other = spake2.shared_point(EDWARDS25519, w + 1, vector["M"], guess, y, fallback)
    assert other != fallback


def test_scalars_are_reduced() -> None:
    assert spake2.scalar((L + 5).to_bytes(64, "little")) == 5
    assert spake2.scalar((L * 2**250).to_bytes(64, "little")) == 0
    assert spake2.scalar(bytes(64)) == 0


def test_w_of_zero_encrypts_nothing() -> None:
    mask, _ = spake2.masks(SUITE, "a/1", "b/1", bytes(32))
    with pytest.raises(ValueError, match="zero"):
        spake2.encrypt_public_key(EDWARDS25519, 0, mask, 1)
    with pytest.raises(ValueError, match="zero"):
        spake2.shared_point(EDWARDS25519, 0, mask, mask, 1, b"")
