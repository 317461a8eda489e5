"""A second desktop: the eight words of a key, and the parcel (docs/protocol/rooms.md, A second desktop)."""

import hashlib

import pytest
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_public, lv
from watchword.crypto.secret import Secret
from watchword.protocol.second_desktop import Company, Contact, key_digits, opened, packed
from watchword_wire.errors import PeerError, Refused
from watchword_wire.limits import PARCEL_BYTES

OLD, NEW, EVE = (Secret(bytes([number]) * 32) for number in (1, 2, 3))
OLD_KEY, NEW_KEY = ed25519_public(OLD.expose()), ed25519_public(NEW.expose())
CONTACTS = (Contact("bo", "Bo", False), Contact("eve", "Eve", True))
COMPANY = Company(b"\x05" * 32, Secret(b"\x06" * 32), "https://keys.example/acme", b"the file")


def parcel(company: Company | None = COMPANY, contacts: tuple[Contact, ...] = CONTACTS) -> bytes:
    return packed(OLD, "ada/2", NEW_KEY, "Ada", contacts, company)


@pytest.mark.parametrize("company", [COMPANY, None])
def test_a_parcel_comes_whole(company: Company | None) -> None:
    found = opened(NEW, "ada/2", OLD_KEY, parcel(company))
    assert (found.name, found.contacts, found.company) == ("Ada", CONTACTS, company)


def test_a_parcel_opens_for_its_terminal_and_by_its_approver_alone() -> None:
    good = parcel()
    for seed, full_id, key in (
        (EVE, "ada/2", OLD_KEY),
        (NEW, "ada/3", OLD_KEY),
        (NEW, "ada/2", ed25519_public(EVE.expose())),
    ):
        with pytest.raises(PeerError):
            opened(seed, full_id, key, good)


def test_every_bit_counts() -> None:
    good = parcel()
    for at in [*range(8), *range(8, len(good), 7)]:
        bad = bytearray(good)
        bad[at] ^= 1
        with pytest.raises(PeerError):
            opened(NEW, "ada/2", OLD_KEY, bytes(bad))
    for bad_length in (b"", good[:3], good[:-1], good + b"\x00"):
        with pytest.raises(PeerError):
            opened(NEW, "ada/2", OLD_KEY, bad_length)


def test_a_long_file_stays_behind_and_of_very_many_contacts_those_that_fit_come() -> None:
    many = tuple(Contact(f"{number:04}".ljust(100, "x"), "N" * 64, False) for number in range(2_000))
    good = parcel(replace(COMPANY, file=bytes(PARCEL_BYTES)), many)
    found = opened(NEW, "ada/2", OLD_KEY, good)
    assert len(good) <= PARCEL_BYTES
    assert found.company == replace(COMPANY, file=b"")
    assert found.contacts == many[: len(found.contacts)]
    assert PARCEL_BYTES - len(good) < 2 * 170


def test_nothing_secret_is_shown() -> None:
    found = opened(NEW, "ada/2", OLD_KEY, parcel())
    assert "06" * 4 not in repr(found)
    assert "\\x06" not in repr(found)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        packed(OLD, "ada/2", b"\xff" * 32, "Ada", (), None)


def test_eight_digits_are_those_of_the_formula() -> None:
    data = lv(b"watchword/1 terminal") + lv(b"ada") + lv(NEW_KEY)
    value = int.from_bytes(hashlib.sha256(data).digest(), "big") % 1_295**8
    digits = key_digits("ada", NEW_KEY)
    assert len(digits) == 8
    assert all(0 <= digit < 1_295 for digit in digits)
    assert sum(digit * 1_295 ** (7 - place) for place, digit in enumerate(digits)) == value
    assert key_digits("bo", NEW_KEY) != digits
