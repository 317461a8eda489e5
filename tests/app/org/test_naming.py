"""Keys and members found by name; look-alikes refused."""

import pytest

from support.company import HR, PROFILE, RING
from watchword.org.naming import account, fresh, key_named, member_named
from watchword_wire.errors import Refused


def test_a_key_is_found_by_name_and_by_id() -> None:
    assert key_named(RING, "hr") == key_named(RING, HR.hex()) == HR


@pytest.mark.parametrize(
    ("typed", "meant"), [("audits", "audit"), ("tokem", "token"), ("0wn", "own"), ("HR", "hr")]
)
def test_the_nearest_key_is_suggested(typed: str, meant: str) -> None:
    with pytest.raises(Refused, match=f"Did you mean “{meant}”"):
        key_named(RING, typed)


def test_without_a_near_one_the_list_is_named() -> None:
    with pytest.raises(Refused, match="watchword-org key list"):
        key_named(RING, "zzzzzz")
    with pytest.raises(Refused, match="watchword-org member list"):
        member_named(PROFILE, "zzzzzz")


def test_a_member_is_found_by_account_as_it_is_typed_and_by_name() -> None:
    assert [member_named(PROFILE, name).account for name in ("ada", "ADA", "Bo", "陈")] == [
        "ada",
        "ada",
        "bo",
        "陈",
    ]
    with pytest.raises(Refused, match="Did you mean “ada”"):
        member_named(PROFILE, "adaa")


def test_an_account_is_folded_and_looks_like_no_other() -> None:
    assert account(" Cy ", ["ada"]) == "cy"
    for typed, says in (
        ("ADA", "a member already"),
        ("аda", "looks like ada"),
        ("a da", "white space"),
        ("a/1", "slash"),
        ("", "empty"),
    ):
        with pytest.raises(Refused, match=says):
            account(typed, ["ada"])


def test_a_name_looks_like_no_other() -> None:
    assert fresh("hr-2027", "a key", ["hr-2026"]) == "hr-2027"
    for name, says in (
        ("hr-2026", "There is a key “hr-2026” already"),
        ("hr-2O26", "looks like “hr-2026”"),
        ("HR-2026", "looks like"),
        (" hr", "is no name"),
    ):
        with pytest.raises(Refused, match=says):
            fresh(name, "a key", ["hr-2026"])
