"""What the main window shows of roaming: the bar goes when no more can come."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from support.waiting import until
from support.windows import offline_client, played
from watchword.model.errors import Kind, Situation
from watchword.model.events import HistoryChanged, LinkChanged, LinkState
from watchword.model.roaming import HistoryShown
from watchword.ui.chat.page import ChatPage
from watchword.ui.errands import Errands
from watchword.ui.roaming import bar
from watchword.ui.roaming.shown import Roaming
from watchword.ui.workspace import Workspace


def test_who_was_removed_while_more_was_on_its_way_waits_for_nothing(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bar, "_PATIENCE_MS", 1)

    async def play() -> None:
        client = await offline_client(tmp_path / "ada")
        errands = Errands()
        page, workspace = ChatPage(client, errands), Workspace()
        roaming = Roaming(client, errands, workspace, page)
        client._desk.tell(HistoryChanged(HistoryShown(True, 512, 2_000)))
        await until(lambda: not workspace.history.isHidden(), "it says how far it is")
        client._desk.tell(LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_SLOW)))
        assert not workspace.history.isHidden()
        client._desk.tell(LinkChanged(LinkState.REFUSED, Situation(Kind.DESKTOP_REMOVED)))
        assert workspace.history.isHidden()
        roaming.stop()
        await client.close()

    played(qapp, play())
