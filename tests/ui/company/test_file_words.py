"""One sentence for each reason why a company file was not taken, in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from watchword.model.company import FileReason
from watchword.settings import Language
from watchword.ui.company import file_words
from watchword.ui.i18n import Languages


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


def test_each_reason_has_a_sentence_of_its_own(language: Language) -> None:
    said = [file_words.sentence(reason, account="ada", other="bo") for reason in FileReason]
    assert len({*said}) == len(said)
    for sentence in said:
        assert sentence.endswith("." if language is Language.ENGLISH else "。"), sentence
        assert any("\u4e00" <= letter <= "\u9fff" for letter in sentence) is (language is Language.CHINESE)
        assert "{" not in sentence


def test_who_a_file_is_for_is_named(language: Language) -> None:
    said = file_words.sentence(FileReason.OTHER_MEMBER, account="ada", other="bo\u202e")
    assert "ada" in said
    assert "\u2068bo\u202e\u2069" in said, "and turns no other words around"
