"""How a chat is painted in the sidebar: avatar, name, last line, time, unread count."""

from collections.abc import Callable
from operator import attrgetter

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from watchword.model.chat import Chat
from watchword.ui import icons, theme
from watchword.ui.chats.model import Field, Mark, mark_of
from watchword.ui.chats.title import among, in_order
from watchword.ui.colours import Tokens, tokens
from watchword.ui.controls import avatar
from watchword.ui.controls.focus import paint_ring

HIGH = 68
_SIDE = 44
_LEFT = 8
_PAD = 10
_MANY = 99
_FEW = 2
"""Of more people only the first is named where there is no room for others."""

_MARKS: dict[Mark, tuple[str, Callable[[Tokens], QColor]]] = {
    Mark.ALARM: ("circle-alert", attrgetter("danger")),
    Mark.WAITING: ("clock", attrgetter("soft")),
    Mark.INVITED: ("user-plus", attrgetter("accent_text")),
}
"""As in the bubbles: only what asks for something is red."""


class ChatRows(QStyledItemDelegate):
    """Paints the rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ringed = False
        """Whether the keyboard is in the list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high."""
        return QSize(200, HIGH)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        chat = index.data(Field.CHAT)
        if not isinstance(chat, Chat):
            return
        table = tokens()
        box = QRectF(option.rect).adjusted(_LEFT, 1, -_LEFT, -1)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        behind = table.selected if selected else table.hover if over else table.panel
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(behind)
        painter.drawRoundedRect(box, 10, 10)
        disc = QRectF(box.left() + _PAD, box.center().y() - _SIDE / 2, _SIDE, _SIDE)
        if chat.room is not None:
            avatar.paint_room(painter, disc, chat.contact.name, chat.id)
        else:
            avatar.paint_people(painter, disc, in_order(chat.members) or (chat.contact,), behind=behind)
        room = QRectF(
            disc.right() + 12, box.top() + 11, box.right() - disc.right() - 12 - 12, box.height() - 22
        )
        self._first_line(painter, room, chat, (str(index.data()), str(index.data(Field.TIME))))
        self._second_line(painter, room, chat, str(index.data(Field.LINE)), table)
        if self.ringed and bool(state & QStyle.StateFlag.State_HasFocus):
            paint_ring(painter, box, 10)
        painter.restore()

    def _first_line(self, painter: QPainter, room: QRectF, chat: Chat, said: tuple[str, str]) -> None:
        """Whom it is with, and when something happened."""
        table, (title, time) = tokens(), said
        line = QRectF(room.left(), room.top(), room.width(), 22)
        painter.setFont(theme.font(theme.META_PX))
        painter.setPen(table.accent_text if chat.unread else table.faint)
        wide = QFontMetricsF(painter.font()).horizontalAdvance(time)
        _write(painter, QRectF(line.right() - wide - 1, line.top(), wide + 1, line.height()), time)
        painter.setFont(theme.font(weight=QFont.Weight.DemiBold))
        painter.setPen(table.text)
        name = QRectF(line.left(), line.top(), line.width() - wide - 10, line.height())
        too_wide = QFontMetricsF(painter.font()).horizontalAdvance(title) > name.width()
        if too_wide and len(chat.members) > _FEW:
            title = among(chat.members, most=_FEW)
        _write(painter, name, title, elide=True)

    def _second_line(self, painter: QPainter, room: QRectF, chat: Chat, said: str, table: Tokens) -> None:
        line = QRectF(room.left(), room.bottom() - 21, room.width(), 21)
        right = line.right()
        if chat.unread:
            count = str(chat.unread) if chat.unread <= _MANY else f"{_MANY}+"
            painter.setFont(theme.font(theme.SMALL_PX, QFont.Weight.DemiBold))
            wide = max(20.0, QFontMetricsF(painter.font()).horizontalAdvance(count) + 12)
            badge = QRectF(right - wide, line.center().y() - 10, wide, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.accent)
            painter.drawRoundedRect(badge, 10, 10)
            painter.setPen(table.on_accent)
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, count)
            right = badge.left() - 8
        elif (mark := mark_of(chat)) is not None:
            icon, colour = _MARKS[mark]
            icons.paint(painter, icon, QRectF(right - 16, line.center().y() - 8, 16, 16), colour(table))
            right -= 24
        painter.setFont(theme.font(13))
        painter.setPen(table.accent_text if chat.draft.strip() else table.soft)
        _write(painter, QRectF(line.left(), line.top(), right - line.left(), line.height()), said, elide=True)


def _write(painter: QPainter, where: QRectF, text: str, *, elide: bool = False) -> None:
    """One line of plain text, never mirrored."""
    if elide:
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    option = QTextOption(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    )
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    painter.save()
    painter.setClipRect(where.adjusted(0, -2, 0, 2))
    painter.drawText(where, text, option)
    painter.restore()
