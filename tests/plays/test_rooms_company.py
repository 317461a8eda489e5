"""Company rooms, without windows: founded, joined, spoken in, joined late, left; across restarts."""

from pathlib import Path

from support.firm import Firm
from support.play import Stage
from support.rooming import delivered, founds, has_part, hears, joins, lines, reads_line, room, says, sees_in
from watchword.model.room import Part, RoomDeed, RoomLine

NAME = "Harvest"


async def test_four_talk_one_comes_late_and_one_is_taken_out(tmp_path: Path) -> None:
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
        for person in (bo, dee):
            await sees_in(person, NAME, "ada", "bo", "dee")
        await says(bo, NAME, "four")
        await hears(ada, NAME, ("bo", "two"), ("bo", "four"))
        await hears(dee, NAME, ("ada", "three"), ("bo", "four"))
        await hears(cy, NAME, ("ada", "one"), ("bo", "two"), ("ada", "three"))
        assert RoomLine(RoomDeed.TOOK_OUT, "ada", ("",)) in await lines(cy, NAME)
        assert (await room(cy, NAME)).room is not None
