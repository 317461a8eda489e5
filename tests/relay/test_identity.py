"""The relay's key, its files and its TLS settings."""

import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword_relay import identity
from watchword_relay.config import Unfit
from watchword_wire import login


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = identity.relay_key(tmp_path).private_bytes_raw()
    assert identity.relay_key(tmp_path).private_bytes_raw() == first
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_broken_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "relay.key").write_bytes(b"short")
    with pytest.raises(Unfit, match="cannot be read"):
        identity.relay_key(tmp_path)
    assert (tmp_path / "relay.key").read_bytes() == b"short"


def test_what_it_signs_and_shows(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    me = identity.RelayIdentity(key)
    assert base64.urlsafe_b64decode(me.text + "=") == me.public == key.public_key().public_bytes_raw()
    assert len(me.text) == 43
    assert login.signature_is_good(me.public, me.sign(b"signed"), b"signed")


def test_a_private_file_is_whole_or_as_before(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    identity.write_private(path, b"one")
    identity.write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]
