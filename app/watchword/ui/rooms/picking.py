"""Picking people for a room: plates of those who are picked, a search, and everybody who can be.

Who that is the core says; nothing here decides it. A thousand people are picked as easily as two.
"""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.chat import Contact
from watchword.ui.company.outside import unmarked
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.requests.picked import PickedPeople
from watchword.ui.rooms import words
from watchword.ui.rooms.dialogs import found

_PLATES = 40
"""So many are shown as plates; of more the number is said."""
_LEAST = 58 * 2
"""Pixels of the list."""


class Picking(QWidget):
    """Some of many."""

    changed = Signal()
    """Others are picked."""
    entered = Signal()
    """Enter in the empty field, with somebody picked: go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._candidates: Sequence[Contact] = ()
        self._shown: Sequence[Contact] = ()
        self._picked: dict[str, Contact] = {}
        self._nobody = ""
        self.search = SearchEdit()
        self.search.setObjectName("roomSearch")
        self.plates = PickedPeople()
        self.plates.show()
        self.counted = Label(role=Role.SOFT, wrap=False)
        self.counted.setObjectName("pickedCount")
        self.every = Button(kind=Kind.QUIET)
        self.every.setObjectName("pickEverybody")
        self.people = PeopleList()
        self.people.setObjectName("candidates")
        self.people.setMinimumHeight(_LEAST)
        self.speak_of(unmarked, unmarked)
        self.people.follow(self.search)
        self.nobody = Label(role=Role.SOFT)
        self.nobody.setObjectName("noCandidates")
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nobody.setContentsMargins(12, 24, 12, 0)
        row = QHBoxLayout()
        row.addWidget(self.counted)
        row.addStretch(1)
        row.addWidget(self.every)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addLayout(row)
        column.addWidget(self.plates)
        column.addWidget(self.people, 1)
        column.addWidget(self.nobody, 1)
        self._connect()
        self._retranslate()

    def _connect(self) -> None:
        self.search.backed.connect(self._take_last)
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.submitted.connect(self._enter)
        self.people.person_chosen.connect(self._toggle)
        self.plates.taken_back.connect(self._toggle)
        self.every.clicked.connect(self._pick_shown)

    def speak_of(self, remark: Callable[[Contact], str], mark: Callable[[Contact], str]) -> None:
        """What stands under a name in place of the id, empty for the id; and in two words on a plate."""
        self.people.say(remark, self._is_picked)
        self.plates.mark(mark)

    def offer(self, people: Sequence[Contact]) -> None:
        """Offer these; who is picked and not among them is picked no more."""
        self._candidates = people
        offered = {one.account for one in people}
        self._picked = {key: one for key, one in self._picked.items() if key in offered}
        self._show()
        self._tell()

    def pick(self, accounts: Iterable[str]) -> None:
        """Pick these of those who are offered."""
        offered = {one.account: one for one in self._candidates}
        self._picked |= {account: offered[account] for account in accounts if account in offered}
        self._show()
        self._tell()

    @property
    def accounts(self) -> list[str]:
        """Who is picked, in that order."""
        return [*self._picked]

    @property
    def offered(self) -> int:
        """How many can be picked."""
        return len(self._candidates)

    # --- what is done -----------------------------------------------------------------
    def _is_picked(self, person: Contact) -> bool | None:
        return person.account in self._picked

    def _toggle(self, person: Contact) -> None:
        if self._picked.pop(person.account, None) is None:
            self._picked[person.account] = person
        if self.search.text():
            with QSignalBlocker(self.search):
                self.search.clear()
            self._show()
        self.people.say_anew(person)
        self._tell()

    def _take_last(self) -> None:
        if self._picked:
            self._toggle([*self._picked.values()][-1])

    def _pick_shown(self) -> None:
        """Everybody whom the search finds; once they all are picked, none of them."""
        shown = {one.account: one for one in self._shown}
        if shown.keys() <= self._picked.keys():
            self._picked = {key: one for key, one in self._picked.items() if key not in shown}
        else:
            self._picked |= shown
        self.people.viewport().update()
        self._tell()

    def _enter(self) -> None:
        if self.search.text().strip():
            if self.people.marked is not None:
                self._toggle(self.people.marked)
        elif self._picked:
            self.entered.emit()

    # --- what is shown ----------------------------------------------------------------
    def _show(self) -> None:
        self._shown = found(self._candidates, self.search.text())
        self.people.show_people(self._shown, keep=True)
        self.people.setVisible(bool(self._shown))
        self.nobody.setVisible(not self._shown)
        typed = bool(self.search.text().strip())
        self.nobody.setText(self._nobody if self._nobody and not typed else self.tr("Nobody matches."))
        self._name_every()

    def _tell(self) -> None:
        few = len(self._picked) <= _PLATES
        self.plates.show_people([*self._picked.values()] if few else ())
        self.plates.setVisible(few and bool(self._picked))
        said = self.tr("{people} picked").format(people=words.count(len(self._picked)))
        self.counted.setText(said if self._picked else self.tr("Nobody picked yet"))
        names = ", ".join(one.name for one in [*self._picked.values()][:_PLATES])
        self.search.setAccessibleDescription(f"{self.counted.text()}: {names}" if names else "")
        self._name_every()
        self.changed.emit()

    def _name_every(self) -> None:
        all_picked = all(one.account in self._picked for one in self._shown)
        self.every.setText(self.tr("Pick none") if all_picked else self.tr("Pick all"))
        self.every.setVisible(len(self._shown) > 1)
        self.every.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Name or id"))
        self.people.setAccessibleName(self.tr("People who can be invited"))
        self.plates.set_words(self.tr("Picked"), "")
        self._show()
        self._tell()

    def say_nobody(self, nobody: str) -> None:
        """What stands where nobody can be picked at all."""
        self._nobody = nobody
        self._show()
