"""The bar that says how far earlier messages are here, on a desktop that was added later."""

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from watchword.model.roaming import HistoryShown
from watchword.ui import i18n, icons
from watchword.ui.colours import tokens
from watchword.ui.controls.label import Label, Role

_PATIENCE_MS = 600
"""What is here so soon needs no word."""
_HIGH = 4


class _Stroke(QProgressBar):
    """A thin line that fills."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(_HIGH)
        self.setMinimumWidth(60)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The part that is done over the whole."""
        table = tokens()
        share = self.value() / max(1, self.maximum())
        whole = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.line_strong)
            painter.drawRoundedRect(whole, _HIGH / 2, _HIGH / 2)
            if share > 0:
                wide = max(float(_HIGH), whole.width() * share)
                left = whole.width() - wide if self.isRightToLeft() else 0.0
                painter.setBrush(table.accent)
                painter.drawRoundedRect(QRectF(left, 0, wide, _HIGH), _HIGH / 2, _HIGH / 2)


class HistoryBar(QWidget):
    """Words and a line across the window; hidden while nothing is fetched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("historyBar")
        self._shown = HistoryShown()
        self.words = Label(role=Role.META)
        self.words.setObjectName("historyWords")
        self.stroke = _Stroke()
        self.stroke.setObjectName("historyProgress")
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.stroke)
        row = QHBoxLayout(self)
        row.setContentsMargins(46, 9, 18, 11)
        row.addLayout(column, 1)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self.hide()

    def show_history(self, history: HistoryShown) -> None:
        """Say how far it is; be there only while more is on its way."""
        self._shown = history
        self._tell()
        if not history.fetching:
            self._patience.stop()
            self.hide()
        elif self.isHidden() and not self._patience.isActive():
            self._patience.start()

    def _tell(self) -> None:
        history, number = self._shown, i18n.locale().toString
        done, total = number(history.done), number(history.total)
        said = self.tr("Earlier messages are being fetched: {done} of {total}").format(done=done, total=total)
        if history.withheld:
            closed = self.tr("{said} · {count} cannot be opened yet")
            said = closed.format(said=said, count=number(history.withheld))
        self.words.setText(said)
        self.setAccessibleName(said)
        self.stroke.setAccessibleName(self.tr("Earlier messages"))
        self.stroke.setRange(0, max(1, history.total))
        self.stroke.setValue(history.done)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The bar, its lower edge, its icon."""
        table = tokens()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), table.panel)
            painter.fillRect(0, self.height() - 1, self.width(), 1, table.line)
            icons.paint(painter, "history", QRectF(18, self.height() / 2 - 9, 18, 18), table.soft)
