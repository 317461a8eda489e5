"""The contact list with search: who is there, and apart from them who is blocked.

Where this desktop belongs to a company, its directory stands beside it.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.chat import Contact
from watchword.ui import words
from watchword.ui.contacts.address_book import AddressBook
from watchword.ui.contacts.people_list import PeopleList, Row
from watchword.ui.controls.button import Button
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.controls.segments import Segments

_CONTACTS, _DIRECTORY = 0, 1
_IN_SEGMENT = 170
"""Pixels of a company's name there."""


class ListPage(QWidget):
    """Everybody who is listed or blocked; and everybody who is in the company's directory."""

    chosen = Signal(object)
    """A Contact."""
    add = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = AddressBook()
        self.title = Label(role=Role.TITLE)
        self.add_button = Button(icon="user-plus")
        self.add_button.setObjectName("addToContacts")
        self.add_button.clicked.connect(self.add)
        self.groups = Segments(2)
        self.groups.name("showContacts", "showDirectory")
        self.groups.chosen.connect(lambda _at: self._turn())
        self.groups.hide()
        self.search = SearchEdit()
        self.search.setObjectName("contactSearch")
        self.search.textChanged.connect(lambda _text: self._show(anew=True))
        self.search.submitted.connect(self._take)
        self.people = PeopleList()
        self.people.setObjectName("people")
        self.people.say(self._remark)
        self.people.follow(self.search)
        self.people.person_chosen.connect(self.chosen)
        self.nobody = Label(role=Role.SOFT)
        self.nobody.setObjectName("nobody")
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nobody.setContentsMargins(24, 40, 24, 0)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title, 1)
        head.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.groups)
        column.addWidget(self.search)
        column.addWidget(self.people, 1)
        column.addWidget(self.nobody, 1)
        self._retranslate()

    def show_people(self, book: AddressBook) -> None:
        """Show everybody; who was marked stays marked."""
        self._book = book
        if self.groups.isHidden() != (not book.company):
            self.groups.setVisible(bool(book.company))
        if not book.company:
            self.groups.choose(_CONTACTS)
        self._retranslate()

    def show_directory(self) -> None:
        """Show the company's directory."""
        self.groups.choose(_DIRECTORY)
        self._show(anew=True)

    def take_keyboard(self) -> None:
        """Type to search, arrows to choose; where nobody is, add somebody."""
        first = self.search if self._group() else self.add_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.title.setText(self.tr("Contacts"))
        self.add_button.setText(self.tr("Add"))
        self.add_button.setAccessibleName(self.tr("Add a contact"))
        self.add_button.updateGeometry()
        company = words.called(self._book.company)
        self.groups.set_words(self.tr("Contacts"), fitted(company, _IN_SEGMENT, self.groups.font()))
        self.search.setPlaceholderText(self.tr("Name or id"))
        self._show(anew=False)

    @property
    def _in_directory(self) -> bool:
        return self.groups.current == _DIRECTORY

    def _turn(self) -> None:
        self._show(anew=True)
        self.take_keyboard()

    def _group(self, typed: str = "") -> list[Contact]:
        """Whom a search finds of the group that is shown."""
        found = self._book.found(typed)
        if self._in_directory:
            return [person for person in found if self._book.is_colleague(person.account)]
        return [person for person in found if person.listed or person.blocked]

    def _show(self, *, anew: bool) -> None:
        rows: list[Row] = [*self._group(self.search.text())]
        if not self._in_directory and any(isinstance(row, Contact) and row.blocked for row in rows):
            people = [row for row in rows if isinstance(row, Contact)]
            blocked = [person for person in people if person.blocked]
            rows = [*(one for one in people if not one.blocked), self.tr("Blocked"), *blocked]
        self.people.show_people(rows, keep=not anew)
        self.people.setVisible(bool(rows))
        anybody = bool(rows) or bool(self._group())
        self.search.setVisible(anybody)
        self.nobody.setText(self.tr("Nobody matches.") if anybody else self._nobody())
        self.nobody.setVisible(not rows)
        said = self.tr("Search the directory") if self._in_directory else self.tr("Search contacts")
        self.search.setAccessibleName(said)
        directory = self.tr("{company}'s directory").format(company=words.called(self._book.company))
        self.people.setAccessibleName(directory if self._in_directory else self.tr("Contacts"))

    def _nobody(self) -> str:
        if self._in_directory:
            said = self.tr("Nobody else is in {company}'s directory yet.")
            return said.format(company=words.called(self._book.company))
        return self.tr("Nobody in your contacts yet. Add the people you talk with by their ids.")

    def _remark(self, person: Contact) -> str:
        pieces = [self.tr("online")] if person.present else []
        if person.blocked and self._in_directory:
            pieces.append(self.tr("blocked"))
        if not pieces or person.name != person.account:
            pieces.append(person.account)
        if self._book.is_colleague(person.account) and not self._in_directory:
            pieces.append(words.called(self._book.company))
        return " · ".join(pieces)

    def _take(self) -> None:
        person = self.people.marked
        if person is not None:
            self.chosen.emit(person)
