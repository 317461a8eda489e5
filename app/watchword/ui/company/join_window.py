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
        self._joined: Organisation | None = None
        files = client.company.files
        self.heading = Label(role=Role.TITLE)
        self.heading.setObjectName("joinHeading")
        self.said = Label(role=Role.SOFT)
        self.said.setObjectName("joinWords")
        self.form = JoinForm(Gate(files.obtain, files.look, client.company.join, client.account))
        self.form.joined.connect(self._done)
        self.form.cancelled.connect(self.close)
        self.sign = Sign(64)
        self.sign.show_icon("check", good=True)
        self.welcome = Centred(role=Role.TITLE)
        self.welcome.setObjectName("joinWelcome")
        self.next = Centred(role=Role.SOFT)
        self.elsewhere = Centred(role=Role.WARNING)
        self.elsewhere.setObjectName("joinElsewhere")
        self.done = Button(kind=Kind.PRIMARY)
        self.done.setObjectName("joinDone")
        self.done.clicked.connect(self.close)
        middle = Qt.AlignmentFlag.AlignHCenter
        self.outcome = QWidget()
        below = QVBoxLayout(self.outcome)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(14)
        below.addStretch(1)
        below.addWidget(self.sign, 0, middle)
        for words_below in (self.welcome, self.next, self.elsewhere):
            below.addWidget(words_below)
        below.addSpacing(6)
        below.addWidget(self.done, 0, middle)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        for widget in (self.heading, self.said, self.form):
            column.addWidget(widget)
        column.addWidget(self.outcome, 1)
        column.addStretch(0)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)
        self._retranslate()

    def begin(self, source: str) -> None:
        """Fetch and show a company file."""
        self._joined = None
        self._retranslate()
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
        self._joined = organisation
        self._retranslate()
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)

    def _retranslate(self) -> None:
        joined = self._joined
        self.setWindowTitle(self.tr("Join a company"))
        for widget in (self.heading, self.said, self.form):
            widget.setVisible(joined is None)
        self.outcome.setVisible(joined is not None)
        self.done.setText(self.tr("Done"))
        self.done.updateGeometry()
        self.elsewhere.setVisible(joined is not None and not same_relay(joined.relay, self._client.relay))
        self.elsewhere.setText(
            self.tr(
                "Your company uses another relay than this profile, so its people cannot be reached "
                "from here. Join with a new profile instead."
            )
        )
        self.heading.setText(self.tr("Join a company"))
        self.said.setText(self.tr("Your company's file brings its keys and its directory to this computer."))
        company = "" if joined is None else words.called(joined.name)
        self.welcome.setText(self.tr("You belong to {company} now").format(company=company))
        self.next.setText(
            self.tr("A new conversation shows your colleagues. The settings say more, under Organisation.")
        )


def same_relay(one: str, other: str) -> bool:
    """Whether two addresses lead to one relay: by its key where both name it, else by the address."""
    keys = one.partition("#")[2], other.partition("#")[2]
    return keys[0] == keys[1] if all(keys) else one.partition("#")[0] == other.partition("#")[0]
