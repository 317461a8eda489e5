"""A list of people: avatar, name, id, and a remark; moved in by arrows from the field above it."""

from typing import Protocol, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from watchword.model.chat import Contact
from watchword.ui import icons, theme
from watchword.ui.colours import tokens
from watchword.ui.controls import avatar

_ROW = 58
_AVATAR = 38.0
_PERSON = Qt.ItemDataRole.UserRole
_REMARK = Qt.ItemDataRole.UserRole.value + 1


class _Option(Protocol):
    """The fields of a style option, which PySide's stubs leave out."""

    rect: QRect
    state: QStyle.StateFlag


class _PersonDelegate(QStyledItemDelegate):
    """Paints one person."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are alike."""
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Plate, avatar, name, id, remark."""
        table = tokens()
        person = index.data(_PERSON)
        if not isinstance(person, Contact):
            return
        style = cast("_Option", option)
        box = QRectF(style.rect).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(style.state & QStyle.StateFlag.State_Selected)
        over = bool(style.state & QStyle.StateFlag.State_MouseOver)
        if chosen or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.selected if chosen else table.hover)
            painter.drawRoundedRect(box, 10, 10)
        disc = QRectF(box.left() + 10, box.center().y() - _AVATAR / 2, _AVATAR, _AVATAR)
        avatar.paint(painter, disc, person.name, person.account, present=person.present, behind=table.window)
        left = disc.right() + 12
        wide = box.right() - left - 34
        remark = str(index.data(_REMARK) or "")
        self._line(painter, QRectF(left, box.top() + 9, wide, 20), person.name, QFont.Weight.DemiBold)
        second = remark or person.account
        painter.setPen(table.soft)
        painter.setFont(theme.font(13))
        shown = QFontMetrics(painter.font()).elidedText(second, Qt.TextElideMode.ElideRight, int(wide))
        painter.drawText(QRectF(left, box.top() + 29, wide, 19), Qt.AlignmentFlag.AlignVCenter, shown)
        if chosen:
            where = QRectF(box.right() - 30, box.center().y() - 9, 18, 18)
            icons.paint(painter, "chevron-right", where, table.accent_text)
        painter.restore()

    def _line(self, painter: QPainter, where: QRectF, text: str, weight: QFont.Weight) -> None:
        painter.setPen(tokens().text)
        painter.setFont(theme.font(weight=weight))
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(where.width()))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, shown)


class PeopleList(QListWidget):
    """People to choose from; `person_chosen` comes with a click or Enter."""

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_PersonDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_people(self, people: list[tuple[Contact, str]]) -> None:
        """Show people, each with a remark in place of the id where there is one; the first is marked."""
        self.clear()
        for person, remark in people:
            item = QListWidgetItem(person.name)
            item.setData(_PERSON, person)
            item.setData(_REMARK, remark)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{person.name}, {remark or person.account}")
            self.addItem(item)
        if people:
            self.setCurrentRow(0)

    @property
    def marked(self) -> Contact | None:
        """The person that Enter chooses."""
        item = self.currentItem()
        person = item.data(_PERSON) if self.count() else None
        return person if isinstance(person, Contact) else None

    def mark_next(self, rows: int) -> None:
        """Mark the next or previous person."""
        self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + rows)))

    def _choose(self, item: QListWidgetItem) -> None:
        person = item.data(_PERSON)
        if isinstance(person, Contact):
            self.person_chosen.emit(person)
