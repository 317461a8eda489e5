"""The eight words of a key: in each language's list, and back from whatever a person makes of them."""

import pytest

from watchword.core import phrase
from watchword.core.terminals import words
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.second_desktop import key_digits

KEY = bytes(range(32))


@pytest.mark.parametrize("language", phrase.LANGUAGES)
def test_what_is_shown_is_read_back(language: str) -> None:
    shown = words.shown("ada", KEY, language)
    assert len(shown) == 8
    for typed in (" ".join(shown), "".join(shown), "  ".join(shown).upper(), "、".join(shown)):
        assert words.read(typed) == key_digits("ada", KEY)


def test_another_account_or_key_has_other_words() -> None:
    assert len({words.shown(who, key, "en") for who in ("ada", "bo") for key in (KEY, bytes(32))}) == 4


@pytest.mark.parametrize("count", [0, 1, 7, 9])
def test_too_few_and_too_many_are_none(count: int) -> None:
    typed = " ".join((*words.shown("ada", KEY, "en"), "acid")[:count])
    with pytest.raises(RefusedBy) as refused:
        words.read(typed)
    assert refused.value.situation.kind is Kind.DESKTOP_WORDS_FORM
    assert refused.value.situation.facts == {"count": 8}


def test_words_of_no_list_are_none() -> None:
    english, chinese = (words.shown("ada", KEY, language) for language in ("en", "zh_CN"))
    for typed in ("one two three four five six seven eightt", " ".join((*english[:4], *chinese[4:]))):
        with pytest.raises(RefusedBy):
            words.read(typed)
