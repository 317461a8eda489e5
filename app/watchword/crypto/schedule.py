"""The key schedule of suite 0x0001: from Ke and ss to the first key, and from it to the second key.

Every value carries the name of the method (P8, P9). See `docs/protocol/exchange.md`, Computation.
"""

import msgspec

from watchword.crypto.primitives import expand, hashed, hmac_sha256, lv
from watchword.crypto.secret import Secret

_SPOKEN_MODULUS = 10**20


class FirstKeys(msgspec.Struct, frozen=True):
    """What both sides hold between `challenge` and the codes: th1, kA, kB and the first key k1."""

    th1: bytes
    k_a: Secret
    k_b: Secret
    k1: Secret


class SecondKeys(msgspec.Struct, frozen=True):
    """What both sides hold once both codes are known: th2, the second key k2 and its siblings."""

    th2: bytes
    k2: Secret
    """Second key: the root of the Double Ratchet."""
    exporter: Secret
    """kx."""
    k_id: Secret
    """Seals B's identity in `response`."""
    spoken: str
    """Twenty digits that two people may compare by voice; optional."""


def first_keys(request: bytes, challenge: bytes, ke: bytes, ss: bytes) -> FirstKeys:
    """Mix Ke and the KEM secret under the transcript th1 of the exact bytes that arrived."""
    th1 = hashed("th1", request, challenge)
    prk = hmac_sha256(th1, lv(ke) + lv(ss))
    return FirstKeys(
        th1,
        Secret(expand(prk, "confirm A", th1, 32)),
        Secret(expand(prk, "confirm B", th1, 32)),
        Secret(expand(prk, "first key", th1, 32)),
    )


def code_a(keys: FirstKeys, r_a: bytes) -> bytes:
    """cA: A shows B that both were given the same words."""
    return hmac_sha256(keys.k_a.expose(), keys.th1 + r_a)


def code_b(keys: FirstKeys, c_a: bytes, r_a: bytes, r_b: bytes) -> bytes:
    """cB: B shows A the same, bound to A's code."""
    return hmac_sha256(keys.k_b.expose(), keys.th1 + c_a + r_a + r_b)


def second_keys(keys: FirstKeys, c_a: bytes, r_a: bytes, c_b: bytes, r_b: bytes) -> SecondKeys:
    """P9: strengthen the first key with the random string R = rA ‖ rB."""
    th2 = hashed("th2", keys.th1, c_a, r_a, c_b, r_b)
    prk2 = hmac_sha256(r_a + r_b, keys.k1.expose())
    spoken = int.from_bytes(expand(prk2, "verify code", th2, 16), "big") % _SPOKEN_MODULUS
    return SecondKeys(
        th2,
        Secret(expand(prk2, "second key", th2, 32)),
        Secret(expand(prk2, "exporter", th2, 32)),
        Secret(expand(prk2, "identity B", th2, 32)),
        f"{spoken:020d}",
    )


def envelope_key(exporter: Secret, th2: bytes) -> bytes:
    """kenv: keys the code at the end of every envelope."""
    return expand(exporter.expose(), "envelope", th2, 32)
