"""Company rooms, without windows: founded, joined, spoken in, joined late, left; across restarts."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from support.firm import PHRASE, Firm
from support.play import Stage, meet
from support.rooming import delivered, founds, has_part, hears, joins, lines, reads_line, room, says, sees_in
from support.waiting import until_found
from watchword.model.room import Part, RoomDeed, RoomKind, RoomLine, Unreached
from watchword_wire.frames import DeliverData

NAME = "Harvest"


async def test_four_talk_one_comes_late_and_one_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo, cy, dee = await stage.enter("ada", "bo", "cy", "dee")
        await firm.takes_in(ada, bo, cy, dee)
        await firm.hands_out(ada, bo, cy)

        chat = await founds(ada, NAME, [bo, cy])
        assert chat.room is not None
        assert (chat.room.part, chat.room.owner) == (Part.IN, True)
        invited = (await has_part(bo, NAME, Part.INVITED)).room
        assert invited is not None
        assert invited.invited_by == "Ada"
        await joins(bo, NAME)
        await joins(cy, NAME)
        for person in (ada, bo, cy):
            await sees_in(person, NAME, "ada", "bo", "cy")

        await says(ada, NAME, "one")
        await hears(bo, NAME, ("ada", "one"))
        await hears(cy, NAME, ("ada", "one"))
        await says(bo, NAME, "two")
        await hears(ada, NAME, ("bo", "two"))
        await hears(cy, NAME, ("ada", "one"), ("bo", "two"))
        await delivered(ada, NAME)

        await bo.leaves()
        await ada.client.rooms.invite(chat.id, ["dee"])
        await joins(dee, NAME)
        await sees_in(ada, NAME, "ada", "bo", "cy", "dee")
        await says(ada, NAME, "three")
        await bo.returns()
        await sees_in(bo, NAME, "ada", "bo", "cy", "dee")
        await hears(bo, NAME, ("ada", "one"), ("ada", "three"))
        await hears(dee, NAME, ("ada", "three"))
        await reads_line(bo, NAME, RoomDeed.INVITED, "ada", "dee")
        await reads_line(bo, NAME, RoomDeed.JOINED, "dee")

        await ada.client.rooms.take_out(chat.id, "cy")
        await has_part(cy, NAME, Part.OUT)
        came: list[DeliverData] = []
        way_in = cy.client.company.receiving
        monkeypatch.setattr(way_in, "arrived", _noted(came, way_in.arrived))
        for person in (bo, dee):
            await sees_in(person, NAME, "ada", "bo", "dee")
        await says(bo, NAME, "four")
        await hears(ada, NAME, ("bo", "two"), ("bo", "four"))
        await hears(dee, NAME, ("ada", "three"), ("bo", "four"))
        await hears(cy, NAME, ("ada", "one"), ("bo", "two"), ("ada", "three"))
        await delivered(bo, NAME)
        assert came == []
        assert RoomLine(RoomDeed.TOOK_OUT, "ada", ("",)) in await lines(cy, NAME)
        assert (await room(cy, NAME)).room is not None


def _noted(
    came: list[DeliverData], arrived: Callable[[DeliverData], Awaitable[None]]
) -> Callable[[DeliverData], Awaitable[None]]:
    async def noted(frame: DeliverData) -> None:
        came.append(frame)
        await arrived(frame)

    return noted


async def test_inside_sessions_where_the_policy_asks_for_both(tmp_path: Path) -> None:
    firm = Firm()
    firm.policy(session=True)
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        firm.knows("ada", "bo", "cy")
        for person in (ada, bo, cy):
            await person.client.company.join(firm.join_file(person.name), PHRASE)
        await meet(ada, bo)
        chat = await founds(ada, NAME, [bo, cy])
        await joins(bo, NAME)
        await sees_in(ada, NAME, "ada", "bo")
        await says(ada, NAME, "one")
        await hears(bo, NAME, ("ada", "one"))
        await delivered(ada, NAME)
        shown = await ada.client.rooms.room(chat.id)
        assert {one.account: one.unreached for one in shown.members}["cy"] is Unreached.NO_SESSION

        await meet(ada, cy)  # the invitation waited for it
        await joins(cy, NAME)
        await sees_in(ada, NAME, "ada", "bo", "cy")
        await says(ada, NAME, "two")
        await hears(cy, NAME, ("ada", "two"))
        await hears(bo, NAME, ("ada", "one"), ("ada", "two"))
        await meet(bo, cy)
        await sees_in(bo, NAME, "ada", "bo", "cy")
        await says(bo, NAME, "three")
        await hears(cy, NAME, ("ada", "two"), ("bo", "three"))


async def test_whose_key_was_renewed_is_invited_anew(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await firm.takes_in(ada, bo, cy)
        await firm.hands_out(ada, bo)
        chat = await founds(ada, NAME, [bo, cy])
        for person in (bo, cy):
            await joins(person, NAME)
        for person in (ada, bo, cy):
            await sees_in(person, NAME, "ada", "bo", "cy")
        firm.knows("cy")  # another seed: cy joins the company anew
        await firm.hands_out(ada, bo)
        await cy.client.company.join(firm.join_file("cy"), PHRASE)

        async def lapsed() -> bool:
            shown = await ada.client.rooms.room(chat.id)
            return {one.account: one.unreached for one in shown.members}["cy"] is Unreached.LAPSED

        await until_found(lapsed, "ada sees that cy's key is another")
        await says(ada, NAME, "not for cy")
        await hears(bo, NAME, ("ada", "not for cy"))
        await ada.client.rooms.invite_anew(chat.id, "cy")
        await joins(cy, NAME)
        await sees_in(ada, NAME, "ada", "bo", "cy")
        await says(ada, NAME, "for all")
        await hears(cy, NAME, ("ada", "for all"))
        await hears(bo, NAME, ("ada", "not for cy"), ("ada", "for all"))


async def test_who_had_no_account_when_they_were_invited_is_invited_again(tmp_path: Path) -> None:
    firm = Firm()
    async with Stage(tmp_path) as stage:
        (ada,) = await stage.enter("ada")
        firm.knows("cy")
        await firm.takes_in(ada)
        chat = await ada.client.rooms.found(NAME, ["cy"], RoomKind.COMPANY)
        (cy,) = await stage.enter("cy")
        await cy.client.company.join(firm.join_file("cy"), PHRASE)
        shown = await ada.client.rooms.room(chat.id)
        assert [one.account for one in shown.members if one.may_invite_anew] == ["cy"]
        await has_part(cy, NAME, Part.INVITED)
        await ada.client.rooms.invite_anew(chat.id, "cy")

        async def invited_anew() -> bool:
            return [line.deed for line in await lines(cy, NAME)].count(RoomDeed.INVITED) == 2

        await until_found(invited_anew, "cy is invited again")
        await joins(cy, NAME)
        for person in (ada, cy):
            await sees_in(person, NAME, "ada", "cy")
