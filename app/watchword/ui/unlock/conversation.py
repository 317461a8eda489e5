"""The page of first start: what the program asked and what was answered, with the open question last."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from watchword.ui import icons
from watchword.ui.colours import tokens
from watchword.ui.controls.label import Label
from watchword.ui.controls.scroll_area import ScrollArea

_COLUMN = 560
_BUBBLE = 430
_LINE = 240
_ABOVE = 64
"""Pixels that stay free above the field that has the keyboard: its name, and the choice of language."""
_RADIUS = 14.0


class Bubble(QWidget):
    """One thing said, by the program on the left or by the person on the right."""

    def __init__(self, text: str, *, mine: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mine = mine
        self.words = Label()
        inside = QHBoxLayout(self)
        inside.setContentsMargins(14, 9, 14, 10)
        inside.addWidget(self.words)
        across = QSizePolicy.Policy.Maximum if mine else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Minimum)
        self.setMaximumWidth(_BUBBLE + 28)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Say it, or say it in other words (another language)."""
        self.words.setText(text)
        natural = self.words.fontMetrics().horizontalAdvance(text) + 2
        self.words.setMaximumWidth(min(natural, _BUBBLE) if self._mine else _BUBBLE)
        if self._mine:
            self.words.setMinimumWidth(min(natural, _LINE))  # or Qt would break a short answer into a square
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate, with one sharp corner towards its speaker."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.mine if self._mine else table.theirs)
            box = QRectF(self.rect())
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
            corner = QRectF(0, 0, _RADIUS, _RADIUS)
            if self._mine:
                corner.moveBottomRight(box.bottomRight())
            else:
                corner.moveBottomLeft(box.bottomLeft())
            painter.drawRoundedRect(corner, 4, 4)


class Mark(QWidget):
    """The program's own sign, where a person would have an avatar."""

    def __init__(self, size: int = 34, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The drawing that is also the program's icon."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            icons.paint(painter, "watchword", QRectF(self.rect()), tokens().accent)


class Conversation(QWidget):
    """Things said, and the widget of the open question under them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: list[QWidget] = []
        self._open: QWidget | None = None
        column = QWidget()
        column.setMaximumWidth(_COLUMN)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(20, 24, 20, 28)
        self._column.setSpacing(12)
        self._column.addStretch(3)
        self._column.addStretch(2)
        across = QWidget()
        row = QHBoxLayout(across)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)
        self.area = ScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its coming moves nothing
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(across)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.area.verticalScrollBar().rangeChanged.connect(lambda _least, most: self._to_end(most))

    def greet(self) -> None:
        """The program's sign, large, above everything that is said."""
        sign = Mark(84)
        self._column.insertWidget(1, sign, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.insertSpacing(2, 20)

    def say(self, text: str, *, mine: bool = False, marked: bool = False) -> Bubble:
        """Add something said; `marked` shows the program's sign beside it."""
        bubble = Bubble(text, mine=mine)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        if mine:
            row.addStretch(1)
            row.addWidget(bubble)
        else:
            sign = Mark() if marked else QWidget()
            sign.setFixedSize(34, 34)
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignBottom)
            row.addWidget(bubble, 1)
            row.addStretch(0)
        self._said.append(line)
        self._insert(line)
        return bubble

    def ask(self, widget: QWidget) -> None:
        """Put the widget of the open question last."""
        self._open = widget
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(44, 6, 0, 0)
        row.addWidget(widget)
        widget.show()
        self._said.append(holder)
        self._insert(holder)
        QTimer.singleShot(0, self, lambda: self._to_end(self.area.verticalScrollBar().maximum()))

    @property
    def length(self) -> int:
        """How many things stand here."""
        return len(self._said)

    def take_back(self, length: int) -> None:
        """Forget what was said after the first `length` things; the open question is let go."""
        if self._open is not None:
            self._open.setParent(None)
            self._open = None
        while len(self._said) > length:
            line = self._said.pop()
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()

    def _insert(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)

    def _to_end(self, most: int) -> None:
        """Show the end; in a small window rather the field that has the keyboard than what is below it."""
        self.area.verticalScrollBar().setValue(most)
        typed_into = self.focusWidget()
        if isinstance(typed_into, QLineEdit) and self.isAncestorOf(typed_into):
            self.area.ensureWidgetVisible(typed_into, 0, _ABOVE)
