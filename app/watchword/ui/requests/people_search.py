"""Contacts and the company's directory with one search, and who of them is picked for a conversation (F6).

Somebody outside the company is chosen alone; colleagues are picked, one or several. What comes of it is
not decided here.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core import account_id
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind as Cause
from watchword.model.errors import RefusedBy, Situation
from watchword.model.events import ContactChanged, Event, OrganisationChanged
from watchword.ui import words
from watchword.ui.company import outside
from watchword.ui.company.outside import Outside
from watchword.ui.contacts.address_book import AddressBook
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands
from watchword.ui.requests.picked import PickedPeople


class PeopleSearch(QWidget):
    """A field, the people it finds, and above it those who are picked."""

    chosen = Signal(object)
    """A Contact who is to be asked alone; `listed` is False for somebody who is not in the contact list."""
    all_picked = Signal()
    """The chat with those who are picked is wanted."""
    changed = Signal()
    """Others are picked or marked, or the company is another."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._book = AddressBook()
        self._picked: list[Contact] = []
        self.refusal: Callable[[], str] | None = None
        self._moved = False
        """Whether the mark was moved by hand since somebody was picked."""
        self._loaded = False
        self.picked = PickedPeople()
        self.search = SearchEdit()
        self.search.setObjectName("idField")
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("idProblem")
        self.people = PeopleList()
        self.people.setObjectName("contactList")
        self.people.say(lambda person: _remark(self._book, person), self._is_picked)
        self.empty = Label(role=Role.SOFT)
        self.empty.setObjectName("noContacts")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.picked, self.search, self.problem):
            column.addWidget(widget)
        column.addWidget(self.people, 1)
        column.addWidget(self.empty, 1)
        self._connect()
        self._unlisten = client.listen(self._heard)
        self._retranslate()

    def _connect(self) -> None:
        people, search = self.people, self.search
        people.follow(search)
        search.backed.connect(lambda: self._take_back(self._picked[-1]) if self._picked else None)
        search.textChanged.connect(lambda _text: self._typed())
        search.submitted.connect(self._entered)
        people.person_chosen.connect(self.choose)
        people.person_opened.connect(self.open_with)
        people.mark_moved.connect(self._mark_moved)
        people.selectionModel().currentChanged.connect(lambda _now, _before: self.changed.emit())
        self.picked.taken_back.connect(self._take_back)

    def begin(self, account: str = "") -> None:
        """Load everybody; `account` stands in the field."""
        self.search.setText(account)
        self._errands.run("load contacts", self._load())
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._errands.stop()

    # --- what it tells ----------------------------------------------------------------

    @property
    def company(self) -> str:
        """The company whose directory is here; empty without one."""
        return self._book.company

    @property
    def accounts(self) -> list[str]:
        """Who is picked, in that order."""
        return [person.account for person in self._picked]

    @property
    def ready(self) -> bool:
        """Whether somebody is picked or marked with whom a conversation is possible."""
        marked = self.people.marked
        return bool(self._picked) or (marked is not None and not self.outside(marked).refused)

    def outside(self, person: Contact) -> Outside:
        """How somebody stands to the company."""
        return outside.of(self._client.company.staff, person.account)

    @property
    def opens(self) -> bool:
        """Whether going on opens a chat, and nobody is asked for a phrase."""
        marked = self.people.marked
        return bool(self._picked) or (marked is not None and self._book.is_colleague(marked.account))

    # --- Qt ---------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Name or id"))
        both = self.tr("Contacts and colleagues")
        self.people.setAccessibleName(both if self.company else self.tr("Contacts"))
        self.picked.set_words(self.tr("Picked"), self.tr("Nobody picked yet"))
        self.picked.setVisible(bool(self.company))
        self.empty.setText(self.tr("Nobody in your contacts yet. Type an id above."))
        self._show(keep=True)

    # --- what is heard ----------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        if isinstance(event, ContactChanged) and self._loaded:
            self._book.change(event.contact)
            self._show(keep=True)
        elif isinstance(event, OrganisationChanged) and self._loaded:
            self._take_directory()

    async def _load(self) -> None:
        self._book.take_contacts(await self._client.contacts())
        self._loaded = True
        if not self._take_directory():
            self._show(keep=True)

    def _take_directory(self) -> bool:
        """Show everybody where the directory is another one; whether it is."""
        other = self._book.take_directory(self._client.company.staff)
        if other:
            before, colleague = self._picked, self._book.is_colleague
            self._picked = [person for person in before if colleague(person.account)]
            self._retranslate()
            if left := [person.name for person in before if not colleague(person.account)]:
                self.refuse(lambda: outside.left(self.company, left))
        return other

    # --- what is shown ----------------------------------------------------------------

    def _show(self, *, keep: bool = False) -> None:
        typed = self.search.text().strip()
        folded, problem = _folded(typed, self._client.account)
        people = [person for person in self._book.found(typed) if self._is_shown(person)]
        if folded:
            people.sort(key=lambda person: person.account != folded)
        if folded and not problem and not any(person.account == folded for person in people[:1]):
            people.append(Contact(folded, folded, listed=False))
        self.people.show_people(people, keep=keep)
        self.people.setVisible(bool(people) or bool(typed))
        self.empty.setVisible(not people and not typed)
        self._show_picked()
        self.say(problem if not people else "")

    def _show_picked(self) -> None:
        self.picked.show_people(self._picked)
        said = self.tr("Picked: {contacts}").format(contacts=", ".join(one.name for one in self._picked))
        self.search.setAccessibleDescription(said if self._picked else "")
        self.changed.emit()

    def say(self, problem: str) -> None:
        """Say what is wrong with what was typed, otherwise what was refused."""
        refusal = self.refusal() if self.refusal is not None else ""
        self.problem.setText(problem or refusal)
        self.problem.setVisible(bool(problem or refusal))
        self.search.set_invalid(bool(problem))

    def refuse(self, sentence: Callable[[], str]) -> None:
        """Say why something was not done, until something else is."""
        self.refusal = sentence
        self.say("")
        self.changed.emit()

    def _is_shown(self, person: Contact) -> bool:
        return person.listed or self._book.is_colleague(person.account)

    def _is_picked(self, person: Contact) -> bool | None:
        if not self._book.is_colleague(person.account):
            return None
        return person.account in self.accounts

    # --- what is done -----------------------------------------------------------------

    def go_on(self) -> None:
        """What is picked is all; without, who is marked."""
        if self._picked:
            self.all_picked.emit()
        elif self.people.marked is not None:
            self.open_with(self.people.marked)

    def open_with(self, person: Contact) -> None:
        """Open a colleague's chat at once, with those who are picked already; ask anybody else."""
        if not self._is_picked(person):
            self.choose(person)
        if self._is_picked(person):
            self.all_picked.emit()

    def choose(self, person: Contact) -> None:
        """Pick a colleague or take them back; anybody else is asked, alone."""
        self.refusal = None
        if self._is_picked(person):
            self._take_back(person)
        elif self._book.is_colleague(person.account):
            self._pick(person)
        elif self._picked or self.outside(person).refused:
            self.refuse(lambda: _not_with(person, self.outside(person), alone=not self._picked))
        else:
            self.chosen.emit(person)

    def _pick(self, person: Contact) -> None:
        if person.blocked:
            self.refuse(lambda: words.sentence(Situation(Cause.CONTACT_BLOCKED)))
            return
        self._picked.append(person)
        self._look_for_the_next(person)

    def _take_back(self, person: Contact) -> None:
        self.refusal = None
        self._picked = [one for one in self._picked if one.account != person.account]
        self._look_for_the_next(person)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_for_the_next(self, changed: Contact) -> None:
        self._moved = False
        if not self.search.text():
            self.people.say_anew(changed)
            self._show_picked()
            self.say("")
            return
        with QSignalBlocker(self.search):
            self.search.clear()
        self._show(keep=True)
        self.people.show_marked()

    def _typed(self) -> None:
        self.refusal = None
        self._moved = False
        self._show()

    def _mark_moved(self) -> None:
        self._moved = True

    def _entered(self) -> None:
        """Enter in the field: goes on once all are picked, otherwise takes who is marked."""
        if self._picked and not self.search.text() and not self._moved:
            self.all_picked.emit()
        elif self.people.marked is not None:
            self.choose(self.people.marked)
        elif not self.search.text().strip():
            self.say(words.sentence(Situation(Cause.ID_EMPTY)))


def _remark(book: AddressBook, person: Contact) -> str:
    """What stands under a name in place of the id."""
    translate, company = QCoreApplication.translate, words.called(book.company)
    if person.blocked:
        return translate("PeopleSearch", "blocked")
    if book.is_colleague(person.account):
        return f"{person.account} · {company}"
    if person.listed and company:
        return f"{person.account} · {outside.mark(Outside(book.company))}"
    if person.listed:
        return ""
    if company:
        said = translate("PeopleSearch", "Ask this id, which is outside {company}")
        return said.format(company=company)
    return translate("PeopleSearch", "Ask this id, which is not in your contacts")


def _not_with(person: Contact, away: Outside, *, alone: bool) -> str:
    """Why somebody outside cannot be picked."""
    return outside.nobody(away, person.name) if alone else outside.alone(away, person.name)


def _folded(typed: str, me: str) -> tuple[str, str]:
    """The id that was typed, and what is wrong with it."""
    if not typed:
        return "", ""
    try:
        folded = account_id.fold(typed)
    except RefusedBy as refused:
        return "", words.sentence(refused.situation)
    return folded, words.sentence(Situation(Cause.ID_MINE)) if folded == me else ""
