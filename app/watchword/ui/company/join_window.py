"""A small window that joins a company by a file that the program was started with; the profile exists."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.company import Organisation
from watchword.ui import words
from watchword.ui.company.join_form import Gate, JoinForm
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.window import Window
from watchword.ui.requests.outcome import Sign

_SIZE = QSize(520, 470)
_LEAST = QSize(400, 380)


class JoinWindow(Window):
    """The form; once joined, what was joined."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("joinWindow")
        self._client = client
        files = client.company.files
        self.heading = Label(role=Role.TITLE)
        self.heading.setObjectName("joinHeading")
        self.said = Label(role=Role.SOFT)
        self.said.setObjectName("joinWords")
        self.form = JoinForm(Gate(files.obtain, files.look, client.company.join, client.account))
        self.form.joined.connect(self._done)
        self.form.cancelled.connect(self.close)
        self._outcome: Outcome | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        for widget in (self.heading, self.said, self.form):
            column.addWidget(widget)
        self._column = column
        column.addStretch(1)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)
        self._retranslate()

    def begin(self, source: str) -> None:
        """Fetch and show a company file."""
        if self._outcome is not None:
            self._outcome.hide()
        self._show_form(True)
        self.form.begin(source)

    def stop(self) -> None:
        """No phrase stays."""
        self.form.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _done(self, organisation: Organisation) -> None:
        self.form.forget()
        self._show_form(False)
        if self._outcome is None:
            self._outcome = Outcome(self._client.relay)
            self._outcome.done.clicked.connect(self.close)
            self._column.insertWidget(self._column.count() - 1, self._outcome, 100)
        self._outcome.tell(organisation)

    def _show_form(self, shown: bool) -> None:
        for widget in (self.heading, self.said, self.form):
            widget.setVisible(shown)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Join a company"))
        self.heading.setText(self.tr("Join a company"))
        self.said.setText(self.tr("Your company's file brings its keys and its directory to this computer."))


class Outcome(QWidget):
    """What was joined, in the middle of the window."""

    def __init__(self, relay: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relay = relay
        self._joined: Organisation | None = None
        self.sign = Sign(64)
        self.sign.show_icon("check", good=True)
        self.welcome = Centred(role=Role.TITLE)
        self.welcome.setObjectName("joinWelcome")
        self.next = Centred(role=Role.SOFT)
        self.elsewhere = Centred(role=Role.WARNING)
        self.elsewhere.setObjectName("joinElsewhere")
        self.done = Button(kind=Kind.PRIMARY)
        self.done.setObjectName("joinDone")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for words_below in (self.welcome, self.next, self.elsewhere):
            column.addWidget(words_below)
        column.addSpacing(6)
        column.addWidget(self.done, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def tell(self, organisation: Organisation) -> None:
        """Show the company that this desktop belongs to now."""
        self._joined = organisation
        self._retranslate()
        self.show()
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        if self._joined is None:
            return
        self.welcome.setText(
            self.tr("You belong to {company} now").format(company=words.called(self._joined.name))
        )
        self.next.setText(
            self.tr("A new conversation shows your colleagues. The settings say more, under Organisation.")
        )
        self.elsewhere.setVisible(not same_relay(self._joined.relay, self._relay))
        self.elsewhere.setText(
            self.tr(
                "Your company uses another relay than this profile, so its people cannot be reached "
                "from here. Join with a new profile instead."
            )
        )
        self.done.setText(self.tr("Done"))
        self.done.updateGeometry()


def same_relay(one: str, other: str) -> bool:
    """Whether two addresses lead to one relay: by its key where both name it, else by the address."""
    keys = one.partition("#")[2], other.partition("#")[2]
    return keys[0] == keys[1] if all(keys) else one.partition("#")[0] == other.partition("#")[0]
