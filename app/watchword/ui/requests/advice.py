"""Three ways to pass a phrase on, as advice."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.ui import icons
from watchword.ui.colours import tokens
from watchword.ui.controls.label import Label, Role

_ICONS = ("users", "phone", "lock")


class _Glyph(QWidget):
    """A small icon at rest."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon."""
        with QPainter(self) as painter:
            icons.paint(painter, self._icon, QRectF(0, 0, 18, 18), tokens().faint)


class Advice(QWidget):
    """In person, on a call, through another encrypted channel; use it only once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phraseAdvice")
        self.heading = Label(role=Role.SOFT)
        self._ways = [Label(role=Role.SOFT, wrap=False) for _ in _ICONS]
        row = QHBoxLayout()
        row.setSpacing(7)
        for icon, label in zip(_ICONS, self._ways, strict=True):
            row.addWidget(_Glyph(icon), 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(label)
            row.addSpacing(13)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addLayout(row)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("Pass it on by another way than Watchword. Use it only once."))
        said = (self.tr("In person"), self.tr("On a call"), self.tr("Another encrypted channel"))
        for label, text in zip(self._ways, said, strict=True):
            label.setText(text)
