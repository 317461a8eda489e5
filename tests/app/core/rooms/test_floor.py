"""The rooms that are known: a command given in the very moment in which a room comes, and one given twice."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from support.firm import Firm
from support.play import Person, Stage
from support.rooming import find, founds, has_part, hears, joins, room, says, sees_in
from support.waiting import until_found
from watchword.model.errors import Kind, RefusedBy
from watchword.model.room import Part
from watchword.store.transaction import Tx

NAME = "Harvest"


async def two(stage: Stage) -> tuple[Person, Person]:
    ada, bo = await stage.enter("ada", "bo")
    await Firm().takes_in(ada, bo)
    return ada, bo


async def test_what_is_answered_in_the_moment_in_which_a_room_s_chat_appears_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage)
        db, on = bo.client._desk.db, asyncio.Event()
        write = db.write

        async def slowly(work: Callable[[Tx], object]) -> object:
            done = await write(work)
            if not on.is_set() and await find(bo, NAME) is not None:
                await on.wait()  # it is in the store, and nobody went on
            return done

        monkeypatch.setattr(db, "write", slowly)
        await founds(ada, NAME, [bo])

        async def shown() -> bool:
            return await find(bo, NAME) is not None

        await until_found(shown, "the chat is there")
        number = (await room(bo, NAME)).id
        joining = asyncio.create_task(bo.client.rooms.answer(number, join=True))
        await asyncio.sleep(0)
        on.set()
        await joining
        await sees_in(ada, NAME, "ada", "bo")
        await says(bo, NAME, "here")
        await hears(ada, NAME, ("bo", "here"))


async def test_what_another_own_desktop_answered_in_the_same_moment_is_no_fault(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage)
        await founds(ada, NAME, [bo])
        there = await joins(bo, NAME)
        await bo.client.rooms.answer(there.id, join=True)
        await bo.client.rooms.leave(there.id)
        await bo.client.rooms.leave(there.id)
        await has_part(bo, NAME, Part.LEFT)
        with pytest.raises(RefusedBy) as refused:
            await bo.client.rooms.answer(there.id, join=True)
        assert refused.value.situation.kind is Kind.ROOM_NOT_IN
        await sees_in(ada, NAME, "ada")
