"""The contact list with search: who is there, and apart from them who is blocked."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core import account_id
from watchword.model.chat import Contact
from watchword.model.errors import RefusedBy
from watchword.ui.contacts.people_list import PeopleList, Row
from watchword.ui.controls.button import Button
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role


class ListPage(QWidget):
    """Everybody who is listed or blocked."""

    chosen = Signal(object)
    """A Contact."""
    add = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: list[Contact] = []
        self.title = Label(role=Role.TITLE)
        self.add_button = Button(icon="user-plus")
        self.add_button.setObjectName("addToContacts")
        self.add_button.clicked.connect(self.add)
        self.search = SearchEdit()
        self.search.setObjectName("contactSearch")
        self.search.installEventFilter(self)
        self.search.textChanged.connect(lambda _text: self._show(anew=True))
        self.search.submitted.connect(self._take)
        self.people = PeopleList()
        self.people.setObjectName("people")
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
        column.addWidget(self.search)
        column.addWidget(self.people, 1)
        column.addWidget(self.nobody, 1)
        self._retranslate()

    def show_people(self, people: Iterable[Contact]) -> None:
        """Show everybody; who was marked stays marked."""
        kept = (person for person in people if person.listed or person.blocked)
        self._people = sorted(kept, key=lambda person: (person.name.casefold(), person.account))
        self._show(anew=False)

    def take_keyboard(self) -> None:
        """Type to search, arrows to choose; where nobody is, add somebody."""
        first = self.search if self._people else self.add_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the field move in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key(), 0)
            if step and not self.search.composing:
                self.people.mark_next(step)
                return True
        return super().eventFilter(watched, event)

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
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Search contacts"))
        self.people.setAccessibleName(self.tr("Contacts"))
        self._show(anew=False)

    def _show(self, *, anew: bool) -> None:
        found = [person for person in self._people if self._matches(person)]
        rows: list[Row] = [self._row(person) for person in found if not person.blocked]
        blocked = [self._row(person) for person in found if person.blocked]
        if blocked:
            rows += [self.tr("Blocked"), *blocked]
        self.people.show_people(rows, keep=not anew)
        self.people.setVisible(bool(rows))
        self.search.setVisible(bool(self._people))
        self.nobody.setText(
            self.tr("Nobody matches.")
            if self._people
            else self.tr("Nobody in your contacts yet. Add the people you talk with by their ids.")
        )
        self.nobody.setVisible(not rows)

    def _matches(self, person: Contact) -> bool:
        typed = self.search.text().strip()
        wanted = typed.casefold()
        try:
            folded = account_id.fold(typed) if typed else ""
        except RefusedBy:
            folded = wanted
        return wanted in person.name.casefold() or folded in person.account

    def _row(self, person: Contact) -> tuple[Contact, str]:
        if not person.present:
            return person, ""
        online = self.tr("online")
        return person, online if person.name == person.account else f"{online} · {person.account}"

    def _take(self) -> None:
        person = self.people.marked
        if person is not None:
            self.chosen.emit(person)
