"""The bars over a room's messages: lists that differ, a change that is on its way, people who get nothing.

Each is there only while it has something to say, and offers what can be done. See `docs/protocol/rooms.md`,
Lists that differ and Phrase rooms.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.chat import Chat
from watchword.model.room import Part, RoomKind, RoomMember, RoomSummary, Unreached
from watchword.ui import words as program_words
from watchword.ui.company.bars import Bar, Deed
from watchword.ui.controls.banner import Tone
from watchword.ui.controls.line import fitted
from watchword.ui.rooms import words

_MOST = 3
"""So many people get a button of their own; the others stand in the details."""
_NAME_PX = 140


class RoomBars(QWidget):
    """What keeps a room from reaching everybody."""

    say_again = Signal()
    session_asked = Signal(str)
    """The account with whom a passphrase session is wanted."""
    details_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chat: Chat | None = None
        self._without: Sequence[RoomMember] = ()
        self.differs = Bar()
        self.differs.setObjectName("roomDiffersBanner")
        self.settling = Bar()
        self.settling.setObjectName("roomSettlingBanner")
        self.unreached = Bar()
        self.unreached.setObjectName("roomUnreachedBanner")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.differs, self.settling, self.unreached):
            column.addWidget(bar)

    def show_chat(self, chat: Chat, unreached: Sequence[RoomMember] = ()) -> None:
        """Say what this room waits for; nothing of a chat that is none, or that this user is not in.

        Args:
            chat: whatever is open.
            unreached: who gets nothing, as soon as it is known.
        """
        self._chat, self._without = chat, unreached
        room = chat.room
        if room is None or room.part is not Part.IN:
            for bar in (self.differs, self.settling, self.unreached):
                bar.be_quiet()
            return
        self._show_differs(room)
        self._show_settling(room)
        self._show_unreached(room)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._chat is not None:
            self.show_chat(self._chat, self._without)

    def _show_differs(self, room: RoomSummary) -> None:
        if not room.differing:
            self.differs.be_quiet()
            return
        again = Deed("roomSayAgain", self.tr("Send the list again"), self.say_again.emit)
        deeds = [again, self._details()] if room.owner else [self._details()]
        self.differs.tell(words.differs(room), Tone.WARNING, "equal-not", deeds)

    def _show_settling(self, room: RoomSummary) -> None:
        if not room.settling or room.differing:
            self.settling.be_quiet()
            return
        said = self.tr(
            "Somebody here knows a change of this room that this computer does not have yet. "
            "What you write is sent as soon as it comes."
        )
        self.settling.tell(said, Tone.CALM, "hourglass", [])

    def _show_unreached(self, room: RoomSummary) -> None:
        count = max(room.unreached, len(self._without))
        if not count:
            self.unreached.be_quiet()
            return
        asked = [one for one in self._without if one.unreached is Unreached.NO_SESSION]
        if asked and room.kind is RoomKind.COMPANY:  # the policy wants a session with everybody
            one = self.tr("{names} has no session with you yet. What you write waits for it.")
            many = self.tr("{names} have no session with you yet. What you write waits for it.")
            names, count = words.some([person.name for person in asked]), len(asked)
        elif self._without:
            one = self.tr("{names} is in this room and gets nothing from you.")
            many = self.tr("{names} are in this room and get nothing from you.")
            names = words.some([person.name for person in self._without])
        else:
            one = self.tr("One person is in this room and gets nothing from you.")
            many = self.tr("{count} people are in this room and get nothing from you.")
            names = ""
        said = (one if count == 1 else many).format(names=names, count=count)
        deeds = [self._session(person) for person in asked[:_MOST]]
        self.unreached.tell(said, Tone.INFO, "key-round", [*deeds, self._details()])

    def _session(self, person: RoomMember) -> Deed:
        name = fitted(program_words.called(person.name), _NAME_PX, self.unreached.action.font())
        said = self.tr("Ask {contact} for a session…").format(contact=name)
        return Deed(f"session-{person.account}", said, partial(self.session_asked.emit, person.account))

    def _details(self) -> Deed:
        return Deed("roomDetailsButton", self.tr("Who is in…"), self.details_asked.emit)
