"""New conversation, first page: with whom. The contact list with search, or an id that is typed (F6)."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core import account_id
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind as Cause
from watchword.model.errors import RefusedBy, Situation
from watchword.model.events import ContactChanged, Event
from watchword.ui import words
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands


class WhomPage(QWidget):
    """Choose a person."""

    chosen = Signal(object)
    """A Contact; `listed` is False for somebody who is not in the contact list."""
    cancelled = Signal()

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._contacts: list[Contact] = []
        self._loaded = False
        self.title = Label(role=Role.TITLE)
        self.explanation = Label(role=Role.SOFT)
        self.search = SearchEdit()
        self.search.setObjectName("idField")
        self.search.installEventFilter(self)
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.submitted.connect(self._take)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("idProblem")
        self.people = PeopleList()
        self.people.setObjectName("contactList")
        self.people.person_chosen.connect(self.chosen)
        self.empty = Label(role=Role.SOFT)
        self.empty.setObjectName("noContacts")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.cancel = Button()
        self.cancel.setObjectName("cancelNew")
        self.cancel.clicked.connect(self.cancelled)
        self.next = Button(kind=Kind.PRIMARY)
        self.next.setObjectName("nextStep")
        self.next.clicked.connect(self._take)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.title, self.explanation, self.search, self.problem):
            column.addWidget(widget)
        column.addWidget(self.people, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(row)
        self._unlisten = client.listen(self._heard)
        self._retranslate()

    def begin(self, account: str = "") -> None:
        """Load the contacts; `account` stands in the field."""
        self.search.setText(account)
        self._errands.run("load contacts", self._load())
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._errands.stop()

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
        self.title.setText(self.tr("New conversation"))
        self.explanation.setText(
            self.tr("Choose a contact, or type the id of the person you want to talk to.")
        )
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Name or id"))
        self.people.setAccessibleName(self.tr("Contacts"))
        self.empty.setText(self.tr("Nobody in your contacts yet. Type an id above."))
        self.cancel.setText(self.tr("Cancel"))
        self.next.setText(self.tr("Next"))
        self._show()

    def _heard(self, event: Event) -> None:
        if isinstance(event, ContactChanged) and self._loaded:
            changed = event.contact
            people = [person for person in self._contacts if person.account != changed.account]
            people += [changed] if changed.listed else []
            self._contacts = sorted(people, key=lambda person: (person.name.casefold(), person.account))
            self._show(keep=True)

    async def _load(self) -> None:
        self._contacts = [person for person in await self._client.contacts() if person.listed]
        self._loaded = True
        self._show()

    def _show(self, *, keep: bool = False) -> None:
        typed = self.search.text().strip()
        folded, problem = self._folded(typed)
        wanted = typed.casefold()
        people: list[tuple[Contact, str]] = [
            (person, self.tr("blocked") if person.blocked else "")
            for person in self._contacts
            if wanted in person.name.casefold() or (folded or wanted) in person.account
        ]
        exact = any(person.account == folded for person, _ in people)
        if folded and not exact and not problem:
            stranger = Contact(folded, folded, listed=False)
            people.append((stranger, self.tr("Ask this id, which is not in your contacts")))
        people.sort(key=lambda shown: shown[0].account != folded)
        self.people.show_people(people, keep=keep)
        self.people.setVisible(bool(people) or bool(typed))
        self.empty.setVisible(not people and not typed)
        self._say(problem if not people else "")
        self.next.setEnabled(bool(people))

    def _folded(self, typed: str) -> tuple[str, str]:
        """The id that was typed, and what is wrong with it."""
        if not typed:
            return "", ""
        try:
            folded = account_id.fold(typed)
        except RefusedBy as refused:
            return "", words.sentence(refused.situation)
        if folded == self._client.account:
            return folded, words.sentence(Situation(Cause.ID_MINE))
        return folded, ""

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.search.set_invalid(bool(problem))

    def _take(self) -> None:
        person = self.people.marked
        if person is not None:
            self.chosen.emit(person)
        elif not self.search.text().strip():
            self._say(words.sentence(Situation(Cause.ID_EMPTY)))
