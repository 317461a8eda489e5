"""The eight words of a desktop: in each language's list, and back from whatever a person makes of them."""

import pytest

from watchword.core import phrase
from watchword.core.terminals import words
from watchword.model.errors import Kind, RefusedBy

DIGITS = (0, 1_294, 7, 7, 600, 1, 1_000, 42)


@pytest.mark.parametrize("language", phrase.LANGUAGES)
def test_what_is_shown_is_read_back(language: str) -> None:
    shown = words.shown(DIGITS, language)
    assert len(shown) == 8
    for typed in (" ".join(shown), "".join(shown), "  ".join(shown).upper(), "、".join(shown)):
        assert words.read(typed) == DIGITS


@pytest.mark.parametrize("count", [0, 1, 7, 9])
def test_too_few_and_too_many_are_none(count: int) -> None:
    typed = " ".join((*words.shown(DIGITS, "en"), "acid")[:count])
    with pytest.raises(RefusedBy) as refused:
        words.read(typed)
    assert refused.value.situation.kind is Kind.DESKTOP_WORDS_FORM
    assert refused.value.situation.facts == {"count": 8}


def test_words_of_no_list_are_none() -> None:
    english, chinese = (words.shown(DIGITS, language) for language in ("en", "zh_CN"))
    for typed in ("one two three four five six seven eightt", " ".join((*english[:4], *chinese[4:]))):
        with pytest.raises(RefusedBy):
            words.read(typed)
