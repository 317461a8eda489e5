"""The primitives against published sets: RFC 5869, 7748, 8032, 8439 and NIST's ML-KEM-768."""

import pytest

from support.vectors import entries, published
from watchword.crypto import primitives
from watchword_wire.errors import PeerError

H = bytes.fromhex
SMALL_ORDER_X25519 = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
"""RFC 7748's caution, and https://cr.yp.to/ecdh.html#validate."""


def test_lv_and_labels() -> None:
    assert primitives.lv(b"abc") == b"\x00\x00\x00\x03abc"
    assert primitives.lv8(b"abc") == b"\x03\x00\x00\x00\x00\x00\x00\x00abc"
    assert primitives.label("M") == b"\x00\x00\x00\x0dwatchword/1 M"


def test_hkdf_of_rfc_5869() -> None:
    listed = entries(published("KDF", "rfc-5869-HKDF-SHA256.txt"))
    tested = 0
    for entry in listed:
        if "PRK" in entry:
            assert primitives.hmac_sha256(H(entry.get("salt", "")), H(entry["IKM"])) == H(entry["PRK"])
            okm = primitives.hkdf_expand(H(entry["PRK"]), H(entry.get("info", "")), int(entry["L"]))
            assert okm == H(entry["OKM"])
            tested += 1
    assert tested >= 2


def test_expand_binds_label_and_context() -> None:
    values = {
        primitives.expand(bytes(32), "first key", b"a", 32),
        primitives.expand(bytes(32), "second key", b"a", 32),
        primitives.expand(bytes(32), "first key", b"b", 32),
    }
    assert len(values) == 3


def _octets(value: str) -> bytes:
    return value.strip('"').encode() if value.startswith('"') else H(value)


def test_chacha20_poly1305_of_rfc_8439() -> None:
    listed = entries(published("ciphers", "ChaCha20Poly1305", "boringssl.txt"))
    tested = 0
    for entry in listed:
        if "KEY" not in entry:
            continue
        key, nonce, text, data = (_octets(entry[name]) for name in ("KEY", "NONCE", "IN", "AD"))
        sealed = _octets(entry["CT"]) + _octets(entry["TAG"])
        assert primitives.seal(key, nonce, text, data) == sealed
        assert primitives.unseal(key, nonce, sealed, data) == text
        tested += 1
    assert tested > 50


def test_aes_256_gcm_siv_of_rfc_8452() -> None:
    tested = 0
    for entry in entries(published("ciphers", "AES", "GCM-SIV", "openssl.txt")):
        key, text = H(entry["Key"]), H(entry.get("Plaintext", ""))
        if len(key) != 32 or not text:
            continue
        sealed, data = H(entry["Ciphertext"]) + H(entry["Tag"]), H(entry.get("AAD", ""))
        assert primitives.seal_siv(key, H(entry["IV"]), text, data) == sealed
        assert primitives.unseal_siv(key, H(entry["IV"]), sealed, data) == text
        tested += 1
    assert tested >= 10


def test_an_altered_or_cut_siv_text_is_refused() -> None:
    sealed = primitives.seal_siv(bytes(32), bytes(12), b"text", b"data")
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(PeerError):
            primitives.unseal_siv(bytes(32), bytes(12), altered, b"data")
    for nonce, cut in ((bytes(12), b""), (bytes(12), sealed[:15]), (b"", sealed), (bytes(12), sealed[:-1])):
        with pytest.raises(PeerError):
            primitives.unseal_siv(bytes(32), nonce, cut, b"data")
    with pytest.raises(PeerError):
        primitives.unseal_siv(bytes(32), bytes(12), sealed, b"other data")


@pytest.mark.parametrize("position", [0, 5, -1])
def test_an_altered_sealed_text_is_refused(position: int) -> None:
    sealed = bytearray(primitives.seal(bytes(32), bytes(12), b"text and more", b"data"))
    sealed[position] ^= 1
    with pytest.raises(PeerError):
        primitives.unseal(bytes(32), bytes(12), bytes(sealed), b"data")
    with pytest.raises(PeerError):
        primitives.unseal(bytes(32), bytes(12), b"short", b"data")


def test_x25519_of_rfc_7748() -> None:
    listed = entries(published("asymmetric", "X25519", "rfc7748.txt"))
    assert len(listed) >= 3
    for entry in listed:
        if "INPUT_U" in entry:
            assert primitives.x25519(H(entry["INPUT_SCALAR"]), H(entry["INPUT_U"])) == H(entry["OUTPUT_U"])


@pytest.mark.parametrize("public", SMALL_ORDER_X25519)
def test_x25519_keys_of_small_order_are_refused(public: str) -> None:
    with pytest.raises(PeerError):
        primitives.x25519(b"\x07" * 32, H(public))


def test_new_x25519_keys_agree() -> None:
    one, other = primitives.x25519_new(), primitives.x25519_new()
    shared = primitives.x25519(one, primitives.x25519_public(other))
    assert shared == primitives.x25519(other, primitives.x25519_public(one))
    assert one != other


def test_ed25519_of_the_reference_set() -> None:
    lines = published("asymmetric", "Ed25519", "sign.input").read_text().splitlines()
    assert len(lines) == 1024
    for line in lines[::8]:
        seed, public, message, signed = (H(part) for part in line.split(":")[:4])
        assert primitives.ed25519_public(seed[:32]) == public
        assert primitives.ed25519_sign(seed[:32], message) == signed[:64]
        primitives.ed25519_verify(public, signed[:64], message)
        with pytest.raises(PeerError):
            primitives.ed25519_verify(public, signed[:64], message + b"\x00")


def test_a_key_that_is_none_is_a_wrong_signature() -> None:
    with pytest.raises(PeerError):
        primitives.ed25519_verify(b"short", bytes(64), b"")


def test_ml_kem_768_of_nist() -> None:
    listed = entries(published("asymmetric", "MLKEM", "kat_MLKEM_768.rsp"))
    assert len(listed) == 1000
    for entry in listed[::20]:
        seed = H(entry["d"]) + H(entry["z"])
        assert primitives.kem_public(seed) == H(entry["pk"])
        primitives.kem_check(H(entry["pk"]))
        assert primitives.decapsulate(seed, H(entry["ct"])) == H(entry["ss"])
        assert primitives.decapsulate(seed, H(entry["ct_n"])) == H(entry["ss_n"])


def test_encapsulation_comes_back() -> None:
    seed = bytes(range(64))
    ss, ct = primitives.encapsulate(primitives.kem_public(seed))
    assert (len(ss), len(ct)) == (32, 1088)
    assert primitives.decapsulate(seed, ct) == ss


def test_an_ek_that_fails_the_check_of_fips_203_is_refused() -> None:
    ek = bytearray(primitives.kem_public(bytes(64)))
    ek[0:2] = b"\xff\xff"
    for wrong in (bytes(ek), bytes(1183), bytes(1185), b""):
        with pytest.raises(PeerError):
            primitives.kem_check(wrong)


def test_codes_are_compared_whole() -> None:
    assert primitives.equal(b"\x01" * 32, b"\x01" * 32)
    assert not primitives.equal(b"\x01" * 32, b"\x01" * 31 + b"\x02")
    assert not primitives.equal(b"\x01" * 32, b"\x01" * 31)


def test_nonces_are_drawn_anew() -> None:
    assert len({primitives.nonce_new() for _ in range(64)}) == 64
