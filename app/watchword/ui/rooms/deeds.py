"""What can be done with a room: each asks first where it matters, then tells the core.

Who may do what is the core's to say (`RoomMember.may_…`); here it is only offered or not.
"""

from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.model.errors import Situation
from watchword.model.room import Part, RoomMember, RoomShown
from watchword.ui import words
from watchword.ui.controls.dialog import Dialog
from watchword.ui.errands import Errands
from watchword.ui.rooms import dialogs
from watchword.ui.rooms.dialogs import Heir, RenameRoom


class RoomDeeds(QObject):
    """The commands behind the windows of rooms. Where a window is given, its questions stand before it."""

    said = Signal(str)
    """What could not be done, or what was, as a sentence."""

    def __init__(self, client: Client, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands

    def join(self, chat: Chat) -> None:
        """Accept the invitation."""
        self._do("join a room", self._client.rooms.answer(chat.id, join=True))

    def decline(self, chat: Chat) -> None:
        """Decline it."""
        self._do("decline a room", self._client.rooms.answer(chat.id, join=False))

    def say_again(self, chat: Chat) -> None:
        """Send the list again."""
        self._do("say a room again", self._client.rooms.say_again(chat.id))

    def keep(self, chat: Chat, seconds: int) -> None:
        """Ask the relay to keep messages so long."""
        self._do("keep", self._client.rooms.keep(chat.id, seconds))

    def rename(self, chat: Chat, window: QWidget) -> None:
        """Ask for another name."""
        dialog = RenameRoom(chat.contact.name, window)
        self._do("rename a room", self._asked(dialog, lambda: self._rename(chat.id, dialog.name)))

    def leave(self, chat: Chat, window: QWidget) -> None:
        """Leave, after asking; who is the only owner picks who follows."""
        self._do("leave a room", self._leave(chat, window))

    def take_out(self, room: RoomShown, person: RoomMember, window: QWidget) -> None:
        """Take somebody out, after asking."""
        question = dialogs.ask_to_take_out(person, room.kind, window)
        rooms, account = self._client.rooms, person.account
        self._do("take out", self._asked(question, lambda: rooms.take_out(room.chat, account)))

    def make_owner(self, room: RoomShown, person: RoomMember, window: QWidget) -> None:
        """Make somebody an owner, after asking."""
        question = dialogs.ask_to_make_owner(person, window)
        rooms, account = self._client.rooms, person.account
        self._do("make an owner", self._asked(question, lambda: rooms.make_owner(room.chat, account)))

    def make_member(self, room: RoomShown, person: RoomMember, window: QWidget) -> None:
        """Make somebody a member, after asking."""
        question = dialogs.ask_to_make_member(person, window)
        rooms, account = self._client.rooms, person.account
        self._do("make a member", self._asked(question, lambda: rooms.make_member(room.chat, account)))

    def invite_anew(self, room: RoomShown, person: RoomMember, window: QWidget) -> None:
        """Take somebody out and invite them again, after asking."""
        question = dialogs.ask_to_invite_anew(person, window)
        rooms, account = self._client.rooms, person.account
        self._do("invite anew", self._asked(question, lambda: rooms.invite_anew(room.chat, account)))

    def _do(self, name: str, work: Coroutine[object, object, None]) -> None:
        self._errands.run(name, work, self._refused)

    async def _asked(self, dialog: Dialog, then: Callable[[], Coroutine[object, object, None]]) -> None:
        if await dialog.answer():
            await then()

    async def _rename(self, chat: int, name: str) -> None:
        await self._client.rooms.rename(chat, name)

    async def _leave(self, chat: Chat, window: QWidget) -> None:
        room = await self._client.rooms.room(chat.id)
        others = [one for one in room.members if not one.mine]
        here = [one for one in others if one.part is Part.IN]
        if not room.owner or not here or any(one.owner for one in here):
            question = dialogs.ask_to_leave(room.name, window, ends=room.owner and not here)
            await self._asked(question, lambda: self._client.rooms.leave(chat.id))
            return
        dialog = Heir(room.name, here, window)
        await self._asked(dialog, lambda: self._client.rooms.leave(chat.id, dialog.account))

    def _refused(self, situation: Situation) -> None:
        self.said.emit(words.sentence(situation))
