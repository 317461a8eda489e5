"""Ids as people type them."""

import pytest

from watchword.core import account_id
from watchword.model.errors import Kind, RefusedBy


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Ada", "ada"),
        ("  Ada   Byron ", "ada.byron"),
        ("José Núñez", "jose.nunez"),
        ("Anne-Marie O'Neil", "anne-marie.o.neil"),
        ("林小雨", "林小雨"),
        ("林 小雨", "林小雨"),
        ("Ｂｏ", "bo"),
        ("Мария", "мария"),
        ("a/b", "a.b"),
        ("🐟🐟", "🐟🐟"),
        ("", ""),
        ("//", ""),
    ],
)
def test_an_id_is_suggested_from_the_name(name: str, suggested: str) -> None:
    assert account_id.suggest(name) == suggested


def test_a_long_name_gives_an_id_that_fits() -> None:
    assert account_id.fold(account_id.suggest("林" * 200)) == account_id.suggest("林" * 200)


def test_what_is_typed_is_folded() -> None:
    assert account_id.fold("  ＡＤＡ ") == "ada"


@pytest.mark.parametrize(
    ("typed", "kind", "facts"),
    [
        ("", Kind.ID_EMPTY, {}),
        ("  ", Kind.ID_EMPTY, {}),
        ("a" * 119, Kind.ID_LONG, {}),
        ("a/b", Kind.ID_FORM, {"why": "slash"}),
        ("a b", Kind.ID_FORM, {"why": "space"}),
        ("a\u202eb", Kind.ID_FORM, {"why": "control"}),
    ],
)
def test_an_id_that_cannot_be_is_refused_with_the_reason(
    typed: str, kind: Kind, facts: dict[str, str | int]
) -> None:
    with pytest.raises(RefusedBy) as refused:
        account_id.fold(typed)
    assert refused.value.situation.kind is kind
    assert refused.value.situation.facts == facts
