"""Everybody who is listed in a room, with a search, and for each a menu of what may be done about them.

However many there are, nobody costs a widget (`PeopleList`).
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from watchword.model.chat import Contact
from watchword.model.room import Part, RoomKind, RoomMember, RoomShown, Unreached
from watchword.ui import icons
from watchword.ui import words as program_words
from watchword.ui.colours import tokens
from watchword.ui.company.outside import unmarked
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.menu import Menu
from watchword.ui.rooms import words

_ORDER = (Part.IN, Part.INVITED, Part.DECLINED, Part.LEFT, Part.OUT)
Deed = Callable[[RoomMember], None]


class Members(QWidget):
    """The list. What is chosen in a menu comes as a signal with the RoomMember."""

    write_to = Signal(object)
    ask_session = Signal(object)
    make_owner = Signal(object)
    make_member = Signal(object)
    take_out = Signal(object)
    invite_anew = Signal(object)

    def __init__(self, mark: Callable[[Contact], str] = unmarked, parent: QWidget | None = None) -> None:
        """`mark` says in two words what is out of the ordinary about somebody, as that they are outside."""
        super().__init__(parent)
        self._mark = mark
        self._room: RoomShown | None = None
        self._by_account: dict[str, RoomMember] = {}
        self._contacts: list[Contact] = []
        self._sought: list[str] = []
        self.search = SearchEdit()
        self.search.setObjectName("memberSearch")
        self.people = PeopleList()
        self.people.setObjectName("members")
        self.people.say(self._remark)
        self.people.follow(self.search)
        self.people.person_chosen.connect(self._choose)
        self.nobody = Label(role=Role.SOFT)
        self.nobody.setObjectName("noMember")
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nobody.setContentsMargins(0, 28, 0, 0)
        self.search.textChanged.connect(lambda _text: self._show(keep=False))
        self.search.submitted.connect(self._submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.people, 1)
        column.addWidget(self.nobody, 1)
        self._retranslate()

    def show_room(self, room: RoomShown) -> None:
        """Show who is listed now: who is in first, owners before members, then who is not."""
        self._room = room
        listed = sorted(room.members, key=lambda one: (_ORDER.index(one.part), not one.owner))
        self._by_account = {one.account: one for one in listed}
        self._contacts = [Contact(one.account, one.name) for one in listed]
        before = self.people.marked
        self._seek()
        self._show(keep=True)
        if before is None:
            self.people.selectionModel().clear()  # nobody is marked until somebody is

    def _seek(self) -> None:
        """What a search looks through: also what is said of each, so that "invited" finds who is."""
        lines = ((one, self._remark(one)) for one in self._contacts)
        self._sought = [f"{one.name}\n{remark}\n{one.account}".casefold() for one, remark in lines]

    def _show(self, *, keep: bool) -> None:
        wanted = self.search.text().strip().casefold()
        lines = zip(self._contacts, self._sought, strict=True)
        found = [person for person, sought in lines if wanted in sought]
        self.people.show_people(found, keep=keep)
        self.people.setVisible(bool(found))
        self.nobody.setVisible(not found)

    def _remark(self, person: Contact) -> str:
        found = self._by_account.get(person.account)
        return "" if found is None else words.remark(found, self._mark(person))

    # --- one person -------------------------------------------------------------------
    def _submit(self) -> None:
        if self.people.marked is not None:
            self._choose(self.people.marked)

    def _choose(self, person: Contact) -> None:
        menu = self.menu(person.account)
        if menu is not None:
            row, port = self.people.visualRect(self.people.currentIndex()), self.people.viewport()
            at = port.mapToGlobal(row.bottomRight())
            at.setX(at.x() - menu.sizeHint().width())
            menu.popup(at)

    def menu(self, account: str) -> QMenu | None:
        """What may be done about somebody; None where it is nothing."""
        person, room = self._by_account.get(account), self._room
        if person is None or room is None:
            return None
        made = Menu(self)
        made.setObjectName("memberActions")
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        soft, danger = tokens().soft, tokens().danger
        name = program_words.called(person.name)

        def offer(wanted: bool, icon: str, said: str, signal: Deed, *, grave: bool = False) -> None:
            if wanted:
                action = made.addAction(icons.icon(icon, danger if grave else soft), said.replace("&", "&&"))
                action.triggered.connect(partial(_call, signal, person))

        lacks = person.unreached is Unreached.NO_SESSION
        offer(
            not person.mine and not (lacks and room.kind is RoomKind.PHRASE),
            "message-circle",
            self.tr("Write to {contact}").format(contact=name),
            self.write_to.emit,
        )
        offer(lacks, "key-round", self.tr("Ask for a session…"), self.ask_session.emit)
        offer(person.may_invite_anew, "user-plus", self.tr("Invite again…"), self.invite_anew.emit)
        offer(person.may_make_owner, "shield", self.tr("Make owner…"), self.make_owner.emit)
        demote = self.tr("Give up being an owner…") if person.mine else self.tr("Make member…")
        offer(person.may_make_member, "user", demote, self.make_member.emit)
        if person.may_take_out and not made.isEmpty():
            made.addSeparator()
        offer(
            person.may_take_out, "log-out", self.tr("Take out of the room…"), self.take_out.emit, grave=True
        )
        return None if made.isEmpty() else made

    # --- Qt ---------------------------------------------------------------------------
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Name, id, or “invited”"))
        self.search.setAccessibleName(self.tr("Search people in this room"))
        self.people.setAccessibleName(self.tr("People in this room"))
        self.nobody.setText(self.tr("Nobody here matches."))
        self._seek()
        self._show(keep=True)


def _call(deed: Deed, person: RoomMember, _checked: bool = False) -> None:
    deed(person)
