"""Rooms of people with passphrase sessions, without windows: an envelope to each, and who lacks a session."""

from pathlib import Path

from support.play import Stage, meet
from support.rooming import delivered, founds, has_part, hears, joins, room, says, sees_in
from watchword.model.company import Missed
from watchword.model.room import Part, RoomKind, Unreached

NAME = "Garden"


async def test_three_of_whom_two_have_no_session(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo, cy = await stage.enter("ada", "bo", "cy")
        await meet(ada, bo)
        await meet(ada, cy)
        chat = await founds(ada, NAME, [bo, cy], RoomKind.PHRASE)
        assert chat.room is not None
        assert chat.room.kind is RoomKind.PHRASE
        await joins(bo, NAME)
        await joins(cy, NAME)
        for person in (ada, bo, cy):  # bo hears of cy by way of ada
            await sees_in(person, NAME, "ada", "bo", "cy")

        sent = await says(bo, NAME, "from bo")
        await hears(ada, NAME, ("bo", "from bo"))
        await delivered(bo, NAME)
        info = await bo.client.company.message_info(sent.id)
        assert info is not None
        assert [one.account for one in info.recipients] == ["ada"]
        assert info.missed == (Missed("cy", "cy", Unreached.NO_SESSION),)
        shown = await bo.client.rooms.room((await room(bo, NAME)).id)
        assert {one.account: one.unreached for one in shown.members} == {
            "ada": None,
            "bo": None,
            "cy": Unreached.NO_SESSION,
        }

        await meet(bo, cy)
        summary = (await has_part(bo, NAME, Part.IN)).room
        assert summary is not None
        await says(bo, NAME, "to both")
        await hears(ada, NAME, ("bo", "from bo"), ("bo", "to both"))
        await hears(cy, NAME, ("bo", "to both"))
        await delivered(bo, NAME)

        await cy.leaves()
        await ada.client.rooms.take_out(chat.id, "cy")
        await sees_in(bo, NAME, "ada", "bo")
        await says(bo, NAME, "without cy")
        await cy.returns()
        await has_part(cy, NAME, Part.OUT)
        await hears(ada, NAME, ("bo", "from bo"), ("bo", "to both"), ("bo", "without cy"))
        await hears(cy, NAME, ("bo", "to both"))
