"""The page of *New conversation* on which a room is founded: its name, which kind it is, who is invited.

A member of a company founds rooms for colleagues, or by passphrases with those they have a session with.
Everybody who is invited is asked; nobody is in without having said so. See `docs/protocol/rooms.md`.
"""

import asyncio
from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.errors import Situation
from watchword.model.room import RoomKind
from watchword.ui import words as program_words
from watchword.ui.company import outside
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.controls.segments import Segments
from watchword.ui.errands import Errands
from watchword.ui.rooms import words
from watchword.ui.rooms.dialogs import NAME_LONG
from watchword.ui.rooms.picking import Picking

_KINDS = (RoomKind.COMPANY, RoomKind.PHRASE)
_MOST = {RoomKind.COMPANY: 1000, RoomKind.PHRASE: 64}
"""People of a room, as rooms.md has it; the core refuses more."""
_IN_SEGMENT = 150


class FoundingPage(QWidget):
    """A name and people make a room."""

    founded = Signal(int)
    """The chat of the new room."""
    back = Signal()

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._kind = RoomKind.PHRASE
        self._busy = False
        self._wanted: tuple[str, ...] = ()
        self._aside: tuple[str, ...] = ()
        """Who was picked for the other kind and cannot be for this one: picked again when that comes back."""
        self.title = Label(role=Role.TITLE)
        self.name = TextField()
        self.name.edit.setObjectName("roomName")
        self.name.edit.setMaxLength(NAME_LONG)
        self.kinds = Segments(2)
        self.kinds.name("companyRoom", "phraseRoom")
        self.meaning = Label(role=Role.SOFT)
        self.meaning.setObjectName("roomMeaning")
        self.picking = Picking()
        self.picking.speak_of(*outside.marks(client.company.staff))
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("roomProblem")
        self.problem.hide()
        self.back_button = Button()
        self.back_button.setObjectName("backFromRoom")
        self.found = Button(kind=Kind.PRIMARY)
        self.found.setObjectName("foundRoom")
        self._lay_out()
        self._connect()
        self._retranslate()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.title, self.name, self.kinds, self.meaning):
            column.addWidget(widget)
        column.addWidget(self.picking, 1)
        column.addWidget(self.problem)
        column.addLayout(row)

    def _connect(self) -> None:
        self.back_button.clicked.connect(self.back)
        self.found.clicked.connect(self._go)
        self.name.changed.connect(lambda _text: self._changed())
        self.name.submitted.connect(lambda: self.picking.search.setFocus(Qt.FocusReason.OtherFocusReason))
        self.picking.changed.connect(self._changed)
        self.picking.entered.connect(self._go)
        self.kinds.chosen.connect(self._choose_kind)

    def begin(self, accounts: Iterable[str] = ()) -> None:
        """Begin with these picked; colleagues where this desktop belongs to a company."""
        company = self._client.company.staff.company
        self.kinds.setVisible(bool(company))
        self._wanted = tuple(accounts)
        self.kinds.choose(0 if company else 1)
        self._turn_to(RoomKind.COMPANY if company else RoomKind.PHRASE)
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Hear no more."""
        self._errands.stop()

    def _choose_kind(self, place: int) -> None:
        self._wanted = (*self._aside, *self.picking.accounts)
        self._turn_to(_KINDS[place])

    def _turn_to(self, kind: RoomKind) -> None:
        self._kind = kind
        self._say("")
        self._errands.run("candidates", self._load(kind), self._refused)
        self._retranslate()

    async def _load(self, kind: RoomKind) -> None:
        people = await self._client.rooms.candidates(None, kind)
        if kind is self._kind:
            self.picking.offer(people)
            self.picking.pick(self._wanted)
            picked = {*self.picking.accounts}
            self._aside = tuple(account for account in self._wanted if account not in picked)

    # --- what is done -----------------------------------------------------------------
    @property
    def _ready(self) -> bool:
        return bool(self.name.text().strip() and self.picking.accounts) and not self._busy

    def _changed(self) -> None:
        self._say("")
        self.found.setEnabled(self._ready)

    def _go(self) -> None:
        if self._ready:
            self._set_busy(True)
            self._errands.run("found a room", self._found(), self._refused)
        elif not self.name.text().strip():
            self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _found(self) -> None:
        name, accounts = self.name.text().strip(), self.picking.accounts
        chat = await asyncio.shield(self._client.rooms.found(name, accounts, self._kind))
        self._set_busy(False)
        self.founded.emit(chat.id)

    def _refused(self, situation: Situation) -> None:
        self._set_busy(False)
        self._say(program_words.sentence(situation))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.found.setEnabled(self._ready)

    # --- what is said -----------------------------------------------------------------
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._say("")
        company = self._client.company.staff.company
        self.title.setText(self.tr("New room"))
        self.name.set_words(self.tr("Name of the room"))
        colleagues = self.tr("Colleagues at {company}")
        shown = fitted(program_words.called(company), _IN_SEGMENT, self.meaning.font())
        self.kinds.set_words(colleagues.format(company=shown), self.tr("People by passphrase"))
        self.meaning.setText(words.meaning(self._kind, company, _MOST[self._kind]))
        nobody = self.tr(
            "Nobody here has an open session with you. Agree on a passphrase with somebody first, by a new "
            "conversation."
        )
        self.picking.say_nobody(nobody if self._kind is RoomKind.PHRASE else "")
        self.back_button.setText(self.tr("Back"))
        self.found.setText(self.tr("Create the room"))
        self.found.updateGeometry()
        self.found.setEnabled(self._ready)
