"""Unlocking a profile that exists: by the keyring without a word, by the master passphrase, or not at all.

Each cause that keeps it shut has its own screen with what to do; nothing is ever overwritten from here.
"""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.profile import Profile
from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation, TroubleWith
from watchword.model.setup import ProfileState
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.field import PhraseField
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.ring import Ring
from watchword.ui.errands import Errands
from watchword.ui.requests.outcome import Sign
from watchword.ui.unlock import headings
from watchword.ui.unlock.conversation import Mark

_SIZE = QSize(460, 460)
_LEAST = QSize(380, 440)
_COLUMN = 340


class Unlock(QWidget):
    """A page or a window. `left` means that the person gives up.

    `opened` carries the Client, or what waits to be approved by another desktop.
    """

    opened = Signal(object)
    left = Signal()

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("unlock")
        self.setAutoFillBackground(True)
        self._profile = profile
        self._errands = Errands(self)
        self._situation: Situation | None = None
        self._by_master = False
        self._busy = False
        self._done = False
        self.mark = Mark(84)
        self.sign = Sign(72)
        self.heading = Centred(role=Role.TITLE)
        self.heading.setObjectName("unlockHeading")
        self.said = Centred(role=Role.SOFT)
        self.said.setObjectName("unlockProblem")
        self.ring = Ring(lambda: 0.0, 40)
        self.field = PhraseField()
        self.field.edit.setObjectName("masterField")
        self.field.submitted.connect(self._unlock)
        self.again = Button(kind=Kind.PRIMARY)
        self.again.setObjectName("tryAgain")
        self.again.clicked.connect(self.begin)
        self.open = Button(kind=Kind.PRIMARY)
        self.open.setObjectName("unlockProfile")
        self.open.clicked.connect(self._unlock)
        self.quit = Button(kind=Kind.QUIET)
        self.quit.setObjectName("quit")
        self.quit.clicked.connect(self._leave)
        self._lay_out()
        self._retranslate()

    def _keep_room_for_the_wrong_one(self) -> None:
        """A wrong passphrase moves nothing: its line is there before it is told."""
        note = self.field.note
        kept = note.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        note.setSizePolicy(kept)
        told = Label(words.sentence(Situation(Cause.MASTER_WRONG)), Role.DANGER)
        note.setMinimumHeight(told.heightForWidth(_COLUMN))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setFixedWidth(_COLUMN)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addStretch(1)
        for widget in (self.mark, self.sign):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading)
        column.addWidget(self.said)
        column.addWidget(self.field)
        column.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.quit, self.again, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 24, 20, 24)
        row.addStretch(1)
        row.addWidget(inside)
        row.addStretch(1)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)

    def begin(self) -> None:
        """See what the folder holds, and open it if nothing has to be typed."""
        if self._busy:
            return
        self._situation = None
        try:
            state = self._profile.state()
        except TroubleWith as trouble:
            self._refused(trouble.situation)
            return
        self._by_master = state is ProfileState.PASSPHRASE
        self._show()
        if self._by_master:
            self._take_keyboard()
        else:
            self._unlock()

    def stop(self) -> None:
        """The page goes away."""
        self._done = True
        self.field.clear()
        self.ring.stop()
        self._errands.stop()

    async def end(self) -> None:
        """The program ends: no profile is opened from here any more once this returns."""
        self.stop()
        await self._errands.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed as a window: giving up, unless the client is open."""
        super().closeEvent(event)
        self._leave()

    def _leave(self) -> None:
        if not self._done:
            self.stop()
            self.left.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What became of it may have been known before the page was there."""
        super().showEvent(event)
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Put the keyboard where the next thing is to be done."""
        for target in (self.field.edit, self.again, self.quit):
            if target.isVisibleTo(self):
                target.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Watchword"))
        self.field.set_words(self.tr("Master passphrase"))
        self._keep_room_for_the_wrong_one()
        self.again.setText(self.tr("Try again"))
        self.quit.setText(self.tr("Quit"))
        self._show()

    def _show(self) -> None:
        problem = self._situation
        asks = self._by_master and problem is None
        self.mark.setVisible(problem is None)
        self.sign.setVisible(problem is not None)
        self.said.setVisible(problem is not None)
        self.field.setVisible(asks)
        self.open.setVisible(asks)
        self.again.setVisible(problem is not None and problem.kind not in headings.HOPELESS)
        waiting = problem is None and not asks
        self.ring.setVisible(waiting)
        if waiting:
            self.ring.spin()
        else:
            self.ring.stop()
        self.field.edit.setReadOnly(self._busy)
        self.open.setText(self.tr("Unlocking…") if self._busy else self.tr("Unlock"))
        self.open.updateGeometry()
        if problem is not None:
            self.sign.show_icon(headings.icon(problem.kind))
            self.heading.setText(headings.heading(problem.kind))
            self.said.setText(headings.sentence(problem))
        else:
            self.heading.setText(self.tr("Welcome back") if asks else self.tr("Opening…"))

    def _unlock(self) -> None:
        if self._busy:
            return
        master = self.field.text() if self._by_master else None
        if master is not None and not master.strip():
            self.field.set_problem(self.tr("Type the master passphrase of this profile."))
            return
        self._busy = True
        self._show()
        self._errands.run("unlock", self._opened(master), self._refused)

    async def _opened(self, master: str | None) -> None:
        opened = await self._profile.unlock(master)
        self._done = True
        self.field.clear()
        self.ring.stop()
        self.opened.emit(opened)

    def _refused(self, situation: Situation) -> None:
        self._busy = False
        if situation.kind is Cause.MASTER_WRONG:
            self._show()
            self.field.set_problem(words.sentence(situation))
            self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.field.edit.selectAll()
            return
        self._situation = situation
        self._show()
        self._take_keyboard()
