"""The computers of an account in the settings, over a client that met no relay."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from support.waiting import until
from support.windows import active, find, offline_client, played, speak, window_named
from watchword.core.client import Client
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState, TerminalsChanged
from watchword.model.terminals import Newcomer, OwnDesktop, TerminalsShown
from watchword.settings import Language
from watchword.ui.settings.desktops import DesktopsSection

HERE = OwnDesktop(1, this=True, present=True, since=1_700_000_000_000)
OTHER = OwnDesktop(3, this=False, present=False, since=1_700_000_000_000, by=1)
ASKS = Newcomer("ab", 1e12)

Play = Callable[[DesktopsSection, Client], Coroutine[object, object, None]]


def section(qapp: QApplication, folder: Path, play: Play) -> None:
    async def whole() -> None:
        client = await offline_client(folder / "client", "ada")
        shown = DesktopsSection(client)
        shown.resize(500, 500)
        await active(shown)
        await play(shown, client)
        shown.stop()
        shown.close()
        await client.close()

    played(qapp, whole())


def tell(client: Client, *desktops: OwnDesktop, newcomers: tuple[Newcomer, ...] = ()) -> None:
    client._desk.tell(TerminalsChanged(TerminalsShown(desktops, newcomers)))


def text(inside: QWidget, name: str) -> str:
    return find(inside, name, QLabel).text()


def button(inside: QWidget, name: str) -> QAbstractButton:
    return find(inside, name, QAbstractButton)


def test_without_a_relay_it_says_so_and_adds_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def play(shown: DesktopsSection, client: Client) -> None:
        assert text(shown, "desktopsState").endswith("It is not reached now.")
        assert not button(shown, "addDesktop").isVisible()
        tell(client, HERE)
        assert button(shown, "addDesktop").isVisible()

    section(qapp, tmp_path, play)


def test_on_one_that_was_removed_it_says_that_and_lists_none(qapp: QApplication, tmp_path: Path) -> None:
    async def play(shown: DesktopsSection, client: Client) -> None:
        tell(client, HERE)
        removed = LinkChanged(LinkState.REFUSED, Situation(Kind.DESKTOP_REMOVED))
        client._reception.link.changed = removed
        client._desk.tell(removed)
        assert text(shown, "desktopsState").startswith("This computer was taken out of your account.")
        assert not button(shown, "addDesktop").isVisible()
        assert not find(shown, "desktop-1", QWidget).isVisible()

    section(qapp, tmp_path, play)


def test_each_has_its_line_and_only_others_can_be_removed(qapp: QApplication, tmp_path: Path) -> None:
    async def play(shown: DesktopsSection, client: Client) -> None:
        tell(client, HERE, OTHER)
        assert text(shown, "desktopTitle-1") == "Computer 1, this one"
        assert text(shown, "desktopTitle-3") == "Computer 3"
        assert text(shown, "desktopState-3").startswith("not signed in · added on computer 1")
        assert not button(shown, "removeDesktop-1").isVisible()
        assert button(shown, "removeDesktop-3").accessibleName() == "Remove computer 3"
        speak(Language.CHINESE)
        assert text(shown, "desktopTitle-1") == "电脑 1（本机）"
        assert text(shown, "desktopState-3").startswith("未登录")
        speak(Language.ENGLISH)
        tell(client, HERE)
        await until(lambda: not shown.findChildren(QLabel, "desktopTitle-3"), "it is gone")

    section(qapp, tmp_path, play)


def test_who_asks_is_shown_and_wrong_words_are_kept_to_be_mended(qapp: QApplication, tmp_path: Path) -> None:
    async def play(shown: DesktopsSection, client: Client) -> None:
        tell(client, HERE, newcomers=(ASKS,))
        assert text(shown, "newcomers").startswith("A new computer asks to be added.")
        tell(client, HERE, newcomers=(ASKS, Newcomer("cd", 1e12)))
        assert text(shown, "newcomers").startswith("2 computers ask to be added.")
        button(shown, "addDesktop").click()
        field = find(shown, "desktopWordsField", QLineEdit)
        await until(field.hasFocus, "the field has the keyboard")
        assert not button(shown, "addDesktop").isVisible()
        field.insert("one two three")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(
            lambda: field.accessibleDescription().startswith("These are not the 8 words"), "it is told"
        )
        assert field.text() == "one two three"
        speak(Language.CHINESE)
        assert field.accessibleDescription().startswith("这不是一台电脑的 8 个词")
        speak(Language.ENGLISH)
        button(shown, "cancelAdding").click()
        assert not field.isVisible()
        assert field.text() == ""
        assert button(shown, "addDesktop").hasFocus()

    section(qapp, tmp_path, play)


def test_removing_is_asked_for_and_what_stays_there_is_said(qapp: QApplication, tmp_path: Path) -> None:
    async def play(shown: DesktopsSection, client: Client) -> None:
        tell(client, HERE, OTHER)
        button(shown, "removeDesktop-3").click()
        await until(lambda: window_named("question") is not None, "it asks")
        question = window_named("question")
        assert question is not None
        said = " ".join(label.text() for label in question.findChildren(QLabel))
        assert "Remove computer 3?" in said
        assert "its history, its sessions" in said
        assert "member key" not in said, "there is no company"
        button(question, "confirm").click()
        await until(lambda: text(shown, "desktopsState").startswith("Watchword is not connected"), "told")
        assert text(shown, "desktopTitle-3") == "Computer 3"

    section(qapp, tmp_path, play)
