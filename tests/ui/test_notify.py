"""Notifications on a real notification server: words as words, content by choice, a click comes back."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from support.blocking import Block
from support.notifications import Server
from support.screen import Screen
from support.waiting import until
from support.windows import played
from watchword.model.chat import Chat, Contact, Message, MessageKind, SessionState
from watchword.model.requests import Phase, Role, SessionRequest
from watchword.settings import Notifications
from watchword.ui.notify import Notifier

CHAT = Chat(7, Contact("ada", "Ada"), SessionState.OPEN, None, 1)
HOSTILE = "<b>bold</b> & <img src='file:///etc/hostname'> 你好"


def message(text: str) -> Message:
    return Message(1, 7, MessageKind.TEXT, mine=False, text=text, at=0)


def notified(
    qapp: QApplication,
    screen: Screen,
    choice: Notifications,
    play: Callable[[Notifier, Server], Coroutine[object, object, None]],
) -> None:
    async def whole() -> None:
        server = Server(screen)
        await server.do("close-all")
        notifier = Notifier(lambda: choice)
        await play(notifier, server)
        await server.do("close-all")
        notifier.stop()

    played(qapp, whole())


@pytest.mark.parametrize(
    ("choice", "title", "body"),
    [
        (
            Notifications.TEXT,
            "Ada",
            "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src='file:///etc/hostname'&gt; 你好",
        ),
        (Notifications.NAME, "Ada", "New message"),
        (Notifications.NOTHING, "Watchword", "New message"),
    ],
)
def test_content_is_shown_by_choice_and_never_as_markup(
    qapp: QApplication, screen: Screen, choice: Notifications, title: str, body: str
) -> None:
    async def play(notifier: Notifier, server: Server) -> None:
        notifier.message(CHAT, message(HOSTILE), {})
        await server.shows(1)
        assert await server.last() == (title, body)

    notified(qapp, screen, choice, play)


def test_one_per_chat_which_goes_with_it_and_a_click_opens(
    qapp: QApplication, screen: Screen, quick_loop: list[Block]
) -> None:
    async def play(notifier: Notifier, server: Server) -> None:
        asked: list[int] = []
        notifier.chat_asked.connect(asked.append)
        notifier.message(CHAT, message("one"), {})
        notifier.message(CHAT, message("two"), {})
        await server.shows(1)
        notifier.forget_chat(7)
        await server.shows(0)
        notifier.message(CHAT, message("three"), {})
        await server.shows(1)
        await server.do("action")
        await until(lambda: asked == [7], "the click came back")

    notified(qapp, screen, Notifications.TEXT, play)


def test_what_is_over_before_it_was_shown_does_not_stay(qapp: QApplication, screen: Screen) -> None:
    async def play(notifier: Notifier, server: Server) -> None:
        request = SessionRequest("k1", Role.ASKED, "ada", "Ada", False, Phase.WAITING)
        notifier.request(request)
        await asyncio.sleep(0)
        notifier.forget_request("k1")
        notifier.message(CHAT, message("one"), {})
        await until(lambda: "chat 7" in notifier._shown, "what came after it is shown")
        assert [*notifier._shown] == ["chat 7"]
        await server.shows(1)

    notified(qapp, screen, Notifications.NAME, play)


def test_a_request_is_told_and_leads_to_its_dialog(qapp: QApplication, screen: Screen) -> None:
    async def play(notifier: Notifier, server: Server) -> None:
        asked: list[str] = []
        notifier.request_asked.connect(asked.append)
        request = SessionRequest("k1", Role.ASKED, "ada", "Ada", False, Phase.WAITING, "a hint")
        notifier.request(request)
        await server.shows(1)
        await server.do("action")
        await until(lambda: asked == ["k1"], "the click came back")
        title, body = await server.last()
        assert title == "Ada asks for a conversation"
        assert body == "Type the phrase you agreed on."

    notified(qapp, screen, Notifications.NAME, play)


def test_a_name_without_end_is_cut(qapp: QApplication, screen: Screen) -> None:
    async def play(notifier: Notifier, server: Server) -> None:
        notifier.message(replace(CHAT, contact=Contact("ada", "W" * 200)), message("hello"), {})
        await server.shows(1)
        assert await server.last() == ("W" * 31 + "…", "hello")

    notified(qapp, screen, Notifications.TEXT, play)
