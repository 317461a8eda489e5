"""The questions before something is done in a room, each in plain words: what, and what comes of it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from watchword.model.chat import Contact
from watchword.model.room import Part, RoomKind, RoomMember, Unreached
from watchword.ui import words as program_words
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.dialog import Asked, Dialog, Question
from watchword.ui.controls.field import SearchEdit, TextField
from watchword.ui.controls.label import Label, Role

NAME_LONG = 64
"""Letters of a room's name; a company's names have as many."""
_HEIRS_HIGH = 58 * 4


class RenameRoom(Dialog):
    """Another name for a room, for everybody in it."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("renameRoom")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._before = name
        self.field = TextField()
        self.field.edit.setObjectName("roomNameField")
        self.field.edit.setMaxLength(NAME_LONG)
        self.field.set_text(name)
        self.field.submitted.connect(self._submit)
        self.field.changed.connect(lambda _text: self._allow())
        self.body.addWidget(self.field)
        self._no = self.add_button(Button())
        self._no.setObjectName("cancel")
        self._no.clicked.connect(self.reject)
        self._yes = self.add_button(Button(kind=Kind.PRIMARY))
        self._yes.setObjectName("confirm")
        self._yes.clicked.connect(self.accept)
        self.retranslate()
        self._allow()
        self.field.edit.setFocus()
        self.field.edit.selectAll()

    @property
    def name(self) -> str:
        """What was typed."""
        return self.field.text().strip()

    def retranslate(self) -> None:
        """Name everything."""
        self.set_title(self.tr("Rename the room"))
        told = self.tr("Everybody in the room sees the name, and who changed it.")
        self.field.set_words(self.tr("Name"), told)
        self._no.setText(self.tr("Cancel"))
        self._yes.setText(self.tr("Rename"))

    def _allow(self) -> None:
        self._yes.setEnabled(bool(self.name) and self.name != self._before)

    def _submit(self) -> None:
        if self._yes.isEnabled():
            self.accept()


class Heir(Dialog):
    """The only owner leaves: who owns the room then."""

    def __init__(self, room: str, people: Sequence[RoomMember], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pickHeir")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._room = room
        self._contacts = [Contact(one.account, one.name) for one in people]
        self._told = Label(role=Role.SOFT)
        self.search = SearchEdit()
        self.search.setObjectName("heirSearch")
        self.people = PeopleList()
        self.people.setObjectName("heirs")
        self.people.setFixedHeight(_HEIRS_HIGH)
        self.people.follow(self.search)
        self.search.textChanged.connect(self._find)
        self.search.submitted.connect(self._submit)
        self.people.person_opened.connect(lambda _person: self.accept())
        self.people.selectionModel().currentChanged.connect(lambda _now, _before: self._allow())
        for widget in (self._told, self.search, self.people):
            self.body.addWidget(widget)
        self._no = self.add_button(Button())
        self._no.setObjectName("cancel")
        self._no.clicked.connect(self.reject)
        self._yes = self.add_button(Button(kind=Kind.DANGER))
        self._yes.setObjectName("confirm")
        self._yes.clicked.connect(self.accept)
        self.people.show_people(self._contacts)
        if len(self._contacts) > 1:
            self.people.selectionModel().clear()  # Enter hands over to nobody who was not chosen
        self.retranslate()
        self._allow()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def account(self) -> str:
        """Who is marked; empty for nobody."""
        marked = self.people.marked
        return "" if marked is None else marked.account

    def retranslate(self) -> None:
        """Name everything."""
        self.set_title(self.tr("Who owns the room after you?"))
        said = self.tr(
            "You are the only owner of {room}. Before you leave, somebody else becomes its owner: they can "
            "then invite people and take them out. You get nothing of the room any more."
        )
        self._told.setText(said.format(room=quoted(self._room)))
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Name or id"))
        self.people.setAccessibleName(self.tr("People in this room"))
        self._no.setText(self.tr("Cancel"))
        self._yes.setText(self.tr("Hand over and leave"))

    def _find(self, typed: str) -> None:
        self.people.show_people(found(self._contacts, typed))
        self._allow()

    def _allow(self) -> None:
        self._yes.setEnabled(bool(self.account))

    def _submit(self) -> None:
        if self.account:
            self.accept()


def found(people: Sequence[Contact], typed: str) -> list[Contact]:
    """Whom a search finds by name or id; all for an empty one."""
    wanted = typed.strip().casefold()
    return [one for one in people if wanted in one.name.casefold() or wanted in one.account]


def quoted(room: str) -> str:
    """A room's name inside a sentence."""
    return QCoreApplication.translate("RoomDialogs", "“{name}”").format(name=program_words.called(room))


def ask_to_leave(room: str, parent: QWidget, *, ends: bool) -> Dialog:
    """Before this user leaves; `ends` where nobody else is in and an owner takes all invitations along."""
    translate = QCoreApplication.translate

    def asked() -> Asked:
        told = translate(
            "RoomDialogs",
            "Everybody in it sees that you left, and you get nothing of it any more. To come back, an owner "
            "has to invite you again. What was written so far stays on this computer.",
        )
        if ends:
            told = translate(
                "RoomDialogs",
                "Nobody else is in it, so the room ends, and open invitations are taken back. "
                "What was written so far stays on this computer.",
            )
        title = translate("RoomDialogs", "Leave {room}?").format(room=quoted(room))
        return Asked(title, told, translate("RoomDialogs", "Leave"), translate("RoomDialogs", "Cancel"))

    return Question(parent, asked, danger=True)


def ask_to_take_out(person: RoomMember, kind: RoomKind, parent: QWidget) -> Dialog:
    """Before somebody is taken out."""
    name, translate = program_words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        told = translate(
            "RoomDialogs",
            "{contact} gets nothing that is written from now on, and keeps what was written before. "
            "Everybody sees that you took {contact} out.",
        ).format(contact=name)
        if kind is RoomKind.COMPANY:
            keys = translate(
                "RoomDialogs",
                "{contact} still holds the company's keys: it is the members' computers and the relay that "
                "leave {contact} out.",
            ).format(contact=name)
            told = f"{told}\n\n{keys}"
        title = translate("RoomDialogs", "Take {contact} out of the room?").format(contact=name)
        return Asked(title, told, translate("RoomDialogs", "Take out"), translate("RoomDialogs", "Cancel"))

    return Question(parent, asked, danger=True)


def ask_to_make_owner(person: RoomMember, parent: QWidget) -> Dialog:
    """Before somebody becomes an owner."""
    name, translate = program_words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        told = translate(
            "RoomDialogs",
            "{contact} can then invite people, take members out, make owners and rename the room, like you. "
            "Who owned the room before {contact} can take that back.",
        )
        title = translate("RoomDialogs", "Make {contact} an owner?").format(contact=name)
        action = translate("RoomDialogs", "Make owner")
        return Asked(title, told.format(contact=name), action, translate("RoomDialogs", "Cancel"))

    return Question(parent, asked, danger=False)


def ask_to_make_member(person: RoomMember, parent: QWidget) -> Dialog:
    """Before somebody, maybe this user, is an owner no longer."""
    name, translate = program_words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        cancel = translate("RoomDialogs", "Cancel")
        if person.mine:
            told = translate(
                "RoomDialogs", "You stay in the room. Only another owner can make you an owner again."
            )
            title = translate("RoomDialogs", "Give up being an owner?")
            return Asked(title, told, translate("RoomDialogs", "Give up"), cancel)
        told = translate(
            "RoomDialogs", "{contact} stays in the room, and can no longer invite people or take them out."
        )
        title = translate("RoomDialogs", "Make {contact} a member?").format(contact=name)
        action = translate("RoomDialogs", "Make member")
        return Asked(title, told.format(contact=name), action, cancel)

    return Question(parent, asked, danger=person.mine)


def ask_to_invite_anew(person: RoomMember, parent: QWidget) -> Dialog:
    """Before somebody is taken out and invited again in one step."""
    name, translate = program_words.called(person.name), QCoreApplication.translate

    def asked() -> Asked:
        if person.part in (Part.DECLINED, Part.LEFT):
            told = translate("RoomDialogs", "{contact} is asked once more whether they join.")
        elif person.part is Part.INVITED and person.unreached is None:
            told = translate(
                "RoomDialogs",
                "{contact} has not answered. The relay keeps an invitation for a limited time only. "
                "{contact} is asked once more whether they join.",
            )
        elif person.unreached is Unreached.LAPSED:
            told = translate(
                "RoomDialogs",
                "{contact} has another key than when they were invited, as after joining the company anew. "
                "They are taken out, invited with the key they have now, and asked whether they join.",
            )
        else:
            told = translate(
                "RoomDialogs",
                "{contact} is taken out, invited with the key they have now, and asked whether they join.",
            )
        title = translate("RoomDialogs", "Invite {contact} again?").format(contact=name)
        action = translate("RoomDialogs", "Invite again")
        return Asked(title, told.format(contact=name), action, translate("RoomDialogs", "Cancel"))

    return Question(parent, asked, danger=False)
