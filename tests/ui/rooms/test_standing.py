"""The open room: who is listed and what they are called, asked for when it opens and when it changes."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from support.employed import crowd, employed_client
from support.firm import Firm
from support.play import Stage
from support.rooming import founds, joins, room, sees_in
from support.waiting import until
from support.windows import played
from watchword.model.events import RoomChanged
from watchword.model.room import RoomKind, RoomShown
from watchword.ui.errands import Errands
from watchword.ui.rooms.standing import RoomStanding


def test_it_follows_the_room_that_is_looked_at(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        async with Stage(tmp_path) as stage:
            ada, bo, cy = await stage.enter("ada", "bo", "cy")
            firm = Firm()
            await firm.takes_in(ada, bo, cy)
            await firm.hands_out(ada, bo, cy)
            chat = await founds(ada, "Harvest", [bo])
            standing = RoomStanding(ada.client, Errands())
            standing.look(chat)
            assert standing.shown is None
            await until(lambda: standing.names == {"ada": "Ada", "bo": "Bo"}, "it is asked for")
            await ada.client.rooms.invite(chat.id, ["cy"])
            await until(lambda: standing.names.get("cy") == "Cy", "it follows")
            await joins(bo, "Harvest")
            await sees_in(ada, "Harvest", "ada", "bo")
            firm.directory("ada", "cy")
            await firm.hands_out(ada)

            await until(lambda: [one.account for one in standing.unreached] == ["bo"], "bo gets nothing")
            other = await ada.client.company.open_chat(["cy"])
            standing.look(other)
            assert standing.shown is None
            assert standing.names == {}
            standing.look(await room(ada, "Harvest"))
            await until(lambda: "cy" in standing.names, "it is asked for again")
            standing.stop()

    played(qapp, play())


def test_much_that_changes_at_once_is_asked_for_twice_at_most(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", crowd(99))
        await client.rooms.start()
        chat = await client.rooms.found("Harvest", [f"p{number}" for number in range(99)], RoomKind.COMPANY)
        asked, room_of = [], client.rooms.room

        async def counted(wanted: int) -> RoomShown:
            asked.append(wanted)
            return await room_of(wanted)

        monkeypatch.setattr(client.rooms, "room", counted)
        standing = RoomStanding(client, Errands())
        standing.look(chat)
        for _ in range(100):  # as when a hundred people join, one after the other
            client._desk.tell(RoomChanged(chat.id))
        await until(lambda: len(standing.names) == 100, "everybody is known")
        await until(lambda: not standing._asking, "nothing more is asked")
        assert len(asked) <= 2
        standing.stop()
        await client.close()

    played(qapp, play())
