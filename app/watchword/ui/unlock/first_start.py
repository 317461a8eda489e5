"""First start: one window, one conversation with the program, until there is an open client.

Each answer stays visible above the next question; *Back* takes the last one back without losing what was
typed. Who has a company file is asked for its phrase instead: it answers the rest. Who uses Watchword on
another computer says where: that one adds this one. Whatever goes wrong is said where it can be mended.
"""

import asyncio

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.core.local_relay import LocalRelayRunner
from watchword.core.profile import Profile
from watchword.core.terminals.applying import Applying
from watchword.model.errors import Kind, Situation
from watchword.settings import Language
from watchword.ui.controls.choice import Picker
from watchword.ui.errands import Errands
from watchword.ui.i18n import NAMES, spoken
from watchword.ui.unlock.account_step import AccountStep
from watchword.ui.unlock.conversation import Bubble, Conversation
from watchword.ui.unlock.keeping_step import KeepingStep
from watchword.ui.unlock.questions import Questions, Way
from watchword.ui.unlock.step import Step

_SIZE = QSize(720, 700)
_LEAST = QSize(380, 440)
_OF_ACCOUNT = {
    Kind.INVITE_NEEDED,
    Kind.INVITE_WRONG,
    Kind.ID_TAKEN,
    Kind.ID_LOOKS_ALIKE,
    Kind.ID_FORM,
    Kind.DESKTOPS_MANY,
    Kind.DESKTOP_UNVOUCHED,
}


class FirstStart(QWidget):
    """A page or a window. `opened` carries the Client, or what waits to be approved; the owner goes on."""

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
        self.asks = Questions(profile, runner, address, company, self)
        self.asks.answered.connect(self._answered)
        self.asks.went_back.connect(self.go_back)
        self.asks.turned.connect(self._turn)
        self.asks.relay_here_changed.connect(self.relay_here_changed)
        self._errands = Errands(self)
        self.conversation = Conversation()
        self._creating: asyncio.Task[None] | None = None
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
        return self.asks.step

    def go_back(self) -> None:
        """Open the question before this one again, with its answer in the field."""
        asks = self.asks
        if asks.at == 0:
            if asks.way is not Way.NEW:
                self._turn(Way.NEW)
            return
        asks.step.stop()
        asks.at -= 1
        self._bubbles, self._answers = self._bubbles[: asks.at], self._answers[: asks.at]
        self.conversation.take_back(self._marks[asks.at])
        self._marks = self._marks[: asks.at]
        self._ask()

    def join(self, source: str) -> bool:
        """A company file was named meanwhile: it answers all that was not asked yet.

        False while the profile is being made: then it is the open profile's to join by it.
        """
        if self._creating is not None and not self._creating.done():
            return False
        if self.asks.way is not Way.COMPANY:
            self.asks.source = source
            self._turn(Way.COMPANY)
        elif self.asks.at:
            self.go_back()
        self.asks.company.begin_with(source)
        return True

    def _turn(self, way: Way) -> None:
        """Another way: by a company file, as a further computer, or anew."""
        self.step.stop()
        self.asks.way, self.asks.at = way, 0
        self._bubbles, self._answers, self._marks = [], [], []
        self.conversation.take_back(0)
        self._ask()

    def stop(self) -> None:
        """The page goes away: nothing half-done goes on, and no passphrase stays."""
        self.asks.stop()
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
            step.prepare(self.asks.name.name, self.asks.relay.address)
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
        self.asks.at += 1
        self._ask()

    # --- the end ----------------------------------------------------------------------

    def _create(self) -> None:
        keeping = self.asks.keeping
        keeping.forget_problem()
        keeping.set_busy(True)
        self._creating = self._errands.run("create the profile", self._make(), self._refused)

    async def _make(self) -> None:
        asks = self.asks
        master = asks.keeping.master.take() if asks.keeping.by_master else None
        opened = await self._made(master)
        asks.keeping.master.clear()
        self.opened.emit(opened)

    async def _made(self, master: str | None) -> Client | Applying:
        asks = self.asks
        if asks.way is Way.FURTHER:
            address, account = asks.own_relay.address, asks.own_account.account
            return await self._profile.apply(address=address, account=account, master=master)
        joining = asks.company.joining if asks.way is Way.COMPANY else None
        if joining is None:
            return await self._profile.create(
                name=asks.name.name,
                address=asks.relay.address,
                account=asks.account.account,
                invite=asks.account.invite,
                master=master,
            )
        offer = joining.offer
        return await self._profile.create(
            name=offer.name,
            address=offer.relay,
            account=offer.account,
            invite=asks.company.invite,
            master=master,
            company=joining,
            further=asks.company.further,
        )

    def _refused(self, situation: Situation) -> None:
        asks = self.asks
        asks.keeping.set_busy(False)
        if situation.kind not in _OF_ACCOUNT or asks.way is Way.FURTHER:
            asks.keeping.refuse(situation)
            return
        self.go_back()
        (asks.company if asks.way is Way.COMPANY else asks.account).refuse(situation)
