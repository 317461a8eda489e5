"""Plays of company rooms whose history roams: to who joins late, and to a second desktop of a member."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from support.firm import Firm
from support.play import Stage, Witness
from support.roaming import DAY, joins_as
from support.rooming import delivered, founds, has_part, heard, hears, joins, rows, says, sees_in
from support.second import Second
from support.waiting import until_found
from watchword.core import clock
from watchword.core.roaming import history
from watchword.model.chat import MessageKind
from watchword.model.room import Part, RoomDeed, RoomLine
from watchword.store import chats, histories
from watchword.store.transaction import Tx
from watchword_wire.frames import FromDesktop, Post

ROOM = "Harvest"


async def said(person: Witness) -> list[tuple[bool, str, str]]:
    """Whether own, by whom, what, of all texts of the room."""
    found = [row for row in await rows(person, ROOM) if row.kind is MessageKind.TEXT]
    return [(row.mine, row.sender, row.text) for row in found]


async def test_who_joins_late_reads_what_was_written_before(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        assert not await _is_told(ada), "nothing was written that could be shared with bo"
        await says(ada, ROOM, "before")
        await hears(bo, ROOM, ("ada", "before"))
        await says(bo, ROOM, "cy knows nothing of this")
        await hears(ada, ROOM, ("bo", "cy knows nothing of this"))
        await ada.client.rooms.invite(chat.id, ["cy"])
        await joins(cy, ROOM)
        await hears(cy, ROOM, ("ada", "before"), ("bo", "cy knows nothing of this"), patience=60)
        assert (await has_part(cy, ROOM, Part.IN)).unread == 0
        await says(ada, ROOM, "after")
        await hears(cy, ROOM, ("ada", "before"), ("bo", "cy knows nothing of this"), ("ada", "after"))
        await until_found(lambda: _is_told(ada), "ada sees that it was shared")


SHARED_BY_ADA = RoomLine(RoomDeed.SHARED, "ada", ("",))


async def _shown(person: Witness) -> list[str | RoomLine | None]:
    """The texts of the room, its invitation of this user, their joining, and what says who shared."""
    wanted = {RoomDeed.INVITED, RoomDeed.JOINED, RoomDeed.SHARED}
    found = [row for row in await rows(person, ROOM) if row.line is None or row.line.deed in wanted]
    return [row.text or row.line for row in found]


async def test_who_joins_late_is_told_once_who_shared_what_stands_above(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        before = [f"before {number}" for number in range(3)]
        for text in before:
            await says(ada, ROOM, text)
        await hears(bo, ROOM, *(("ada", text) for text in before))
        await ada.client.rooms.invite(chat.id, ["cy"])
        await joins(cy, ROOM)
        await hears(cy, ROOM, *(("ada", text) for text in before), patience=60)
        invited, joined = RoomLine(RoomDeed.INVITED, "ada", ("",)), RoomLine(RoomDeed.JOINED, "")
        assert await _shown(cy) == [*before, invited, joined, SHARED_BY_ADA]
        await says(ada, ROOM, "after")
        await until_found(lambda: _says_after(cy), "what came after comes, too")
        await ada.client.rooms.say_shared((await _room_id(ada)), "cy")  # another step of it
        await cy.restarts()
        await says(ada, ROOM, "at last")
        await hears(cy, ROOM, *(("ada", text) for text in (*before, "after", "at last")))
        assert await _shown(cy) == [*before, invited, joined, SHARED_BY_ADA, "after", "at last"]
        laptop = Second("cy", tmp_path / "laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(cy, laptop, firm)
        await sees_in(laptop, ROOM, "ada", "bo", "cy", patience=30)
        await hears(laptop, ROOM, *(("ada", text) for text in (*before, "after", "at last")), patience=30)
        assert [one for one in await _shown(laptop) if one not in (invited, joined)] == [
            SHARED_BY_ADA,
            *before,
            "after",
            "at last",
        ]


async def _says_after(person: Witness) -> bool:
    return ("ada", "after") in await heard(person, ROOM)


async def _room_id(person: Witness) -> bytes:
    chat = await has_part(person, ROOM, Part.IN)
    found = await person.client._desk.db.read(lambda tx: chats.conversation_of(tx, chat.id))
    assert found is not None
    return found


async def test_who_joins_late_hears_at_once_that_history_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "LEAST_PAUSE", 600.0)  # nobody looks again by themselves
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        await says(ada, ROOM, "before")
        await hears(bo, ROOM, ("ada", "before"))
        await ada.client.rooms.invite(chat.id, ["cy"])
        await has_part(cy, ROOM, Part.INVITED)
        await ada.leaves()
        await joins(cy, ROOM)
        await until_found(lambda: _has_looked(cy), "cy looked for what was said before")
        await ada.returns()
        await hears(cy, ROOM, ("ada", "before"))


async def _has_looked(person: Witness) -> bool:
    unfinished = await person.client._desk.db.read(histories.unfinished)
    return any(one.conversation and one.place for one in unfinished)


async def _is_told(person: Witness) -> bool:
    found = [row.line for row in await rows(person, ROOM) if row.line is not None]
    return any(line.deed is RoomDeed.SHARED for line in found)


async def test_where_the_policy_says_no_who_joins_late_reads_nothing_of_before(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        await says(ada, ROOM, "before")
        await hears(bo, ROOM, ("ada", "before"))
        await ada.client.rooms.invite(chat.id, ["cy"])
        await joins(cy, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        await cy.restarts()
        await says(ada, ROOM, "after")
        await hears(cy, ROOM, ("ada", "after"))


async def test_a_second_desktop_has_the_room_and_what_was_said(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        await says(ada, ROOM, "one")
        await hears(bo, ROOM, ("ada", "one"))
        chat = await has_part(ada, ROOM, Part.IN)
        await ada.client.rooms.make_owner(chat.id, "bo")
        await until_found(lambda: _tells_of(bo, RoomDeed.MADE_OWNER), "bo is told that he is an owner")
        await says(bo, ROOM, "two")
        await hears(ada, ROOM, ("bo", "two"))
        for person in (ada, bo):
            begun = clock.wall_ms()
            laptop = Second(person.name, tmp_path / f"{person.name}-laptop", stage.relay.address)
            stack.push_async_callback(laptop.leaves)
            await joins_as(person, laptop, firm)
            await sees_in(laptop, ROOM, "ada", "bo", patience=30)
            await until_found(lambda: _alike(person, laptop), "both show the same, and the same lines")  # noqa: B023 - awaited
            assert all(row.at < begun for row in await rows(laptop, ROOM))
            await says(laptop, ROOM, f"from {person.name}'s laptop")
            await until_found(lambda: _alike(person, laptop), "both show the same, and the same lines")  # noqa: B023 - awaited
        assert (await heard(bo, ROOM))[-1] == ("ada", "from ada's laptop")
        await delivered(bo, ROOM)


async def test_both_desktops_show_what_was_on_its_way_while_one_left(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(bo, ROOM, [ada])
        here = await joins(ada, ROOM)
        await sees_in(bo, ROOM, "ada", "bo")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(ada, laptop, firm)
        await sees_in(laptop, ROOM, "ada", "bo", patience=30)
        await ada.leaves()
        await says(laptop, ROOM, "on its way")
        await hears(bo, ROOM, ("ada", "on its way"))
        await says(bo, ROOM, "this, too")
        await hears(laptop, ROOM, ("bo", "this, too"))
        await asyncio.to_thread(stage.relay.stop)
        await ada.returns(online=False)
        await ada.client.rooms.leave(here.id)
        await asyncio.to_thread(stage.relay.start)
        await has_part(laptop, ROOM, Part.LEFT)
        await until_found(lambda: _same(ada, laptop), "both desktops show the same")
        assert await said(ada) == [(True, "", "on its way"), (False, "bo", "this, too")]


async def test_a_desktop_that_comes_after_its_user_left_a_room_has_what_was_said(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY)
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(bo, ROOM, [ada])
        here = await joins(ada, ROOM)
        await sees_in(bo, ROOM, "ada", "bo")
        await says(bo, ROOM, "one")
        await hears(ada, ROOM, ("bo", "one"))
        await says(ada, ROOM, "two")
        await hears(bo, ROOM, ("ada", "two"))
        await ada.client.rooms.leave(here.id)
        await sees_in(bo, ROOM, "bo")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(ada, laptop, firm)
        await has_part(laptop, ROOM, Part.LEFT, patience=30)
        await until_found(lambda: _same(ada, laptop), "both desktops show the same")
        assert await said(laptop) == [(False, "bo", "one"), (True, "", "two")]


async def test_a_new_desktop_asks_for_a_room_of_which_the_history_holds_no_beginning(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(bo, ROOM, [ada])
        await joins(ada, ROOM)
        await sees_in(bo, ROOM, "ada", "bo")
        firm.policy(roaming=DAY)  # nothing was kept before
        await firm.hands_out(ada, bo)
        await says(bo, ROOM, "too early")
        await hears(ada, ROOM, ("bo", "too early"))
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(ada, laptop, firm)
        await sees_in(laptop, ROOM, "ada", "bo", patience=30)
        await says(bo, ROOM, "news")
        await hears(laptop, ROOM, ("bo", "news"))
        await says(laptop, ROOM, "from the laptop")
        await hears(bo, ROOM, ("ada", "from the laptop"))


async def test_news_of_a_room_that_a_new_desktop_does_not_know_waits_for_it(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage, AsyncExitStack() as stack:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        await founds(bo, ROOM, [ada])
        await joins(ada, ROOM)
        await sees_in(bo, ROOM, "ada", "bo")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        stack.push_async_callback(laptop.leaves)
        await joins_as(ada, laptop, firm)
        for text in ("one", "two"):
            await says(bo, ROOM, text)
        await sees_in(laptop, ROOM, "ada", "bo")
        await hears(laptop, ROOM, ("bo", "one"), ("bo", "two"))
        await delivered(bo, ROOM)


async def _same(one: Witness, other: Witness) -> bool:
    return await said(one) == await said(other)


async def _tells_of(person: Witness, deed: RoomDeed) -> bool:
    return any(row.line is not None and row.line.deed is deed for row in await rows(person, ROOM))


async def _alike(one: Witness, other: Witness) -> bool:
    """Whether both show the same texts, and the same lines in between."""
    here, there = await rows(one, ROOM), await rows(other, ROOM)
    return [(row.sender, row.text, row.line) for row in here] == [
        (row.sender, row.text, row.line) for row in there
    ]


async def test_who_comes_back_reads_what_was_said_meanwhile(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo, cy])
        await joins(bo, ROOM)
        await joins(cy, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        await says(ada, ROOM, "one")
        await hears(cy, ROOM, ("ada", "one"))
        await until_found(lambda: _has_fetched(cy), "cy has all that was shared")
        await ada.client.rooms.take_out(chat.id, "cy")
        await has_part(cy, ROOM, Part.OUT)
        await says(ada, ROOM, "meanwhile")
        await hears(bo, ROOM, ("ada", "one"), ("ada", "meanwhile"))
        await ada.client.rooms.invite(chat.id, ["cy"])
        await joins(cy, ROOM)
        await hears(cy, ROOM, ("ada", "one"), ("ada", "meanwhile"), patience=60)
        await says(ada, ROOM, "after")
        await hears(cy, ROOM, ("ada", "one"), ("ada", "meanwhile"), ("ada", "after"))
        assert (await _shown(cy))[-3:] == [RoomLine(RoomDeed.JOINED, ""), SHARED_BY_ADA, "after"]
        assert (await _shown(cy)).count(SHARED_BY_ADA) == 1


async def test_what_was_said_while_the_founder_was_out_stands_behind_what_was_there(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo, cy])
        await joins(bo, ROOM)
        await joins(cy, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        await says(bo, ROOM, "one")
        await hears(ada, ROOM, ("bo", "one"))
        await ada.client.rooms.leave(chat.id, heir="bo")
        await has_part(ada, ROOM, Part.LEFT)
        await sees_in(bo, ROOM, "bo", "cy")
        await says(bo, ROOM, "meanwhile")
        await hears(cy, ROOM, ("bo", "one"), ("bo", "meanwhile"))
        await bo.client.rooms.invite((await has_part(bo, ROOM, Part.IN)).id, ["ada"])
        await joins(ada, ROOM)
        await hears(ada, ROOM, ("bo", "one"), ("bo", "meanwhile"), patience=60)


async def _has_fetched(person: Witness) -> bool:
    return not await person.client._desk.db.read(histories.unfinished)


async def test_nothing_is_shared_any_more_with_who_was_taken_out(tmp_path: Path) -> None:
    """What had not reached the relay by then, because there was no connection, must not reach it later."""
    firm = Firm()
    firm.policy(roaming=DAY, late=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        chat = await founds(ada, ROOM, [bo, cy])
        for person in (bo, cy):
            await joins(person, ROOM)
        await sees_in(ada, ROOM, "ada", "bo", "cy")
        db = ada.client._desk.db

        async def shared() -> bool:
            return await db.read(histories.to_share) is None

        await until_found(shared, "it was shared with both")
        conversation = await db.read(lambda tx: chats.conversation_of(tx, chat.id))
        assert conversation is not None

        def still_to_be(tx: Tx) -> None:
            for account in ("bo", "cy"):
                histories.share(tx, conversation, account)

        await db.write(still_to_be)
        await ada.client.rooms.take_out(chat.id, "cy")
        assert await db.read(lambda tx: histories.shares(tx, conversation)) == ["bo"]


async def test_what_a_room_says_of_keeping_holds_for_its_history_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for what was signed: without it a further desktop would not know the room."""
    firm = Firm()
    firm.policy(roaming=DAY, retention=DAY)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await firm.takes_in(ada, bo)
        chat = await founds(ada, ROOM, [bo])
        await joins(bo, ROOM)
        await sees_in(ada, ROOM, "ada", "bo")
        link, sent = ada.client._desk.link, list[Post]()
        send = link.send

        def noted(frame: FromDesktop) -> bool:
            sent.extend([frame] if isinstance(frame, Post) else [])
            return send(frame)

        monkeypatch.setattr(link, "send", noted)
        await ada.client.rooms.keep(chat.id, 3_600)
        await says(ada, ROOM, "for an hour")
        await hears(bo, ROOM, ("ada", "for an hour"))
        asked = {(post.keep_s, post.roam_s) for post in sent}
        assert asked - {(DAY, DAY)} == {(3_600, DAY), (3_600, 3_600)}, "bo may have asked for the list before"
