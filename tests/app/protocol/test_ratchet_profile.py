"""The ratchet library under our profile, against the same steps written out by hand."""

import asyncio
import json

import pytest
from doubleratchet import AuthenticationFailedException
from doubleratchet.migrations import parse_double_ratchet_model

from support.vectors import RUNS, Vector
from watchword.crypto.primitives import (
    hkdf_expand,
    hmac_sha256,
    lv,
    unseal,
    x25519,
    x25519_public,
)
from watchword.protocol import ratchet_profile
from watchword.protocol.ratchet_profile import MOST_KEPT, MOST_SKIPPED, REFUSALS, finished
from watchword_wire import envelope
from watchword_wire.errors import Bug

runs = pytest.mark.parametrize("vector", RUNS, ids=repr)


def root_step(root: bytes, own: bytes, theirs: bytes) -> tuple[bytes, bytes]:
    """Next root key and chain key."""
    prk = hmac_sha256(root, x25519(own, theirs))
    out = hkdf_expand(prk, b"watchword/1 ratchet root", 64)
    return out[:32], out[32:]


@runs
def test_three_envelopes_opened_by_hand(vector: Vector) -> None:
    """Root KDF, chain KDF (01 for the message, 02 for the chain), AEAD, nonce in front, associated data."""
    priv = {name: vector[f"ratchet_priv_{name}"] for name in ("A", "B", "A2")}
    root, chain_0 = root_step(vector["second_key"], priv["A"], vector["rkB"])
    root, chain_1 = root_step(root, priv["B"], x25519_public(priv["A"]))
    root, chain_2 = root_step(root, priv["A2"], x25519_public(priv["B"]))
    for name, chain, own in (("m0", chain_0, "A"), ("m1", chain_1, "B"), ("m2", chain_2, "A2")):
        outside = envelope.parse(vector[name])
        assert outside.ratchet_key == x25519_public(priv[own])
        message_key = hmac_sha256(chain, b"\x01")
        associated = lv(vector["th2"]) + lv(outside.header)
        text = unseal(message_key, outside.sealed[:12], outside.sealed[12:], associated)
        assert text == vector[f"{name}_plaintext"]


@runs
def test_the_chain_goes_on_with_02(vector: Vector) -> None:
    ratchet, _ = ratchet_profile.begin(vector["second_key"], vector["rkB"], b"text", vector["th2"])
    model = parse_double_ratchet_model(json.loads(ratchet_profile.dump(ratchet)))
    own = model.diffie_hellman_ratchet.own_ratchet_priv
    _, chain = root_step(vector["second_key"], own, vector["rkB"])
    kept = model.diffie_hellman_ratchet.symmetric_key_ratchet.sending_chain
    assert kept is not None
    assert (kept.length, kept.key) == (1, hmac_sha256(chain, b"\x02"))


def test_limits() -> None:
    assert (MOST_SKIPPED, MOST_KEPT) == (256, 1_000)
    assert AuthenticationFailedException in REFUSALS


def test_a_library_that_waits_is_a_bug() -> None:
    with pytest.raises(Bug):
        finished(asyncio.sleep(0))
