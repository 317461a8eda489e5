"""What asks for attention: only what is not on the screen, and nothing that is over."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from support.notifications import Server
from support.room_data import room_chat, summary
from support.screen import Screen
from support.waiting import until
from support.windows import active, offline_client, played
from watchword.core.client import Client
from watchword.model.chat import Chat, Contact, Message, MessageKind, SessionState
from watchword.model.events import MessageAdded, RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.model.room import Part
from watchword.settings import Language, Notifications, Settings
from watchword.ui.attention import Attention
from watchword.ui.chats.model import ChatModel
from watchword.ui.choices import Choices
from watchword.ui.company.pins import Pins
from watchword.ui.main_window import MainWindow
from watchword.ui.requests.controller import Requests

ADA = Chat(7, Contact("ada", "Ada"), SessionState.OPEN, None, 1)
CY = Chat(8, Contact("cy", "Cy"), SessionState.OPEN, None, 0)
HELLO = Message(1, 7, MessageKind.TEXT, mine=False, text="hello", at=0)
ASKED = SessionRequest("k1", Role.ASKED, "di", "Di", False, Phase.WAITING, ring_s=115.0, at=1)


class Desk:
    """The parts that attention joins, around a client that has met no relay."""

    def __init__(self, qapp: QApplication, client: Client, server: Server) -> None:
        self.client = client
        self.server = server
        chosen = Settings(language=Language.ENGLISH, notifications=Notifications.TEXT)
        self.window = MainWindow()
        self.model = ChatModel(self.window)
        self.model.set_chats([ADA, CY])
        self.requests = Requests(client, self.window)
        self.pins = Pins(client, self.window)
        choices = Choices(qapp, lambda _kept: None, chosen)
        self.attention = Attention(self.window, self.model, self.requests, self.pins, choices, self.window)
        client.listen(self._heard)

    def _heard(self, event: object) -> None:
        if isinstance(event, RequestChanged):
            self.attention.request_changed(event)


def attended(
    qapp: QApplication,
    screen: Screen,
    folder: Path,
    play: Callable[[Desk], Coroutine[object, object, None]],
) -> None:
    async def whole() -> None:
        server = Server(screen)
        await server.do("close-all")
        desk = Desk(qapp, await offline_client(folder / "bo"), server)
        await play(desk)
        await server.do("close-all")
        desk.requests.stop()
        desk.pins.stop()
        desk.attention.stop()
        desk.window.hide()
        await desk.client.close()

    played(qapp, whole())


def test_a_message_is_told_unless_its_chat_is_before_the_persons_eyes(
    qapp: QApplication, screen: Screen, tmp_path: Path
) -> None:
    async def play(desk: Desk) -> None:
        await active(desk.window)
        added = MessageAdded(HELLO, notify=True)
        desk.attention.message_added(added, open_chat=ADA.id)
        desk.attention.message_added(MessageAdded(HELLO, notify=False), open_chat=CY.id)
        desk.attention.message_added(MessageAdded(replace(HELLO, chat=99), notify=True), open_chat=0)
        desk.attention.message_added(MessageAdded(replace(HELLO, chat=8, text="from cy"), True), ADA.id)
        await desk.server.shows(1)
        assert await desk.server.last() == ("Cy", "from cy"), "the only one that is not seen"
        desk.window.hide()
        await until(lambda: not desk.window.isActiveWindow(), "the person is elsewhere")
        desk.attention.message_added(added, open_chat=ADA.id)
        await desk.server.shows(1)
        desk.attention.chat_changed(ADA)
        assert desk.attention.tray.icon.toolTip() == "Watchword: 1 unread"
        desk.model.put(replace(ADA, unread=0))
        desk.attention.chat_changed(replace(ADA, unread=0))
        await desk.server.shows(0)
        assert desk.attention.tray.icon.toolTip() == "Watchword"

    attended(qapp, screen, tmp_path, play)


def test_a_click_on_a_message_brings_the_window_and_its_chat(
    qapp: QApplication, screen: Screen, tmp_path: Path
) -> None:
    async def play(desk: Desk) -> None:
        asked: list[int] = []
        desk.attention.chat_asked.connect(asked.append)
        desk.attention.message_added(MessageAdded(HELLO, notify=True), open_chat=0)
        await desk.server.shows(1)
        await desk.server.do("action")
        await until(lambda: asked == [ADA.id], "its chat is asked for")
        assert desk.window.isVisible()

    attended(qapp, screen, tmp_path, play)


def test_a_request_is_told_with_its_pop_up_and_taken_back_once_it_is_over(
    qapp: QApplication, screen: Screen, tmp_path: Path
) -> None:
    async def play(desk: Desk) -> None:
        waiting = replace(ASKED, ring_ends=desk.client.now() + 100)
        desk.client._desk.tell(RequestChanged(waiting))
        await desk.server.shows(1)
        assert desk.attention.tray.icon.toolTip() == "Watchword: Di asks for a conversation"
        over = replace(waiting, phase=Phase.ENDED, ending=Ending.NO_ANSWER)
        desk.client._desk.tell(RequestChanged(over))
        await desk.server.shows(0)
        assert desk.attention.tray.icon.toolTip() == "Watchword"

    attended(qapp, screen, tmp_path, play)


def test_an_invitation_to_a_room_is_told_counted_and_taken_back_once_it_is_answered(
    qapp: QApplication, screen: Screen, tmp_path: Path
) -> None:
    async def play(desk: Desk) -> None:
        invited = room_chat(summary(part=Part.INVITED, invited_by="Ada"))
        desk.model.set_chats([CY, invited])
        desk.attention.invited(invited)
        desk.attention.chat_changed(invited)
        await desk.server.shows(1)
        assert desk.attention.tray.icon.toolTip() == "Watchword: 1 unread"
        joined = room_chat(summary())
        desk.model.put(joined)
        desk.attention.chat_changed(joined)
        await desk.server.shows(0)
        assert desk.attention.tray.icon.toolTip() == "Watchword"
        desk.attention.invited(invited)
        await desk.server.shows(1)
        assert await desk.server.last() == ("Harvest", "Ada invites you to this room")

    attended(qapp, screen, tmp_path, play)


def test_a_message_of_a_room_is_told_with_its_writer(
    qapp: QApplication, screen: Screen, tmp_path: Path
) -> None:
    async def play(desk: Desk) -> None:
        desk.model.set_chats([room_chat(summary())])
        desk.model.set_names({"bo": "Bo Larsen"})
        said = replace(HELLO, chat=1, sender="bo")
        desk.attention.message_added(MessageAdded(said, notify=True), open_chat=0)
        await desk.server.shows(1)
        assert await desk.server.last() == ("Harvest", "Bo Larsen: hello")

    attended(qapp, screen, tmp_path, play)
