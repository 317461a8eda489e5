"""Another day is told once, however late it is noticed."""

from pathlib import Path

from PySide6.QtCore import QDate, QObject
from PySide6.QtWidgets import QApplication

from support.history import fill
from support.shelf import chat, text
from support.waiting import until
from support.windows import offline_client, played
from watchword.ui.chat.page import ChatPage
from watchword.ui.errands import Errands
from watchword.ui.midnight import Midnight
from watchword.ui.workspace import Workspace


def test_another_day_is_told_once(qapp: QApplication) -> None:
    days, told, parent = [QDate(2026, 11, 21)], list[str](), QObject()
    midnight = Midnight(parent, lambda: days[0])
    midnight.passed.connect(lambda: told.append("passed"))
    midnight.look()
    assert not told
    days[0] = QDate(2026, 11, 24)
    midnight.look()
    midnight.look()
    assert told == ["passed"]


def test_days_in_the_chat_and_in_the_list_are_named_anew(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "ada")
        await client._desk.db.write(lambda tx: fill(tx, "bo", 1))
        [shown] = await client.chats()
        page, workspace = ChatPage(client, Errands()), Workspace()
        page.resize(700, 500)
        page.open(shown)
        page.show()
        await until(lambda: page.view.rows, "the chat is there")
        before = page.view.pile.typeset(0)
        page.midnight.passed.emit()
        assert page.view.pile.typeset(0) is not before
        workspace.model.set_chats([chat(last=text(1, "hello"))])
        changed: list[str] = []
        workspace.model.dataChanged.connect(lambda *_: changed.append("rows"))
        workspace.midnight.passed.emit()
        assert changed
        page.close()
        await client.close()

    played(qapp, play())
