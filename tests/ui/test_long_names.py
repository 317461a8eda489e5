"""Names and ids of every length and script: nothing leaves its window, nothing stands over anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QStyle, QStyleOptionViewItem, QWidget

from support.frames import misplaced, moved_after_first_frame
from support.shelf import chat, text
from support.windows import find, offline_client, played
from watchword.core.client import Client
from watchword.model.chat import Contact, SessionState
from watchword.model.events import RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.ui.chat.page import ChatPage
from watchword.ui.chats.model import ChatModel
from watchword.ui.chats.rows import HIGH, ChatRows
from watchword.ui.chats.sidebar import WIDE
from watchword.ui.contacts.window import ContactsWindow
from watchword.ui.controls.line import Line
from watchword.ui.errands import Errands
from watchword.ui.main_window import LEAST_WIDE
from watchword.ui.requests.new_conversation import NewConversation
from watchword.ui.requests.panel import RequestsWindow
from watchword.ui.requests.prompt import Prompt

ID = "i" + "w" * 117
NAMES = {
    "200 letters": "W" * 200,
    "200 letters in words": "Wanda Wilhelmina " * 12,
    "wide": "林" * 80,
    "right to left": "\u202eabc \u200fعربي שלום\u2067",
    "combining": "Z" + "\u0301\u0316\u0489" * 60 + "algo",
}
HINT = "提" * 80

long_names = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
Make = Callable[[Client], tuple[QWidget, list[Callable[[], object]]]]


def asked(name: str) -> SessionRequest:
    return SessionRequest("k1", Role.ASKED, ID, name, False, Phase.WAITING, HINT, ring_s=115.0, at=1)


def stands(qapp: QApplication, folder: Path, make: Make) -> None:
    """Each state of a window keeps its width and has nothing out of place."""

    async def play() -> None:
        client = await offline_client(folder / "bo")
        window, states = make(client)
        for number, state in enumerate(states):
            wide = window.width()
            await moved_after_first_frame(window, state)
            assert misplaced(window) == [], f"state {number}"
            if number:
                assert window.width() == wide, f"state {number} keeps the width"
        if isinstance(window, ChatPage):
            await window.stop()
        window.close()
        await client.close()

    played(qapp, play())


@long_names
def test_the_pop_up(qapp: QApplication, tmp_path: Path, name: str) -> None:
    def make(client: Client) -> tuple[QWidget, list[Callable[[], object]]]:
        prompt = Prompt(client)
        request = replace(asked(name), ring_ends=client.now() + 88)
        over = replace(request, phase=Phase.ENDED, ending=Ending.ACCEPTED)
        return prompt, [lambda: prompt.show_request(request), lambda: prompt.show_request(over)]

    stands(qapp, tmp_path, make)


@long_names
def test_new_conversation(qapp: QApplication, tmp_path: Path, name: str) -> None:
    def make(client: Client) -> tuple[QWidget, list[Callable[[], object]]]:
        window = NewConversation(client)
        asking = replace(asked(name), role=Role.ASKING, ring_ends=client.now() + 70)
        over = replace(asking, phase=Phase.ENDED, ending=Ending.NO_ANSWER)
        return window, [
            lambda: window.ask(Contact(ID, name, listed=False)),
            lambda: find(window, "typePhrase", QAbstractButton).click(),
            lambda: window.watch(asking),
            lambda: window.watch(over),
        ]

    stands(qapp, tmp_path, make)


@long_names
def test_the_requests(qapp: QApplication, tmp_path: Path, name: str) -> None:
    def make(client: Client) -> tuple[QWidget, list[Callable[[], object]]]:
        window = RequestsWindow(client)
        window.resize(420, 700)
        over = replace(asked(name), key="k2", phase=Phase.ENDED, ending=Ending.ACCEPTED)
        return window, [
            lambda: window.panel._heard(RequestChanged(asked(name))),
            lambda: window.panel._heard(RequestChanged(over)),
        ]

    stands(qapp, tmp_path, make)


@long_names
def test_one_contact(qapp: QApplication, tmp_path: Path, name: str) -> None:
    def make(client: Client) -> tuple[QWidget, list[Callable[[], object]]]:
        window = ContactsWindow(client)
        window.resize(window.minimumSize())
        blocked = Contact(ID, name, blocked=True)
        return window, [
            lambda: window.show_person(Contact(ID, name)),
            lambda: window.show_person(blocked),
        ]

    stands(qapp, tmp_path, make)


@long_names
def test_an_open_chat_in_the_narrowest_window(qapp: QApplication, tmp_path: Path, name: str) -> None:
    def make(client: Client) -> tuple[QWidget, list[Callable[[], object]]]:
        page = ChatPage(client, Errands())
        page.set_narrow(True)
        page.resize(LEAST_WIDE, 480)
        person = Contact(ID, name)

        def show(session: SessionState) -> Callable[[], object]:
            return lambda: page.show_chat(chat(contact=person, session=session))

        return page, [show(state) for state in (SessionState.OPEN, SessionState.HELD, SessionState.NONE)]

    stands(qapp, tmp_path, make)


@long_names
def test_a_row_of_the_sidebar_is_painted_inside_itself(qapp: QApplication, name: str) -> None:
    async def play() -> None:
        model = ChatModel()
        model.set_chats([chat(contact=Contact(ID, name), last=text(1, name * 3), unread=120)])
        image = QImage(WIDE, 3 * HIGH, QImage.Format.Format_ARGB32)
        image.fill(0)
        option = QStyleOptionViewItem()
        option.rect = image.rect().adjusted(0, HIGH, 0, -HIGH)
        option.state = QStyle.StateFlag.State_Enabled
        with QPainter(image) as painter:
            ChatRows().paint(painter, option, model.index(0, 0))
        for y in [*range(HIGH), *range(2 * HIGH, 3 * HIGH)]:
            assert not any(image.pixel(x, y) for x in range(0, WIDE, 2)), f"line {y}"

    played(qapp, play())


def test_what_is_cut_is_told_whole(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        client = await offline_client(tmp_path / "bo")
        prompt = Prompt(client)
        name = '<b>"W' + "W" * 200
        prompt.show_request(asked(name))
        line, account = find(prompt, "requestFrom", QLabel), find(prompt, "requestId", Line)
        assert line.accessibleName() == f"{name} asks for a conversation"
        assert account.text() == f"id: {ID}"
        assert account.cut
        for widget, whole in ((line, "&lt;b&gt;&quot;W" + "W" * 200), (account, f"id: {ID}")):
            assert widget.toolTip().replace("\u200b", "") == f'<p style="white-space:pre-wrap">{whole}</p>'
        prompt.show_request(replace(asked("Bo"), account="bo"))
        assert (line.toolTip(), account.toolTip()) == ("", "")
        prompt.close()
        await client.close()

    played(qapp, play())
