"""What an account id and a full id may be."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import (
    ACCOUNT_BYTES,
    FullId,
    account_of,
    account_problem,
    fold_account,
    is_realm,
    parse_full_id,
    realm_of_path,
)
from watchword_wire.limits import ID_BYTES


@pytest.mark.parametrize(
    "account", ["a", "ada", "ada.lovelace-1", "陈", "é", "x" * ACCOUNT_BYTES, "Ada", "_", "0"]
)
def test_good_account_ids(account: str) -> None:
    assert account_problem(account) is None


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        ("", "empty"),
        ("x" * (ACCOUNT_BYTES + 1), "long"),
        ("陈" * (ACCOUNT_BYTES // 3 + 1), "long"),
        ("e\u0301", "form"),
        ("a/b", "slash"),
        ("a b", "space"),
        ("a\u3000b", "space"),
        ("a\tb", "space"),
        ("a\x00", "control"),
        ("a\u200bb", "control"),
        ("a\u202eb", "control"),
        ("a\ue000", "control"),
        ("a\U000e0041", "control"),
        ("a\u0378", "control"),
    ],
)
def test_bad_account_ids(account: str, problem: str) -> None:
    assert account_problem(account) == problem


def test_every_character_alone_is_judged_by_its_category() -> None:
    """Those of the document, whatever a string's own idea of what is printable is."""
    never = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
    for number in range(0x110000):
        character = chr(number)
        if not unicodedata.is_normalized("NFC", character):
            continue
        bad = unicodedata.category(character) in never or character.isspace() or character == "/"
        assert (account_problem(character) is not None) == bad, hex(number)


def test_typed_ids_are_folded() -> None:
    assert fold_account("  Ada ") == "ada"
    assert fold_account("ＡＤＡ") == "ada"
    assert fold_account("É") == "é"
    for typed, problem in (("   ", "empty"), ("a b", "space"), ("a/1", "slash")):
        with pytest.raises(Refused, match=problem):
            fold_account(typed)


@pytest.mark.parametrize("text", ["ada/1", "陈/2", "ada/999999999"])
def test_full_ids_are_read_back(text: str) -> None:
    assert str(parse_full_id(text)) == text
    assert len(text.encode()) <= ID_BYTES


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada/", "/1", "ada/0", "ada/01", "ada/-1", "ada/1/1", "ada/1 ", "ada/１", "ada/1000000000"],
)
def test_bad_full_ids(text: str) -> None:
    with pytest.raises(PeerError):
        parse_full_id(text)


@given(st.text(max_size=60))
def test_any_text_is_a_full_id_or_a_peers_error(text: str) -> None:
    with suppress(PeerError):
        full_id = parse_full_id(text)
        assert str(full_id) == text
        assert isinstance(full_id, FullId)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    with suppress(Refused):
        folded = fold_account(text)
        assert account_problem(folded) is None
        assert unicodedata.is_normalized("NFC", folded)
        assert fold_account(folded) == folded


@pytest.mark.parametrize("path", ["/", "/acme", "/a", "/0-9", "/-", "/" + "x" * 32])
def test_a_path_names_a_realm(path: str) -> None:
    assert realm_of_path(path) == path[1:]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "acme",
        "//",
        "/acme/",
        "/Acme",
        "/a_b",
        "/a.b",
        "/é",
        "/a b",
        "/%61",
        "/a?b",
        "/" + "x" * 33,
        "/a\n",
    ],
)
def test_other_paths_name_none(path: str) -> None:
    assert realm_of_path(path) is None


def test_the_relays_own_realm_has_no_name() -> None:
    assert not is_realm("")
    assert is_realm("acme-2")


@pytest.mark.parametrize("full_id", ["ada/1", "陈/12", "a.b-c/3"])
def test_the_account_of_a_full_id_is_what_parsing_it_gives(full_id: str) -> None:
    assert account_of(full_id) == parse_full_id(full_id).account
