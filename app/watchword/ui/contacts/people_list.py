"""A list of people: avatar, name, id or a remark, under headings; arrows in the field above move in it."""

from collections.abc import Sequence
from typing import Protocol, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
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
from watchword.ui.controls.line import tip, write
from watchword.ui.controls.scroll_bar import ScrollBar

_ROW = 58
_HEADING = 36
_AVATAR = 38.0
_LONG = 40
"""From here on a row may not have room for all of it."""
_PERSON = Qt.ItemDataRole.UserRole
_REMARK = Qt.ItemDataRole.UserRole.value + 1


Row = str | tuple[Contact, str]
"""A heading, or a person with a remark that takes the place of the id where there is one."""


class _Option(Protocol):
    """The fields of a style option, which PySide's stubs leave out."""

    rect: QRect
    state: QStyle.StateFlag


class _PersonDelegate(QStyledItemDelegate):
    """Paints one person."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """People are alike, and so are headings."""
        return QSize(200, _ROW if isinstance(index.data(_PERSON), Contact) else _HEADING)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Plate, avatar, name, id, remark."""
        table = tokens()
        person = index.data(_PERSON)
        style = cast("_Option", option)
        box = QRectF(style.rect).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(person, Contact):
            chosen = bool(style.state & QStyle.StateFlag.State_Selected)
            over = bool(style.state & QStyle.StateFlag.State_MouseOver)
            if chosen or over:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(table.selected if chosen else table.hover)
                painter.drawRoundedRect(box, 10, 10)
            self._person(painter, box, person, str(index.data(_REMARK) or ""))
            if chosen:
                where = QRectF(box.right() - 30, box.center().y() - 9, 18, 18)
                icons.paint(painter, "chevron-right", where, table.accent_text)
        else:
            painter.setPen(table.faint)
            painter.setFont(theme.font(theme.META_PX, QFont.Weight.DemiBold))
            write(painter, box.adjusted(10, 10, -10, 0), str(index.data() or ""))
        painter.restore()

    def _person(self, painter: QPainter, box: QRectF, person: Contact, remark: str) -> None:
        table = tokens()
        disc = QRectF(box.left() + 10, box.center().y() - _AVATAR / 2, _AVATAR, _AVATAR)
        avatar.paint(painter, disc, person.name, person.account, present=person.present, behind=table.window)
        left = disc.right() + 12
        wide = box.right() - left - 34
        painter.setPen(table.text)
        painter.setFont(theme.font(weight=QFont.Weight.DemiBold))
        write(painter, QRectF(left, box.top() + 9, wide, 20), person.name)
        painter.setPen(table.soft)
        painter.setFont(theme.font(13))
        write(painter, QRectF(left, box.top() + 29, wide, 19), remark or person.account)


class PeopleList(QListWidget):
    """People to choose from; `person_chosen` comes with a click or Enter."""

    person_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_PersonDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(ScrollBar())
        self.setMouseTracking(True)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_people(self, rows: Sequence[Row], *, keep: bool = False) -> None:
        """Show people; the first is marked, or with `keep` the one that was, where it was."""
        marked, at = self.marked, self.verticalScrollBar().value()
        self.clear()
        for row in rows:
            self.addItem(_heading(row) if isinstance(row, str) else _item(*row))
        places = [place for place in range(self.count()) if self._person_at(place) is not None]
        kept = [place for place in places if marked is not None and self._is(place, marked)] if keep else []
        if places:
            self.setCurrentRow((kept or places)[0])
        if kept:
            self.doItemsLayout()
            self.verticalScrollBar().setValue(at)

    @property
    def marked(self) -> Contact | None:
        """The person that Enter chooses."""
        return self._person_at(self.currentRow())

    def mark_next(self, rows: int) -> None:
        """Mark the next or previous person."""
        place = self.currentRow() + rows
        while 0 <= place < self.count() and self._person_at(place) is None:
            place += rows
        if 0 <= place < self.count():
            self.setCurrentRow(place)

    def _person_at(self, place: int) -> Contact | None:
        item = self.item(place) if 0 <= place < self.count() else None
        person = None if item is None else item.data(_PERSON)
        return person if isinstance(person, Contact) else None

    def _is(self, place: int, marked: Contact) -> bool:
        person = self._person_at(place)
        return person is not None and person.account == marked.account

    def _choose(self, item: QListWidgetItem) -> None:
        person = item.data(_PERSON)
        if isinstance(person, Contact):
            self.person_chosen.emit(person)


def _item(person: Contact, remark: str) -> QListWidgetItem:
    item = QListWidgetItem(person.name)
    said = f"{person.name}, {remark or person.account}"
    item.setData(_PERSON, person)
    item.setData(_REMARK, remark)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
    item.setToolTip(tip(said) if len(said) > _LONG else "")
    return item


def _heading(text: str) -> QListWidgetItem:
    item = QListWidgetItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item
