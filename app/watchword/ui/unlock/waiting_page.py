"""A further desktop while it waits: its eight words, what to do on the other computer, and a way out.

It asks the relay for as long as it is open, and goes on after a restart. See `docs/protocol/wire.md`, More
terminals.
"""

import asyncio

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.profile import Profile
from watchword.core.terminals.applying import Applying
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.ui import i18n, words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.card import Card
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.chips import WordChips
from watchword.ui.controls.dialog import Asked, Question
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Ring
from watchword.ui.controls.scroll_area import ScrollArea
from watchword.ui.errands import Errands
from watchword.ui.unlock.conversation import Mark

_COLUMN = 480


class WaitingPage(QWidget):
    """A page. `opened` carries the Client once another desktop approved; `given_up` leads to first start."""

    opened = Signal(object)
    given_up = Signal()

    def __init__(self, profile: Profile, applying: Applying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waitingPage")
        self.setAutoFillBackground(True)
        self._profile = profile
        self._applying = applying
        self._errands = Errands(self)
        self._problem: Situation | None = None
        self._done = False
        self.heading = Centred(role=Role.TITLE)
        self.heading.setObjectName("waitingHeading")
        self.told = Centred(role=Role.SOFT)
        self.chips = WordChips(large=True)
        self.chips.setObjectName("desktopWords")
        self.steps = [Label(role=Role.BODY) for _ in range(3)]
        self.ring = Ring(lambda: 0.0, 18)
        self.state = Label(role=Role.SOFT)
        self.state.setObjectName("waitingState")
        self.hint = Label(role=Role.META)
        self.again = Button(icon="refresh-cw")
        self.again.setObjectName("waitingAgain")
        self.again.clicked.connect(self._try_now)
        self.give_up = Button(kind=Kind.QUIET)
        self.give_up.setObjectName("giveUp")
        self.give_up.clicked.connect(
            lambda: self._errands.run("give up", self._ask_to_give_up(), self._refused)
        )
        self._lay_out()
        applying.listen(self._heard)
        self._retranslate()
        self._waiting = self._errands.run("wait", self._wait(), self._refused)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_COLUMN)
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 24, 20, 24)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(Mark(64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading)
        column.addWidget(self.told)
        plate = Card(bordered=True, margin=18)
        plate.column.addWidget(self.chips)
        column.addWidget(plate)
        for step in self.steps:
            column.addWidget(step)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.state, 1)
        column.addSpacing(4)
        column.addLayout(line)
        column.addWidget(self.hint)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.give_up)
        buttons.addStretch(1)
        buttons.addWidget(self.again)
        column.addLayout(buttons)
        column.addStretch(2)
        across = QWidget()
        row = QHBoxLayout(across)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inside, 1000)
        row.addStretch(1)
        area = ScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(across)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def take_keyboard(self) -> None:
        """Nothing is to be typed here."""
        (self.again if self.again.isVisibleTo(self) else self.give_up).setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def stop(self) -> None:
        """The page goes away; what waits goes on where it stands when it is opened again."""
        self.ring.stop()
        self._errands.stop()

    async def end(self) -> None:
        """The program ends: close the profile, unless it was opened or given up."""
        self.stop()
        await self._errands.end()
        if not self._done:
            self._done = True
            await self._profile.leave(self._applying)

    # --- what happens -------------------------------------------------------------------

    async def _wait(self) -> None:
        await self._applying.wait()
        self._done = True
        self.opened.emit(await self._profile.approved(self._applying))

    def _heard(self, _changed: LinkChanged) -> None:
        self._show()

    def _refused(self, situation: Situation) -> None:
        self._problem = situation
        self._show()

    def _try_now(self) -> None:
        if self._problem is None:
            self._applying.reconnect()
            return
        self._problem = None
        self._show()
        self._waiting = self._errands.run("wait", self._wait(), self._refused)

    async def _ask_to_give_up(self) -> None:
        if await Question(self, self._asked, danger=True).answer():
            await self._give_up()

    async def _give_up(self) -> None:
        self._waiting.cancel()
        await asyncio.wait([self._waiting])
        if self._done:
            return  # approved in the same moment
        await self._profile.give_up(self._applying)
        self._done = True
        self.given_up.emit()

    # --- what is said -------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, the words of the key too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _asked(self) -> Asked:
        return Asked(
            self.tr("Stop waiting?"),
            self.tr("Nothing was set up here yet. You begin anew, and this computer gets other words then."),
            self.tr("Stop waiting"),
            self.tr("Wait on"),
        )

    def _retranslate(self) -> None:
        account = words.called(self._applying.account)
        self.heading.setText(self.tr("Add this computer on your other one"))
        self.told.setText(
            self.tr("These words stand for this computer, which asks to be one of {id}:").format(id=account)
        )
        self.chips.show_words(self._applying.words(i18n.locale().name()))
        self.steps[0].setText(self.tr("1. On the other computer open the settings, and there Computers."))
        self.steps[1].setText(self.tr("2. Press Add… and type these eight words."))
        self.steps[2].setText(
            self.tr("3. Contacts and company come along. Conversations opened by a phrase stay there.")
        )
        self.hint.setText(
            self.tr(
                "Nobody is told whether this id exists: if the other computer hears of nothing, compare id "
                "and relay. You may close Watchword meanwhile; it waits on when you open it again."
            )
        )
        self.again.setText(self.tr("Try now"))
        self.give_up.setText(self.tr("Stop waiting…"))
        for button in (self.again, self.give_up):
            button.updateGeometry()
        self._show()

    def _show(self) -> None:
        link, problem = self._applying.link, self._problem
        waiting = problem is None and link.state is not LinkState.OFFLINE
        self.ring.setVisible(waiting)
        if waiting:
            self.ring.spin()
        else:
            self.ring.stop()
        put_off = problem is None and link.problem is not None and link.problem.kind is Cause.RELAY_BUSY
        self.again.setVisible(not waiting and not put_off)
        self.state.set_role(Role.SOFT if waiting else Role.DANGER)
        if problem is not None:
            self.state.setText(words.sentence(problem))
        elif link.state is LinkState.ONLINE:
            self.state.setText(self.tr("Waiting for your other computer…"))
        elif link.problem is not None and link.state is LinkState.OFFLINE:
            self.state.setText(words.sentence(link.problem))
        else:
            self.state.setText(words.link(LinkChanged(LinkState.CONNECTING)))
