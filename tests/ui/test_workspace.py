"""Sidebar and chat in one window: wide and narrow, the bars, the keys, and before the profile is open."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton, QWidget

from support.shelf import chat, text
from support.waiting import until
from support.windows import active, find, played, speak
from watchword.model.chat import Chat, Contact, SessionState
from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.settings import Language
from watchword.ui.main_window import LEAST_WIDE, MainWindow
from watchword.ui.workspace import Workspace


def filled() -> Workspace:
    made = Workspace()
    made.add_chat_page(QWidget())
    made.resize(1000, 700)
    made.set_ready()
    second = Chat(2, Contact("cy", "Cy"), SessionState.OPEN, text(2, "hi"), 0)
    made.model.set_chats([chat(last=text(1, "hello")), second])
    made.chat_asked.connect(made.show_chat)
    return made


def test_nothing_can_be_done_before_the_profile_is_open(qapp: QApplication) -> None:
    async def play() -> None:
        made = Workspace()
        made.show()
        await until(made.isVisible, "the window is there")
        assert not made.sidebar.compose.isEnabled()
        assert made.sidebar.status.text() == "Opening…"
        assert not made.welcome.button.isVisible()
        made.set_ready()
        assert made.sidebar.compose.isEnabled()
        assert made.welcome.heading.text() == "Begin with a phrase"
        made.welcome.set_company("ACME")
        assert made.welcome.heading.text() == "Begin with a colleague"
        assert "people at ACME" in made.welcome.words.text()
        made.welcome.set_company("")
        assert made.welcome.heading.text() == "Begin with a phrase"
        asked: list[str] = []
        made.new_conversation.connect(lambda: asked.append("new"))
        made.welcome.button.click()
        made.sidebar.compose.click()
        assert asked == ["new", "new"]

    played(qapp, play())


def test_a_narrow_window_shows_one_side_at_a_time(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        window = MainWindow()
        window.show_page(made)
        window.show()
        await until(made.isVisible, "the window is there")
        assert made.sidebar.isVisible()
        assert made.right.isVisible()
        told: list[bool] = []
        made.narrowed.connect(told.append)
        window.resize(LEAST_WIDE, 700)
        await until(lambda: made.narrow, "it is narrow")
        assert made.sidebar.isVisible()
        assert not made.right.isVisible()
        made.show_chat(1)
        assert made.right.isVisible()
        assert not made.sidebar.isVisible()
        left: list[str] = []
        made.chat_left.connect(lambda: left.append("left"))
        made.show_list()
        assert made.sidebar.isVisible()
        assert left == ["left"]
        window.resize(1000, 700)
        await until(lambda: not made.narrow, "it is wide")
        assert made.sidebar.isVisible()
        assert made.right.isVisible()
        assert told == [True, False]

    played(qapp, play())


def test_a_short_break_is_not_worth_a_word_and_a_long_one_is(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        made.show()
        made._patience.setInterval(60)
        made.show_link(LinkChanged(LinkState.ONLINE))
        made.show_link(LinkChanged(LinkState.OFFLINE))
        assert not made.connection.isVisible()
        made.show_link(LinkChanged(LinkState.ONLINE))
        assert not made._patience.isActive()
        made.show_link(LinkChanged(LinkState.OFFLINE))
        await until(made.connection.isVisible, "the bar is there")
        assert made.connection.words.text() == "The relay cannot be reached. Watchword keeps trying."
        asked: list[str] = []
        made.reconnect_asked.connect(lambda: asked.append("again"))
        find(made, "tryNow", QPushButton).click()
        assert asked == ["again"]
        made.show_link(LinkChanged(LinkState.CONNECTING))
        assert made.connection.isVisible(), "trying is not success"
        made.show_link(LinkChanged(LinkState.ONLINE))
        assert not made.connection.isVisible()
        assert not made.sidebar.status.isVisible()

    played(qapp, play())


def test_a_relay_that_asks_for_a_pause_is_not_said_to_be_away_and_nobody_is_asked_to_try(
    qapp: QApplication,
) -> None:
    async def play() -> None:
        made = filled()
        made.show()
        made._patience.setInterval(1)
        made.show_link(LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_BUSY, {"seconds": 42})))
        await until(made.connection.isVisible, "the bar is there")
        assert made.connection.words.text() == "The relay is busy. Watchword tries again in 42 s."
        assert made.connection.action.isHidden()
        made.show_link(LinkChanged(LinkState.OFFLINE))
        assert made.connection.words.text() == "The relay cannot be reached. Watchword keeps trying."
        assert not made.connection.action.isHidden()

    played(qapp, play())


def test_what_waiting_cannot_mend_is_named_at_once(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        made.show()
        await until(made.isVisible, "the window is there")
        made.show_link(LinkChanged(LinkState.REFUSED, Situation(Kind.RELAY_KEY)))
        assert "another key" in made.connection.words.text()
        assert made.connection.action.text() == "Connect again"
        made.show_link(LinkChanged(LinkState.REFUSED, Situation(Kind.DESKTOP_REMOVED)))
        assert "taken out of your account" in made.connection.words.text()
        assert made.connection.action.isHidden(), "connecting again is of no use"
        made.show_trouble(Situation(Kind.DISK_FULL, {"folder": "/home/ada"}))
        assert "/home/ada is full" in made.trouble.words.text()
        made.trouble.action.click()
        assert not made.trouble.isVisible()
        speak(Language.CHINESE)
        assert not made.trouble.isVisible(), "what was read does not come back with another language"
        made.show_trouble(Situation(Kind.DISK_FULL, {"folder": "/home/ada"}))
        assert "/home/ada 所在" in made.trouble.words.text()
        speak(Language.ENGLISH)
        assert "/home/ada is full" in made.trouble.words.text()
        made.trouble_over(frozenset({Kind.RELAY_QUOTA}))
        assert made.trouble.isVisible()
        made.trouble_over(frozenset({Kind.DISK_FULL, Kind.PROFILE_READ_ONLY}))
        assert not made.trouble.isVisible()

    played(qapp, play())


def test_turning_to_the_window_is_a_reason_to_try_again(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        asked: list[LinkState] = []
        made.reconnect_asked.connect(lambda: asked.append(made._link.state))
        for changed in (
            LinkChanged(LinkState.CONNECTING),
            LinkChanged(LinkState.ONLINE),
            LinkChanged(LinkState.REFUSED, Situation(Kind.SIGNED_IN_ELSEWHERE)),
            LinkChanged(LinkState.OFFLINE, Situation(Kind.RELAY_BUSY, {"seconds": 60})),
            LinkChanged(LinkState.OFFLINE),
        ):
            made.show_link(changed)
            made.turned_to()
        assert asked == [LinkState.OFFLINE]

    played(qapp, play())


def test_keys_reach_everything(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        await active(made)
        asked: list[str] = []
        made.new_conversation.connect(lambda: asked.append("new"))
        made.settings_asked.connect(lambda: asked.append("settings"))
        made.chat_asked.connect(lambda number: asked.append(f"chat {number}"))
        QTest.keySequence(made, QKeySequence("Ctrl+N"))
        QTest.keySequence(made, QKeySequence("Ctrl+,"))
        QTest.keySequence(made, QKeySequence("Alt+Down"))
        QTest.keySequence(made, QKeySequence("Alt+Down"))
        QTest.keySequence(made, QKeySequence("Alt+Up"))
        assert asked == ["new", "settings", "chat 2", "chat 1", "chat 2"]
        QTest.keySequence(made, QKeySequence("Ctrl+F"))
        await until(made.sidebar.search.hasFocus, "the search has the keyboard")
        QTest.keyClicks(made.sidebar.search, "bo")
        QTest.keyClick(made.sidebar.search, Qt.Key.Key_Return)
        assert asked[-1] == "chat 1"
        QTest.keyClick(made.sidebar.search, Qt.Key.Key_Escape)
        assert made.sidebar.search.text() == ""
        chats = find(made, "chatList", QListView)
        chats.setFocus()
        QTest.keyClick(chats, Qt.Key.Key_Home)
        QTest.keyClick(chats, Qt.Key.Key_Return)
        assert asked[-1] == "chat 2"

    played(qapp, play())


def test_a_message_that_comes_leads_nobody_elsewhere_in_the_list(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        await active(made)
        asked: list[int] = []
        made.chat_asked.connect(asked.append)
        made.show_chat(2)
        chats = find(made, "chatList", QListView)
        chats.setFocus()
        QTest.keyClick(chats, Qt.Key.Key_Down)
        third = Chat(3, Contact("di", "Di"), SessionState.OPEN, text(3, "me too"), 1)
        made.model.put(third)
        QTest.keyClick(chats, Qt.Key.Key_Return)
        assert asked == [1], "the one that was chosen by the arrow"

    played(qapp, play())


def test_the_keyboard_begins_at_the_one_thing_to_do_or_in_the_list(qapp: QApplication) -> None:
    async def play() -> None:
        made, window = Workspace(), MainWindow()
        window.show_page(made)
        made.set_ready()
        await active(window)
        made.take_keyboard()
        assert made.welcome.button.hasFocus()
        window.resize(LEAST_WIDE, 700)
        await until(made.sidebar.begin.isVisible, "it stands alone")
        made.take_keyboard()
        assert made.sidebar.begin.hasFocus()
        made.model.set_chats([chat(last=text(1, "hello"))])
        made.take_keyboard()
        assert find(made, "chatList", QListView).hasFocus()

    played(qapp, play())


def test_requests_that_wait_are_named_in_every_language(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        made.sidebar.show_waiting_requests(True)
        speak(Language.CHINESE)
        speak(Language.ENGLISH)
        assert made.sidebar.requests.accessibleName() == "Requests, new ones waiting"

    played(qapp, play())


def test_a_bar_of_a_hidden_window_follows_the_language(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        made.show()
        made.show_link(LinkChanged(LinkState.REFUSED, Situation(Kind.RELAY_KEY)))
        made.hide()
        speak(Language.CHINESE)
        assert made.connection.action.text() == "重新连接"

    played(qapp, play())


def test_every_control_has_a_name_for_screen_readers(qapp: QApplication) -> None:
    async def play() -> None:
        made = filled()
        made.show()
        await until(made.isVisible, "the window is there")
        reachable = [
            widget
            for widget in made.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(made)
        ]
        nameless = [
            widget for widget in reachable if not (widget.accessibleName() or getattr(widget, "text", str)())
        ]
        assert reachable
        assert nameless == []

    played(qapp, play())
