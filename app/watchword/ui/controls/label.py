"""Words on a window, always plain text: nothing a peer or a file says can become markup.

A word that is longer than its room is broken: an id without an end never makes a window wider.
"""

import enum
import math
import re

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from watchword.ui import theme
from watchword.ui.colours import tokens


class Role(enum.StrEnum):
    """What the words are on the page."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    SOFT = "soft"
    META = "meta"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    DANGER = "danger"


_FONTS = {
    Role.TITLE: (theme.TITLE_PX, QFont.Weight.DemiBold),
    Role.HEADING: (theme.HEADING_PX, QFont.Weight.DemiBold),
    Role.STRONG: (theme.TEXT_PX, QFont.Weight.DemiBold),
    Role.META: (theme.META_PX, QFont.Weight.Normal),
}
_ENDLESS = re.compile(r"[^\s\u200b\u2e80-\U0003ffff]{21}")
"""No word of a language that is written with spaces; between Han characters Qt breaks by itself."""
_LEAST, _USUAL = 60, 320
_CHANGES_HEIGHT = {QEvent.Type.FontChange, QEvent.Type.StyleChange}


class Label(QLabel):
    """A label; wraps unless told not to."""

    def __init__(
        self, text: str = "", role: Role = Role.BODY, *, wrap: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._endless = False
        self._heights: dict[tuple[int, int, int], int] = {}
        """By width and margins: layouts ask for the same again and again, and Qt sets the words each time."""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(*_FONTS.get(role, (theme.TEXT_PX, QFont.Weight.Normal))))
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)
        self._colour()

    def set_role(self, role: Role) -> None:
        """Change what the words are (a hint that becomes a warning)."""
        self._role = role
        self.setFont(theme.font(*_FONTS.get(role, (theme.TEXT_PX, QFont.Weight.Normal))))
        self._colour()

    def setText(self, text: str) -> None:
        """Say something else."""
        self._endless = self.wordWrap() and bool(_ENDLESS.search(text))
        self._heights.clear()
        super().setText(text)

    @property
    def breaks(self) -> bool:
        """Whether there is a word in it that has to be broken."""
        return self._endless

    def minimumSizeHint(self) -> QSize:
        """Its longest word, unless that can be broken."""
        if not self._endless:
            return super().minimumSizeHint()
        return QSize(_LEAST, self.fontMetrics().height())

    def sizeHint(self) -> QSize:
        """Some lines of usual length."""
        return QSize(_USUAL, self.heightForWidth(_USUAL)) if self._endless else super().sizeHint()

    def heightForWidth(self, width: int) -> int:
        """As many lines as it takes."""
        margins = self.contentsMargins()
        beside, above = margins.left() + margins.right(), margins.top() + margins.bottom()
        asked = (width, beside, above)
        if asked not in self._heights:
            broken = self._endless
            high = (
                math.ceil(self._height(width - beside)) + above if broken else super().heightForWidth(width)
            )
            self._heights[asked] = high
        return self._heights[asked]

    def _option(self) -> QTextOption:
        option = QTextOption(self.alignment())
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        return option

    def _height(self, width: int) -> float:
        laid = QTextLayout(self.text().replace("\n", "\u2028"), self.font())
        laid.setTextOption(self._option())
        laid.beginLayout()
        high = 0.0
        while (line := laid.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, high))
            high += line.height()
        laid.endLayout()
        return high

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's own way, but for words that Qt would not break."""
        if not self._endless:
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(QRectF(self.contentsRect()), self.text(), self._option())

    def selectable(self) -> "Label":
        """Let people mark and copy the words, by mouse and keys."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return self

    def changeEvent(self, event: QEvent) -> None:
        """Follow light and dark, and another font."""
        super().changeEvent(event)
        kind = event.type()
        if kind == QEvent.Type.PaletteChange:
            self._colour()
        elif kind in _CHANGES_HEIGHT:
            self._heights.clear()

    def _colour(self) -> None:
        table = tokens()
        colour = {
            Role.SOFT: table.soft,
            Role.META: table.faint,
            Role.ACCENT: table.accent_text,
            Role.GOOD: table.good,
            Role.WARNING: table.warning,
            Role.DANGER: table.danger,
        }.get(self._role, table.text)
        made = self.palette()
        if made.color(QPalette.ColorRole.WindowText) != colour:
            made.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(made)
