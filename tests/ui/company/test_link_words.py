"""Every way in which a company file does not get here has its sentence, in English and in Chinese."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from watchword.model.company import FileReason, LinkReason
from watchword.model.errors import Kind, Situation
from watchword.settings import Language
from watchword.ui.company import link_words
from watchword.ui.i18n import Languages

FACTS: dict[str, str | int] = {
    "host": "acme.example",
    "proxy": "gate.example",
    "status": 503,
    "file": "ada.company",
}


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


def of_link(reason: LinkReason, **facts: str | int) -> str:
    return link_words.sentence(Situation(Kind.COMPANY_LINK, {**FACTS, "reason": reason.value, **facts}))


def every() -> list[str]:
    said = [of_link(reason) for reason in LinkReason]
    for file_reason in FileReason:
        situation = Situation(Kind.COMPANY_FILE, {"reason": file_reason.value})
        said.append(link_words.sentence(situation, account="ada", other="bo"))
    of_the_relay = (Kind.ID_TAKEN, Kind.ID_LOOKS_ALIKE, Kind.INVITE_NEEDED, Kind.ADDRESS_FORM)
    said += [link_words.sentence(Situation(kind), other="ada") for kind in of_the_relay]
    said.append(link_words.sentence(Situation(Kind.PROXY_SLOW, FACTS)))
    said.append(link_words.sentence(Situation(Kind.DISK_FULL, {"folder": "F"})))
    return said


def test_each_cause_has_a_sentence_of_its_own(language: Language) -> None:
    said = every()
    assert len(set(said)) == len(said)
    for sentence in said:
        assert sentence
        assert "{" not in sentence
        han = any("\u4e00" <= letter <= "\u9fff" for letter in sentence)
        assert han == (language is Language.CHINESE), sentence


def test_what_a_server_calls_itself_turns_no_words_around(language: Language) -> None:
    turning = "\u202egnp.ynapmoc"
    said = of_link(LinkReason.FILE_MISSING, file=turning)
    assert f"\u2068{turning}\u2069" in said
    assert len(of_link(LinkReason.NAME, host="a" * 300)) < 300


def test_whom_a_file_is_for_stands_in_its_sentence(language: Language) -> None:
    situation = Situation(Kind.COMPANY_FILE, {"reason": FileReason.OTHER_MEMBER.value})
    said = link_words.sentence(situation, account="ada", other="bo")
    assert "ada" in said
    assert "bo" in said
    assert "cy" in link_words.sentence(Situation(Kind.ID_LOOKS_ALIKE), other="cy")


def test_a_proxy_that_says_nothing_waits_for_no_relay(language: Language) -> None:
    said = link_words.sentence(Situation(Kind.PROXY_SLOW, FACTS))
    assert "gate.example" in said
    assert not [word for word in ("relay", "中继") if word in said]
