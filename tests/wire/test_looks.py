"""Which texts look alike."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword_wire.ids import account_problem
from watchword_wire.looks import skeleton

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
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), list(combinations(DIFFERENT, 2)))
def test_different_ids_do_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(max_size=30))
def test_a_skeleton_of_any_text_is_its_own(text: str) -> None:
    if account_problem(text) is None:
        seen = skeleton(text)
        assert seen
        assert skeleton(seen) == seen
        assert skeleton(unicodedata.normalize("NFD", text)) == seen
