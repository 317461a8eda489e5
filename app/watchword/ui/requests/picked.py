"""The people picked for one conversation, as plates above the search; each can be taken back (F6)."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from watchword.model.chat import Contact
from watchword.ui import icons, theme
from watchword.ui.colours import tokens
from watchword.ui.company.outside import unmarked
from watchword.ui.controls import avatar
from watchword.ui.controls.focus import came_by_keys, paint_ring
from watchword.ui.controls.line import fitted, tip, write
from watchword.ui.controls.scroll_area import ScrollArea

_HIGH = 32
_DISC = 24.0
_CROSS = 14.0
_GAP = 8
_MARK_GAP = 6
_WIDEST = 150
"""Pixels of a name on a plate."""
_ROWS = 3
"""So many rows of plates are seen at once."""


class PersonChip(QAbstractButton):
    """One person; pressing it takes them back."""

    def __init__(
        self, person: Contact, mark: Callable[[Contact], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.person = person
        self._mark = mark
        self._ringed = False
        self.setObjectName(f"picked-{person.account}")
        self.setFont(theme.font(13, QFont.Weight.Medium))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._retranslate()

    def sizeHint(self) -> QSize:
        """Disc, name, mark, cross."""
        name = QFontMetrics(self.font()).horizontalAdvance(self._name())
        mark = self._marked()
        beside = _MARK_GAP + QFontMetrics(_mark_font()).horizontalAdvance(mark) if mark else 0
        return QSize(round(4 + _DISC + 7 + name + beside + 6 + _CROSS + 9), _HIGH)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Delete and Backspace take the person back, like Space."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if event.key() in keys:
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate, the person, what is out of the ordinary about them, the cross."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            over = self.underMouse() or self.isDown()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.selected if over else table.accent_soft)
            painter.drawRoundedRect(box, _HIGH / 2, _HIGH / 2)
            disc = QRectF(4, (_HIGH - _DISC) / 2, _DISC, _DISC)
            avatar.paint(painter, disc, self.person.name, self.person.account, present=None)
            painter.setPen(table.accent_text)
            painter.setFont(self.font())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
            name = self._name()
            words = QRectF(disc.right() + 7, 0, box.width(), _HIGH)
            painter.drawText(words, flags, name)
            words.setLeft(words.left() + QFontMetrics(self.font()).horizontalAdvance(name) + _MARK_GAP)
            painter.setPen(table.warning)
            painter.setFont(_mark_font())
            painter.drawText(words, flags, self._marked())
            cross = QRectF(box.right() - 9 - _CROSS, (_HIGH - _CROSS) / 2, _CROSS, _CROSS)
            icons.paint(painter, "x", cross, table.text if over else table.accent_text)
            if self.hasFocus() and self._ringed:
                paint_ring(painter, box, _HIGH / 2 - 1)

    def _name(self) -> str:
        return fitted(self.person.name, _WIDEST, self.font())

    def _marked(self) -> str:
        return fitted(self._mark(self.person), _WIDEST, _mark_font())

    def _retranslate(self) -> None:
        take_back = self.tr("Take {contact} back").format(contact=self.person.name)
        mark = self._mark(self.person)
        self.setAccessibleName(f"{take_back}, {mark}" if mark else take_back)
        said = f"{self.person.name}, {self.person.account}"
        self.setToolTip(tip(f"{said}, {mark}" if mark else said))
        self.updateGeometry()


def _mark_font() -> QFont:
    return theme.font(theme.META_PX)


class _Plates(QWidget):
    """The plates one behind the other, in as many rows as they need; a word where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[PersonChip] = []
        self.nobody = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def rows(self, width: int) -> int:
        """Place the plates into a width; how many rows they take."""
        left, row = 0, 0
        for chip in self.chips:
            size = chip.sizeHint()
            if left and left + size.width() > width:
                left, row = 0, row + 1
            chip.setGeometry(QRect(left, row * (_HIGH + _GAP), min(size.width(), width), _HIGH))
            left += size.width() + _GAP
        return row + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say that nobody is picked."""
        if not self.chips:
            with QPainter(self) as painter:
                painter.setFont(theme.font(13))
                painter.setPen(tokens().faint)
                write(painter, QRectF(self.rect()).adjusted(2, 0, 0, 0), self.nobody)


class PickedPeople(ScrollArea):
    """Whom the conversation is for so far. One row is there from the beginning, so that nothing jumps."""

    taken_back = Signal(object)
    """A Contact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plates = _Plates()
        self._mark: Callable[[Contact], str] = unmarked
        self.setObjectName("picked")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._plates)
        self.viewport().setAutoFillBackground(False)
        self._plates.setAutoFillBackground(False)
        self.hide()

    def set_words(self, name: str, nobody: str) -> None:
        """Name it, and what stands there while nobody is picked."""
        self.setAccessibleName(name)
        self._plates.nobody = nobody
        self._plates.update()

    def mark(self, mark: Callable[[Contact], str]) -> None:
        """What is out of the ordinary about somebody, in two words; empty for nothing."""
        self._mark = mark

    def show_people(self, people: Sequence[Contact]) -> None:
        """Show these; who was there already keeps the plate."""
        before = {chip.person.account: chip for chip in self._plates.chips}
        chips = []
        for person in people:
            chip = before.pop(person.account, None) or self._made(person)
            chip.person = person
            chips.append(chip)
        for chip in before.values():
            chip.hide()
            chip.deleteLater()
        added = len(chips) > len(self._plates.chips)
        self._plates.chips = chips
        self._fit()
        self._plates.update()
        if added:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other rows in another width."""
        super().resizeEvent(event)
        self._fit()

    def _made(self, person: Contact) -> PersonChip:
        chip = PersonChip(person, self._mark, self._plates)
        chip.clicked.connect(lambda: self.taken_back.emit(chip.person))
        chip.show()
        return chip

    def _fit(self) -> None:
        rows = self._plates.rows(max(self.viewport().width(), _WIDEST))
        self._plates.setFixedHeight(rows * (_HIGH + _GAP) - _GAP)
        more = _HIGH // 2 if rows > _ROWS else 0
        self.setFixedHeight(min(rows, _ROWS) * (_HIGH + _GAP) - _GAP + more)
