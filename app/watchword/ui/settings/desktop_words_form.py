"""The field for the eight words that a new computer shows: typed or pasted, recognised while typing."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.requests.phrase_entry import PhraseEntry


class DesktopWordsForm(QWidget):
    """`submitted` carries what was typed."""

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Situation | None = None
        self._busy = False
        self.field = PhraseEntry(completes=True, judged=False)
        self.field.edit.setObjectName("desktopWordsField")
        self.field.reveal.hide()
        self.field.submitted.connect(self._submit)
        self.warning = Label(role=Role.META)
        self.cancel = Button()
        self.cancel.setObjectName("cancelAdding")
        self.cancel.clicked.connect(self.cancelled)
        self.approve = Button(kind=Kind.PRIMARY)
        self.approve.setObjectName("approveDesktop")
        self.approve.clicked.connect(self._submit)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.approve)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.field)
        column.addWidget(self.warning)
        column.addLayout(buttons)
        self._retranslate()

    def open(self) -> None:
        """Empty, with the keyboard in the field."""
        self._clear()
        self.show()
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_empty(self) -> None:
        """Away; nothing stays in the field."""
        self._clear()
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """While the relay is asked nothing can be pressed twice."""
        self._busy = busy
        self.field.edit.setReadOnly(busy)
        self._retranslate()

    def refuse(self, situation: Situation) -> None:
        """Nothing was added; say why, and leave what was typed to be mended."""
        self.set_busy(False)
        self._told = situation
        self.field.set_problem(words.sentence(situation))
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            if self._told is not None and self.field.edit.invalid:
                self.field.set_problem(words.sentence(self._told))

    def _clear(self) -> None:
        self._told = None
        self.set_busy(False)
        self.field.clear()
        self.field.set_problem("")

    def _submit(self) -> None:
        if not self._busy:
            self.submitted.emit(self.field.text())

    def _retranslate(self) -> None:
        self.field.set_words(self.tr("The eight words that the new computer shows"))
        self.warning.setText(
            self.tr(
                "Type only what you read on the screen of a computer of yours. Whoever is added writes and "
                "reads as you."
            )
        )
        self.cancel.setText(self.tr("Cancel"))
        self.approve.setText(self.tr("Adding…") if self._busy else self.tr("Add this computer"))
        for button in (self.cancel, self.approve):
            button.updateGeometry()
