"""Plays of what the desktops of one account tell each other, and do at the same time."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from support.firm import Firm, company_chat, reads, texts, writes
from support.play import Stage, Witness
from support.roaming import DAY, joins_as
from support.rooming import founds, has_part, hears, joins, lines, room, says, sees_in
from support.second import Second
from support.waiting import until, until_found
from watchword.model.chat import Delivery, Message, MessageKind
from watchword.model.roaming import TakenBack
from watchword.model.room import Part, RoomDeed

ROOM = "Harvest"


async def own(person: Witness, chat: int) -> list[Message]:
    """Own texts of a chat."""
    page = await person.client.page(chat, limit=100_000)
    return [row for row in page.messages if row.mine and row.kind is MessageKind.TEXT]


async def shows(person: Witness, chat: int, *wanted: tuple[str, Delivery]) -> list[Message]:
    """The own texts of a chat are these, and have come so far."""

    async def there() -> bool:
        return [(row.text, row.delivery) for row in await own(person, chat)] == [*wanted]

    await until_found(there, f"{person.name} shows {wanted}")
    return await own(person, chat)


async def test_what_one_desktop_takes_back_the_others_show_as_taken_back(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        try:
            await joins_as(ada, laptop, firm)
            await bo.leaves()
            for text in ("wrong", "wrong, too"):
                await writes(ada, ("bo",), text)
            await until_found(laptop.client.chats, "what ada writes comes to the laptop")
            there = (await company_chat(laptop, "bo")).id
            await shows(laptop, there, ("wrong", Delivery.RELAYED), ("wrong, too", Delivery.RELAYED))
            here = (await company_chat(ada, "bo")).id
            first, second = await own(ada, here)
            await ada.client.recall(first.id)
            await shows(laptop, there, ("wrong", Delivery.TAKEN_BACK), ("wrong, too", Delivery.RELAYED))
            await laptop.leaves()
            await ada.client.recall(second.id)
            taken_back = ("wrong", Delivery.TAKEN_BACK), ("wrong, too", Delivery.TAKEN_BACK)
            await shows(ada, here, *taken_back)
            await laptop.returns()
            for row in await shows(laptop, there, *taken_back):
                info = await laptop.client.company.message_info(row.id)
                assert info is not None
                assert info.taken_back == TakenBack(1, 0)
            await laptop.leaves()
            await laptop.returns()
            await shows(laptop, there, *taken_back)
            await bo.returns()
            await writes(ada, ("bo",), "right")
            await reads(bo, ("ada",), ("ada", "right"))
            assert await texts(bo, "ada") == [("ada", "right")]
        finally:
            await laptop.leaves()


async def test_desktops_that_were_away_or_come_later_show_what_was_taken_back_as_that(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        laptop, third = (Second("ada", tmp_path / name, stage.relay.address) for name in ("laptop", "third"))
        stack.push_async_callback(laptop.leaves)
        stack.push_async_callback(third.leaves)
        await joins_as(ada, laptop, firm)
        await laptop.leaves()
        chat = await founds(ada, ROOM, [bo, cy])
        for person in (bo, cy):
            await joins(person, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        await cy.leaves()
        message = await says(ada, ROOM, "wrong")
        await hears(bo, ROOM, ("ada", "wrong"))

        async def bo_has_it() -> bool:
            info = await ada.client.company.message_info(message.id)
            return info is not None and any(one.delivered for one in info.recipients)

        await until_found(bo_has_it, "bo's receipt is here")
        await ada.client.recall(message.id)
        await shows(ada, chat.id, ("wrong", Delivery.PARTLY_TAKEN_BACK))
        await joins_as(ada, third, firm)
        await laptop.returns()
        for one in (laptop, third):
            await sees_in(one, ROOM, "ada", "bo", "cy", patience=30)
            there = (await room(one, ROOM)).id
            [row] = await shows(one, there, ("wrong", Delivery.PARTLY_TAKEN_BACK))
            info = await one.client.company.message_info(row.id)
            assert info is not None
            assert info.taken_back == TakenBack(1, 0)


async def two_owners_of_one_account(ada: Witness, laptop: Witness) -> tuple[int, int]:
    """Both desktops are in the room, as its owner; their chats."""
    await sees_in(laptop, ROOM, "ada", "bo", patience=30)
    return (await room(ada, ROOM)).id, (await room(laptop, ROOM)).id


async def test_an_owner_who_leaves_on_two_desktops_at_once_has_left(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        try:
            await joins_as(ada, laptop, firm)
            here, there = await two_owners_of_one_account(ada, laptop)
            await asyncio.gather(ada.client.rooms.leave(here, "bo"), laptop.client.rooms.leave(there, "bo"))
            await sees_in(bo, ROOM, "bo")
            for one in (ada, laptop):
                await has_part(one, ROOM, Part.LEFT)
                await until_found(lambda: _same_lines(ada, laptop), "both say the same")
            assert [line.deed for line in await lines(laptop, ROOM)][-1] is RoomDeed.HANDED_OVER
            assert not any(line.void for line in await lines(laptop, ROOM))
            assert [line.deed for line in await lines(bo, ROOM)].count(RoomDeed.HANDED_OVER) == 1
            await laptop.client.rooms.leave(there, "bo")  # a dialog that still stood there
        finally:
            await laptop.leaves()


async def _same_lines(one: Witness, other: Witness) -> bool:
    return await lines(one, ROOM) == await lines(other, ROOM)


async def test_an_owner_s_other_desktop_that_was_first_made_the_leaving_done(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        try:
            await joins_as(ada, laptop, firm)
            here, there = await two_owners_of_one_account(ada, laptop)
            live = await laptop.client.rooms.floor.of_chat(there)
            async with live.lock:
                await ada.client.rooms.leave(here, "bo")
                await until(lambda: bool(live.lock._waiters), "the laptop hears of it")
                leaving = asyncio.get_running_loop().create_task(laptop.client.rooms.leave(there, "bo"))
                await until(lambda: len(live.lock._waiters or ()) > 1, "and is told to leave")
            await leaving
            await has_part(laptop, ROOM, Part.LEFT)
        finally:
            await laptop.leaves()
