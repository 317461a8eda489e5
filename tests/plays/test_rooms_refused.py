"""Rooms, bad input and bad luck: nobody, too many, twice, a removal with something under way, other lists."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.firm import Firm, reads, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.rooming import (
    find,
    founds,
    has_part,
    heard,
    hears,
    joins,
    lines,
    reads_line,
    room,
    says,
    sees_in,
    tells_lists_differ,
)
from support.waiting import until, until_found
from watchword.core import clock
from watchword.core.company.sending import Ready
from watchword.core.rooms import intake
from watchword.model.chat import Delivery
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.room import Part, RoomDeed, RoomKind, RoomLine
from watchword.protocol import content
from watchword.protocol.rooms import doubting
from watchword.protocol.rooms.statement import room_id
from watchword.store import posts
from watchword.store import rooms as kept_rooms
from watchword.store.database import Database
from watchword.store.posts import Post
from watchword.store.transaction import Tx

NAME = "Harvest"


async def refused(kind: Kind, command: Awaitable[object]) -> None:
    with pytest.raises(RefusedBy) as said:
        await command
    assert said.value.situation.kind is kind


async def test_nobody_twice_strangers_and_too_many_are_refused(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm.knows(*(f"p{number:04}" for number in range(1_000)))
        await firm.takes_in(ada, bo)
        found = ada.client.rooms.found
        company, phrase = RoomKind.COMPANY, RoomKind.PHRASE
        await refused(Kind.ROOM_NOBODY, found(NAME, [], company))
        await refused(Kind.ROOM_NAME, found("  ", ["bo"], company))
        await refused(Kind.ROOM_TWICE, found(NAME, ["bo", "bo"], company))
        await refused(Kind.ROOM_TWICE, found(NAME, ["ada"], company))
        await refused(Kind.ROOM_PERSON, found(NAME, ["nobody"], company))
        await refused(Kind.ROOM_PERSON, found(NAME, ["bo"], phrase))
        everybody = [f"p{number:04}" for number in range(1_000)]
        await refused(Kind.ROOM_MANY, found(NAME, everybody, company))
        await refused(Kind.ROOM_MANY, found(NAME, everybody[:64], phrase))
        assert not [chat for chat in await ada.client.chats() if chat.room]

        chat = await founds(ada, NAME, [bo])
        rooms = ada.client.rooms
        await refused(Kind.ROOM_NOBODY, ada.client.send_text(chat.id, "to nobody"))
        await refused(Kind.ROOM_TWICE, rooms.invite(chat.id, ["bo"]))
        await refused(Kind.ROOM_NOT_LISTED, rooms.make_owner(chat.id, "bo"))
        await refused(Kind.ROOM_NOT_LISTED, rooms.take_out(chat.id, "p0001"))
        await refused(Kind.ROOM_RIGHT, rooms.make_member(chat.id, "ada"))
        there = await joins(bo, NAME)
        await refused(Kind.ROOM_RIGHT, bo.client.rooms.take_out(there.id, "ada"))
        await sees_in(ada, NAME, "ada", "bo")
        await refused(Kind.ROOM_HEIR, rooms.leave(chat.id))
        await rooms.leave(chat.id, heir="bo")
        await has_part(ada, NAME, Part.LEFT)
        await refused(Kind.ROOM_NOT_IN, ada.client.send_text(chat.id, "from outside"))
        await refused(Kind.ROOM_NOT_IN, rooms.rename(chat.id, "Mine"))
        await sees_in(bo, NAME, "bo")
        shown = await bo.client.rooms.room(there.id)
        assert shown.owner
        await reads_line(bo, NAME, RoomDeed.HANDED_OVER, "ada", "")


async def three(stage: Stage, firm: Firm) -> tuple[Person, Person, Person]:
    ada, bo, cy = await stage.enter("ada", "bo", "cy")
    firm.knows("ada", "bo", "cy")
    for person in (ada, bo, cy):
        await person.client.company.join(firm.join_file(person.name), "six words that nobody would guess")
    await founds(ada, NAME, [bo, cy])
    await joins(bo, NAME)
    await joins(cy, NAME)
    for person in (ada, bo, cy):
        await sees_in(person, NAME, "ada", "bo", "cy")
    return ada, bo, cy


async def test_of_two_owners_who_remove_each_other_the_first_stays(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        here, there = (await room(ada, NAME)).id, (await room(bo, NAME)).id
        await ada.client.rooms.make_owner(here, "bo")
        await reads_line(bo, NAME, RoomDeed.MADE_OWNER, "ada", "")
        results = await asyncio.gather(
            ada.client.rooms.take_out(here, "bo"),
            bo.client.rooms.take_out(there, "ada"),
            return_exceptions=True,
        )
        assert results[0] is None
        assert isinstance(results[1], RefusedBy)
        assert results[1].situation.kind is Kind.ROOM_RIGHT
        await has_part(bo, NAME, Part.OUT)
        await sees_in(cy, NAME, "ada", "cy")


async def test_of_two_changes_at_once_one_holds_and_its_author_is_told_of_the_other(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        here, there = (await room(ada, NAME)).id, (await room(bo, NAME)).id
        await ada.client.rooms.make_owner(here, "bo")
        await reads_line(bo, NAME, RoomDeed.MADE_OWNER, "ada", "")
        await asyncio.gather(ada.client.rooms.rename(here, "Autumn"), bo.client.rooms.rename(there, "Winter"))
        void = RoomLine(RoomDeed.NAMED, "", name="Winter", void=True)

        async def told() -> bool:
            found = await find(bo, "Autumn")
            return found is not None and void in await lines(bo, "Autumn")

        await until_found(told, "bo is told that his name does not hold")
        await bo.client.rooms.rename(there, "Winter")  # on top of what holds
        for person in (ada, bo, cy):
            await has_part(person, "Winter", Part.IN)
        await says(bo, "Winter", "one")
        await hears(ada, "Winter", ("bo", "one"))
        await hears(cy, "Winter", ("bo", "one"))


async def test_what_has_not_left_goes_to_nobody_who_was_taken_out(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        await asyncio.to_thread(stage.relay.stop)
        await bo.is_offline()
        text = await says(bo, NAME, "written before")

        async def sealed() -> bool:
            return await _targets(bo, text.id) == ("ada", "cy")

        await until_found(sealed, "the text is sealed for both")
        await bo.leaves()
        await asyncio.to_thread(stage.relay.start)
        await ada.is_online()
        await ada.client.rooms.take_out((await room(ada, NAME)).id, "cy")
        await has_part(cy, NAME, Part.OUT)
        await asyncio.to_thread(stage.relay.stop)

        # What ada said is at bo's before bo's text leaves.
        number = (await ada.client._desk.db.read(kept_rooms.every))[0]
        told = content.Statements(room_id(number.founding), number.statements, ())
        db = await Database.open(bo.database, bo.key)
        await db.write(
            lambda tx: kept_rooms.arrive(tx, told.room, "ada", content.encode(told), clock.wall_ms())
        )
        await db.close()
        await bo.returns(online=False)

        async def anew() -> bool:
            return await _targets(bo, text.id) == ("ada",)

        await until_found(anew, "the text is sealed for ada alone")
        await asyncio.to_thread(stage.relay.start)
        await hears(ada, NAME, ("bo", "written before"))
        await says(ada, NAME, "after")
        await hears(bo, NAME, ("ada", "after"))
        assert await heard(cy, NAME) == []
        info = await bo.client.company.message_info(text.id)
        assert info is not None
        assert [one.account for one in info.recipients] == ["ada"]


async def _targets(person: Person, message: int) -> tuple[str, ...]:
    post = await person.client._desk.db.read(lambda tx: posts.of_message(tx, message))
    return () if post is None or post.data is None else post.targets


async def test_a_list_that_differs_stops_sending_until_an_owner_says_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubting, "AGAIN_S", 1.0)
    monkeypatch.setattr(doubting, "GRACE_S", 0.2)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        floor = bo.client.rooms.floor
        monkeypatch.setattr(floor, "ready", _of_another_list(floor.ready))
        # As if somebody had withheld a change that bo knows from all others.
        await says(bo, NAME, "with another list")
        await hears(ada, NAME, ("bo", "with another list"))
        await tells_lists_differ(ada, NAME, "Bo")
        kept = await says(ada, NAME, "kept back")
        await writes(ada, ("cy",), "elsewhere")  # written later, to the same person
        await reads(cy, ("ada",), ("ada", "elsewhere"))
        assert await heard(cy, NAME) == [("bo", "with another list")]
        await ada.client.rooms.say_again((await room(ada, NAME)).id)

        async def goes_out() -> bool:
            page = await ada.client.page(kept.chat, limit=100)
            return any(row.id == kept.id and row.delivery is not Delivery.WAITING for row in page.messages)

        await until_found(goes_out, "what was kept back goes out")
        await hears(cy, NAME, ("bo", "with another list"), ("ada", "kept back"))


async def test_a_list_that_is_not_known_stops_sending_after_a_restart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, firm)
        floor = bo.client.rooms.floor
        monkeypatch.setattr(floor, "ready", _of_another_list(floor.ready))
        await says(bo, NAME, "with another list")
        for person in (ada, cy):
            await hears(person, NAME, ("bo", "with another list"))
        await bo.leaves()
        await ada.restarts()
        await says(ada, NAME, "kept back")
        firm.knows("dee")
        await firm.hands_out(ada)  # the room is looked at anew
        await writes(ada, ("cy",), "elsewhere")
        await reads(cy, ("ada",), ("ada", "elsewhere"))
        assert await heard(cy, NAME) == [("bo", "with another list")]
        summary = (await room(ada, NAME)).room
        assert summary is not None
        assert summary.settling
        await ada.client.rooms.say_again((await room(ada, NAME)).id)
        await hears(cy, NAME, ("bo", "with another list"), ("ada", "kept back"))


def _of_another_list(ready: Callable[[Post], Ready | None]) -> Callable[[Post], Ready | None]:
    def made(post: Post) -> Ready | None:
        found = ready(post)
        said = None if found is None else content.decode(found.post.content or b"")
        if found is None or not isinstance(said, content.RoomMessage):
            return found
        other = content.encode(replace(said, head=b"?" * 32))
        return found._replace(post=replace(found.post, content=other))

    return made


async def test_each_line_once_however_often_people_restart(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        here = (await room(ada, NAME)).id
        await ada.restarts()
        await ada.client.rooms.rename(here, "Autumn")
        await bo.restarts()
        await has_part(bo, "Autumn", Part.IN)
        await ada.client.rooms.make_owner(here, "cy")
        await cy.restarts()
        await reads_line(cy, "Autumn", RoomDeed.MADE_OWNER, "ada", "")
        await ada.restarts()
        for person in (ada, bo, cy):
            told = await lines(person, "Autumn")
            assert len(set(told)) == len(told), told
        await says(ada, "Autumn", "one")
        await hears(bo, "Autumn", ("ada", "one"))
        await hears(cy, "Autumn", ("ada", "one"))


async def test_a_phrase_room_survives_restarts_at_each_step(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await meet(ada, bo)
        await meet(ada, cy)
        await founds(ada, NAME, [bo, cy], RoomKind.PHRASE)
        await ada.restarts()
        await has_part(bo, NAME, Part.INVITED)
        await bo.restarts()
        await joins(bo, NAME)
        await bo.restarts()
        await joins(cy, NAME)
        await ada.restarts()
        await sees_in(bo, NAME, "ada", "bo", "cy")
        await says(ada, NAME, "one")
        await ada.restarts()
        await hears(bo, NAME, ("ada", "one"))
        await hears(cy, NAME, ("ada", "one"))


async def test_a_full_disk_keeps_a_room_as_it_was_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(intake, "RETRY", 0.2)
    async with Stage(tmp_path) as stage:
        ada, bo, _cy = await three(stage, Firm())
        db, full = bo.client._desk.db, [True]
        write = db.write

        async def refuses(work: Callable[[Tx], object]) -> object:
            if full[0] and "carry" in getattr(work, "__qualname__", ""):
                raise TroubleWith(Kind.DISK_FULL, folder="here")
            return await write(work)

        monkeypatch.setattr(db, "write", refuses)
        await ada.client.rooms.rename((await room(ada, NAME)).id, "Autumn")
        await says(ada, "Autumn", "one")
        await until(lambda: bool(bo.troubles()), "bo is told of the disk")
        there = (await room(bo, NAME)).id
        with pytest.raises(TroubleWith):
            await bo.client.rooms.leave(there)
        await has_part(bo, NAME, Part.IN)
        assert await heard(bo, NAME) == []
        full[0] = False
        await has_part(bo, "Autumn", Part.IN)
        await hears(bo, "Autumn", ("ada", "one"))
        await reads_line(bo, "Autumn", RoomDeed.NAMED, "ada")
        assert [one.kind for one in bo.troubles()] == [Kind.DISK_FULL]
        logged_warnings.take("task failed")


async def test_what_somebody_says_after_they_were_taken_out_is_passed_over(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await three(stage, Firm())
        await asyncio.to_thread(stage.relay.stop)
        await cy.is_offline()
        await says(cy, NAME, "knows nothing of it")
        await cy.leaves()
        await asyncio.to_thread(stage.relay.start)
        await ada.is_online()
        await ada.client.rooms.take_out((await room(ada, NAME)).id, "cy")
        await sees_in(bo, NAME, "ada", "bo")
        await cy.returns()
        await has_part(cy, NAME, Part.OUT)
        await refused(Kind.ROOM_NOT_IN, cy.client.send_text((await room(cy, NAME)).id, "knows now"))
        await says(ada, NAME, "after")
        await hears(bo, NAME, ("ada", "after"))
        assert await heard(ada, NAME) == []
        waiting = await bo.client._desk.db.read(lambda tx: kept_rooms.arrivals(tx, 0, 9))
        assert waiting == []
