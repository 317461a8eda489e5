"""Joining a company by its file: where it lies, what it shows outside, the join phrase.

The form of the settings, of a window of its own and of first start; who joins how is the owner's (`Gate`).
Whatever goes wrong is said where it can be mended, and can be tried again at once. See
`docs/protocol/company.md`, The company file.
"""

import asyncio
import enum
from collections.abc import Callable, Collection, Coroutine
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.company import CompanyOutside, FileReason
from watchword.model.errors import Kind as Cause
from watchword.model.errors import RefusedBy, Situation
from watchword.ui.company import link_words
from watchword.ui.company.file_choice import choose_file
from watchword.ui.company.outside_card import OutsideCard
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.scroll_area import bring_into_sight
from watchword.ui.errands import Errands
from watchword.ui.requests.phrase_entry import PhraseEntry


class Gate(NamedTuple):
    """What the form asks of the core."""

    obtain: Callable[[str], Coroutine[object, object, bytes]]
    """A company file by its link or its name here."""
    look: Callable[[bytes], CompanyOutside]
    """What it shows outside; a large one takes a while, so this is called in a thread."""
    join: Callable[[bytes, str, Callable[[], None]], Coroutine[object, object, object]]
    """Join by file and phrase; what comes of it is what `joined` carries. It says when it cannot be taken
    back any more; given up before, it leaves nothing."""
    account: str = ""
    """The id that this desktop has already; empty before there is one."""


class _Stage(enum.Enum):
    WHERE = enum.auto()
    FETCHING = enum.auto()
    PHRASE = enum.auto()
    JOINING = enum.auto()
    KEEPING = enum.auto()
    """As JOINING, and too late to cancel."""


_BUSY = frozenset({_Stage.FETCHING, _Stage.JOINING, _Stage.KEEPING})


class JoinForm(QWidget):
    """`begin` it; then either `joined` comes, with what the gate's `join` gave, or `cancelled`."""

    joined = Signal(object)
    cancelled = Signal()
    problem_met = Signal(object)
    """A Situation, each time something does not work; it is said here already."""

    def __init__(
        self, gate: Gate, *, leave: Callable[[], str] | None = None, parent: QWidget | None = None
    ) -> None:
        """Ask nothing yet. `leave`: other words for *Cancel*, in the language in use."""
        super().__init__(parent)
        self._gate = gate
        self._leave = leave
        self._errands = Errands(self)
        self._stage = _Stage.WHERE
        self._data = b""
        self._outside: CompanyOutside | None = None
        self._told: Situation | None = None
        self.where = TextField()
        self.where.edit.setObjectName("companySource")
        self.where.note.setObjectName("companySourceNote")
        self.where.submitted.connect(self.go_on)
        self.where.changed.connect(lambda _text: self._forget_problem())
        self.choose = Button()
        self.choose.setObjectName("chooseCompanyFile")
        self.choose.clicked.connect(self._choose)
        self.where.add_to_row(self.choose)
        self.card = OutsideCard()
        self.card.other.clicked.connect(self._ask_where)
        self.phrase = PhraseEntry(completes=True, judged=False)
        self.phrase.edit.setObjectName("joinPhrase")
        self.phrase.note.setObjectName("joinPhraseNote")
        self.phrase.submitted.connect(self.go_on)
        self.phrase.changed.connect(self._typed)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("joinProblem")
        self.cancel = Button(kind=Kind.QUIET)
        self.cancel.setObjectName("cancelJoin")
        self.cancel.clicked.connect(self.cancelled)
        self.go = Button(kind=Kind.PRIMARY)
        self.go.setObjectName("joinCompany")
        self.go.clicked.connect(self.go_on)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        self.row = QHBoxLayout()
        self.row.setSpacing(10)
        self.row.addWidget(self.cancel)
        self.row.addStretch(1)
        self.row.addWidget(self.go)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(14)
        for widget in (self.where, self.card, self.phrase, self.problem):
            self.column.addWidget(widget)
        self.column.addLayout(self.row)

    # --- for the owner ----------------------------------------------------------------

    def add(self, *widgets: QWidget) -> None:
        """Put something of the owner's over the buttons."""
        for widget in widgets:
            self.column.insertWidget(self.column.count() - 1, widget)

    def begin(self, source: str = "") -> None:
        """Ask where the file is, or fetch it from where somebody said."""
        self.where.set_text(source)
        self._ask_where()
        if source:
            self.go_on()

    def take_keyboard(self) -> None:
        """The keyboard goes to what comes next, and all that belongs to it is in sight."""
        asked = self._asked
        asked.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_sight(asked.edit, self.go, asked)

    @property
    def _asked(self) -> TextField:
        """The field of this stage."""
        return self.where if self._stage in {_Stage.WHERE, _Stage.FETCHING} else self.phrase

    def refuse(self, situation: Situation) -> None:
        """What came after joining did not work."""
        self._stage = _Stage.PHRASE
        self._tell(situation)

    def forget(self) -> None:
        """No phrase stays."""
        self.phrase.clear()

    def stop(self) -> None:
        """The owner goes away: nothing half-done goes on, and no phrase stays."""
        self._errands.stop()
        self.forget()
        if self._stage in _BUSY:
            self._stage = _Stage.WHERE if self._stage is _Stage.FETCHING else _Stage.PHRASE
            self._show()

    def go_on(self) -> None:
        """The next step: Enter, or the button."""
        if self._stage is _Stage.WHERE:
            source = self.where.text().strip()
            if not source:
                self._choose()
                return
            self._stage = _Stage.FETCHING
            self._forget_problem()
            self._errands.run("fetch a company file", self._fetch(source), self._not_fetched)
        elif self._stage is _Stage.PHRASE:
            typed = self.phrase.text()
            if not typed.strip():
                self.phrase.set_problem(self.tr("Type the join phrase that belongs to this file."))
                self.take_keyboard()
                return
            self._stage = _Stage.JOINING
            self._forget_problem()
            self._errands.run("join a company", self._join(typed), self._not_joined)

    # --- the file ---------------------------------------------------------------------

    def _ask_where(self) -> None:
        self._errands.stop()
        self._stage = _Stage.WHERE
        self._outside = None
        self.forget()
        self._forget_problem()
        self.take_keyboard()

    def _choose(self) -> None:
        choose_file(self, self.begin)

    async def _fetch(self, source: str) -> None:
        data = await self._gate.obtain(source)
        outside = await asyncio.to_thread(self._gate.look, data)
        self._outside = outside
        _check(outside, self._gate.account)
        self._data, self._stage = data, _Stage.PHRASE
        self._show()
        self.take_keyboard()

    def _not_fetched(self, situation: Situation) -> None:
        self._stage = _Stage.WHERE
        self._tell(situation)

    # --- the phrase -------------------------------------------------------------------

    async def _join(self, typed: str) -> None:
        settled = self.phrase.settled()
        try:
            joined = await self._gate.join(self._data, settled, self._keep)
        except RefusedBy as refused:
            if refused.situation.facts.get("reason") != FileReason.PHRASE_WRONG.value or typed == settled:
                raise
            # a phrase of the company's own, not drawn
            joined = await self._gate.join(self._data, typed, self._keep)
        self.joined.emit(joined)

    def _keep(self) -> None:
        self._stage = _Stage.KEEPING
        self._show()

    def _typed(self, _text: str) -> None:
        self._forget_problem()
        if self.phrase.edit.hasFocus():
            bring_into_sight(self.phrase.edit, self.go)  # what is recognised pushes it down

    def _not_joined(self, situation: Situation) -> None:
        self._stage = _Stage.PHRASE
        self._tell(situation)

    # --- what is shown ----------------------------------------------------------------

    def _tell(self, situation: Situation) -> None:
        self._told = situation
        self._show()
        self._say_problem(situation)
        self.take_keyboard()
        if self._stage is _Stage.PHRASE:
            self.phrase.edit.selectAll()
        self.problem_met.emit(situation)

    def _say_problem(self, situation: Situation) -> None:
        other = "" if self._outside is None else self._outside.joins
        said = link_words.sentence(situation, account=self._gate.account, other=other)
        if self._stage is _Stage.WHERE:
            self.where.set_problem(said)
        elif situation.facts.get("reason") == FileReason.PHRASE_WRONG.value:
            self.phrase.set_problem(said)
        else:
            self.problem.setText(said)
            self.problem.show()

    def _forget_problem(self) -> None:
        self._told = None
        self.where.set_problem("")
        self.phrase.set_problem("")
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.where.set_words(
            self.tr("Company file"),
            self.tr("The file that your company gave you, or the link to it."),
            "https://…",
        )
        self.choose.setText(self.tr("Choose…"))
        self.phrase.set_words(
            self.tr("Join phrase; not your computer's password"),
            self.tr("Your company gave it to you by another way than the file."),
        )
        self.cancel.setText(self.tr("Cancel") if self._leave is None else self._leave())
        self._show()
        if self._told is not None:
            self._say_problem(self._told)

    def _show(self) -> None:
        stage = self._stage
        asks, busy = stage in {_Stage.WHERE, _Stage.FETCHING}, stage in _BUSY
        self.where.setVisible(asks)
        self.card.setVisible(not asks)
        self.phrase.setVisible(not asks)
        self.problem.setVisible(self._told is not None and not asks and not self.phrase.edit.invalid)
        if self._outside is not None:
            self.card.show_file(self._outside)
        self.where.edit.setReadOnly(busy)
        self.phrase.edit.setReadOnly(busy)
        late = stage is _Stage.KEEPING
        _enable((self.choose, self.card.other, self.go), not busy, self._asked.edit)
        _enable((self.cancel,), not late, self._asked.edit)
        self.cancel.setToolTip(
            self.tr("It is too late to cancel: what the file brought is being kept.") if late else ""
        )
        words = {
            _Stage.WHERE: self.tr("Continue") if self._told is None else self.tr("Try again"),
            _Stage.FETCHING: self.tr("Fetching…"),
            _Stage.PHRASE: self.tr("Join"),
        }
        self.go.setText(words.get(stage) or self.tr("Joining…"))
        for button in (self.choose, self.cancel, self.go):
            button.updateGeometry()


def _check(outside: CompanyOutside, account: str) -> None:
    """Refuse a file that nobody of this id joins by, as far as that shows before it is opened."""
    if not outside.joins:
        raise RefusedBy(Cause.COMPANY_FILE, reason=FileReason.NOT_TO_JOIN.value)
    if account not in ("", outside.joins):
        raise RefusedBy(Cause.COMPANY_FILE, reason=FileReason.OTHER_MEMBER.value)


def _enable(buttons: Collection[QWidget], on: bool, rather: QWidget) -> None:
    """Switch buttons on or off; what has the keyboard gives it to `rather`, not to anything."""
    if not on and any(button.hasFocus() for button in buttons):
        rather.setFocus(Qt.FocusReason.OtherFocusReason)
    for button in buttons:
        button.setEnabled(on)
