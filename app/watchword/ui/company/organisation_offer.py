"""What somebody without a company sees: that one can be joined here, and that nothing is missing without."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.ui.controls.button import Button
from watchword.ui.controls.label import Label, Role


class Offer(QWidget):
    """A calm sentence and one button."""

    join_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Label(role=Role.SOFT)
        self.join = Button()
        self.join.setObjectName("beginJoining")
        self.join.clicked.connect(self.join_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.join, 0, Qt.AlignmentFlag.AlignLeft)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.words.setText(
            self.tr(
                "If your company gave you a file to join by, take it here: its keys then protect "
                "what you write to your colleagues. Without a company, everything stays as it is."
            )
        )
        self.join.setText(self.tr("Join a company…"))
        self.join.updateGeometry()
