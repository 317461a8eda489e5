"""The passphrase prompt: what the asked side sees of one request, from its arrival to its ending (P2).

A page without a window: it fills the pop-up, and the window of an own request when both dialled at once.
"""

import asyncio

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.requests import Phase, SessionRequest
from watchword.ui import words
from watchword.ui.chat.dialogs import ask_to_block
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Ring
from watchword.ui.errands import Errands
from watchword.ui.requests.outcome import Outcome, Progress
from watchword.ui.requests.person import Person
from watchword.ui.requests.phrase_entry import PhraseEntry

_IN_FIELD = {Cause.PHRASE_EMPTY, Cause.PHRASE_LONG, Cause.PHRASE_CHARACTER}


class PromptView(QWidget):
    """One request of somebody else."""

    done = Signal()
    """Nothing more to do here: not now, declined, blocked, or closed after the ending."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._request: SessionRequest | None = None
        self._kept = ""
        self._busy = False
        self._problem: Situation | None = None
        self.asks = False
        """Whether a question of this page is open."""
        self.person = Person()
        self.ring = Ring(client.now)
        self.ring.setObjectName("requestRing")
        self.person.row.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        self.progress = Progress(client.now)
        self.question = self._make_question()
        self.outcome = Outcome()
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("requestProblem")
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.person)
        column.addWidget(self.question)
        column.addWidget(self.progress)
        column.addWidget(self.outcome)
        column.addWidget(self.problem)
        column.addSpacing(2)
        column.addLayout(self._make_buttons())
        self._retranslate()

    def _make_question(self) -> QWidget:
        page = QWidget()
        self.hint_card = Card(margin=12)
        self.hint_card.setObjectName("hintCard")
        self.hint_label = Label(role=Role.META)
        self.hint = Label(role=Role.BODY)
        self.hint.setObjectName("requestHint")
        self.hint_card.column.setSpacing(2)
        self.hint_card.column.addWidget(self.hint_label)
        self.hint_card.column.addWidget(self.hint)
        self.entry = PhraseEntry(completes=True, judged=False)
        self.entry.submitted.connect(self._open)
        self.entry.changed.connect(lambda _text: self._say(None))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.hint_card)
        column.addWidget(self.entry)
        column.addStretch(1)
        return page

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.block = self._button(Kind.QUIET, "blockContact", self._ask_block)
        self.decline = self._button(Kind.QUIET, "declineRequest", self._decline)
        self.not_now = self._button(Kind.QUIET, "notNow", self.done.emit)
        self.open = self._button(Kind.PRIMARY, "openConversation", self._open)
        self.close_button = self._button(Kind.SECONDARY, "closeRequest", self.done.emit)
        for widget in (self.block, self.decline):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.not_now)
        row.addSpacing(4)
        row.addWidget(self.open)
        row.addWidget(self.close_button)
        return row

    def _button(self, kind: Kind, name: str, pressed: object) -> Button:
        button = Button(kind=kind)
        button.setObjectName(name)
        button.clicked.connect(pressed)
        return button

    @property
    def request(self) -> SessionRequest | None:
        """What is shown."""
        return self._request

    @property
    def heading(self) -> str:
        """The title of a window that shows this page."""
        request = self._request
        if request is None:
            return ""
        return words.phase(request) if request.phase is Phase.WAITING else words.called(request.name)

    def take_keyboard(self) -> None:
        """What is typed goes into the field; where there is none any more, Enter closes."""
        waits = self._request is not None and self._request.phase is Phase.WAITING
        field = self.not_now if self.person.away.refused else self.entry.edit
        (field if waits else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_request(self, request: SessionRequest, kept: str = "") -> None:
        """Show a request, new or changed; `kept` is the own phrase after both dialled at once."""
        before = self._request
        self._request = request
        if before is None or before.key != request.key:
            self._busy = False
            self._kept = kept
            self.entry.set_text(kept)
            self._say(None)
        elif request.phase is not before.phase:
            self._busy = False
        self._retranslate()
        self._show_phase(request)
        if request.phase is Phase.WAITING and (before is None or before.phase is not Phase.WAITING):
            self.take_keyboard()

    def stop(self) -> None:
        """The window goes away: forget the phrase, hear no more."""
        self.ring.stop()
        self.progress.ring.stop()
        self._forget()
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    # --- what is shown ----------------------------------------------------------------

    def _show_phase(self, request: SessionRequest) -> None:
        waiting = request.phase is Phase.WAITING
        ended = request.phase is Phase.ENDED
        self.entry.edit.setReadOnly(self._busy)
        if not waiting and not self.question.isHidden():
            # Whoever is typing just now meets no button: the next space would press it.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        for button in (self.open, self.decline, self.block):
            button.setVisible(waiting)
            button.setEnabled(not self._busy)
        self.open.setVisible(waiting and not self.person.away.refused)
        self.not_now.setVisible(waiting)
        self.close_button.setVisible(not waiting)
        self.ring.setVisible(waiting)
        self.question.setVisible(waiting)
        self.progress.setVisible(not waiting and not ended)
        self.outcome.setVisible(ended)
        if waiting:
            self.ring.run(request.ring_ends, request.ring_s)
        else:
            self.ring.stop()
            self.progress.show_request(request)
        if ended or request.phase is Phase.CHECKING:
            self._forget()

    def _forget(self) -> None:
        """Nothing of the phrase stays here."""
        self._kept = ""
        self.entry.clear()

    def _retranslate(self) -> None:
        request = self._request
        self.block.setText(self.tr("Block"))
        self.decline.setText(self.tr("Decline"))
        self.not_now.setText(self.tr("Not now"))
        self.open.setText(self.tr("Open conversation"))
        self.close_button.setText(self.tr("Close"))
        self.hint_label.setText(self.tr("Unconfirmed note"))
        if request is None:
            return
        asks = request.phase is Phase.WAITING
        name = words.called(request.name)
        line = words.phase(request) if asks else name
        asker = Contact(request.account, request.name, listed=request.known)
        self.person.show_person(asker, self._client.company.staff, line=line, explains=asks)
        self.entry.setHidden(self.person.away.refused)
        self.hint.setText(" ".join(request.hint.split()))  # its line breaks are not the peer's to set
        self.hint_card.setVisible(bool(request.hint))
        label = self.tr("The phrase you agreed with {contact}; not your computer's password")
        help_text = ""
        if request.phrase_kept:
            help_text = self.tr(
                "You both asked at the same time. Your phrase is kept: open with it, "
                "or type the one the other side chose."
            )
        self.entry.set_words(label.format(contact=name), help_text)
        self.progress.show_request(request)
        if request.ending is not None:
            self.outcome.say(request.ending, words.ending(request))
        self._say(self._problem)

    def _say(self, problem: Situation | None) -> None:
        """Say what is wrong, in the field or below it; None when nothing is."""
        self._problem = problem
        said = "" if problem is None else words.sentence(problem)
        in_field = problem is not None and problem.kind in _IN_FIELD
        self.entry.set_problem(said if in_field else "")
        self.problem.setText("" if in_field else said)
        self.problem.setVisible(bool(said) and not in_field)

    # --- what is done -----------------------------------------------------------------

    def _open(self) -> None:
        request = self._request
        if request is None or self._busy or self.entry.isHidden() or request.phase is not Phase.WAITING:
            return
        typed = self.entry.settled()
        unchanged = request.phrase_kept and self.entry.text() in ("", self._kept)
        if not typed.strip() and not unchanged:
            self._refused(Situation(Cause.PHRASE_EMPTY))
            return
        self._set_busy(True)
        answer = self._client.answer(request.key, None if unchanged else typed)
        self._errands.run("answer a request", answer, self._refused, finish=True)

    def _decline(self) -> None:
        if self._request is not None and not self._busy:
            self._set_busy(True)
            self._errands.run("decline a request", self._declined(self._request.key), self._refused)

    async def _declined(self, key: str) -> None:
        await asyncio.shield(self._client.decline(key))
        self.done.emit()

    def _ask_block(self) -> None:
        if self._request is not None:
            self._errands.run("block", self._blocked(self._request), self._refused)

    async def _blocked(self, request: SessionRequest) -> None:
        self.asks = True
        try:
            agreed = await ask_to_block(Contact(request.account, request.name), self).answer()
        finally:
            self.asks = False
        if agreed:
            await asyncio.shield(self._client.block(request.account, blocked=True))
            self.done.emit()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        if self._request is not None:
            self._show_phase(self._request)

    def _refused(self, situation: Situation) -> None:
        self._set_busy(False)
        self._say(situation)
        self.take_keyboard()
