"""*Run a relay on this computer*: start and stop it, and the address to give to the others."""

from urllib.parse import urlsplit

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from watchword.core.local_relay import LocalRelayRunner
from watchword.model.errors import Situation
from watchword.model.setup import LocalRelay
from watchword.ui import words
from watchword.ui.controls.button import Button
from watchword.ui.controls.card import Card
from watchword.ui.controls.choice import CheckBox
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands

_COPIED_MS = 2000


class RelayHere(Card):
    """The relay of this computer."""

    started = Signal(object)
    """A LocalRelay that runs now, by *Start*."""
    changed = Signal(bool, bool, int)
    """Whether it runs with the program, whether it stays, its port: to be kept for the next start."""

    def __init__(self, runner: LocalRelayRunner, port: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(margin=14, parent=parent)
        self.setObjectName("relayHere")
        self._runner = runner
        self._port = port
        self._errands = Errands(self)
        self._busy = False
        self.heading = Label(role=Role.STRONG)
        self.explanation = Label(role=Role.SOFT)
        self.keep = CheckBox()
        self.keep.setObjectName("keepRelay")
        self.keep.setChecked(runner.state.keep)
        self.keep.clicked.connect(self._keep_changed)
        self.address = TextField()
        self.address.edit.setObjectName("relayHereAddress")
        self.address.edit.setReadOnly(True)
        self.copy = Button(icon="copy")
        self.copy.setObjectName("copyRelayAddress")
        self.copy.clicked.connect(self._copy)
        self.address.add_to_row(self.copy)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("relayHereProblem")
        self.problem.hide()
        self.button = Button(icon="server")
        self.button.setObjectName("runRelay")
        self.button.clicked.connect(self._press)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        for widget in (self.heading, self.explanation, self.keep, self.address, self.problem):
            self.column.addWidget(widget)
        self.column.addLayout(row)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._show)
        self._retranslate()

    def stop(self) -> None:
        """The window goes away; the relay goes on."""
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("A relay on this computer"))
        self.explanation.setText(
            self.tr(
                "For the people on this network. It carries sealed messages and can read none. "
                "While it is off, nobody reaches anybody through it."
            )
        )
        self.keep.setText(self.tr("Keep it running when Watchword is closed"))
        self.address.set_words(
            self.tr("Its address"), self.tr("Give this to the others; they type it as their relay.")
        )
        self._show()

    def _show(self) -> None:
        state = self._runner.state
        self.address.setVisible(state.running)
        self.address.set_text(state.address)
        self.address.edit.setCursorPosition(0)
        self.copy.setText(self.tr("Copy"))
        if self._busy:
            said = self.tr("Starting…") if not state.running else self.tr("Stopping…")
        else:
            said = self.tr("Stop the relay") if state.running else self.tr("Run a relay on this computer")
        self.button.setText(said)
        self.button.setAccessibleName(said)
        for button in (self.button, self.copy):
            button.updateGeometry()

    def _press(self) -> None:
        if self._busy:
            return
        self._busy = True
        self._say("")
        self._show()
        deed = self._stop_relay() if self._runner.state.running else self._start_relay()
        self._errands.run("relay on this computer", deed, self._refused)

    async def _start_relay(self) -> None:
        made: LocalRelay = await self._runner.start(keep=self.keep.isChecked(), port=self._port)
        self._busy = False
        self._port = urlsplit(made.address).port or 0
        self._show()
        self.changed.emit(True, made.keep, self._port)
        self.started.emit(made)

    async def _stop_relay(self) -> None:
        await self._runner.stop()
        self._busy = False
        self._show()
        self.changed.emit(False, False, self._port)

    def _keep_changed(self) -> None:
        if self._runner.state.running and not self._busy:
            self._busy = True
            self._show()
            self._errands.run("keep the relay", self._start_relay(), self._refused)

    def _refused(self, situation: Situation) -> None:
        self._busy = False
        self._say(words.sentence(situation))
        self._show()

    def _say(self, said: str) -> None:
        self.problem.setText(said)
        self.problem.setVisible(bool(said))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
        self.copy.setText(self.tr("Copied"))
        self._copied.start(_COPIED_MS)
