"""One question of first start: what the program says, the widgets to answer with, the answer in words."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands


class Step(QWidget):
    """Fill `column`; the row with *Back* and *Next* comes last. What was typed stays when a step is left."""

    answered = Signal()
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.errands = Errands(self)
        self._told: Situation | None = None
        self._told_at: TextField | None = None
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("stepProblem")
        self.problem.hide()
        self.back = Button(kind=Kind.QUIET, icon="arrow-left")
        self.back.setObjectName("stepBack")
        self.back.clicked.connect(self.went_back)
        self.next = Button(kind=Kind.PRIMARY)
        self.next.setObjectName("nextStep")
        self.next.clicked.connect(self.go_on)
        self.row = QHBoxLayout()
        self.row.setSpacing(10)
        self.row.addWidget(self.back)
        self.row.addStretch(1)
        self.row.addWidget(self.next)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        whole.addLayout(self.column)
        whole.addWidget(self.problem)
        whole.addLayout(self.row)

    def questions(self) -> list[str]:
        """What the program says, one bubble each."""
        return []

    def answer(self) -> str:
        """What was answered, as it stands in the conversation afterwards."""
        return ""

    def begin(self) -> None:
        """The question is open now."""

    def go_on(self) -> None:
        """*Next* or Enter."""

    def stop(self) -> None:
        """The question is no longer open."""
        self.errands.stop()

    def tell(self, problem: Situation, at: TextField | None = None) -> None:
        """Say what stands in the way: at a field until it changes, or under the whole question."""
        self._told, self._told_at = problem, at
        said = words.sentence(problem)
        if at is not None:
            at.set_problem(said)
            if self.next.hasFocus():  # pressed: the next thing to do is in the field
                self.focus(at.edit)
        else:
            self.problem.setText(said)
            self.problem.show()

    def forget_problem(self) -> None:
        """Nothing stands in the way of the whole question any more."""
        self.problem.hide()

    def focus(self, widget: QWidget) -> None:
        """Give a widget the keyboard."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Name everything in the language in use, and what stands in the way."""
        at = self._told_at
        shown = not self.problem.isHidden() if at is None else at.edit.invalid
        if self._told is not None and shown:
            self.tell(self._told, at)
        self.back.setText(self.tr("Back"))
        self.next.setText(self.tr("Next"))
        for button in (self.back, self.next):
            button.updateGeometry()
