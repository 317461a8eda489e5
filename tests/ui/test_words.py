"""Every cause, ending and notice has a sentence, in English and in Chinese; facts stand in them."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from watchword.model.chat import Delivery, Notice
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.model.setup import CheckStep, LocalRelayCause
from watchword.settings import Language
from watchword.ui import words
from watchword.ui.i18n import Languages

FACTS: dict[str, str | int] = {
    "company": "ACME",
    "account": "bo", "until": 1_795_262_400_000, "bytes": 70_000, "limit": 65_536, "scheme": "https",
    "host": "h.example", "port": 8765, "seconds": 4, "folder": "F", "file": "watchword.db", "reason": "R",
    "count": 3, "log": "L", "code": 1,
    "proxy": "gate.example",
}  # fmt: skip


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


def is_in(said: str, language: Language) -> bool:
    """Whether a sentence is in the language that it should be in."""
    gaps = said.replace("(#…)", "").replace("（#…）", "").rstrip("…")
    han = any("\u4e00" <= letter <= "\u9fff" for letter in said)
    return bool(said) and han == (language is Language.CHINESE) and "{" not in said and "…" not in gaps


def every() -> Iterator[str]:
    """Every sentence there is."""
    for kind in Kind:
        yield words.sentence(Situation(kind, FACTS))
    for why in ("slash", "space", "control", "form"):
        yield words.sentence(Situation(Kind.ID_FORM, {"why": why}))
    for cause in LocalRelayCause:
        yield words.sentence(Situation(Kind.LOCAL_RELAY, {**FACTS, "cause": cause.value}))
    for role in Role:
        for ending in Ending:
            yield words.phase(request(role=role, phase=Phase.ENDED, ending=ending))
        for phase in Phase:
            if phase is not Phase.ENDED:
                yield words.phase(request(role=role, phase=phase))
    for notice in Notice:
        yield words.notice(notice, "bo")
    for delivery in Delivery:
        yield words.delivery(delivery)
    for state in LinkState:
        yield words.link(LinkChanged(state))
    for step in CheckStep:
        yield words.check_step(step)
    yield words.unread_line()
    yield words.own_line("x")


def request(
    role: Role = Role.ASKING,
    phase: Phase = Phase.ENDED,
    ending: Ending | None = None,
    *,
    uncertain: int = 0,
    may_retry: bool = False,
) -> SessionRequest:
    return SessionRequest(
        "k", role, "bo", "bo", True, phase, ending=ending, uncertain=uncertain, may_retry=may_retry
    )


def test_everything_has_a_sentence(language: Language) -> None:
    assert [said for said in every() if not is_in(said, language)] == []


@pytest.fixture
def english(qapp: QApplication) -> None:
    Languages(qapp, Language.ENGLISH)


@pytest.mark.usefixtures("english")
def test_the_endings_read_as_agreed() -> None:
    def said(role: Role, ending: Ending, **how: int) -> str:
        return words.ending(
            request(
                role, ending=ending, uncertain=how.get("uncertain", 0), may_retry=bool(how.get("may_retry"))
            )
        )

    accepted = "You and bo proved that you know the same phrase. From now on this computer recognises bo."
    differ = (
        "The phrases did not match. One of you may have mistyped it, or someone tried to guess it. "
        "Nothing was sent."
    )
    lost = "The connection was lost before both sides were sure. Nothing was sent."
    assert said(Role.ASKING, Ending.ACCEPTED) == said(Role.ASKED, Ending.ACCEPTED) == accepted
    assert said(Role.ASKING, Ending.DECLINED) == "bo did not want to open a conversation now."
    assert said(Role.ASKED, Ending.WITHDRAWN) == "bo withdrew the request."
    assert said(Role.ASKING, Ending.NO_ANSWER) == (
        "bo did not answer in time. No harm done. Check the id, or try again."
    )
    assert said(Role.ASKED, Ending.NO_ANSWER) == "The time to answer bo ran out. No harm done."
    assert said(Role.ASKING, Ending.NOT_FINISHED) == said(Role.ASKED, Ending.NOT_FINISHED) == lost
    assert said(Role.ASKING, Ending.DIFFER) == said(Role.ASKED, Ending.DIFFER) == differ
    assert said(Role.ASKED, Ending.DIFFER, may_retry=True) == differ + " bo may try again."
    third = " Agree on a new phrase by another way."
    assert said(Role.ASKING, Ending.DIFFER, uncertain=3) == differ + third
    assert said(Role.ASKED, Ending.DIFFER, uncertain=3, may_retry=True) == differ + third
    assert said(Role.ASKING, Ending.DIFFER, uncertain=2) == differ


@pytest.mark.usefixtures("english")
def test_facts_stand_in_sentences() -> None:
    long = words.sentence(Situation(Kind.TEXT_LONG, {"bytes": 65_537, "limit": 65_536}))
    assert "65,537" in long
    assert "65,536" in long
    assert "h.example" in words.sentence(Situation(Kind.RELAY_TCP, {"host": "h.example", "port": 1}))


@pytest.mark.usefixtures("english")
def test_a_missing_fact_leaves_a_gap_and_no_error() -> None:
    assert "…" in words.sentence(Situation(Kind.RELAY_DNS))


@pytest.mark.usefixtures("english")
def test_a_refused_link_says_why() -> None:
    why = LinkChanged(LinkState.REFUSED, Situation(Kind.SIGNED_IN_ELSEWHERE))
    assert words.link(why).startswith("Another program signed in")
