"""Another identity key for a pinned person: the session is held until the user answers."""

import asyncio
from pathlib import Path

import pytest

from support.play import Person, Stage
from support.waiting import until_found
from watchword.model.chat import Delivery, Notice, SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.requests import Ending
from watchword.store import pins, runs
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId


async def pin_another_key(person: Person, whom: str) -> None:
    """As if the person had been met before with another device key."""
    await person.client._desk.db.write(lambda tx: pins.keep(tx, FullId(whom, 1), b"\x07" * 32, 1))


async def held(stage: Stage) -> tuple[Person, Person]:
    ada, bo = await stage.enter("ada", "bo")
    await pin_another_key(ada, "bo")
    await ada.asks("bo")
    await bo.sees_prompt_of("ada")
    await bo.answers("ada")
    await ada.sees_ending("bo", Ending.ACCEPTED)
    await bo.sees_ending("ada", Ending.ACCEPTED)
    assert (await ada.chat("bo")).session is SessionState.HELD
    assert (await bo.chat("ada")).session is SessionState.OPEN
    return ada, bo


async def test_yes_opens_it_and_shows_what_waited(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await held(stage)
        await bo.sends("ada", "it is a new computer")
        await bo.sees_ticks("ada", Delivery.RELAYED)
        await asyncio.sleep(0.3)
        assert await ada.texts("bo") == []
        with pytest.raises(RefusedBy) as caught:
            await ada.sends("bo", "who are you?")
        assert caught.value.situation.kind is Kind.NO_SESSION
        await ada.restarts()
        await ada.client.answer_held((await ada.chat("bo")).id, accept=True)
        await ada.sees_texts("bo", ["it is a new computer"])
        await bo.sees_ticks("ada", Delivery.DELIVERED)
        assert (await ada.notices("bo"))[:2] == [Notice.IDENTITY_ACCEPTED, Notice.ACCEPTED]
        await ada.sends("bo", "I see")
        await bo.sees_texts("ada", ["I see"])


async def test_no_ends_it_and_keeps_the_pin(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await held(stage)
        await ada.client.answer_held((await ada.chat("bo")).id, accept=False)
        await bo.sees_notice("ada", Notice.ENDED_BY_PEER)
        assert not await bo.has_session("ada")
        assert await ada.notices("bo") == [Notice.IDENTITY_REFUSED]
        pinned = await ada.client._desk.db.read(lambda tx: pins.get(tx, FullId("bo", 1)))
        assert pinned == b"\x07" * 32
        with pytest.raises(RefusedBy):
            await ada.client.answer_held((await ada.chat("bo")).id, accept=True)


async def test_a_new_session_ends_the_older_one(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await bo.asks("ada")
        await ada.sees_prompt_of("bo")
        await ada.answers("bo")
        await bo.sees_ending("ada", Ending.ACCEPTED)

        async def replaced() -> bool:
            return await ada.notices("bo") == [Notice.ACCEPTED, Notice.REPLACED, Notice.ACCEPTED]

        await until_found(replaced, "ada's chat says that the session is a new one")
        await ada.sends("bo", "in the new one")
        await bo.sees_texts("ada", ["in the new one"])


async def test_a_session_that_the_peer_lost_is_told_and_kept(tmp_path: Path) -> None:
    """Bo's store goes back to before the session: his program answers that it holds none (code 04)."""
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        db = bo.client._desk.db

        def lose(tx: Tx) -> None:
            tx.execute("delete from sessions")
            runs.end(tx, h, Ending.ACCEPTED, at)

        [h] = [run.h for run in bo.client._runs]
        at = (await bo.client.requests())[0].at
        await db.write(lose)
        await ada.sends("bo", "do you still have it?")
        await ada.sees_notice("bo", Notice.SESSION_LOST)
        await ada.sees_ticks("bo", Delivery.UNDELIVERED)
        assert await ada.has_session("bo")
