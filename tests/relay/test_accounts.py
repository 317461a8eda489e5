"""Which ids look alike, and what becomes of an invitation."""

import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword_relay import accounts
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire.frames import Availability
from watchword_wire.ids import account_problem

ALIKE = [
    ("bob", "b0b"),
    ("bob", "bоb"),
    ("bob", "ᖯоᖯ"),
    ("bill", "bi11"),
    ("bill", "bi||"),
    ("ada", "ADA"),
    ("ada", "ａｄａ"),
    ("ada", "аdа"),
    ("ada", "ɑdɑ"),
    ("mario", "rnario"),
    ("paypal", "раураl"),
    ("scope", "ѕсоре"),
    ("ｎｉｃｏ", "nico"),
    ("x", "х"),
    ("strasse", "straße"),
]
DIFFERENT = [
    "ada",
    "bo",
    "cy",
    "bob",
    "rob",
    "陈",
    "王",
    "anna",
    "hanna",
    "jose",
    "josé",
    "ali",
    "all",
    "ä",
    "a",
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_look_alikes_share_a_skeleton(one: str, other: str) -> None:
    assert accounts.skeleton(one) == accounts.skeleton(other)


@pytest.mark.parametrize(("one", "other"), list(combinations(DIFFERENT, 2)))
def test_different_ids_do_not(one: str, other: str) -> None:
    assert accounts.skeleton(one) != accounts.skeleton(other)


@given(st.text(max_size=30))
def test_a_skeleton_of_any_text_is_its_own(text: str) -> None:
    if account_problem(text) is None:
        seen = accounts.skeleton(text)
        assert seen
        assert accounts.skeleton(seen) == seen
        assert accounts.skeleton(unicodedata.normalize("NFD", text)) == seen


def test_availability_has_four_answers(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    store.register("bob", accounts.skeleton("bob"), b"k" * 32, None, 1)
    assert accounts.availability(store, "ada") is Availability.FREE
    assert accounts.availability(store, "bob") is Availability.TAKEN
    assert accounts.availability(store, "b0b") is Availability.LOOKS_ALIKE
    for account in ("b b", "Bo", "ЬоЬ", "ｂｏ"):
        assert accounts.availability(store, account) is Availability.FORM
    store.close()


def test_invites_cannot_be_guessed_and_are_kept_as_hashes() -> None:
    invites = {accounts.new_invite() for _ in range(100)}
    assert len(invites) == 100
    assert all(len(invite) == 20 for invite in invites)
    assert len({accounts.invite_hash(invite) for invite in invites}) == 100
    assert accounts.invite_hash("abc").hex().startswith("ba7816bf8f01cfea")  # SHA-256 of "abc", FIPS 180
