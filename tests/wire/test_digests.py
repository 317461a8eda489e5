"""lv and Hs, as `docs/protocol/exchange.md`, Notation, writes them."""

import hashlib

from watchword_wire import digests


def test_lv_is_a_length_of_four_bytes_and_the_data() -> None:
    assert digests.lv(b"abc") == b"\x00\x00\x00\x03abc"
    assert digests.lv(b"") == bytes(4)


def test_hs_is_sha_256_of_the_label_and_every_part_with_its_length() -> None:
    expected = hashlib.sha256(b"\x00\x00\x00\x0dwatchword/1 x" + b"\x00\x00\x00\x01a" + bytes(4)).digest()
    assert digests.hashed("x", b"a", b"") == expected
    assert digests.hashed("x", b"a") != expected
