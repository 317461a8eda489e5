"""Where the rows of a pile stand on the screen: the scroll area without what moves it."""

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from watchword.ui.chat.pile import Pile
from watchword.ui.chat.rows import Row, RowKind
from watchword.ui.chat.typeset import Typeset
from watchword.ui.controls.scroll_bar import ScrollBar

BELOW = 14
"""Pixels between the last row and the lower edge."""


class RowArea(QAbstractScrollArea):
    """A pile of rows behind a viewport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pile = Pile()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        bar = ScrollBar()
        self.setVerticalScrollBar(bar)
        bar.stand_on_window()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it can be moved as it is
        self.verticalScrollBar().setSingleStep(28)
        self.verticalScrollBar().setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def rows(self) -> list[Row]:
        """The loaded rows."""
        return self.pile.rows

    def visible_rows(self) -> list[tuple[Row, QRect]]:
        """The rows on the screen and where they stand in the viewport."""
        found = []
        for number in self._visible():
            where = self.row_rect(number)
            found.append((self.rows[number], where))
        return found

    def seen_rows(self) -> list[Row]:
        """The rows on the screen, from top to bottom."""
        return [self.rows[number] for number in self._visible()]

    def row_rect(self, number: int) -> QRect:
        """Where a row's bubble stands in the viewport."""
        box = self.pile.typeset(number).box
        at = self._corner(number)
        return box.translated(at).toAlignedRect()

    def bubble_of(self, message: int) -> QRect:
        """Where a message stands, as the screen counts; empty where it is not seen."""
        found = QRect()
        for row, where in self.visible_rows() if self.isVisible() else ():
            if row.kind is RowKind.TEXT and row.message.id == message:
                found = found.united(where)
        return found.translated(self.viewport().mapToGlobal(QPoint())) if found.isValid() else found

    def numbered_at(self, point: QPoint) -> tuple[int, Typeset, QPointF] | None:
        """The row at a point of the viewport, laid out, and the point as the row counts it."""
        number = self.pile.number_at(self._value() + point.y() - self._lift())
        if number < 0:
            return None
        return number, self.pile.typeset(number), QPointF(point) - self._corner(number)

    def distance_from_end(self) -> int:
        """Pixels between the lower edge and the end of what is loaded."""
        bar = self.verticalScrollBar()
        return bar.maximum() - bar.value()

    def scroll_by(self, key: int) -> bool:
        """Scroll as a key asks; False if it asks for something else."""
        bar = self.verticalScrollBar()
        line, page = 2 * bar.singleStep(), self.viewport().height() - 2 * bar.singleStep()
        moves = {
            Qt.Key.Key_Home.value: -bar.value(),
            Qt.Key.Key_Up.value: -line,
            Qt.Key.Key_Down.value: line,
            Qt.Key.Key_PageUp.value: -page,
            Qt.Key.Key_PageDown.value: page,
        }
        by = moves.get(key)
        if by is not None:
            bar.setValue(bar.value() + by)
        return by is not None

    def _value(self) -> int:
        return self.verticalScrollBar().value()

    def _lift(self) -> float:
        """Few messages stand at the lower edge, near the composer."""
        return max(0.0, self.viewport().height() - self.pile.height - BELOW)

    def _left(self) -> int:
        return round((self.width() - self.pile.column) / 2)

    def _corner(self, number: int) -> QPointF:
        return QPointF(self._left(), round(self.pile.top(number) - self._value() + self._lift()))

    def _visible(self) -> range:
        if not self.rows:
            return range(0)
        upper = self._value() - self._lift()
        first = self.pile.number_at(upper)
        last = self.pile.number_at(upper + self.viewport().height())
        return range(first, last + 1)

    def _standing(self) -> list[tuple[int, int, int]]:
        """Each row on the screen: its number, its upper edge in the viewport, the pixels it touches."""
        upper, top = self._value() - self._lift(), self.pile.top
        return [
            (number, round(top(number) - upper), math.ceil(top(number + 1) - top(number)) + 1)
            for number in self._visible()
        ]

    def event(self, event: QEvent) -> bool:
        """Let Ctrl+C mean copying here, whatever shortcuts the window has."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                event.matches(QKeySequence.StandardKey.Copy)
                or event.matches(QKeySequence.StandardKey.SelectAll)
            )
        ):
            event.accept()
        return super().event(event)
