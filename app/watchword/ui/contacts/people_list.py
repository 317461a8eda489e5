"""A list of people: avatar, name, id or a remark, under headings; arrows in the field above move in it.

However many there are, nobody costs a widget: what a row says is asked for when it is painted.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from watchword.model.chat import Contact
from watchword.ui import icons, theme
from watchword.ui.colours import tokens
from watchword.ui.controls import avatar
from watchword.ui.controls.field import LineEdit
from watchword.ui.controls.line import tip, write
from watchword.ui.controls.scroll_bar import ScrollBar

_ROW = 58
_HEADING = 36
_AVATAR = 38.0
_MARK = 20.0
_LONG = 40
"""From here on a row may not have room for all of it."""
_PERSON = Qt.ItemDataRole.UserRole
_REMARK = Qt.ItemDataRole.UserRole.value + 1
_PICKED = Qt.ItemDataRole.UserRole.value + 2

Index = QModelIndex | QPersistentModelIndex
Row = str | Contact
"""A heading, or a person."""


def _nothing(_person: Contact) -> str:
    return ""


def _not_to_pick(_person: Contact) -> bool | None:
    return None


class _Rows(QAbstractListModel):
    """The rows; what is said of each is made when it is looked at."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()
        self.remark: Callable[[Contact], str] = _nothing
        self.picked: Callable[[Contact], bool | None] = _not_to_pick

    def take(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def person(self, row: int) -> Contact | None:
        """Who stands in a row; None for a heading."""
        found = self.rows[row] if 0 <= row < len(self.rows) else ""
        return found if isinstance(found, Contact) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are nobody."""
        if self.person(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row shows and says."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._said(row)
            case Qt.ItemDataRole.ToolTipRole:
                said = self._said(row)
                return tip(said) if len(said) > _LONG else ""
            case _ if role == _PERSON:
                return row
            case _ if role == _REMARK:
                return self.remark(row) or row.account
            case _ if role == _PICKED:
                return self.picked(row)
            case _:
                return None

    def _said(self, person: Contact) -> str:
        said = f"{person.name}, {self.remark(person) or person.account}"
        return self.tr("{person}, picked").format(person=said) if self.picked(person) else said


class _Option(Protocol):
    """The fields of a style option, which PySide's stubs leave out."""

    rect: QRect
    state: QStyle.StateFlag


class _PersonDelegate(QStyledItemDelegate):
    """Paints one person."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """People are alike, and so are headings."""
        return QSize(200, _ROW if isinstance(index.data(_PERSON), Contact) else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
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
            self._person(painter, box, person, str(index.data(_REMARK)))
            self._mark(painter, box, index.data(_PICKED), chosen=chosen)
        else:
            painter.setPen(table.faint)
            painter.setFont(theme.font(theme.META_PX, QFont.Weight.DemiBold))
            write(painter, box.adjusted(10, 10, -10, 0), str(index.data() or ""))
        painter.restore()

    def _mark(self, painter: QPainter, box: QRectF, picked: bool | None, *, chosen: bool) -> None:
        """On the right: a circle to be filled where several can be picked, else the way on."""
        table = tokens()
        if picked is None:
            if chosen:
                where = QRectF(box.right() - 30, box.center().y() - 9, 18, 18)
                icons.paint(painter, "chevron-right", where, table.accent_text)
            return
        where = QRectF(box.right() - 31, box.center().y() - _MARK / 2, _MARK, _MARK)
        painter.setPen(Qt.PenStyle.NoPen if picked else QPen(table.line_strong, 1.5))
        painter.setBrush(table.accent if picked else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(where if picked else where.adjusted(0.75, 0.75, -0.75, -0.75))
        if picked:
            icons.paint(painter, "check", where.adjusted(3, 3, -3, -3), table.on_accent)

    def _person(self, painter: QPainter, box: QRectF, person: Contact, remark: str) -> None:
        table = tokens()
        disc = QRectF(box.left() + 10, box.center().y() - _AVATAR / 2, _AVATAR, _AVATAR)
        avatar.paint(painter, disc, person.name, person.account, present=person.present, behind=table.window)
        left = disc.right() + 12
        wide = box.right() - left - 38
        painter.setPen(table.text)
        painter.setFont(theme.font(weight=QFont.Weight.DemiBold))
        write(painter, QRectF(left, box.top() + 9, wide, 20), person.name)
        painter.setPen(table.soft)
        painter.setFont(theme.font(13))
        write(painter, QRectF(left, box.top() + 29, wide, 19), remark)


class PeopleList(QListView):
    """People to choose from; `person_chosen` comes with a click, Enter or Space."""

    person_chosen = Signal(object)
    """A Contact."""
    person_opened = Signal(object)
    """A Contact that was clicked twice."""
    mark_moved = Signal()
    """The arrows in the field brought the mark to another person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setModel(self._rows)
        self.setItemDelegate(_PersonDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(ScrollBar())
        self.verticalScrollBar().setSingleStep(24)
        self.setMouseTracking(True)
        self._clicked: Contact | None = None
        self._doubled = False
        self.clicked.connect(self._click)

    def say(
        self,
        remark: Callable[[Contact], str],
        picked: Callable[[Contact], bool | None] = _not_to_pick,
    ) -> None:
        """How to speak of a person: a remark that takes the place of the id, empty for none.

        `picked` tells whether somebody is among several that are being picked; None where they cannot be.
        """
        self._rows.remark, self._rows.picked = remark, picked

    def follow(self, field: LineEdit) -> None:
        """Let the arrows in a field above move the mark, while no input method needs them."""
        field.installEventFilter(self)

    def show_people(self, rows: Sequence[Row], *, keep: bool = False) -> None:
        """Show people; the first is marked, or with `keep` the one that was, where it was."""
        marked, at = self.marked, self.verticalScrollBar().value()
        # Qt asks for the height of each row unless all are alike.
        self.setUniformItemSizes(not any(isinstance(row, str) for row in rows))
        self._rows.take(rows)
        kept = -1
        if keep and marked is not None:
            kept = next((at for at, row in enumerate(rows) if _is(row, marked)), -1)
        first = next((at for at, row in enumerate(rows) if isinstance(row, Contact)), -1)
        self._mark(kept if kept >= 0 else first)
        if kept >= 0:
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(at)

    def say_anew(self, person: Contact) -> None:
        """What is said of somebody is different; they stand where they stood."""
        place = next((at for at, row in enumerate(self._rows.rows) if _is(row, person)), -1)
        if place >= 0:
            index = self._rows.index(place, 0)
            self._rows.dataChanged.emit(index, index)

    def dataChanged(  # noqa: N802 - Qt's name
        self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()
    ) -> None:
        """Paint the rows that are different; QListView would lay out and paint them all."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    @property
    def marked(self) -> Contact | None:
        """The person that Enter chooses."""
        return self._rows.person(self.currentIndex().row())

    def show_marked(self) -> None:
        """Scroll to the person who is marked."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def mark_next(self, rows: int) -> None:
        """Mark the next or previous person."""
        place = self.currentIndex().row() + rows
        while 0 <= place < self._rows.rowCount() and self._rows.person(place) is None:
            place += rows
        if 0 <= place < self._rows.rowCount():
            self._mark(place)
            self.mark_moved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the field move in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key(), 0)
            if step and isinstance(watched, LineEdit) and not watched.composing:
                self.mark_next(step)
                return True
        return super().eventFilter(watched, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open who was clicked first: what that click did may have moved the rows under the pointer."""
        self._doubled = True
        if self._clicked is not None and event.button() == Qt.MouseButton.LeftButton:
            self.person_opened.emit(self._clicked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a double click is no click."""
        if self._doubled:
            self._doubled = False
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space choose."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.marked is not None:
                self.person_chosen.emit(self.marked)
            return
        super().keyPressEvent(event)

    def _mark(self, place: int) -> None:
        if place >= 0:
            index = self._rows.index(place, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _click(self, index: QModelIndex) -> None:
        self._clicked = self._rows.person(index.row())
        if self._clicked is not None:
            self.person_chosen.emit(self._clicked)


def _is(row: Row, person: Contact) -> bool:
    return isinstance(row, Contact) and row.account == person.account
