"""A room of a thousand, of whom a handful is there: founded, joined, spoken in; nothing holds a loop."""

from pathlib import Path

from support.blocking import LIMIT, watched_callbacks
from support.firm import Firm
from support.play import Stage
from support.rooming import has_part, hears, joins, says, sees_in
from watchword.model.room import Part, RoomKind

NAME = "Everybody"
LISTED = 1_000


async def test_a_room_of_a_thousand(tmp_path: Path) -> None:
    firm = Firm()
    others = [f"p{number:04}" for number in range(LISTED - 4)]
    async with Stage(tmp_path) as stage:
        ada, bo, cy, dee = await stage.enter("ada", "bo", "cy", "dee")
        firm.knows(*others)
        await firm.takes_in(ada, bo, cy, dee)
        await firm.hands_out(ada, bo, cy)
        with watched_callbacks(LIMIT) as blocks:
            chat = await ada.client.rooms.found(NAME, ["bo", "cy", "dee", *others], RoomKind.COMPANY)
            for person in (bo, cy, dee):
                await joins(person, NAME)
            for person in (ada, bo, cy, dee):
                await sees_in(person, NAME, "ada", "bo", "cy", "dee")
            shown = await ada.client.rooms.room(chat.id)
            assert len(shown.members) == LISTED
            await says(bo, NAME, "hello")
            for person in (ada, cy, dee):
                await hears(person, NAME, ("bo", "hello"))
            await ada.client.rooms.take_out(chat.id, "dee")
            await has_part(dee, NAME, Part.OUT)
            await ada.client.rooms.rename(chat.id, "All")
            await has_part(cy, "All", Part.IN)
        assert not blocks, "\n".join(map(str, blocks))
