"""A person as a coloured disc with letters, and a dot that says whether they are there; several as two.

A room is a plate with rounded corners.
"""

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from watchword.model.chat import Contact
from watchword.ui import theme
from watchword.ui.colours import avatar_colour, tokens


def letters(name: str) -> str:
    """The one or two letters for a name: initials of two words, one Han character, else the first letter."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return name.strip()[:1].upper() or "?"
    first = words[0][0]
    if ord(first) >= 0x2E80 or len(words) == 1:  # noqa: PLR2004 - where CJK begins
        return first.upper()
    return (first + words[-1][0]).upper()


def paint(
    painter: QPainter, where: QRectF, name: str, account: str, *, present: bool | None, behind: object = None
) -> None:
    """Draw an avatar into a square; `present` None draws no dot. `behind` is the colour around the dot."""
    table = tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(avatar_colour(account))
    painter.drawEllipse(where)
    painter.setPen(table.on_accent)
    painter.setFont(theme.font(round(where.width() * 0.38), QFont.Weight.DemiBold))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, letters(name))
    if present:
        side = max(10.0, where.width() * 0.27)
        dot = QRectF(where.right() - side + 1, where.bottom() - side + 1, side, side)
        painter.setPen(QPen(behind if isinstance(behind, type(table.panel)) else table.panel, 2.5))
        painter.setBrush(table.good)
        painter.drawEllipse(dot)
    painter.restore()


_OF_SEVERAL = 0.63
"""How large a disc is where two stand for several people, each with one letter."""


def paint_people(
    painter: QPainter, where: QRectF, people: Sequence[Contact], *, behind: object = None
) -> None:
    """Draw one person, or the first two of several, into a square."""
    first, *others = people
    if not others:
        paint(painter, where, first.name, first.account, present=first.present, behind=behind)
        return
    side = where.width() * _OF_SEVERAL
    upper = QRectF(where.left(), where.top(), side, side)
    lower = QRectF(where.right() - side, where.bottom() - side, side, side)
    paint(painter, upper, letters(first.name)[:1], first.account, present=None)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(behind if isinstance(behind, QColor) else tokens().panel)
    painter.drawEllipse(lower.adjusted(-2, -2, 2, 2))
    painter.restore()
    paint(painter, lower, letters(others[0].name)[:1], others[0].account, present=None)


_CORNER = 0.3
"""How round the corners of a room's plate are, of its width."""


def paint_room(painter: QPainter, where: QRectF, name: str, chat: int) -> None:
    """Draw a room into a square; its colour goes by the chat."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(avatar_colour(f"room {chat}"))
    corner = where.width() * _CORNER
    painter.drawRoundedRect(where, corner, corner)
    painter.setPen(tokens().on_accent)
    painter.setFont(theme.font(round(where.width() * 0.38), QFont.Weight.DemiBold))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, letters(name))
    painter.restore()


class Avatar(QWidget):
    """An avatar as a widget."""

    def __init__(self, size: int = 38, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name = ""
        self._account = ""
        self._present: bool | None = None
        self._several: Sequence[Contact] = ()
        self._room = 0
        self.setFixedSize(size + 2, size + 2)

    def show_person(self, name: str, account: str, *, present: bool | None = None) -> None:
        """Show somebody."""
        self._name, self._account, self._present, self._several = name, account, present, ()
        self._room = 0
        self.update()

    def show_people(self, people: Sequence[Contact]) -> None:
        """Show several."""
        self._several = people
        self.update()

    def show_room(self, name: str, chat: int) -> None:
        """Show a room, by its chat."""
        self._name, self._several, self._room = name, (), chat
        self.update()

    def sizeHint(self) -> QSize:
        """The disc and the rim of the dot."""
        return QSize(self._size + 2, self._size + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The disc."""
        where = QRectF(0, 0, self._size, self._size)
        with QPainter(self) as painter:
            if self._several:
                paint_people(painter, where, self._several, behind=tokens().window)
                return
            if self._room:
                paint_room(painter, where, self._name, self._room)
                return
            paint(
                painter,
                where,
                self._name,
                self._account,
                present=self._present,
                behind=tokens().window,
            )
