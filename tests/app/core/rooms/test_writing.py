"""Own texts of rooms: the longest one, what waits when this user leaves, what goes out again."""

import asyncio
from pathlib import Path

import pytest

from support.firm import Firm
from support.play import Person, Stage, meet
from support.rooming import delivered, founds, hears, joins, room, rows, says, sees_in
from support.waiting import until_found
from watchword.model.chat import Delivery, Notice
from watchword.model.room import RoomKind
from watchword_wire.limits import TEXT_BYTES

NAME = "Harvest"


async def two(stage: Stage, kind: RoomKind) -> tuple[Person, Person]:
    """A room of two."""
    ada, bo = await stage.enter("ada", "bo")
    if kind is RoomKind.COMPANY:
        await Firm().takes_in(ada, bo)
    else:
        await meet(ada, bo)
    await founds(ada, NAME, [bo], kind)
    await joins(bo, NAME)
    await sees_in(ada, NAME, "ada", "bo")
    return ada, bo


@pytest.mark.parametrize("kind", RoomKind)
async def test_the_longest_text_fits(tmp_path: Path, kind: RoomKind) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage, kind)
        longest = "x" * TEXT_BYTES
        await says(ada, NAME, longest)
        await hears(bo, NAME, ("ada", longest))
        await delivered(ada, NAME)


@pytest.mark.parametrize("kind", RoomKind)
async def test_what_has_not_left_stays_when_its_writer_leaves(
    tmp_path: Path, kind: RoomKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage, kind)
        number = (await room(bo, NAME)).id
        live = await bo.client.rooms.floor.of_chat(number)
        monkeypatch.setattr(type(live.state), "may_send", False)  # as while lists differ
        text = await says(bo, NAME, "too late")
        assert text.delivery is Delivery.WAITING
        await bo.client.rooms.leave(number)
        own = [row for row in await rows(bo, NAME) if row.id == text.id]
        assert [row.delivery for row in own] == [Delivery.UNDELIVERED]
        monkeypatch.undo()
        await sees_in(ada, NAME, "ada")
        await hears(ada, NAME)


async def test_a_session_outlasts_any_number_of_texts_that_are_taken_back(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage, RoomKind.PHRASE)
        await asyncio.to_thread(stage.relay.stop)
        await ada.is_offline()
        for number in range(300):
            await says(ada, NAME, f"text {number}")
        await ada.client.block("bo", blocked=True)
        await sees_unreached(ada, 1)
        await ada.client.block("bo", blocked=False)
        await sees_unreached(ada, 0)
        await asyncio.to_thread(stage.relay.start)
        await says(ada, NAME, "after")
        await hears(bo, NAME, ("ada", "after"))
        assert Notice.MESSAGES_LOST not in await bo.notices("ada")
        await says(bo, NAME, "goes on")
        await hears(ada, NAME, ("bo", "goes on"))


async def sees_unreached(person: Person, count: int) -> None:
    async def there() -> bool:
        shown = (await room(person, NAME)).room
        return shown is not None and shown.unreached == count

    await until_found(there, f"{count} are not reached")


async def test_what_a_session_s_end_left_undelivered_goes_again_to_whom_lacks_it(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await two(stage, RoomKind.PHRASE)
        await bo.leaves()
        await says(ada, NAME, "again")
        await ada.ends_session("bo")

        async def stranded() -> bool:
            return (await room(ada, NAME)).undelivered == 1

        await until_found(stranded, "the text is undelivered")
        await bo.returns()
        await meet(ada, bo)
        number = (await room(ada, NAME)).id
        assert await ada.client.send_again(number) == 1
        await hears(bo, NAME, ("ada", "again"))
        await delivered(ada, NAME)
