from pathlib import Path

import pytest

from support.company_data import ACME
from support.desk import place
from support.exchange import Side
from support.waiting import until
from watchword.core.phrase import Rule
from watchword.core.requests import Requests, _whom, check_hint, normalised
from watchword.core.runs import Runs
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.events import OrganisationChanged, RequestChanged
from watchword.model.requests import Ending
from watchword_wire.exchange import Kind as StepKind
from watchword_wire.ids import FullId


def refused(phrase: str, hint: str = "") -> Kind:
    with pytest.raises(RefusedBy) as caught:
        check_hint(hint, normalised(phrase))
    return caught.value.situation.kind


def test_a_phrase_is_what_both_sides_agree_on() -> None:
    assert normalised("  Correct\u3000ＨＯＲＳＥ \n battery ").expose() == b"Correct HORSE battery"


def test_phrases_that_are_none() -> None:
    assert refused("") is Kind.PHRASE_EMPTY
    assert refused(" \u3000\t\n") is Kind.PHRASE_EMPTY
    assert refused("x" * 1_001) is Kind.PHRASE_LONG
    assert refused("\u0378") is Kind.PHRASE_CHARACTER
    assert refused("\ud800") is Kind.PHRASE_CHARACTER


def test_a_hint_must_not_show_the_phrase() -> None:
    assert refused("blue moon", "think of: BLUE  moon") is Kind.HINT_SHOWS_PHRASE
    assert refused("blue moon", "bluemoon!") is Kind.HINT_SHOWS_PHRASE
    assert refused("blue moon", "ｂｌｕｅ ｍｏｏｎ") is Kind.HINT_SHOWS_PHRASE
    check_hint("where we met", normalised("blue moon"))
    check_hint("", normalised("blue moon"))


def test_a_hint_is_short() -> None:
    check_hint("字" * 80, normalised("blue moon"))
    assert refused("blue moon", "h" * 81) is Kind.HINT_LONG


async def test_a_phrase_is_as_strong_as_the_company_wants_it(tmp_path: Path) -> None:
    rules = {"bo": Rule("ACME", 40, ("ada", "bo", "Ada", "Bo"))}
    async with place(tmp_path, "ada") as ada:
        requests = Requests(ada, Runs(ada, lambda: None), rules.get, lambda _account: None)
        with pytest.raises(RefusedBy) as caught:
            await requests.ask("ＢＯ", "purple bicycle thunder", "", "")
        assert caught.value.situation == Situation(Kind.PHRASE_WEAK, {"company": "ACME", "least": 40})
        assert not ada.events, "nothing has begun"
        await requests.ask("cy", "purple bicycle thunder", "", "")
        await requests.ask("bo", "Purple bicycle thunder mountain", "", "")
        asked = [event.request.account for event in ada.events if isinstance(event, RequestChanged)]
        assert list(dict.fromkeys(asked)) == ["cy", "bo"]


async def test_nobody_is_asked_or_answered_whom_the_company_bars(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as ada_desk, place(tmp_path, "bo") as bo_desk:
        ada, bo = Side(ada_desk), Side(bo_desk)
        bo.barred.add("ada")
        with pytest.raises(RefusedBy) as caught:
            await bo.requests.ask("ＡＤＡ", "purple bicycle", "", "")
        barred = Situation(Kind.COMPANY_OUTSIDER, {"account": "ada", "company": "ACME"})
        assert caught.value.situation == barred
        assert not bo_desk.events, "nothing has begun"

        await ada.requests.ask("bo", "purple bicycle", "", "")
        await bo.hears(await ada.says(StepKind.REQUEST), ada)
        prompt = bo.latest()
        with pytest.raises(RefusedBy) as caught:
            await bo.requests.answer(prompt.key, "purple bicycle")
        assert caught.value.situation == barred
        assert bo.latest() == prompt, "it waits, and can be declined"
        await bo.requests.decline(prompt.key)
        assert bo.latest().ending is Ending.DECLINED


async def test_an_own_request_is_withdrawn_when_a_newer_file_bars_who_is_asked(tmp_path: Path) -> None:
    async with place(tmp_path, "ada") as desk:
        ada = Side(desk)
        for account in ("bo", "cy"):
            await ada.requests.ask(account, "purple bicycle", "", "")
        await until(lambda: len(ada.said(StepKind.REQUEST)) == 2, "both are asked")
        ada.barred.add("bo")
        desk.tell(OrganisationChanged(ACME))
        await until(lambda: any(one.ending for one in ada.shown), "one is over")
        assert {one.account: one.ending for one in ada.shown} == {"bo": Ending.WITHDRAWN, "cy": None}


@pytest.mark.parametrize(
    ("known", "there", "asked"),
    [
        ((), (), 1),
        ((), (3, 4), 3),
        ((1,), (), 1),
        ((1, 2), (), 2),
        ((1, 2), (1, 3), 1),
        ((1,), (2,), 2),
    ],
)
def test_somebody_is_asked_where_they_are(known: tuple[int, ...], there: tuple[int, ...], asked: int) -> None:
    assert _whom("bo", [FullId("bo", device) for device in known], there) == FullId("bo", asked)
