"""First start: one window, one conversation with the program, until there is an open client.

Each answer stays visible above the next question; *Back* takes the last one back without losing what was
typed. Who has a company file is asked for its phrase instead: it answers the rest. Whatever goes wrong is
said where it can be mended. A question is made when it is asked: all at once would hold the loop.
"""

import asyncio
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.model.errors import Kind, Situation
from watchword.settings import Language
from watchword.ui.controls.choice import Picker
from watchword.ui.errands import Errands
from watchword.ui.i18n import NAMES, spoken
from watchword.ui.unlock.account_step import AccountStep
from watchword.ui.unlock.company_step import CompanyStep
from watchword.ui.unlock.conversation import Bubble, Conversation
from watchword.ui.unlock.keeping_step import KeepingStep
from watchword.ui.unlock.name_step import NameStep
from watchword.ui.unlock.relay_step import RelayStep
from watchword.ui.unlock.step import Step

OneStep = TypeVar("OneStep", bound=Step)

_SIZE = QSize(720, 700)
_LEAST = QSize(380, 440)
_OF_ACCOUNT = {Kind.INVITE_NEEDED, Kind.INVITE_WRONG, Kind.ID_TAKEN, Kind.ID_LOOKS_ALIKE, Kind.ID_FORM}


class FirstStart(QWidget):
    """A page or a window. `opened` carries the Client; the owner puts the page away then."""

    opened = Signal(object)
    language_chosen = Signal(object)
    """A Language; the owner applies and keeps it."""
    relay_here_changed = Signal(bool, bool, int)
    """The relay of this computer: whether it runs with the program, and stays, its port; to be kept."""

    def __init__(
        self,
        profile: Profile,
        runner: LocalRelayRunner,
        *,
        address: str = "",
        company: str = "",
        language: Language = Language.SYSTEM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("firstStart")
        self.setAutoFillBackground(True)
        self._profile = profile
        self._runner = runner
        self._address = address
        self._company = company
        """The company file that was named at the start, or the link to it."""
        self._by_company = bool(company)
        self._errands = Errands(self)
        self.conversation = Conversation()
        self._creating: asyncio.Task[None] | None = None
        self._made: list[Step] = []
        self._at = 0
        self._marks: list[int] = []
        self._bubbles: list[tuple[Step, list[Bubble]]] = []
        """What was asked, in its order; so are the answers."""
        self._answers: list[Bubble] = []
        self.languages = Picker()
        self.languages.setObjectName("languagePicker")
        for known, name in NAMES.items():
            self.languages.addItem(name, known)
        self.languages.setCurrentIndex(self.languages.findData(spoken(language)))
        self.languages.activated.connect(
            lambda at: self.language_chosen.emit(Language(self.languages.itemData(at)))
        )
        top = QHBoxLayout()
        top.setContentsMargins(20, 14, 20, 0)
        top.addStretch(1)
        top.addWidget(self.languages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.conversation, 1)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)
        self.conversation.greet()
        self._retranslate()
        self._ask()

    @property
    def step(self) -> Step:
        """The open question."""
        if self._by_company:
            return self.company if self._at == 0 else self.keeping
        match self._at:
            case 0:
                return self.name
            case 1:
                return self.relay
            case 2:
                return self.account
            case _:
                return self.keeping

    @cached_property
    def name(self) -> NameStep:
        """What the person is called."""
        step = self._take_in(NameStep())
        step.company_asked.connect(self._switch)
        return step

    @cached_property
    def company(self) -> CompanyStep:
        """By which company file."""
        return self._take_in(CompanyStep(self._profile, self._company))

    @cached_property
    def relay(self) -> RelayStep:
        """Which relay."""
        step = self._take_in(RelayStep(self._profile, self._runner, self._address))
        step.here.changed.connect(self.relay_here_changed)
        return step

    @cached_property
    def account(self) -> AccountStep:
        """Which id."""
        return self._take_in(AccountStep(self._profile))

    @cached_property
    def keeping(self) -> KeepingStep:
        """Where the key is kept."""
        return self._take_in(KeepingStep(self._profile))

    def _take_in(self, step: OneStep) -> OneStep:
        step.hide()
        step.answered.connect(self._answered)
        step.went_back.connect(self.go_back)
        self._made.append(step)
        return step

    def go_back(self) -> None:
        """Open the question before this one again, with its answer in the field."""
        if self._at == 0:
            if self._by_company:
                self._switch()
            return
        self.step.stop()
        self._at -= 1
        self._bubbles, self._answers = self._bubbles[: self._at], self._answers[: self._at]
        self.conversation.take_back(self._marks[self._at])
        self._marks = self._marks[: self._at]
        self._ask()

    def join(self, source: str) -> bool:
        """A company file was named meanwhile: it answers all that was not asked yet.

        False while the profile is being made: then it is the open profile's to join by it.
        """
        if self._creating is not None and not self._creating.done():
            return False
        if not self._by_company:
            self._company = source
            self._switch()
        elif self._at:
            self.go_back()
        self.company.begin_with(source)
        return True

    def _switch(self) -> None:
        """The other way: by a company file, or without one."""
        self.step.stop()
        self._by_company = not self._by_company
        self._at = 0
        self._bubbles, self._answers, self._marks = [], [], []
        self.conversation.take_back(0)
        self._ask()

    def stop(self) -> None:
        """The page goes away: nothing half-done goes on, and no passphrase stays."""
        for step in self._made:
            step.stop()
            if isinstance(step, KeepingStep):
                step.master.clear()
            elif isinstance(step, RelayStep):
                step.here.stop()
                step.forget()
            elif isinstance(step, CompanyStep):
                step.forget()
        self._errands.stop()

    async def end(self) -> None:
        """The program ends: no profile is made from here any more once this returns."""
        self.stop()
        await self._errands.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed as a window."""
        super().closeEvent(event)
        self.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, also in what was said already."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Welcome to Watchword"))
        self.languages.setAccessibleName(self.tr("Language"))
        for step, bubbles in self._bubbles:
            for bubble, text in zip(bubbles, step.questions(), strict=True):
                bubble.set_text(text)
        for (step, _), bubble in zip(self._bubbles, self._answers, strict=False):
            bubble.set_text(step.answer())

    def _ask(self) -> None:
        step = self.step
        self._marks.append(self.conversation.length)
        texts = step.questions()
        last = len(texts) - 1
        said = [self.conversation.say(text, marked=place == last) for place, text in enumerate(texts)]
        self._bubbles.append((step, said))
        if isinstance(step, AccountStep):
            step.prepare(self.name.name, self.relay.address)
        self.conversation.ask(step)
        QWidget.setTabOrder(step.next, self.languages)  # not in the middle of the question
        step.forget_problem()
        step.begin()

    def _answered(self) -> None:
        if isinstance(self.step, KeepingStep):
            self._create()
            return
        self.step.stop()
        # The question stays, its widgets go, the answer stands in their place.
        self.conversation.take_back(self.conversation.length - 1)
        self._answers.append(self.conversation.say(self.step.answer(), mine=True))
        self._at += 1
        self._ask()

    # --- the end ----------------------------------------------------------------------

    def _create(self) -> None:
        self.keeping.forget_problem()
        self.keeping.set_busy(True)
        self._creating = self._errands.run("create the profile", self._make(), self._refused)

    async def _make(self) -> None:
        master = self.keeping.master.take() if self.keeping.by_master else None
        joining = self.company.joining if self._by_company else None
        client: Client
        if joining is None:
            client = await self._profile.create(
                name=self.name.name,
                address=self.relay.address,
                account=self.account.account,
                invite=self.account.invite,
                master=master,
            )
        else:
            offer = joining.offer
            client = await self._profile.create(
                name=offer.name,
                address=offer.relay,
                account=offer.account,
                invite=self.company.invite,
                master=master,
                company=joining,
            )
        self.keeping.master.clear()
        self.opened.emit(client)

    def _refused(self, situation: Situation) -> None:
        self.keeping.set_busy(False)
        if situation.kind in _OF_ACCOUNT:
            self.go_back()
            (self.company if self._by_company else self.account).refuse(situation)
        else:
            self.keeping.refuse(situation)
