"""Words as a row of plates: a generated phrase to read aloud, or words recognised while typing."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens

_GAP = 8.0


class WordChips(QWidget):
    """Shows words in order, wrapping; the last may be half typed with its ending still open."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._rest = ""
        self._ending = ""
        self._font = theme.font(17 if large else 13, QFont.Weight.Medium)
        self._padding = 12.0 if large else 8.0
        self._height = 36.0 if large else 24.0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_words(self, words: tuple[str, ...], rest: str = "", ending: str = "") -> None:
        """Show whole words, and a begun one with what would complete it."""
        self._words, self._rest, self._ending = words, rest, ending
        self.setAccessibleName(" ".join((*words, rest + ending) if rest else words))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """The whole words."""
        return self._words

    def sizeHint(self) -> QSize:
        """One row if it fits into a dialog."""
        return QSize(320, self.heightForWidth(380))

    def heightForWidth(self, width: int) -> int:
        """As many rows as the words need."""
        places = self._places(float(width))
        return round(places[-1][0].bottom()) if places else 0

    def _places(self, width: float) -> list[tuple[QRectF, str, str]]:
        metrics = QFontMetricsF(self._font)
        shown = [(word, "") for word in self._words]
        if self._rest:
            shown.append((self._rest, self._ending))
        places: list[tuple[QRectF, str, str]] = []
        left = top = 0.0
        for word, ending in shown:
            wide = metrics.horizontalAdvance(word + ending) + 2 * self._padding
            if left and left + wide > width:
                left, top = 0.0, top + self._height + _GAP
            places.append((QRectF(left, top, wide, self._height), word, ending))
            left += wide + _GAP
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Plates; a begun word has a dashed one, and its ending is faint."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._font)
            metrics = QFontMetricsF(self._font)
            places = self._places(float(self.width()))
            for place, (where, word, ending) in enumerate(places):
                begun = bool(self._rest) and place == len(places) - 1
                painter.setPen(QPen(table.faint, 1, Qt.PenStyle.DashLine) if begun else Qt.PenStyle.NoPen)
                painter.setBrush(Qt.BrushStyle.NoBrush if begun else table.accent_soft)
                painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
                base = where.center().y() + (metrics.ascent() - metrics.descent()) / 2
                start = QPointF(where.left() + self._padding, base)
                painter.setPen(table.text if begun else table.accent_text)
                painter.drawText(start, word)
                if ending:
                    painter.setPen(table.faint)
                    painter.drawText(start + QPointF(metrics.horizontalAdvance(word), 0), ending)
