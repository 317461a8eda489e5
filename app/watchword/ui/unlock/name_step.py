"""First start: what to call the person. The name stays on this computer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from watchword.model.errors import Kind as Cause
from watchword.model.errors import Situation
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.unlock.step import Step

_LONGEST = 80


class NameStep(Step):
    """Asks for a display name; who has a company file, or an account, goes another way."""

    company_asked = Signal()
    further_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = TextField()
        self.field.edit.setObjectName("nameField")
        self.field.edit.setMaxLength(_LONGEST)
        self.field.submitted.connect(self.go_on)
        self.column.addWidget(self.field)
        self.company = Button(kind=Kind.QUIET)
        self.company.setObjectName("companyFileButton")
        self.company.clicked.connect(self.company_asked)
        self.further = Button(kind=Kind.QUIET, icon="monitor")
        self.further.setObjectName("furtherButton")
        self.further.clicked.connect(self.further_asked)
        self.column.addWidget(self.further, 0, Qt.AlignmentFlag.AlignLeft)
        self.row.insertWidget(0, self.company)
        self.back.hide()
        self.retranslate()

    @property
    def name(self) -> str:
        """The name that was typed."""
        return " ".join(self.field.text().split())

    def questions(self) -> list[str]:
        """A greeting and the question."""
        return [
            self.tr(
                "Welcome to Watchword. Here, two people who know the same phrase open "
                "a private conversation. Nobody in between can read it."
            ),
            self.tr("What is your name? It stays on this computer."),
        ]

    def answer(self) -> str:
        """The name."""
        return self.name

    def begin(self) -> None:
        """The field has the keyboard."""
        self.focus(self.field.edit)

    def go_on(self) -> None:
        """Take the name."""
        if not self.name:
            self.tell(Situation(Cause.NAME_EMPTY), self.field)
            self.focus(self.field.edit)
            return
        self.answered.emit()

    def retranslate(self) -> None:
        """Name the field."""
        super().retranslate()
        self.field.set_words(self.tr("Your name"))
        self.company.setText(self.tr("Join with a company file…"))
        self.further.setText(self.tr("I already have an account…"))
        for button in (self.company, self.further):
            button.updateGeometry()
