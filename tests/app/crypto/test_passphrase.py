"""Passphrase to w (handshake, Notation and Computation)."""

import unicodedata

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from support.vectors import RUNS, Vector
from watchword.crypto.passphrase import kept_key, normalise, salt, stretch
from watchword_wire.errors import Refused

L = 2**252 + 27742317777372353535851937790883648493
runs = pytest.mark.parametrize("vector", RUNS, ids=repr)


@runs
def test_normalising_as_in_the_vectors(vector: Vector) -> None:
    typed = vector.text("passphrase_as_typed")
    assert normalise(typed).expose().decode() == vector.text("passphrase_normalised")


@runs
def test_w_of_the_vectors(vector: Vector) -> None:
    phrase = normalise(vector.text("passphrase_as_typed"))
    salted = salt(b"\x00\x01", vector.text("idA"), vector.text("idB"), vector["nA"])
    assert stretch(phrase, salted).expose() == vector["w_le"]


def test_stretching_is_argon2id_with_the_given_cost() -> None:
    phrase, salted = normalise("one two three"), bytes(range(16))
    drawn = Argon2id(salt=salted, length=64, iterations=3, lanes=1, memory_cost=64 * 1024).derive(
        phrase.expose()
    )
    expected = int.from_bytes(drawn, "little") % L
    assert int.from_bytes(stretch(phrase, salted).expose(), "little") == expected


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("  two\t words\n", "two words"),
        ("two\u3000words", "two words"),
        ("two\u00a0\u2003words", "two words"),
        ("Case Stays", "Case Stays"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "Full width"),
        ("e\u0301", "\u00e9"),
        ("ﬁne", "fine"),
    ],
)
def test_normalising(typed: str, normalised: str) -> None:
    assert normalise(typed).expose().decode() == normalised


@pytest.mark.parametrize("typed", ["", " ", "\t\n", "\u3000\u00a0"])
def test_an_empty_phrase_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="empty"):
        normalise(typed)


@pytest.mark.parametrize("character", ["\u0378", "\U000e0fff", "\ud800"])
def test_unassigned_code_points_are_refused(character: str) -> None:
    assert unicodedata.category(character) in {"Cn", "Cs"}
    with pytest.raises(Refused, match="character") as refusal:
        normalise(f"secret {character} words")
    assert "secret" not in str(refusal.value)


def test_a_phrase_of_ten_thousand_characters_is_taken() -> None:
    assert len(normalise("x" * 10_000)) == 10_000


def test_the_salt_binds_suite_ids_and_nonce() -> None:
    salts = {
        salt(b"\x00\x01", "a/1", "b/1", bytes(32)),
        salt(b"\x00\x02", "a/1", "b/1", bytes(32)),
        salt(b"\x00\x01", "a/2", "b/1", bytes(32)),
        salt(b"\x00\x01", "a/1", "b/2", bytes(32)),
        salt(b"\x00\x01", "b/1", "a/1", bytes(32)),
        salt(b"\x00\x01", "a/1", "b/1", b"\x01" + bytes(31)),
    }
    assert len(salts) == 6
    assert {len(value) for value in salts} == {16}


def test_a_kept_key_is_argon2id_of_the_words() -> None:
    """RFC 9106: 10 passes, 64 MiB, one lane; the spelling of the words does not matter."""
    argon2id = Argon2id(salt=bytes(16), length=32, iterations=10, lanes=1, memory_cost=64 * 1024)
    expected = argon2id.derive("vier Wörter".encode())
    assert kept_key("  ｖier\u3000Wo\u0308rter ", bytes(16)) == expected
    with pytest.raises(ValueError, match="salt"):
        kept_key("vier", bytes(15))
