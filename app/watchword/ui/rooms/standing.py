"""What the window of a chat knows of the open room beside its summary: who is listed, and who gets nothing.

Asked for when the room is opened and whenever it changes.
"""

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.chat import Chat, SessionState
from watchword.model.errors import RefusedBy
from watchword.model.events import ChatChanged, Event, RoomChanged
from watchword.model.room import Part, RoomMember, RoomShown
from watchword.ui.errands import Errands


class RoomStanding(QObject):
    """The room that is looked at; `shown` is None until the core has told, and where there is none."""

    changed = Signal()

    def __init__(self, client: Client, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self._chat = 0
        self._asking = self._again = False
        """However much changes at once, one answer is awaited, and one more asked for after it."""
        self.shown: RoomShown | None = None
        self._sessions: dict[int, SessionState] = {}
        """Of the passphrase chats with people who are listed: who is reached may go by it."""
        self._unlisten = client.listen(self._heard)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()

    def look(self, chat: Chat) -> None:
        """Look at the room of a chat, or at none."""
        if chat.room is None:
            self._chat, self.shown = 0, None
        elif chat.id != self._chat:
            self._chat, self.shown = chat.id, None
            self._ask()

    def load(self) -> None:
        """Ask anew: the core has read its rooms, which one could turn to before."""
        if self._chat:
            self._ask()

    @property
    def unreached(self) -> tuple[RoomMember, ...]:
        """Who is in and gets nothing from here."""
        members = () if self.shown is None else self.shown.members
        return tuple(one for one in members if one.part is Part.IN and one.unreached is not None)

    @property
    def names(self) -> dict[str, str]:
        """What everybody is called who is or was listed, by account."""
        return {} if self.shown is None else self.shown.names

    def _heard(self, event: Event) -> None:
        match event:
            case RoomChanged(chat) if chat == self._chat:
                self._ask()
            case ChatChanged(chat) if chat.room is None and chat.contact.account in self.names:
                if self._sessions.get(chat.id) is not chat.session:
                    self._sessions[chat.id] = chat.session
                    self._ask()
            case _:
                pass

    def _ask(self) -> None:
        self._again = True
        if not self._asking:
            self._asking = True
            self._errands.run("room", self._load())

    async def _load(self) -> None:
        try:
            while self._again and self._chat:
                self._again, chat = False, self._chat
                try:
                    shown = await self._client.rooms.room(chat)
                except RefusedBy:  # not read yet: `load` follows
                    continue
                if chat == self._chat and shown != self.shown:
                    self.shown = shown
                    self.changed.emit()
        finally:
            self._asking = False
