"""A second desktop: what its eight words show, and the parcel (docs/protocol/desktops.md)."""

import hashlib
import hmac

import pytest
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_public, lv
from watchword.crypto.secret import Secret
from watchword.protocol.second_desktop import (
    Candidate,
    Company,
    Contact,
    Unknown,
    answer_key,
    is_meant,
    key_digits,
    opened,
    packed,
    proof,
)
from watchword_wire.errors import PeerError, Refused
from watchword_wire.limits import PARCEL_BYTES, PROOF_BYTES

OLD, NEW, EVE = (Secret(bytes([number]) * 32) for number in (1, 2, 3))
OLD_KEY, NEW_KEY = ed25519_public(OLD.expose()), ed25519_public(NEW.expose())
OPENING, RELAY = Secret(b"\x04" * 32), b"r" * 32
ADA = Candidate("ada", "acme", NEW_KEY)
DIGITS = key_digits("ada", NEW_KEY, OPENING)
ANSWERING = answer_key(ADA, DIGITS, RELAY)
CONTACTS = (Contact("bo", "Bo", False), Contact("eve", "Eve", True))
COMPANY = Company(b"\x05" * 32, Secret(b"\x06" * 32), "https://keys.example/acme", b"the file")


def parcel(company: Company | None = COMPANY, contacts: tuple[Contact, ...] = CONTACTS) -> bytes:
    return packed(OLD, "ada/2", NEW_KEY, ANSWERING, "Ada", contacts, company)


@pytest.mark.parametrize("company", [COMPANY, None])
def test_a_parcel_comes_whole(company: Company | None) -> None:
    found = opened(NEW, "ada/2", OLD_KEY, ANSWERING, parcel(company))
    assert (found.name, found.contacts, found.company) == ("Ada", CONTACTS, company)


def test_a_parcel_opens_for_its_terminal_and_by_its_approver_alone() -> None:
    good = parcel()
    for seed, full_id, key in (
        (EVE, "ada/2", OLD_KEY),
        (NEW, "ada/3", OLD_KEY),
        (NEW, "ada/2", ed25519_public(EVE.expose())),
    ):
        with pytest.raises(PeerError):
            opened(seed, full_id, key, ANSWERING, good)


def test_every_bit_counts() -> None:
    good = parcel()
    for at in [*range(8), *range(8, len(good), 7)]:
        bad = bytearray(good)
        bad[at] ^= 1
        with pytest.raises(PeerError):
            opened(NEW, "ada/2", OLD_KEY, ANSWERING, bytes(bad))
    for bad_length in (b"", good[:3], good[:-1], good + b"\x00"):
        with pytest.raises(PeerError):
            opened(NEW, "ada/2", OLD_KEY, ANSWERING, bad_length)


def test_a_long_file_stays_behind_and_of_very_many_contacts_those_that_fit_come() -> None:
    many = tuple(Contact(f"{number:04}".ljust(100, "x"), "N" * 64, False) for number in range(2_000))
    good = parcel(replace(COMPANY, file=bytes(PARCEL_BYTES)), many)
    found = opened(NEW, "ada/2", OLD_KEY, ANSWERING, good)
    assert len(good) <= PARCEL_BYTES
    assert found.company == replace(COMPANY, file=b"")
    assert found.contacts == many[: len(found.contacts)]
    assert PARCEL_BYTES - len(good) < 2 * 170


def test_nothing_secret_is_shown() -> None:
    found = opened(NEW, "ada/2", OLD_KEY, ANSWERING, parcel())
    assert "06" * 4 not in repr(found)
    assert "\\x06" not in repr(found)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        packed(OLD, "ada/2", b"\xff" * 32, ANSWERING, "Ada", (), None)


def test_eight_digits_are_those_of_the_formula() -> None:
    data = lv(b"watchword/1 terminal") + lv(b"ada") + lv(NEW_KEY) + lv(OPENING.expose())
    value = int.from_bytes(hashlib.sha256(data).digest(), "big") % 1_295**8
    assert len(DIGITS) == 8
    assert all(0 <= digit < 1_295 for digit in DIGITS)
    assert sum(digit * 1_295 ** (7 - place) for place, digit in enumerate(DIGITS)) == value
    others = {key_digits("bo", NEW_KEY, OPENING), key_digits("ada", OLD_KEY, OPENING)}
    assert DIGITS not in others | {key_digits("ada", NEW_KEY, Secret(b"\x05" * 32))}


def test_the_words_mean_who_showed_them_alone() -> None:
    shown = proof(ADA, DIGITS, OPENING)
    assert len(shown) == PROOF_BYTES
    assert is_meant(ADA, DIGITS, shown)
    wrong = ((DIGITS[0] + 1) % 1_295, *DIGITS[1:])
    assert not is_meant(ADA, wrong, shown)
    for other in (replace(ADA, account="bo"), replace(ADA, realm=""), replace(ADA, key=OLD_KEY)):
        assert not is_meant(other, DIGITS, shown)
    for at in range(PROOF_BYTES):
        bad = bytearray(shown)
        bad[at] ^= 1
        assert not is_meant(ADA, DIGITS, bytes(bad))
    for bad_length in (b"", shown[:-1], shown + b"\x00"):
        assert not is_meant(ADA, DIGITS, bad_length)


def test_who_saw_the_words_on_the_screen_gets_no_other_key_added_by_them() -> None:
    mine = replace(ADA, key=ed25519_public(EVE.expose()))
    for opening in (OPENING, Secret(bytes(32))):
        assert not is_meant(mine, DIGITS, proof(mine, DIGITS, opening))


def test_who_does_not_know_the_words_gives_nothing_that_counts() -> None:
    """A relay that acts: everything signed and sealed as it should be, under keys of its own."""
    by = ed25519_public(EVE.expose())
    wrong = ((DIGITS[0] + 1) % 1_295, *DIGITS[1:])
    for guessed in (
        answer_key(ADA, wrong, RELAY),
        answer_key(ADA, DIGITS, b"x" * 32),
        answer_key(replace(ADA, realm=""), DIGITS, RELAY),
        answer_key(replace(ADA, key=by), DIGITS, RELAY),
        Secret(bytes(32)),
    ):
        forged = packed(EVE, "ada/2", NEW_KEY, guessed, "Ada", CONTACTS, COMPANY)
        with pytest.raises(Unknown):
            opened(NEW, "ada/2", by, ANSWERING, forged)
    honest = parcel()
    with pytest.raises(Unknown):
        opened(NEW, "ada/2", by, ANSWERING, honest)
    with pytest.raises(Unknown):
        opened(NEW, "ada/3", OLD_KEY, ANSWERING, honest)
    with pytest.raises(Unknown):
        opened(NEW, "ada/2", by, ANSWERING, forged[:-32] + honest[-32:])
    with pytest.raises(Unknown):
        opened(NEW, "ada/2", by, ANSWERING, forged[:-32])


def test_the_codes_are_those_of_the_formulas() -> None:
    candidate = hashlib.sha256(lv(b"watchword/1 candidate") + lv(b"ada") + lv(b"acme") + lv(NEW_KEY)).digest()
    text = b"".join(digit.to_bytes(2) for digit in DIGITS)
    extracted = hmac.digest(candidate, text, "sha256")
    info = lv(b"watchword/1 answer") + lv(RELAY) + b"\x01"
    answering = hmac.digest(extracted, info, "sha256")
    assert answering == ANSWERING.expose()
    good = parcel()
    sealed = good[4 : 4 + int.from_bytes(good[:4])]
    about = lv(b"watchword/1 answer") + lv(b"ada/2") + lv(OLD_KEY) + lv(sealed)
    assert good[-32:] == hmac.digest(answering, hashlib.sha256(about).digest(), "sha256")
