"""A member's program dies right after each of its commits in a room, before it says or sends a word of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from support.firm import Firm
from support.play import Person, Stage, meet
from support.rooming import find, founds, has_part, hears, joins, lines, says, sees_in
from watchword.core import tasks
from watchword.model.room import Part, RoomDeed, RoomKind
from watchword.store.transaction import Tx

NAME = "Harvest"


class Mortal:
    """Somebody whose program stands still after the so-maniest commit of a room, and is started again."""

    def __init__(self, person: Person, dies_after: int) -> None:
        self.person = person
        self._left = dies_after
        self.dead = asyncio.Event()
        self._write = person.client._desk.db.write

    async def write(self, work: Callable[[Tx], object]) -> object:
        """Write; perhaps for the last time."""
        done = await self._write(work)
        if "carr" in getattr(work, "__qualname__", ""):
            self._left -= 1
            if self._left == 0:
                self.dead.set()
                await asyncio.Event().wait()
        return done

    async def lives_through(self, step: Callable[[], Awaitable[object]]) -> None:
        """Take a step of the play; a second time, if the program died in it."""
        trying = asyncio.ensure_future(step())
        dying = asyncio.ensure_future(self.dead.wait())
        await asyncio.wait([trying, dying], return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if not self.dead.is_set():
            await trying
            return
        self.dead.clear()
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        await self.person.restarts()
        await step()


@pytest.mark.parametrize(
    ("kind", "dies_after"),
    [
        *((RoomKind.COMPANY, after) for after in range(1, 6)),
        *((RoomKind.PHRASE, after) for after in (1, 3, 5)),
    ],
)
async def test_death_after_each_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: RoomKind, dies_after: int
) -> None:
    monkeypatch.setattr(tasks, "FINISHING", 0.05)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        if kind is RoomKind.COMPANY:
            firm = Firm()
            await firm.takes_in(ada, bo, cy)
            await firm.hands_out(ada, bo)
        else:
            for one, other in ((ada, bo), (ada, cy), (bo, cy)):
                await meet(one, other)
        mortal = Mortal(bo, dies_after)
        monkeypatch.setattr(bo.client._desk.db, "write", mortal.write)
        here = (await founds(ada, NAME, [bo, cy], kind)).id
        await joins(cy, NAME)

        async def bo_joins() -> None:
            chat = await find(bo, NAME)
            if chat is None or chat.room is None or chat.room.part is not Part.IN:
                await joins(bo, NAME)
            await sees_in(bo, NAME, "ada", "bo", "cy")
            await sees_in(ada, NAME, "ada", "bo", "cy")
            await sees_in(cy, NAME, "ada", "bo", "cy")

        await mortal.lives_through(bo_joins)
        await says(ada, NAME, "one")
        await mortal.lives_through(lambda: hears(bo, NAME, ("ada", "one")))
        await ada.client.rooms.rename(here, "Autumn")
        await mortal.lives_through(lambda: has_part(bo, "Autumn", Part.IN))
        await ada.client.rooms.take_out(here, "bo")
        await mortal.lives_through(lambda: has_part(bo, "Autumn", Part.OUT))
        told = await lines(bo, "Autumn")
        assert len(set(told)) == len(told), told
        assert [line.deed for line in told][-1] is RoomDeed.TOOK_OUT
        await sees_in(cy, "Autumn", "ada", "cy")
