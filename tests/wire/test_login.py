"""What is signed when a connection opens, and that nothing else passes."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_wire import login

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol" / "wire.md"
RELAY, NONCE = bytes(range(32)), bytes(range(100, 132))


def test_the_signed_bytes_are_as_laid_down() -> None:
    """lv(b) is a uint32 big-endian length, then b."""
    assert login.sign_in_bytes(RELAY, NONCE, "陈/1") == (
        b"\x00\x00\x00\x11watchword/1 login" + RELAY + NONCE + "陈/1".encode()
    )
    assert login.register_bytes(RELAY, NONCE, "a/1") == (
        b"\x00\x00\x00\x14watchword/1 register" + RELAY + NONCE + b"a/1"
    )
    assert login.apply_bytes(RELAY, NONCE, "陈") == (
        b"\x00\x00\x00\x11watchword/1 apply" + RELAY + NONCE + "陈".encode()
    )
    assert login.admit_bytes(RELAY, "a/2", NONCE) == (
        b"\x00\x00\x00\x11watchword/1 admit" + RELAY + b"\x00\x00\x00\x03a/2\x00\x00\x00\x20" + NONCE
    )
    assert login.certificate_bytes(RELAY[:16], "a/2", NONCE) == (
        b"\x00\x00\x00\x14watchword/1 terminal" + RELAY[:16] + b"\x00\x00\x00\x03a/2\x00\x00\x00\x20" + NONCE
    )
    assert login.probe_bytes(RELAY, NONCE) == b"\x00\x00\x00\x11watchword/1 probe" + RELAY + NONCE
    assert login.relay_bytes(login.NO_CERTIFICATE, NONCE) == (
        b"\x00\x00\x00\x11watchword/1 relay" + bytes(32) + NONCE
    )


def test_a_signature_fits_its_key_and_its_bytes_only() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signature = key.sign(b"signed")
    assert login.signature_is_good(public, signature, b"signed")
    assert not login.signature_is_good(public, signature, b"signed!")
    assert not login.signature_is_good(other.public_key().public_bytes_raw(), signature, b"signed")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_or_signature_of_a_wrong_length_is_a_wrong_signature(size: int) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    assert not login.signature_is_good(bytes(size), key.sign(b""), b"")
    assert not login.signature_is_good(public, bytes(size), b"")


def test_the_opening_of_the_document_is_right() -> None:
    """Every value of the worked example, computed anew, stands in the document."""
    relay, terminal = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (2, 1))
    key, nonce = relay.public_key().public_bytes_raw(), bytes(range(32, 64))
    signed = login.sign_in_bytes(key, nonce, "ada/1")
    shown = "".join(DOCUMENT.read_text("utf-8").split())
    for value in (
        key,
        relay.sign(login.relay_bytes(login.NO_CERTIFICATE, nonce)),
        terminal.public_key().public_bytes_raw(),
        signed,
        terminal.sign(signed),
    ):
        assert value.hex() in shown
    assert base64.urlsafe_b64encode(key).rstrip(b"=").decode() in shown
