"""What is painted of a row beside its text: bubbles, plates, ticks, and who wrote it.

Only strokes of a painter at places that `typeset` computed before: nothing here measures or lays out.
"""

import functools
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QStaticText

from watchword.model.chat import Delivery, Message, Notice
from watchword.ui import icons, theme
from watchword.ui.chat.rows import Row, RowKind
from watchword.ui.colours import name_colour, tokens
from watchword.ui.controls import avatar

BESIDE = 42.0
"""Pixels left of a bubble for the picture of who wrote it, where several write."""
WARNING = 24.0
"""Pixels that the sign of an alarm takes before its words."""
_PICTURE = 32.0
_SIGN = 16.0
_RADIUS = 14.0
_TIGHT = 5.0


def alarming(row: Row) -> bool:
    """Whether it is the one line that alarms: a message was altered on its way."""
    return row.kind is RowKind.NOTICE and row.message.notice is Notice.ALTERED


def plate(painter: QPainter, box: QRectF, left: float, column: float, row: Row) -> None:
    """What stands behind the words of a day, a notice, or the line before what is unread."""
    table = tokens()
    if row.kind is RowKind.UNREAD:
        middle = box.center().y()
        painter.setPen(QPen(table.accent_soft if not table.dark else table.selected, 1))
        painter.drawLine(QPointF(left, middle), QPointF(box.left() - 4, middle))
        painter.drawLine(QPointF(box.right() + 4, middle), QPointF(left + column, middle))
    elif row.kind is RowKind.NOTICE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.danger_soft if alarming(row) else table.panel)
        painter.drawRoundedRect(box, 10, 10)
    if alarming(row):
        spot = QRectF(box.left() + 12, box.center().y() - _SIGN / 2, _SIGN, _SIGN)
        icons.paint(painter, "triangle-alert", spot, table.danger)


def plate_ink(row: Row) -> QColor:
    """The colour of a plate's words."""
    table = tokens()
    if alarming(row):
        return table.danger
    return table.accent_text if row.kind is RowKind.UNREAD else table.faint


@functools.lru_cache(maxsize=512)
def _picture(name: str, account: str, ratio: float) -> QPixmap:
    """An avatar; alike in light and dark."""
    side = math.ceil(_PICTURE * ratio)
    made = QPixmap(side, side)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        avatar.paint(painter, QRectF(0, 0, _PICTURE, _PICTURE), name, account, present=None)
    return made


def writer(painter: QPainter, box: QRectF, account: str, name: str, written: QStaticText) -> None:
    """Who wrote what follows: the picture beside the bubble, the name at its top."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(box.left() - BESIDE, box.top()), _picture(name, account, ratio))
    painter.setPen(name_colour(account))
    painter.setFont(theme.font(theme.META_PX, QFont.Weight.DemiBold))
    painter.drawStaticText(QPointF(box.left() + 12, box.top() + 7), written)


def bubble(painter: QPainter, box: QRectF, row: Row) -> None:
    """The plate of a text; corners are tight where bubbles of one person touch."""
    table = tokens()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(table.mine if row.message.mine else table.theirs)
    if row.first and row.last and not row.joined:
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        return
    upper = 0.0 if not row.first else _RADIUS
    lower = 0.0 if not row.last else _RADIUS
    joint = _TIGHT if row.joined and row.first else upper
    corners = (upper, joint, lower, lower) if row.message.mine else (joint, upper, lower, lower)
    painter.drawPath(_rounded(box, *corners))


def has_tick(message: Message) -> bool:
    """Whether it is known of an own text how far it has come."""
    return message.mine and message.delivery is not Delivery.FETCHED


def tick(painter: QPainter, where: QRectF, delivery: Delivery, colour: QColor) -> None:
    """How far an own text has come; nothing where that is not known."""
    if delivery is Delivery.FETCHED:
        return
    name = {
        Delivery.WAITING: "clock",
        Delivery.RELAYED: "check",
        Delivery.DELIVERED: "check-check",
        Delivery.UNDELIVERED: "circle-alert",
        Delivery.UNFETCHED: "circle-alert",
        Delivery.RECALLING: "hourglass",
        Delivery.TAKEN_BACK: "undo-2",
        Delivery.PARTLY_TAKEN_BACK: "undo-2",
    }[delivery]
    side = 15.0 if delivery in (Delivery.RELAYED, Delivery.DELIVERED) else 12.0
    spot = QRectF(where.right() - side, where.center().y() - side / 2, side, side)
    icons.paint(painter, name, spot, colour)


def _rounded(box: QRectF, tl: float, tr: float, br: float, bl: float) -> QPainterPath:
    path = QPainterPath()
    path.moveTo(box.left() + tl, box.top())
    path.lineTo(box.right() - tr, box.top())
    path.quadTo(box.right(), box.top(), box.right(), box.top() + tr)
    path.lineTo(box.right(), box.bottom() - br)
    path.quadTo(box.right(), box.bottom(), box.right() - br, box.bottom())
    path.lineTo(box.left() + bl, box.bottom())
    path.quadTo(box.left(), box.bottom(), box.left(), box.bottom() - bl)
    path.lineTo(box.left(), box.top() + tl)
    path.quadTo(box.left(), box.top(), box.left() + tl, box.top())
    return path
