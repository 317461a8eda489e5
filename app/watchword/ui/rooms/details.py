"""A room's details: everybody who is in it and how they stand, how it is protected, how long it is kept.

Owners change it here; everybody sees each change as a line in the chat. See `docs/protocol/rooms.md`.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.model.events import ChatChanged, Event
from watchword.model.room import Part, RoomMember, RoomShown
from watchword.ui.company import outside
from watchword.ui.company.standing import Standing
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line
from watchword.ui.controls.segments import Segments
from watchword.ui.controls.window import Window
from watchword.ui.errands import Errands
from watchword.ui.rooms import words
from watchword.ui.rooms.about import About
from watchword.ui.rooms.deeds import RoomDeeds
from watchword.ui.rooms.members import Members
from watchword.ui.rooms.standing import RoomStanding

_SIZE = QSize(520, 660)
_LEAST = QSize(400, 420)
_Deed = Callable[[RoomShown, RoomMember, QWidget], None]


class RoomDetails(Window):
    """Everything about one room."""

    invite_asked = Signal()
    write_to = Signal(str)
    """An account whose own chat is wanted."""
    session_asked = Signal(str)
    """An account with whom a passphrase session is wanted."""

    def __init__(self, client: Client, company: Standing, chat: Chat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roomDetails")
        self._client = client
        self._chat = chat
        self._company = company
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._standing = RoomStanding(client, self._errands, self)
        self._deeds = RoomDeeds(client, self._errands, self)
        self._deeds.said.connect(self._refuse)
        self.avatar = Avatar(48)
        self.name = Line(role=Role.TITLE)
        self.name.setObjectName("roomName")
        self.line = Label(role=Role.SOFT)
        self.line.setObjectName("roomLine")
        self.edit = IconButton("pencil")
        self.edit.setObjectName("renameRoomButton")
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("roomProblem")
        self.problem.hide()
        self.parts = Segments(2)
        self.parts.name("showMembers", "showAbout")
        _, mark = outside.marks(client.company.staff)
        self.members = Members(mark)
        self.about = About()
        self.invite = Button(icon="user-plus")
        self.invite.setObjectName("invitePeople")
        self.leave = Button(kind=Kind.QUIET, icon="log-out")
        self.leave.setObjectName("leaveRoom")
        self._lay_out()
        self._connect()
        self._unlisten = client.listen(self._heard)
        self._retranslate()
        self.members.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._standing.changed.connect(self._take)
        company.changed.connect(self._tell)
        self._standing.look(chat)

    def _lay_out(self) -> None:
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.name)
        titles.addWidget(self.line)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(titles, 1)
        head.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignTop)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.members)
        self.pages.addWidget(self.about)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.invite)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 24, 26, 22)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(self.parts)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)

    def _connect(self) -> None:
        deeds, members = self._deeds, self.members
        self.parts.chosen.connect(self.pages.setCurrentIndex)
        self.edit.clicked.connect(lambda: deeds.rename(self._chat, self))
        self.invite.clicked.connect(self.invite_asked)
        self.leave.clicked.connect(lambda: deeds.leave(self._chat, self))
        self.about.keep_chosen.connect(lambda seconds: deeds.keep(self._chat, seconds))
        members.write_to.connect(lambda one: self.write_to.emit(one.account))
        members.ask_session.connect(lambda one: self.session_asked.emit(one.account))
        for wish, deed in (
            (members.make_owner, deeds.make_owner),
            (members.make_member, deeds.make_member),
            (members.take_out, deeds.take_out),
            (members.invite_anew, deeds.invite_anew),
        ):
            wish.connect(lambda one, deed=deed: self._do(deed, one))

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._standing.stop()
        self._company.changed.disconnect(self._tell)
        self._errands.stop()

    # --- what is heard ----------------------------------------------------------------
    def _heard(self, event: Event) -> None:
        if isinstance(event, ChatChanged) and event.chat.id == self._chat.id:
            before, self._chat = self._chat, event.chat
            if _told(before) != _told(event.chat):
                self._tell()

    def _take(self) -> None:
        """The room is another: what was refused before may go now."""
        self._say("")
        self._tell()

    def _do(self, deed: _Deed, person: RoomMember) -> None:
        if (room := self._standing.shown) is not None:
            deed(room, person, self)

    def _refuse(self, problem: str) -> None:
        """What was chosen was not done: everything shows how it is."""
        self._say(problem)
        self._tell()

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    # --- what is said -----------------------------------------------------------------
    def _tell(self) -> None:
        room = self._standing.shown
        name = self._chat.contact.name if room is None else room.name
        self.setWindowTitle(name)
        self.avatar.show_room(name, self._chat.id)
        self.name.setText(name)
        here = room is not None and room.part is Part.IN
        owner = here and room is not None and room.owner
        self.edit.setVisible(owner)
        self.invite.setVisible(owner)
        self.leave.setVisible(here)
        if room is None:
            return
        self.line.setText(self._people(room))
        self.members.show_room(room)
        self.about.show_room(room, self._chat, self._company.organisation)

    def _people(self, room: RoomShown) -> str:
        counted = {part: sum(one.part is part for one in room.members) for part in Part}
        said = [words.count(counted[Part.IN])]
        if counted[Part.INVITED]:
            said.append(self.tr("{count} yet to answer").format(count=counted[Part.INVITED]))
        without = sum(one.part is Part.IN and one.unreached is not None for one in room.members)
        if without:
            said.append(self.tr("{count} not reached").format(count=without))
        return " · ".join(said)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._say("")
        self.parts.set_words(self.tr("People"), self.tr("About the room"))
        self.edit.set_label(self.tr("Rename the room…"))
        self.invite.setText(self.tr("Invite people…"))
        self.leave.setText(self.tr("Leave the room…"))
        self._tell()


def _told(chat: Chat) -> tuple[object, ...]:
    return (chat.contact, chat.unsent, chat.withheld)
