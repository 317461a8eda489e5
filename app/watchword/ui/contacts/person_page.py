"""One person of the contact list: who it is, the id to give on, and everything that can be done."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.chat import Contact
from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.controls.avatar import Avatar
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line

_COPIED_MS = 2000


class Place(NamedTuple):
    """Where somebody stands to the company of this desktop."""

    company: str
    name: str
    """By its directory; empty for somebody who is not in it."""


class PersonPage(QWidget):
    """Shows one person; every button is a wish that the window fulfils."""

    back = Signal()
    converse = Signal()
    rename = Signal()
    remove = Signal()
    add = Signal()
    block = Signal()
    unblock = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person: Contact | None = None
        self._place: Place | None = None
        self._talking = False
        self._problem: Situation | None = None
        self.back_button = IconButton("arrow-left")
        self.back_button.setObjectName("backToContacts")
        self.back_button.clicked.connect(self.back)
        self.avatar = Avatar(72)
        self.name = Line(role=Role.TITLE)
        self.name.setObjectName("personName")
        self.state = Label(role=Role.SOFT)
        self.state.setObjectName("personState")
        self.company = Label(role=Role.SOFT)
        self.company.setObjectName("personCompany")
        self.company.hide()
        self.id = TextField()
        self.id.edit.setObjectName("personId")
        self.id.edit.setReadOnly(True)
        self.copy = Button(icon="copy")
        self.copy.setObjectName("copyPersonId")
        self.copy.clicked.connect(self._copy)
        self.id.add_to_row(self.copy)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("contactProblem")
        self.problem.hide()
        self.converse_button = self._button("conversePerson", self.converse, Kind.PRIMARY, "square-pen")
        self.unblock_button = self._button("unblockPerson", self.unblock, Kind.PRIMARY, "ban")
        self.rename_button = self._button("renamePerson", self.rename)
        self.add_button = self._button("addPerson", self.add)
        self.remove_button = self._button("removePerson", self.remove)
        self.block_button = self._button("blockPerson", self.block)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._name_copy)
        self._lay_out()
        self._retranslate()

    def _button(self, name: str, asked: object, kind: Kind = Kind.SECONDARY, icon: str = "") -> Button:
        button = Button(kind=kind, icon=icon)
        button.setObjectName(name)
        button.clicked.connect(asked)
        return button

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addStretch(1)
        names.addWidget(self.name)
        names.addWidget(self.state)
        names.addWidget(self.company)
        names.addStretch(1)
        who = QHBoxLayout()
        who.setSpacing(16)
        who.addWidget(self.avatar)
        who.addLayout(names, 1)
        first, others = QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (first, (self.converse_button, self.unblock_button)),
            (others, (self.rename_button, self.add_button, self.remove_button, self.block_button)),
        ):
            row.setSpacing(10)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(who)
        column.addLayout(first)
        column.addWidget(self.id)
        column.addLayout(others)
        column.addWidget(self.problem)
        column.addStretch(1)

    def show_person(self, person: Contact, *, talking: bool, place: Place | None = None) -> None:
        """Show somebody, new or changed; `talking` where a session with them is open.

        `place` says where they stand to the company of this desktop, if it belongs to one.
        """
        before, self.person, self._talking, self._place = self.person, person, talking, place
        if before is None or before.account != person.account:
            self._problem = None
        focused = self.window().focusWidget()
        self._retranslate()
        if isinstance(focused, Button) and focused.isHidden():
            self.take_keyboard()

    def take_keyboard(self) -> None:
        """The one thing to do first."""
        first = self.unblock_button if self.converse_button.isHidden() else self.converse_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, problem: Situation | None) -> None:
        """Say what could not be done; None takes it back."""
        self._problem = problem
        self.problem.setText("" if problem is None else words.sentence(problem))
        self.problem.setVisible(problem is not None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.back_button.set_label(self.tr("Back to all contacts"))
        self.id.set_words(
            self.tr("Id"), self.tr("It names this person on the relay, whatever you call them.")
        )
        self._name_copy()
        self.say(self._problem)
        talk = self.tr("Open chat") if self._talking else self.tr("New conversation")
        if self._place is not None and self._place.name:
            talk = self.tr("Write")
        for button, said in (
            (self.converse_button, talk),
            (self.unblock_button, self.tr("Unblock")),
            (self.rename_button, self.tr("Rename…")),
            (self.add_button, self.tr("Add to contacts")),
            (self.remove_button, self.tr("Remove…")),
            (self.block_button, self.tr("Block…")),
        ):
            button.setText(said)
            button.updateGeometry()
        if self.person is not None:
            self._show(self.person)

    def _show(self, person: Contact) -> None:
        self.avatar.show_person(person.name, person.account, present=person.present)
        self.name.setText(person.name)
        self.state.setText(self._state(person))
        self.company.setText(self._company(person))
        self.company.setVisible(bool(self.company.text()))
        self.id.set_text(person.account)
        self.id.edit.setCursorPosition(0)
        self.converse_button.setVisible(not person.blocked)
        self.unblock_button.setVisible(person.blocked)
        self.block_button.setVisible(not person.blocked)
        self.add_button.setVisible(not person.listed)
        self.remove_button.setVisible(person.listed)

    def _state(self, person: Contact) -> str:
        if person.blocked:
            said = self.tr("Blocked. Requests of {contact} are met with silence.")
            return said.format(contact=words.called(person.name))
        if not person.listed:
            return self.tr("not in your contacts")
        return self.tr("online") if person.present else self.tr("offline")

    def _company(self, person: Contact) -> str:
        if self._place is None:
            return ""
        company = words.called(self._place.company)
        if not self._place.name:
            return self.tr("not in {company}'s directory").format(company=company)
        if self._place.name == person.name:
            return self.tr("Colleague at {company}").format(company=company)
        said = self.tr("Colleague at {company}, as {contact} in its directory")
        return said.format(company=company, contact=words.called(self._place.name))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.id.text())
        self.copy.setText(self.tr("Copied"))
        self._copied.start(_COPIED_MS)

    def _name_copy(self) -> None:
        self.copy.setText(self.tr("Copy"))
        self.copy.updateGeometry()
