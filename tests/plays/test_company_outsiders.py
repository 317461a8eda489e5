"""People outside the company, with the real relay: what each policy lets through, and how it changes."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from support.firm import Firm, company_chat, reads, ticks, writes
from support.play import PHRASE, Person, Stage, meet
from support.rooming import founds, hears, joins, says, sees_in
from support.waiting import until_found
from watchword.model.chat import Delivery
from watchword.model.errors import Kind, RefusedBy
from watchword.model.requests import Ending
from watchword.model.room import RoomKind, Unreached
from watchword.protocol.company.profile import Outsiders


async def is_refused(person: Person, whom: str, text: str) -> None:
    """A text to somebody is refused by the company's policy, and saved nowhere."""
    before = await person.texts(whom)
    with pytest.raises(RefusedBy) as caught:
        await person.client.send_text((await person.chat(whom)).id, text)
    assert caught.value.situation.kind is Kind.COMPANY_OUTSIDER
    assert caught.value.situation.facts == {"account": whom, "company": "ACME"}
    assert await person.texts(whom) == before


async def test_who_is_outside_is_reached_by_a_session_and_by_nothing_else(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, eve = await stage.enter("ada", "bo", "eve")
        firm = Firm()
        await firm.takes_in(ada, bo)
        with pytest.raises(RefusedBy) as caught:
            await ada.client.company.open_chat(["bo", "eve"])
        assert caught.value.situation.kind is Kind.COMPANY_MEMBER
        await meet(ada, eve)
        await ada.sends("eve", "by our phrase alone")
        await eve.sees_texts("ada", ["by our phrase alone"])
        await ada.sees_ticks("eve", Delivery.DELIVERED)
        assert ada.client.company.holds((await ada.chat("eve")).id) is False


async def test_refused_nobody_outside_is_asked_answered_or_written_to(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, eve = await stage.enter("ada", "bo", "eve")
        firm = Firm()
        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.takes_in(ada, bo)
        with pytest.raises(RefusedBy) as caught:
            await ada.asks("eve", PHRASE)
        assert caught.value.situation.kind is Kind.COMPANY_OUTSIDER
        await eve.asks("ada", PHRASE)
        await ada.sees_prompt_of("eve")
        with pytest.raises(RefusedBy):
            await ada.answers("eve", PHRASE)
        await ada.client.decline(ada.request("eve").key)
        await eve.sees_ending("ada", Ending.DECLINED)
        await writes(ada, ("bo",), "among ourselves")
        await reads(bo, ("ada",), ("ada", "among ourselves"))
        await meet(ada, bo)  # a colleague is no outsider: a session with them is theirs to open
        await ada.sends("bo", "and by a phrase")
        await bo.sees_texts("ada", ["and by a phrase"])


async def test_a_newer_file_stops_a_conversation_and_lets_it_go_on(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, eve = await stage.enter("ada", "bo", "eve")
        firm = Firm()
        await firm.takes_in(ada, bo)
        await meet(ada, eve)
        await ada.sends("eve", "before")
        await eve.sees_texts("ada", ["before"])
        await ada.sees_ticks("eve", Delivery.DELIVERED)

        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.hands_out(ada)
        await is_refused(ada, "eve", "meanwhile")
        await eve.sends("ada", "are you there?")
        await ada.sees_texts("eve", ["are you there?"])
        await ada.restarts()
        await is_refused(ada, "eve", "after a restart")
        await writes(ada, ("bo",), "to a colleague")
        await ticks(ada, ("bo",), Delivery.DELIVERED)
        assert [row.delivery for row in await eve.rows("ada") if row.mine] == [Delivery.RELAYED], (
            "nothing left to eve, not even a receipt"
        )

        firm.policy(outsiders=Outsiders.SESSION)
        await firm.hands_out(ada)
        await eve.sees_ticks("ada", Delivery.DELIVERED)
        await ada.sends("eve", "yes, again")
        await eve.sees_texts("ada", ["before", "yes, again"])


async def test_what_was_written_before_the_policy_changed_waits_for_the_next_change(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, eve = await stage.enter("ada", "eve")
        firm = Firm()
        await firm.takes_in(ada)
        await meet(ada, eve)
        await asyncio.to_thread(stage.relay.stop)
        await ada.is_offline()
        await ada.sends("eve", "on its way")
        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.hands_out(ada)
        await asyncio.to_thread(stage.relay.start)
        await ada.is_online()
        await eve.sends("ada", "hello?")
        await ada.sees_texts("eve", ["hello?"])
        assert await eve.texts("ada", mine=False) == []
        firm.knows("eve")
        await firm.hands_out(ada)
        await eve.sees_texts("ada", ["on its way"])


async def test_who_leaves_the_directory_is_outside_from_then_on(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.takes_in(ada, bo)
        await meet(ada, bo)
        await ada.sends("bo", "as colleagues")
        await bo.sees_texts("ada", ["as colleagues"])
        await writes(ada, ("bo",), "by the company")
        await reads(bo, ("ada",), ("ada", "by the company"))
        firm.directory("ada")
        await firm.hands_out(ada)
        await is_refused(ada, "bo", "and now?")
        chat = await company_chat(ada, "bo")
        await ada.client.send_text(chat.id, "sealed for nobody")
        assert await bo.texts("ada", mine=False) == ["as colleagues"]
        firm.directory("ada", "bo")
        await firm.hands_out(ada)
        await ada.sends("bo", "back again")
        await bo.sees_texts("ada", ["as colleagues", "back again"])


async def test_an_own_request_is_withdrawn_when_the_policy_refuses(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, eve = await stage.enter("ada", "eve")
        firm = Firm()
        await firm.takes_in(ada)
        await ada.asks("eve", PHRASE)
        await eve.sees_prompt_of("ada")
        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.hands_out(ada)
        await ada.sees_ending("eve", Ending.WITHDRAWN)
        await eve.sees_ending("ada", Ending.WITHDRAWN)


async def test_in_a_room_by_passphrases_nothing_goes_to_who_is_outside(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, eve = await stage.enter("ada", "bo", "eve")
        firm = Firm()
        await firm.takes_in(ada, bo)
        for other in (bo, eve):
            await meet(ada, other)
        chat = await founds(ada, "Garden", [bo, eve], RoomKind.PHRASE)
        for other in (bo, eve):
            await joins(other, "Garden")
        for person in (ada, bo, eve):
            await sees_in(person, "Garden", "ada", "bo", "eve")
        firm.policy(outsiders=Outsiders.REFUSE)
        await firm.hands_out(ada)

        async def reached(account: str, why: Unreached | None) -> bool:
            shown = await ada.client.rooms.room(chat.id)
            return {one.account: one.unreached for one in shown.members}[account] is why

        await until_found(partial(reached, "eve", Unreached.OUTSIDE), "eve is outside")
        await says(ada, "Garden", "among colleagues")
        await hears(bo, "Garden", ("ada", "among colleagues"))
        with pytest.raises(RefusedBy) as caught:
            await ada.client.rooms.found("Meadow", ["bo", "eve"], RoomKind.PHRASE)
        assert caught.value.situation.kind is Kind.COMPANY_OUTSIDER
        assert [one.account for one in await ada.client.rooms.candidates(None, RoomKind.PHRASE)] == ["bo"]

        firm.policy(outsiders=Outsiders.SESSION)
        await firm.hands_out(ada)
        await until_found(partial(reached, "eve", None), "eve is reached again")
        await says(ada, "Garden", "to everybody")
        await hears(eve, "Garden", ("ada", "to everybody"))
