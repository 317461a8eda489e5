"""One row laid out for one width, and how it is painted. Text is drawn as text: nothing in it is markup.

Offsets on the outside are those of Python (code points); Qt counts UTF-16 units, so each row keeps both.
"""

import bisect
import functools
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from watchword.model.chat import Delivery
from watchword.ui import i18n, theme, words
from watchword.ui.chat import links, strokes
from watchword.ui.chat.rows import Row, RowKind, emoji_alone
from watchword.ui.colours import tokens
from watchword.ui.rooms import lines

WIDEST = 560.0
_SHARE = 0.7
_NARROW = 480.0
_NARROW_SHARE = 0.84
_PAD_X = 12.0
_PAD_Y = 8.0
_META_GAP = 10.0
_TICK = 16.0
_APART = 10.0
_CLOSE = 3.0
_NAME = 19.0
_EMOJI_PX = 34
_SAMPLE = 400
"""So many letters of a text tell how wide the rest is."""
_LINE_PITCH = 1.5
_BASELINE = 0.73
_STRANDED = frozenset({Delivery.UNDELIVERED, Delivery.UNFETCHED})
TOLD = _STRANDED | {Delivery.RECALLING, Delivery.TAKEN_BACK, Delivery.PARTLY_TAKEN_BACK}
"""What is said in words beside the time of an own text."""
NOBODY: Mapping[str, str] = MappingProxyType({})
"""Names where there are none to know."""
_UNSEEN = {code: 0xFFFD for code in range(32) if code not in (9, 10, 13)} | {
    0x7F: 0xFFFD,
    10: 0x2028,
    0x2029: 0x2028,
}


def widest(column: float) -> float:
    """How wide a bubble may become in a column."""
    return min(WIDEST, column * (_NARROW_SHARE if column < _NARROW else _SHARE))


def shown(text: str) -> str:
    """A text as it is drawn, character for character: line ends and what cannot be seen replaced."""
    if "\r" in text:
        text = text.replace("\r\n", "\u200b\n").replace("\r", "\n")
    return text.translate(_UNSEEN)


class Units:
    """Between code points and UTF-16 units of one text."""

    def __init__(self, text: str) -> None:
        self._wide = [place for place, letter in enumerate(text) if letter > "\uffff"]
        self._units = [place + number for number, place in enumerate(self._wide)]

    def units(self, place: int) -> int:
        """UTF-16 units before a code point."""
        return place + bisect.bisect_left(self._wide, place)

    def place(self, units: int) -> int:
        """Code points before a UTF-16 unit; half of a pair counts as before it."""
        return units - bisect.bisect_left(self._units, units)


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs to the left."""
    for letter in text[:200]:
        if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL"):
            return kind != "L"
    return False


def weigh(row: Row) -> tuple[float, int]:
    """What an estimate needs of a row: how many narrow letters it is worth, and its line ends."""
    text = row.text
    if text.isascii():
        return float(len(text)), text.count("\n")
    start = text[:_SAMPLE]
    wide = sum(1 for letter in start if letter > "\u2e7f")
    return len(text) * (1 + wide / max(1, len(start))), text.count("\n")


def estimate(kind: RowKind, weight: tuple[float, int], column: float) -> float:
    """A height before it is known exactly, for a row of this weight."""
    if kind is not RowKind.TEXT:
        return 44.0
    per_line = max(8.0, (widest(column) - 2 * _PAD_X) / 7.6)
    length, ends = weight
    return 26.0 + 19.0 * (ends + max(1.0, length / per_line))


class Typeset:
    """One row, ready to be painted. `height` includes the gap above."""

    def __init__(
        self, row: Row, column: float, contact: str, writer: str = "", names: Mapping[str, str] = NOBODY
    ) -> None:
        """Lay it out. `names` are those of people in a room, for the lines about them."""
        self.row = row
        self.column = column
        self.writer = writer
        self.height = 0.0
        self.box = QRectF()
        """The bubble or plate, from the row's upper left corner."""
        self.links: list[links.Link] = []
        self._layout: QTextLayout | None = None
        self._origin = QPointF()
        self._meta = QRectF()
        self._said = QStaticText()
        """The time, and what is to be said of an own text."""
        self._name = QStaticText()
        """Who wrote it, over the first of a run."""
        self._alone = False
        self.units = Units("")
        if row.kind is RowKind.TEXT:
            self._set_text()
        else:
            self._set_plate(plate_words(row, contact, names))

    # --- laying out -------------------------------------------------------------------
    def _lay(
        self, text: str, font: QFont, width: float, pitch: float, *, centred: bool
    ) -> tuple[float, float]:
        """Lay lines out; returns the natural width and the height."""
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        if centred:
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        elif right_to_left(text):
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        if self.links:
            layout.setFormats(self._link_formats())
        layout.beginLayout()
        height = 0.0
        natural = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            drop = max(0.0, pitch * _BASELINE - line.ascent())  # letters of every script on one baseline
            line.setPosition(QPointF(0, height + drop))
            height += max(pitch, drop + line.height())
            natural = max(natural, line.naturalTextWidth())
        layout.endLayout()
        self._layout = layout
        return natural, height

    def _link_formats(self) -> list[QTextLayout.FormatRange]:
        made = []
        for link in self.links:
            piece = QTextLayout.FormatRange()
            piece.start = self.units.units(link.start)
            piece.length = self.units.units(link.end) - piece.start
            style = QTextCharFormat()
            style.setForeground(tokens().accent_text)
            style.setFontUnderline(True)
            piece.format = style
            made.append(piece)
        return made

    def _set_text(self) -> None:
        row = self.row
        text = shown(row.text)
        if not row.last:
            text = text.removesuffix("\u2028")
        self.units = Units(text)
        self.links = (
            links.find(row.text) if "http" in row.text.lower() or "mailto" in row.text.lower() else []
        )
        whole = row.first and row.last
        self._alone = whole and emoji_alone(row.text)
        size = _EMOJI_PX if self._alone else theme.TEXT_PX
        limit = widest(self.column)
        beside = strokes.BESIDE if row.among else 0.0
        inner = min(limit, self.column - beside) - 2 * _PAD_X
        natural, height = self._lay(text, theme.font(size), inner, size * _LINE_PITCH, centred=False)
        meta = self._meta_width() if row.last else 0.0
        width = natural if whole else inner
        leftward = right_to_left(text)
        if leftward:  # such lines stand at the right edge: of the bubble, not of the widest one
            natural, height = self._lay(text, theme.font(size), width + 1, size * _LINE_PITCH, centred=False)
        meta_height = 16.0
        if row.last:
            last = self._last_line_width()
            if self._alone or last + _META_GAP + meta > inner or leftward:
                height += meta_height
                width = max(width, meta)
            else:
                width = max(width, last + _META_GAP + meta)
        if row.named:
            width = max(width, self._name_width(inner))
        gap = 0.0 if not row.first else _CLOSE if row.joined else _APART
        above = (_PAD_Y if row.first else 0.0) + (_NAME if row.named else 0.0)
        below = _PAD_Y - 1 if row.last else 0.0
        box_width = width + 2 * _PAD_X
        left = self.column - box_width if row.message.mine else beside
        self.box = QRectF(left, gap, box_width, above + height + below)
        shift = max(0.0, width - natural) if leftward and whole else 0.0
        self._origin = QPointF(left + _PAD_X + shift, gap + above)
        self._meta = QRectF(
            self.box.right() - _PAD_X - meta + 2,
            self.box.bottom() - _PAD_Y - meta_height + 4,
            meta,
            meta_height,
        )
        self.height = gap + self.box.height()

    def _last_line_width(self) -> float:
        layout = self._layout
        if layout is None or layout.lineCount() == 0:
            return 0.0
        return layout.lineAt(layout.lineCount() - 1).naturalTextWidth()

    def _name_width(self, room: float) -> float:
        font = theme.font(theme.META_PX, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setText(metrics.elidedText(self.writer, Qt.TextElideMode.ElideRight, room))
        self._name.prepare(font=font)
        return metrics.horizontalAdvance(self._name.text())

    def _meta_width(self) -> float:
        self._said, width = _small(self._meta_words())
        return width + (_TICK + 4 if strokes.has_tick(self.row.message) else 0)

    def _meta_words(self) -> str:
        message, said = self.row.message, ""
        if message.mine and message.delivery in TOLD:
            said = words.delivery(message.delivery)
        elif message.notice is not None:
            said = words.notice(message.notice, self.writer)
        return f"{said[:1].upper()}{said[1:]}  {i18n.clock(message.at)}" if said else i18n.clock(message.at)

    def _set_plate(self, text: str) -> None:
        row = self.row
        weight = QFont.Weight.Normal if row.kind is RowKind.NOTICE else QFont.Weight.Medium
        alarm = strokes.WARNING if strokes.alarming(row) else 0.0
        inner = min(self.column - 48, 460.0) - alarm
        natural, height = self._lay(text, theme.font(theme.META_PX, weight), inner, 18.0, centred=True)
        width = natural + 24 + alarm
        left = (self.column - width) / 2
        self.box = QRectF(left, 12, width, height + 8)
        self._origin = QPointF((self.column - inner + alarm) / 2, 16)
        self.height = self.box.bottom() + 2

    # --- painting ---------------------------------------------------------------------
    def paint(self, painter: QPainter, at: QPointF, selected: tuple[int, int] | None) -> None:
        """Draw the row with its upper left corner at `at`; `selected` is a run of code points."""
        box = self.box.translated(at)
        painter.save()
        if self.row.kind is RowKind.TEXT:
            if not self._alone:
                strokes.bubble(painter, box, self.row)
            if self.row.named:
                strokes.writer(painter, box, self.row.message.sender, self.writer, self._name)
            gone = self.row.message.delivery is Delivery.TAKEN_BACK
            painter.setPen(tokens().soft if gone else tokens().text)
            painter.setClipRect(
                QRectF(box.left(), at.y(), box.width(), self.height + 1)
            )  # marks pile up no further
            self._draw(painter, at, selected)
            if self.row.last:
                self._paint_meta(painter, self._meta.translated(at))
        else:
            strokes.plate(painter, box, at.x(), self.column, self.row)
            painter.setPen(strokes.plate_ink(self.row))
            self._draw(painter, at, None)
        painter.restore()

    def _draw(self, painter: QPainter, at: QPointF, selected: tuple[int, int] | None) -> None:
        if self._layout is None:
            return
        marked = []
        if selected is not None and selected[0] < selected[1]:
            piece = QTextLayout.FormatRange()
            piece.start = self.units.units(selected[0])
            piece.length = self.units.units(selected[1]) - piece.start
            style = QTextCharFormat()
            style.setBackground(tokens().highlight)
            style.setForeground(tokens().text)
            piece.format = style
            marked.append(piece)
        self._layout.draw(painter, self._origin + at, marked)

    def _paint_meta(self, painter: QPainter, where: QRectF) -> None:
        table = tokens()
        message = self.row.message
        stranded = message.mine and message.delivery in _STRANDED
        colour = table.danger if stranded else table.soft if message.mine else table.faint
        colour = colour if message.notice is None else table.warning
        painter.setPen(colour)
        painter.setFont(theme.font(theme.SMALL_PX))
        high = self._said.size().height()
        painter.drawStaticText(QPointF(where.left(), where.center().y() - high / 2), self._said)
        if message.mine:
            spot = QRectF(where.right() - _TICK, where.top(), _TICK, _TICK)
            strokes.tick(painter, spot, message.delivery, colour)

    # --- pointing ---------------------------------------------------------------------
    def place_at(self, point: QPointF) -> int:
        """The code point nearest to a point of the row."""
        line = self._line_at(point.y())
        if line is None:
            return 0
        return self.units.place(line.xToCursor(point.x() - self._origin.x()))

    def over_text(self, point: QPointF) -> bool:
        """Whether a point is in the bubble."""
        return self.row.kind is RowKind.TEXT and self.box.contains(point)

    def link_at(self, point: QPointF) -> links.Link | None:
        """The link under a point of the row."""
        line = self._line_at(point.y()) if self.links and self.box.contains(point) else None
        if line is None:
            return None
        x = point.x() - self._origin.x()
        if (
            not line.naturalTextRect()
            .adjusted(-1, -3, 1, 3)
            .contains(QPointF(x, line.y() + line.height() / 2))
        ):
            return None
        place = self.units.place(line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter))
        return next((link for link in self.links if link.start <= place < link.end), None)

    def _line_at(self, y: float) -> QTextLine | None:
        layout = self._layout
        if layout is None or layout.lineCount() == 0:
            return None
        inside = y - self._origin.y()
        for number in range(layout.lineCount() - 1):
            if inside < layout.lineAt(number + 1).y():
                return layout.lineAt(number)
        return layout.lineAt(layout.lineCount() - 1)


@functools.lru_cache(maxsize=256)
def _small(text: str) -> tuple[QStaticText, float]:
    """Words in the smallest size, laid out, and how wide they are: many rows have the same time."""
    font = theme.font(theme.SMALL_PX)
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font)
    return made, QFontMetricsF(font).horizontalAdvance(text)


def plate_words(row: Row, contact: str, names: Mapping[str, str]) -> str:
    """What a row says that is not a text."""
    if row.kind is RowKind.DAY:
        return i18n.day(row.message.at)
    if row.kind is RowKind.UNREAD:
        return words.unread_line()
    if row.message.line is not None:
        return lines.line(row.message.line, names)
    return words.notice(row.message.notice, contact) if row.message.notice is not None else row.message.text
