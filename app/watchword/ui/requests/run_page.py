"""New conversation, last page: one own request from *Send* to its ending (P1, P3 to P5)."""

import asyncio

from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core import phrase
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Situation
from watchword.model.events import Event, LinkChanged, LinkState
from watchword.model.requests import Ending, Phase, SessionRequest
from watchword.model.requests import Role as Side
from watchword.ui import words
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.chips import WordChips
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.errands import Errands
from watchword.ui.requests.outcome import Outcome, Progress
from watchword.ui.requests.person import Person

_AGAIN = {Ending.NO_ANSWER, Ending.NOT_FINISHED, Ending.DIFFER}
_READABLE = 200
"""Letters of an own phrase that are shown."""
_ON_BUTTON = 150
"""Pixels of a name on a button."""


def came_online(before: SessionRequest, now: SessionRequest) -> bool:
    """Whether this answers *Ask again when {contact} is online*: the ended request is told once more."""
    own = now.role is Side.ASKING and before.phase is Phase.ENDED
    return own and now == replace(before, may_retry=True)


class RunPage(QWidget):
    """One own request. The phrase stays readable while it waits, so that it can still be said aloud."""

    again = Signal()
    done = Signal()

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._request: SessionRequest | None = None
        self._phrase = ""
        self._watching = self._online = False
        self._problem: Situation | None = None
        self.person = Person()
        self.progress = Progress(client.now, 112)
        self.outcome = Outcome()
        self.reminder = self._make_reminder()
        self.notice = Centred(role=Role.META)
        self.notice.setObjectName("requestNotice")
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("requestProblem")
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.person)
        column.addStretch(1)
        column.addWidget(self.progress)
        column.addWidget(self.outcome)
        buttons = self._make_buttons()
        column.addWidget(self.notice)
        column.addWidget(self.watch, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        column.addWidget(self.reminder)
        column.addWidget(self.problem)
        column.addLayout(buttons)
        self._unlisten = client.listen(self._heard)
        self._retranslate()

    def _make_reminder(self) -> Card:
        card = Card(margin=12)
        card.setObjectName("phraseReminder")
        self.reminder_label = Label(role=Role.META)
        self.chips = WordChips()
        self.typed = Label(role=Role.BODY)
        self.hide_button = IconButton("eye-off", size=32, glyph=18)
        self.hide_button.setObjectName("hidePhrase")
        self.hide_button.clicked.connect(self._toggle)
        top = QHBoxLayout()
        top.addWidget(self.reminder_label, 1)
        top.addWidget(self.hide_button)
        card.column.setContentsMargins(14, 6, 8, 12)
        card.column.setSpacing(4)
        card.column.addLayout(top)
        card.column.addWidget(self.chips)
        card.column.addWidget(self.typed)
        self._hidden = False
        return card

    def _make_buttons(self) -> QHBoxLayout:
        self.cancel = self._button(Kind.SECONDARY, "cancelRequest", self._cancel)
        self.close_button = self._button(Kind.SECONDARY, "closeRequest", self.done.emit)
        self.watch = self._button(Kind.QUIET, "askWhenOnline", self._watch, icon="bell")
        self.agreed = self._button(Kind.SECONDARY, "agreedNewPhrase", self._agreed)
        self.try_again = self._button(Kind.PRIMARY, "tryAgain", self.again.emit)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        for button in (self.close_button, self.agreed, self.cancel, self.try_again):
            row.addWidget(button)
        return row

    def _button(self, kind: Kind, name: str, pressed: object, icon: str = "") -> Button:
        button = Button(kind=kind, icon=icon)
        button.setObjectName(name)
        button.clicked.connect(pressed)
        return button

    @property
    def request(self) -> SessionRequest | None:
        """What is shown."""
        return self._request

    def show_request(self, request: SessionRequest, own_phrase: str = "") -> None:
        """Show an own request, new or changed."""
        if self._request is None or self._request.key != request.key:
            self._phrase = own_phrase
            self._hidden = self._watching = self._online = False
            self._say(None)
        before, self._request = self._request, request
        if self._watching and before is not None and came_online(before, request):
            self._online, self._watching = True, False
        if request.phase is Phase.ENDED:
            self._phrase = ""
        self._show()
        if before is None or before.key != request.key:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif before.phase is not request.phase and request.phase is Phase.ENDED:
            first = self.close_button if self.try_again.isHidden() else self.try_again
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """The window goes away."""
        self._unlisten()
        self._phrase = ""
        self.progress.ring.stop()
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self.close_button.setText(self.tr("Close"))
        self.try_again.setText(self.tr("Try again"))
        self.agreed.setText(self.tr("I agreed on a new phrase"))
        self.reminder_label.setText(self.tr("The phrase"))
        self._say(self._problem)
        if self._request is not None:
            self._show()

    def _heard(self, event: Event) -> None:
        unsent = self._request is not None and self._request.phase is Phase.SENDING
        if isinstance(event, LinkChanged) and unsent:
            self._show()

    def _show(self) -> None:
        request = self._request
        if request is None:
            return
        ended = request.phase is Phase.ENDED
        name = words.called(request.name)
        asked = Contact(request.account, request.name, listed=request.known)
        self.person.show_person(asked, self._client.company.staff, line=name)
        self.progress.setVisible(not ended)
        self.outcome.setVisible(ended)
        self.progress.show_request(request)
        if request.phase is Phase.SENDING and self._client.link.state is not LinkState.ONLINE:
            self.progress.words.setText(words.link(LinkChanged(LinkState.OFFLINE)))
        if request.ending is not None:
            self.outcome.say(request.ending, words.ending(request))
        # While the ring's end is known nobody has answered yet, also where the relay is lost meanwhile.
        unanswered = request.phase is Phase.RELAY_LOST and request.ring_ends > 0
        self.cancel.setVisible(request.phase in (Phase.SENDING, Phase.WAITING) or unanswered)
        self.cancel.setEnabled(True)
        self.close_button.setVisible(ended or request.phase in (Phase.CHECKING, Phase.RELAY_LOST))
        again = ended and request.ending in _AGAIN
        uncertain = again and request.uncertain >= words.UNCERTAIN
        self.try_again.setVisible(again)
        self.agreed.setVisible(uncertain)
        self.watch.setVisible(ended and request.ending is Ending.NO_ANSWER and not self._online)
        fitting = fitted(name, _ON_BUTTON, self.watch.font())
        self.watch.setText(self.tr("Ask again when {contact} is online").format(contact=fitting))
        self.watch.updateGeometry()
        self.watch.setEnabled(not self._watching)
        watching = self.tr(
            "You will be told when {contact} is online, if each of you has the other in the contacts."
        ).format(contact=name)
        online = self.tr("{contact} is online now.").format(contact=name)
        note = online if self._online else watching if self._watching else ""
        self.notice.setText(note)
        self.notice.setVisible(ended and bool(note))
        self._show_reminder(waiting=not self.cancel.isHidden())

    def _show_reminder(self, *, waiting: bool) -> None:
        self.reminder.setVisible(waiting and bool(self._phrase))
        reading = phrase.read(self._phrase)
        listed = reading is not None and reading.whole
        self.chips.show_words(reading.words if reading is not None and listed else ())
        self.chips.setVisible(listed and not self._hidden)
        self.typed.setText(self._phrase if len(self._phrase) <= _READABLE else self._phrase[:_READABLE] + "…")
        self.typed.setVisible(not listed and not self._hidden)
        self.hide_button.set_icon("eye" if self._hidden else "eye-off")
        self.hide_button.set_label(self.tr("Show the phrase") if self._hidden else self.tr("Hide the phrase"))

    def _toggle(self) -> None:
        self._hidden = not self._hidden
        self._show()

    def _say(self, problem: Situation | None) -> None:
        self._problem = problem
        self.problem.setText("" if problem is None else words.sentence(problem))
        self.problem.setVisible(problem is not None)

    def _refused(self, situation: Situation) -> None:
        self.cancel.setEnabled(True)
        self._watching = False
        self._show()
        self._say(situation)

    def _cancel(self) -> None:
        if self._request is not None:
            self.cancel.setEnabled(False)
            cancel = self._client.cancel(self._request.key)
            self._errands.run("cancel a request", cancel, self._refused, finish=True)

    def _watch(self) -> None:
        if self._request is not None:
            self._watching = True
            self._show()
            watch = self._client.notify_when_present(self._request.account)
            self._errands.run("watch for somebody", watch, self._refused, finish=True)

    def _agreed(self) -> None:
        if self._request is not None:
            self._errands.run("new phrase agreed", self._agreed_with(self._request.account), self._refused)

    async def _agreed_with(self, account: str) -> None:
        await asyncio.shield(self._client.agreed_new_phrase(account))
        self._phrase = ""
        self.again.emit()
