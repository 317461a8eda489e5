"""Notifications of the desktop: a message, a request, somebody who is online again.

What they show is the user's choice; the words of a peer are shown as words, never as markup. One per chat
and one per request, which goes away with what it is about. A click comes back as a signal. Nothing here
waits on the event loop: the library is loaded beside it, and a desktop without notifications is no fault.
"""

import asyncio
import html
import importlib
import logging
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

from watchword import paths
from watchword.model.chat import Chat, Message
from watchword.model.requests import SessionRequest
from watchword.settings import Notifications
from watchword.ui import words
from watchword.ui.chats.title import among_several, last_line, title
from watchword.ui.errands import Errands
from watchword.ui.rooms import words as room_words

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_SERVICE, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_CONNECTION = "watchword notifications"
_LONGEST = 240
_NO_DAEMON = logging.getLogger("desktop_notifier")


class Notifier(QObject):
    """Shows notifications, and tells which one was clicked."""

    chat_asked = Signal(int)
    request_asked = Signal(str)
    desktops_asked = Signal()

    def __init__(self, choice: Callable[[], Notifications], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._errands = Errands(self)
        self._turn = asyncio.Lock()
        self._library: DesktopNotifier | None = None
        self._markup = False
        self._told: set[str] = set()
        """What was told of and not taken back: on the screen, or on its way there."""
        self._shown: dict[str, str] = {}
        # The library logs a warning where nobody shows notifications; that is the desktop's choice.
        _NO_DAEMON.setLevel(logging.ERROR)

    def stop(self) -> None:
        """Show no more."""
        self._errands.stop()

    # --- what is shown ----------------------------------------------------------------

    def message(self, chat: Chat, message: Message, names: Mapping[str, str]) -> None:
        """A message came that the user does not see. `names`: of people in rooms, by account."""
        choice = self._choice()
        nameless = choice is Notifications.NOTHING
        heading = self.tr("Watchword") if nameless else words.called(title(chat))
        said = last_line(message, chat, names) if among_several(chat) else message.text
        body = said if choice is Notifications.TEXT else self.tr("New message")
        self._show(f"chat {chat.id}", heading, body, lambda: self.chat_asked.emit(chat.id))

    def request(self, request: SessionRequest) -> None:
        """Somebody asks for a conversation."""
        self._show(
            f"request {request.key}",
            self._named(request, self.tr("{contact} asks for a conversation")),
            self.tr("Type the phrase you agreed on."),
            lambda: self.request_asked.emit(request.key),
        )

    def invitation(self, chat: Chat) -> None:
        """Somebody invites to a room."""
        room, nameless = chat.room, self._choice() is Notifications.NOTHING
        if room is None:
            return
        heading = self.tr("Watchword") if nameless else words.called(title(chat))
        body = self.tr("You are invited to a room.") if nameless else room_words.invitation(room)
        self._show(f"chat {chat.id}", heading, body, lambda: self.chat_asked.emit(chat.id))

    def online(self, request: SessionRequest) -> None:
        """Somebody who did not answer is online now."""
        self._show(
            f"request {request.key}",
            self._named(request, self.tr("{contact} is online")),
            self.tr("You can ask for a conversation again."),
            lambda: self.request_asked.emit(request.key),
        )

    def newcomer(self) -> None:
        """A computer asks to be added to the account."""
        self._show(
            "newcomer",
            self.tr("A new computer asks to be added"),
            self.tr("If it is yours, type its words in the settings. If not, there is nothing to do."),
            self.desktops_asked.emit,
        )

    def forget_newcomer(self) -> None:
        """Nobody asks any more."""
        self._forget("newcomer")

    def forget_chat(self, chat: int) -> None:
        """The user has read the chat."""
        self._forget(f"chat {chat}")

    def forget_request(self, key: str) -> None:
        """The request has ended, or its window is open."""
        self._forget(f"request {key}")

    def _named(self, request: SessionRequest, sentence: str) -> str:
        nameless = self._choice() is Notifications.NOTHING
        return sentence.format(contact=self.tr("Somebody") if nameless else words.called(request.name))

    # --- how it is shown --------------------------------------------------------------

    def _show(self, about: str, title: str, body: str, clicked: Callable[[], None]) -> None:
        self._told.add(about)
        self._errands.run("notify", self._send(about, title[:_LONGEST], body[:_LONGEST], clicked))

    def _forget(self, about: str) -> None:
        if about in self._told:
            self._told.discard(about)
            self._errands.run("take a notification back", self._clear(about))

    async def _send(self, about: str, title: str, body: str, clicked: Callable[[], None]) -> None:
        async with self._turn:
            library = await self._load()
            if library is None:
                return
            await self._take_back(library, about)
            said = html.escape(body, quote=False) if self._markup else body
            self._shown[about] = await library.send(title=title, message=said, on_clicked=clicked)

    async def _clear(self, about: str) -> None:
        async with self._turn:
            if self._library is not None:
                await self._take_back(self._library, about)

    async def _take_back(self, library: "DesktopNotifier", about: str) -> None:
        shown = self._shown.pop(about, "")
        if shown and shown in await library.get_current_notifications():
            await library.clear(shown)

    async def _load(self) -> "DesktopNotifier | None":
        if self._library is None:
            if sys.platform == "linux":
                known = await _capabilities()
                if known is None:
                    return None
                self._markup = "body-markup" in known
            # Loading takes a fifth of a second, and making it loads more: not on the event loop.
            self._library = await asyncio.to_thread(_loaded)
        return self._library


def _loaded() -> "DesktopNotifier":
    module = importlib.import_module("desktop_notifier")
    icon = module.Icon(path=paths.resource("icons") / "watchword.svg")
    made: DesktopNotifier = module.DesktopNotifier(app_name="Watchword", app_icon=icon)
    return made


async def _capabilities() -> list[str] | None:
    """What the notification server of this desktop can do; None where there is no session bus.

    Over a connection of its own: the one that Qt shares may be older than the session.
    """
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, _CONNECTION)
    if not bus.isConnected():
        return None
    done: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
    question = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "GetCapabilities")
    watcher = QDBusPendingCallWatcher(bus.asyncCall(question))

    def answered() -> None:
        reply = watcher.reply()
        if not done.done():
            arguments = reply.arguments()
            good = reply.type() == QDBusMessage.MessageType.ReplyMessage and arguments
            done.set_result([str(name) for name in arguments[0]] if good else [])

    watcher.finished.connect(answered)
    try:
        return await done
    finally:
        QDBusConnection.disconnectFromBus(_CONNECTION)
