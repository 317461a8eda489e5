"""What people of rooms are called: the name this user gave, else the directory's; followed as they change."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from support.employed import employed_client, firm, hands_out
from support.waiting import until
from support.windows import played
from watchword.ui.errands import Errands
from watchword.ui.rooms.names import Names


def test_own_names_stand_before_the_directory_s(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await employed_client(tmp_path / "ada", firm(bo="Bo Larsen", cy="Cy Young"))
        names = Names(client, Errands())
        heard: list[None] = []
        names.changed.connect(lambda: heard.append(None))
        names.load()
        await until(lambda: names.known.get("bo") == "Bo Larsen", "the directory is there")
        await client.add_contact("bo")
        await client.rename_contact("bo", "Bobby")
        await until(lambda: names.known["bo"] == "Bobby", "the own name is there")
        before = len(heard)
        await client.rename_contact("bo", "")
        await until(lambda: names.known["bo"] == "Bo Larsen", "without one the directory's holds again")
        assert len(heard) > before
        await hands_out(client, replace(firm(bo="Bo Larsen", dee="Dee Dee"), serial=99))
        await until(lambda: names.known.get("dee") == "Dee Dee", "a newer directory")
        assert "cy" not in names.known
        names.stop()
        await client.close()

    played(qapp, play())
