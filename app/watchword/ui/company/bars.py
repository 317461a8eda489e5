"""The bars over a company's conversation: what waits on either side and why, and who is missing for it.

Each is there only while it has something to say, and says one thing to do first. Nothing here alarms.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.chat import Chat, Contact, Protection, SessionState
from watchword.model.company import Organisation, Reason, Withheld
from watchword.ui import words as program_words
from watchword.ui.chat.menu import put_on_clipboard
from watchword.ui.company import words
from watchword.ui.company.lack import Lack
from watchword.ui.controls.banner import Banner, Tone
from watchword.ui.controls.button import Button
from watchword.ui.controls.line import fitted

_MOST = 3
"""So many people get a button of their own; the others stand in the details."""
_NAME_PX = 140
_LEAST = 280
_GAP = 8
_ROWS = 4

_HANDS = frozenset(
    {
        Reason.PIN_WANTED,
        Reason.PIN_WRONG,
        Reason.PIN_WRONG_FEW_LEFT,
        Reason.PIN_WRONG_LAST_TRY,
        Reason.PIN_LOCKED,
        Reason.TOKEN_MISSING,
        Reason.TOKEN_AMBIGUOUS,
    }
)
"""Reasons that this person can do something about, here and now."""

_SAID_OF_THE_GONE = frozenset({Reason.MEMBER_GONE})
_SAID_IF_REMOVED = _SAID_OF_THE_GONE | {Reason.SESSION_WANTED, Reason.UNKNOWN_SENDER, Reason.UNVOUCHED}
"""Reasons of what is unsent that add nothing, or the contrary, to the bar over them."""


class Deed(NamedTuple):
    """A button of a bar: object name, words, what it does."""

    name: str
    words: str
    does: Callable[[], None]


class Bar(Banner):
    """A sentence over any number of buttons, in as many rows as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deeds: list[Deed] = []
        self._made: list[Button] = []
        self._lines: list[QHBoxLayout] = []
        self._told: list[int] = []
        """How many buttons stand in each row."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom)
        self._row.setContentsMargins(46, 10, 12, 10)
        for _ in range(_ROWS):
            line = QHBoxLayout()
            line.setSpacing(_GAP)
            line.addStretch(1)
            self._lines.append(line)
            self._row.addLayout(line)

    def tell(self, sentence: str, tone: Tone, icon: str, deeds: Sequence[Deed]) -> None:
        """Show a sentence and what can be done; a button that stays keeps the keyboard."""
        self.say(sentence, tone, icon=icon)
        kept = {button.objectName(): button for button in self._made}
        made = [kept.pop(deed.name) if deed.name in kept else self._button(deed.name) for deed in deeds]
        for button in kept.values():
            button.hide()
            button.deleteLater()
        self._deeds, self._made, self._told = [*deeds], made, []
        for button, deed in zip(made, deeds, strict=True):
            button.setText(deed.words)
            button.setAccessibleName(deed.words)
            button.updateGeometry()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons always stand under the words, and under each other where they do not fit."""
        QWidget.resizeEvent(self, event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Narrower than its buttons side by side."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def _button(self, name: str) -> Button:
        button = Button(parent=self)
        button.setObjectName(name)
        button.clicked.connect(partial(self._do, name))
        return button

    def _arrange(self) -> None:
        """Put each button into the first row that has room for it, or into the last there is."""
        margins = self._row.contentsMargins()
        room, told, left = self.width() - margins.left() - margins.right(), [0], 0
        for button in self._made:
            wide = button.sizeHint().width()
            if told[-1] and left + wide > room and len(told) < _ROWS:
                told.append(0)
                left = 0
            told[-1] += 1
            left += wide + _GAP
        if told == self._told:
            return
        self._told, buttons = told, iter(self._made)
        for line, count in itertools.zip_longest(self._lines, told, fillvalue=0):
            assert isinstance(line, QHBoxLayout)  # noqa: S101 - there are never more rows told than there are
            for place in range(count):
                button = next(buttons)
                line.insertWidget(place, button)
                button.show()  # the layout would do so a turn later

    def _do(self, name: str, _checked: bool = False) -> None:
        does = next((deed.does for deed in self._deeds if deed.name == name), None)
        if does is not None:
            does()


class CompanyBars(QWidget):
    """What is unsent, what is closed, with whom a session is missing, who has left."""

    try_now = Signal()
    settings_asked = Signal()
    details_asked = Signal()
    session_asked = Signal(str)
    """The account with whom a passphrase session is wanted."""
    chat_asked = Signal(str)
    """The account whose own chat has a question to answer."""
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chat: Chat | None = None
        self._organisation: Organisation | None = None
        self._lack = Lack()
        self.gone = Bar()
        self.gone.setObjectName("goneBanner")
        self.sessions = Bar()
        self.sessions.setObjectName("sessionsBanner")
        self.unsent = Bar()
        self.unsent.setObjectName("unsentBanner")
        self.withheld = Bar()
        self.withheld.setObjectName("withheldBanner")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.gone, self.sessions, self.unsent, self.withheld):
            column.addWidget(bar)

    def show_chat(self, chat: Chat, organisation: Organisation | None, lack: Lack) -> None:
        """Say what this conversation waits for; nothing where it is no company's."""
        self._chat, self._organisation, self._lack = chat, organisation, lack
        if chat.protection is Protection.SESSION:
            for bar in (self.gone, self.sessions, self.unsent, self.withheld):
                bar.be_quiet()
            return
        self._show_gone()
        self._show_sessions(chat)
        self._show_unsent(chat)
        self._show_withheld(chat)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._chat is not None:
            self.show_chat(self._chat, self._organisation, self._lack)

    @property
    def _company(self) -> str:
        return "" if self._organisation is None else self._organisation.name

    @property
    def _removed(self) -> bool:
        """Whether nothing that is missing here matters, as nobody would take what is written."""
        return self._organisation is not None and self._organisation.removed

    # --- who is missing ---------------------------------------------------------------
    def _show_gone(self) -> None:
        if self._removed:
            self.gone.tell(words.removed(self._company), Tone.WARNING, "users", [self._settings()])
            return
        if not self._lack.gone:
            self.gone.be_quiet()
            return
        one = self.tr(
            "{contact} is not in the directory of {company} any more, so nothing written here can be sent. "
            "Open a conversation with those who are."
        )
        many = self.tr(
            "{contacts} are not in the directory of {company} any more, so nothing written here can be sent. "
            "Open a conversation with those who are."
        )
        said = one if len(self._lack.gone) == 1 else many
        names = self._names(self._lack.gone)
        sentence = said.format(contact=names, contacts=names, company=words.named(self._company))
        self.gone.tell(sentence, Tone.WARNING, "users", [self._details()])

    def _show_sessions(self, chat: Chat) -> None:
        lacking = [*self._lack.held, *self._lack.without]
        asked = chat.protection is Protection.BOTH and chat.session is not SessionState.OPEN
        if not asked or not lacking or self._removed:
            self.sessions.be_quiet()
            return
        sentence = self.tr(
            "{company} protects this conversation twice: by its own keys, and by a passphrase with each "
            "person. Still missing: {contacts}."
        ).format(company=words.named(self._company), contacts=self._names(lacking))
        deeds = [self._session_deed(person) for person in lacking[:_MOST]]
        if len(lacking) > _MOST:
            deeds.append(self._details())
        self.sessions.tell(sentence, Tone.INFO, "key-round", deeds)

    def _session_deed(self, person: Contact) -> Deed:
        name = program_words.called(person.name)
        if person in self._lack.held:
            said = self.tr("Decide about {contact}'s key")
            does = partial(self.chat_asked.emit, person.account)
        else:
            said = self.tr("Phrase with {contact}…")
            does = partial(self.session_asked.emit, person.account)
        shown = fitted(name, _NAME_PX, self.unsent.action.font())
        return Deed(f"session-{person.account}", said.format(contact=shown), does)

    def _names(self, people: Sequence[Contact]) -> str:
        shown = [program_words.called(person.name) for person in people[:_MOST]]
        said = words.listed(shown)
        if len(people) > _MOST:
            said = self.tr("{contacts} and {count} more").format(contacts=said, count=len(people) - _MOST)
        return said

    # --- what waits -------------------------------------------------------------------
    def _show_unsent(self, chat: Chat) -> None:
        why = chat.unsent
        said = _SAID_IF_REMOVED if self._removed else _SAID_OF_THE_GONE if self._lack.gone else frozenset()
        if why is None or why.reason in said:
            self.unsent.be_quiet()
            return
        sentence = words.unsent(why, self._company)
        copied = words.details([why], sentence, self._organisation)
        again = Deed("tryCompanyNow", self.tr("Try now"), self.try_now.emit)
        self.unsent.tell(sentence, Tone.WARNING, "clock", [again, *self._deeds_for({why.reason}, copied)])

    def _show_withheld(self, chat: Chat) -> None:
        if not chat.withheld:
            self.withheld.be_quiet()
            return
        first, count = chat.withheld[0], sum(one.count for one in chat.withheld)
        one = self.tr("One message came and cannot be opened yet.")
        many = self.tr("{count} messages came and cannot be opened yet.")
        said = [one if count == 1 else many.format(count=count), words.closed(first.closed, self._company)]
        if len(chat.withheld) > 1:
            said.append(self._others(chat.withheld))
        sentence = words.joined(said)
        copied = words.details((held.closed for held in chat.withheld), sentence, self._organisation)
        reasons = {held.closed.reason for held in chat.withheld}
        deeds = self._deeds_for(reasons, copied)
        if reasons & words.AT_THE_PROVIDER:
            deeds.insert(0, Deed("tryCompanyNow", self.tr("Try now"), self.try_now.emit))
        if len(chat.withheld) > 1:
            deeds.append(self._details())
        self.withheld.tell(sentence, _tone(chat.withheld), "hourglass", deeds)

    def _others(self, withheld: Sequence[Withheld]) -> str:
        if len({one.closed.reason for one in withheld}) > 1:
            return self.tr("What else came waits for another reason: see the details.")
        if len({one.closed.key for one in withheld}) > 1:
            return self.tr("What else came waits for another key: see the details.")
        return self.tr("What else came waits for another version of it: see the details.")

    def _deeds_for(self, reasons: set[Reason], copied: str) -> list[Deed]:
        deeds = []
        if reasons & words.IN_SETTINGS:
            deeds.append(self._settings())
        return [*deeds, Deed("copyDetails", self.tr("Copy details"), partial(self._copy, copied))]

    def _settings(self) -> Deed:
        return Deed("openOrganisation", self.tr("Organisation settings…"), self.settings_asked.emit)

    def _details(self) -> Deed:
        return Deed("conversationDetailsButton", self.tr("Details…"), self.details_asked.emit)

    def _copy(self, text: str) -> None:
        put_on_clipboard(text)
        self.copied.emit(self.tr("Copied"))


def _tone(withheld: Sequence[Withheld]) -> Tone:
    return Tone.WARNING if any(one.closed.reason in _HANDS for one in withheld) else Tone.INFO
