"""New conversation, second page: the phrase, generated or typed, a hint, and how to pass it on (P1)."""

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core import phrase
from watchword.core.company.staff import Staff
from watchword.model.chat import Contact
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.requests import GuessLimit
from watchword.ui import i18n, words
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.chips import WordChips
from watchword.ui.controls.choice import CheckBox
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import fitted
from watchword.ui.controls.segments import Segments
from watchword.ui.requests.advice import Advice
from watchword.ui.requests.person import Person
from watchword.ui.requests.phrase_entry import PhraseEntry

_HINT_CHARACTERS = 80
_COPIED_MS = 2000
_IN_BOX = 240
"""Pixels of a name beside the box."""
_NOT_KEPT = ("x-kde-passwordManagerHint", "org.nspasteboard.ConcealedType")
"""What asks histories of the clipboard not to keep a text."""
_IN_PHRASE = {Cause.PHRASE_EMPTY, Cause.PHRASE_LONG, Cause.PHRASE_CHARACTER, Cause.PHRASE_WEAK}
_IN_HINT = {Cause.HINT_LONG, Cause.HINT_SHOWS_PHRASE}
_COUNTED = {Cause.GUESS_WAIT, Cause.GUESS_BLOCKED}


class PhrasePage(QWidget):
    """Choose a phrase for one person."""

    send = Signal(str, str, bool)
    """The phrase, the hint, and whether to put the person into the contact list."""
    back = Signal()
    agreed = Signal()
    """A new phrase was agreed by another way."""

    def __init__(self, me: tuple[str, ...], staff: Staff, parent: QWidget | None = None) -> None:
        """`me` are this user's names; `staff` says what the company wants of a phrase."""
        super().__init__(parent)
        self._me = me
        self._staff = staff
        self._contact: Contact | None = None
        self._problem: Situation | None = None
        self._generated = ""
        self._busy = False
        self.person = Person()
        self.ways = Segments(2)
        self.ways.name("generatePhrase", "typePhrase")
        self.ways.chosen.connect(lambda _at: self._show_way(focus=True))
        self.generated = self._make_generated()
        self.entry = PhraseEntry(completes=False, judged=True)
        self.entry.submitted.connect(self._send)
        self.entry.changed.connect(lambda _text: self._changed())
        self.anew = Label(role=Role.META)
        self.anew.setObjectName("phraseAnew")
        self.anew.hide()
        self.advice = Advice()
        self.guess_note = Label(role=Role.META)
        self.guess_note.setObjectName("guessNote")
        self.add = CheckBox()
        self.add.setObjectName("addContact")
        self._make_hint()
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("requestProblem")
        self.problem.hide()
        self.agreed_button = Button(icon="handshake")
        self.agreed_button.setObjectName("agreedNewPhrase")
        self.agreed_button.clicked.connect(self.agreed)
        self.agreed_button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        upper: tuple[QWidget, ...] = (self.person, self.ways, self.anew, self.generated, self.entry)
        for widget in (*upper, self.guess_note, self.advice):
            column.addWidget(widget)
        column.addWidget(self.hint_button, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.hint, self.add, self.problem):
            column.addWidget(widget)
        column.addWidget(self.agreed_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        column.addLayout(self._make_buttons())
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._name_copy)
        self._retranslate()
        self._show_way(focus=False)

    def _make_generated(self) -> Card:
        self.chips = WordChips(large=True)
        self.chips.setObjectName("phraseWords")
        self.copy = Button(kind=Kind.QUIET, icon="copy")
        self.copy.setObjectName("copyPhrase")
        self.copy.clicked.connect(self._copy)
        self.again = IconButton("refresh-cw")
        self.again.setObjectName("regeneratePhrase")
        self.again.clicked.connect(self._generate)
        return _card(self.chips, self.copy, self.again)

    def _make_hint(self) -> None:
        self.hint_button = Button(kind=Kind.QUIET, icon="message-square-plus")
        self.hint_button.setObjectName("addHint")
        self.hint_button.clicked.connect(self._open_hint)
        self.hint = TextField()
        self.hint.edit.setObjectName("hintField")
        self.hint.edit.setMaxLength(_HINT_CHARACTERS)
        self.hint.changed.connect(lambda _text: self._count_hint())
        self.hint.changed.connect(lambda _text: self._changed())
        self.hint.submitted.connect(self._send)
        self.hint.hide()

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.back_button = Button(kind=Kind.QUIET, icon="arrow-left")
        self.back_button.setObjectName("stepBack")
        self.back_button.clicked.connect(self.back)
        self.send_button = Button(kind=Kind.PRIMARY)
        self.send_button.setObjectName("sendRequest")
        self.send_button.clicked.connect(self._send)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.send_button)
        return row

    # --- what is shown ----------------------------------------------------------------

    def begin(self, contact: Contact, kept: str = "", hint: str = "", *, again: bool = False) -> None:
        """Ask for the phrase for a person; `kept` is the one of the last try, for correction.

        Where it is asked `again` and none is kept, that is said: the generated one is another.
        """
        self.anew.setVisible(again and not kept)
        self.add.setChecked(False)
        self.show_contact(contact)
        self.entry.set_text(kept)
        self.hint.set_text(hint)
        self.hint.setVisible(bool(hint))
        self.hint_button.setVisible(not hint)
        self.set_busy(False)
        self.say(None)
        self._generate()
        self.ways.choose(1 if kept else 0)
        self._show_way(focus=True)

    def show_contact(self, contact: Contact) -> None:
        """Show whom the phrase is for; what was chosen for them stays."""
        self._contact = contact
        self.entry.known = (*self._me, contact.name, contact.account)
        self.entry.set_rule(self._staff.phrase_rule(contact.account))
        self.add.setVisible(not contact.listed)
        self._retranslate()

    def forget(self) -> None:
        """Nothing of the phrase stays in the widgets."""
        self._generated = ""
        self.chips.show_words(())
        self.entry.clear()

    def set_busy(self, busy: bool) -> None:
        """While the request is on its way to the core, nothing can be pressed twice."""
        self._busy = busy
        self.send_button.setEnabled(not busy and not self.person.away.refused)

    def refuse(self, situation: Situation) -> None:
        """Say what is wrong, where it is wrong."""
        self.set_busy(False)
        self.say(situation)
        if situation.kind in _IN_HINT:
            self._open_hint()
        elif situation.kind in _IN_PHRASE and self.ways.current == 1:
            self.entry.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_limit(self, limit: GuessLimit) -> None:
        """Say that this account cannot be asked now, before anything is typed."""
        kind = Cause.GUESS_BLOCKED if limit.blocked else Cause.GUESS_WAIT
        facts: dict[str, str | int] = {"account": limit.account, "until": limit.wait_until}
        self.refuse(Situation(kind, facts))

    def say(self, problem: Situation | None) -> None:
        """Say what stands in the way, in the field that it is about or below all of them."""
        self._problem = problem
        said = "" if problem is None else words.sentence(problem)
        kind = None if problem is None else problem.kind
        in_phrase = kind in _IN_PHRASE and self.ways.current == 1
        in_hint = kind in _IN_HINT
        self.entry.set_problem(said if in_phrase else "")
        self.hint.set_problem(said if in_hint else "")
        self.problem.setText("" if in_phrase or in_hint else said)
        self.problem.setVisible(bool(self.problem.text()))
        self.agreed_button.setVisible(kind in _COUNTED)

    def _changed(self) -> None:
        """Another phrase or hint was typed: what was wrong with a field is so no longer."""
        if self._problem is not None and self._problem.kind in _IN_PHRASE | _IN_HINT:
            self.say(None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language: also the list that phrases come from, unless one was shown already."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        name = words.called(self._contact.name) if self._contact else ""
        self.ways.set_words(self.tr("Generate"), self.tr("Type my own"))
        self.again.set_label(self.tr("Another phrase"))
        self.entry.set_words(self.tr("A phrase that only you and {contact} know").format(contact=name))
        self.guess_note.setText(self.tr("A guesser gets one live try, and you would see it fail."))
        self.anew.setText(
            self.tr("The last phrase is not kept any more. Pass on this new one, or type the old one.")
        )
        self.hint_button.setText(self.tr("Add a hint"))
        self._count_hint()
        fitting = fitted(name, _IN_BOX, self.add.font())
        self.add.setText(self.tr("Add {contact} to my contacts").format(contact=fitting))
        self.add.updateGeometry()
        self.back_button.setText(self.tr("Back"))
        self.send_button.setText(self.tr("Send"))
        self.agreed_button.setText(self.tr("I agreed on a new phrase"))
        for button in (self.hint_button, self.back_button, self.send_button, self.agreed_button):
            button.updateGeometry()
        self._name_copy()
        self.say(self._problem)
        if self._contact is not None:
            line = self.tr("A phrase for {contact}").format(contact=name)
            self.person.show_person(self._contact, self._staff, line=line, explains=True)
            self.set_busy(self._busy)

    def _show_way(self, *, focus: bool) -> None:
        typed = self.ways.current == 1
        self.generated.setVisible(not typed)
        self.entry.setVisible(typed)
        if focus:
            target = self.entry.edit if typed else self.send_button
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _generate(self) -> None:
        rule = None if self._contact is None else self._staff.phrase_rule(self._contact.account)
        self._generated = phrase.generate(i18n.locale().name(), 0 if rule is None else rule.least)
        self.chips.show_words(tuple(self._generated.split(" ")))

    def _copy(self) -> None:
        _put_on_clipboard(self._generated)
        self.copy.setText(self.tr("Copied"))
        self._copied.start(_COPIED_MS)

    def _name_copy(self) -> None:
        self.copy.setText(self.tr("Copy"))
        self.copy.updateGeometry()

    def _open_hint(self) -> None:
        self.hint_button.hide()
        self.hint.show()
        self.hint.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count_hint(self) -> None:
        left = _HINT_CHARACTERS - len(self.hint.text())
        note = self.tr("Not encrypted: the relay can read it. {count} characters left.").format(count=left)
        example = self.tr("Which phrase you mean, without the phrase")
        self.hint.set_words(self.tr("Hint (not encrypted)"), note, example)

    # --- what is done -----------------------------------------------------------------

    def _send(self) -> None:
        if self._contact is None or not self.send_button.isEnabled():
            return
        typed = self.entry.settled() if self.ways.current == 1 else self._generated
        if not typed.strip():
            self.refuse(Situation(Cause.PHRASE_EMPTY))
            return
        self.say(None)
        self.set_busy(True)
        self.send.emit(typed, self.hint.text().strip(), self.add.isChecked())


def _card(chips: WordChips, copy: Button, again: IconButton) -> Card:
    """The generated phrase, and below it what can be done with it."""
    card = Card(bordered=True, margin=16)
    card.setObjectName("generatedPhrase")
    row = QHBoxLayout()
    row.addWidget(copy)
    row.addStretch(1)
    row.addWidget(again)
    card.column.setSpacing(12)
    card.column.setContentsMargins(16, 16, 10, 8)
    card.column.addWidget(chips)
    card.column.addLayout(row)
    return card


def _put_on_clipboard(phrase: str) -> None:
    data = QMimeData()
    data.setText(phrase)
    for asked in _NOT_KEPT:
        data.setData(asked, b"secret")
    QGuiApplication.clipboard().setMimeData(data)
