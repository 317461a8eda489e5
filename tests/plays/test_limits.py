"""Who may ask, who is prompted, who meets silence (handshake, Guesses and Silence)."""

import asyncio
from pathlib import Path

import pytest

from support.play import PHRASE, Person, Stage
from support.waiting import until
from watchword.model.errors import Kind, RefusedBy
from watchword.model.requests import Ending, Phase, Role


async def never_prompted(person: Person, asker: Person, whom: str) -> None:
    """The relay has the request, and nothing pops up."""
    await asker.sees_phase(whom, Phase.WAITING)
    await asyncio.sleep(0.3)
    assert person.requests(asker.name) == []


async def test_both_dial_at_once(tmp_path: Path) -> None:
    """One request goes on; the other side's dialog becomes the prompt with its phrase kept; one click."""
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await asyncio.gather(ada.asks("bo"), bo.asks("ada"))
        await until(
            lambda: ada.requests("bo", Role.ASKED) or bo.requests("ada", Role.ASKED), "somebody is prompted"
        )
        asked, other = (ada, bo) if ada.requests("bo", Role.ASKED) else (bo, ada)
        prompt = asked.request(other.name, Role.ASKED)
        assert prompt.phrase_kept
        assert prompt.replaces == asked.requests(other.name, Role.ASKING)[0].key
        assert not prompt.quiet
        await asked.answers(other.name, None)
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)
        assert asked.requests(other.name, Role.ASKED)[-1].ending is Ending.ACCEPTED


async def test_an_unknown_id_is_no_answer(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=3, t2=4) as stage:
        ada = await stage.person("ada")
        await ada.asks("nobody.there")
        await ada.sees_phase("nobody.there", Phase.WAITING)
        ended = await ada.sees_ending("nobody.there", Ending.NO_ANSWER, patience=20)
        assert ended.may_retry


async def test_blocked_is_silence(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=3, t2=4) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await bo.client.block("ada", blocked=True)
        await ada.asks("bo")
        await never_prompted(bo, ada, "bo")
        await ada.sees_ending("bo", Ending.NO_ANSWER, patience=20)
        with pytest.raises(RefusedBy) as caught:
            await bo.asks("ada")
        assert caught.value.situation.kind is Kind.CONTACT_BLOCKED
        await bo.client.block("ada", blocked=False)
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")


async def test_blocking_closes_the_prompt_without_a_word(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=3, t2=4) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.client.block("ada", blocked=True)
        await bo.sees_ending("ada", Ending.NO_ANSWER)
        assert ada.request("bo").ending is None
        await ada.sees_ending("bo", Ending.NO_ANSWER, patience=20)


async def test_contacts_only(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await bo.client.set_contacts_only(True)
        await bo.client.add_contact("Cy", "Cyril")
        await ada.asks("bo")
        await never_prompted(bo, ada, "bo")
        await cy.asks("bo")
        prompt = await bo.sees_prompt_of("cy")
        assert prompt.known
        assert prompt.name == "Cyril"
        await bo.restarts()
        assert bo.client.contacts_only


async def test_one_prompt_from_unknown_ids_the_rest_collects_quietly(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await ada.asks("bo")
        assert not (await bo.sees_prompt_of("ada")).quiet
        await cy.asks("bo")
        assert (await bo.sees_prompt_of("cy")).quiet
        await bo.answers("cy")
        await cy.sees_ending("bo", Ending.ACCEPTED)


async def test_three_prompts_in_all(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        names = ["ada", "cy", "di", "ed"]
        bo, *askers = await stage.enter("bo", *names)
        for name in names:
            await bo.client.add_contact(name)
        for asker in askers:
            await asker.asks("bo")
            await bo.sees_prompt_of(asker.name)
        assert [bo.request(name).quiet for name in names] == [False, False, False, True]


async def test_one_request_at_a_time_to_one_account(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        await ada.asks("bo")
        with pytest.raises(RefusedBy) as caught:
            await ada.asks("bo")
        assert caught.value.situation.kind is Kind.REQUEST_RUNNING


async def test_three_wrong_phrases_and_both_have_to_wait(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        for count in (1, 2, 3):
            await ada.asks("bo", PHRASE)
            await bo.sees_prompt_of("ada")
            await bo.answers("ada", f"wrong {count}")
            ended = await ada.sees_ending("bo", Ending.DIFFER)
            assert (await bo.sees_ending("ada", Ending.DIFFER)).uncertain == count
            assert ended.uncertain == count
            assert ended.may_retry is (count < 3)
            assert ended.phrase_kept is (count < 3)
            assert (ended.kept_until > ada.client.now()) is (count < 3), "inside T2 of the first run"
        with pytest.raises(RefusedBy) as caught:
            await ada.asks("bo", PHRASE)
        assert caught.value.situation.kind is Kind.GUESS_WAIT
        assert caught.value.situation.facts["count"] == 3
        limit = await ada.client.guess_limit("bo")
        assert limit is not None
        assert not limit.blocked
        await ada.client.agreed_new_phrase("bo")
        assert await ada.client.guess_limit("bo") is None
        # bo still waits: ada's request meets silence.
        before = len(bo.requests("ada"))
        await ada.asks("bo", "a new phrase")
        await ada.sees_phase("bo", Phase.WAITING)
        await asyncio.sleep(0.3)
        assert len(bo.requests("ada")) == before


async def test_a_right_phrase_takes_the_guess_back(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        for person, other in ((ada, "bo"), (bo, "ada")):
            assert person.request(other).uncertain == 0
            assert await person.client.guess_limit(other) is None


async def test_withdrawn(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await ada.cancels("bo")
        await bo.sees_ending("ada", Ending.WITHDRAWN)
        await ada.sees_ending("bo", Ending.WITHDRAWN)
        with pytest.raises(RefusedBy) as caught:
            await bo.answers("ada")
        assert caught.value.situation.kind is Kind.REQUEST_OVER


@pytest.mark.parametrize(
    ("account", "phrase", "hint", "kind"),
    [
        ("bo", "", "", Kind.PHRASE_EMPTY),
        ("bo", " \t\u3000 ", "", Kind.PHRASE_EMPTY),
        ("bo", "x" * 10_000, "", Kind.PHRASE_LONG),
        ("bo", "a\u0378b", "", Kind.PHRASE_CHARACTER),
        ("bo", PHRASE, "h" * 81, Kind.HINT_LONG),
        ("bo", PHRASE, f"it is: {PHRASE.upper()}!", Kind.HINT_SHOWS_PHRASE),
        ("", PHRASE, "", Kind.ID_EMPTY),
        ("a/b", PHRASE, "", Kind.ID_FORM),
        ("x" * 200, PHRASE, "", Kind.ID_LONG),
        ("ADA", PHRASE, "", Kind.ID_MINE),
    ],
)
async def test_what_cannot_be_asked(tmp_path: Path, account: str, phrase: str, hint: str, kind: Kind) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        with pytest.raises(RefusedBy) as caught:
            await ada.client.ask(account, phrase, hint)
        assert caught.value.situation.kind is kind
        assert await ada.client.requests() == []


async def test_what_cannot_be_answered(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        for phrase, kind in (
            ("", Kind.PHRASE_EMPTY),
            (" ", Kind.PHRASE_EMPTY),
            ("x" * 10_000, Kind.PHRASE_LONG),
        ):
            with pytest.raises(RefusedBy) as caught:
                await bo.answers("ada", phrase)
            assert caught.value.situation.kind is kind
        await bo.answers("ada", "  correct  horse\u3000battery staple ")
        await bo.sees_ending("ada", Ending.ACCEPTED)


async def test_a_missed_request_stays_in_the_list(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=3, t2=4) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        prompt = await bo.sees_prompt_of("ada")
        await bo.sees_ending("ada", Ending.NO_ANSWER, patience=20)
        await bo.restarts()
        [missed] = await bo.client.requests()
        assert (missed.key, missed.ending, missed.seen) == (prompt.key, Ending.NO_ANSWER, False)
        await bo.client.mark_request_seen(missed.key)
        [missed] = await bo.client.requests()
        assert missed.seen


async def test_ask_again_when_present(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=3, t2=4) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.client.add_contact("bo")
        await bo.client.add_contact("ada")
        await bo.leaves()
        await ada.asks("bo")
        await ada.sees_ending("bo", Ending.NO_ANSWER, patience=20)
        await ada.client.notify_when_present("bo")
        told = len(ada.events)
        await bo.returns()
        await until(lambda: ada.request_events(told), "ada is told that bo is there")
        assert ada.present("bo")
