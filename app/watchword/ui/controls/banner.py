"""A calm bar with a sentence and at most two things to do; and a toast that comes and goes by itself."""

import enum
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from watchword.ui import icons, theme
from watchword.ui.colours import tokens
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label

_TOAST_MS, _LETTER_MS = 3500, 60
"""How long a toast stays at least, and for each letter: a sentence of two lines is read in two breaths."""
_TOAST_WIDEST, _TOAST_BESIDE = 560, 24
_TOAST_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_LIFT, _GAP = 96, 12
"""Pixels under a toast: to the window's end, and to what it stays above."""
_STACKED = 560
"""Pixels below which a banner has its buttons under its words."""


class Tone(enum.StrEnum):
    """How much a banner asks for attention."""

    CALM = "calm"
    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"


class Banner(QWidget):
    """One sentence across the window; hidden while it has none."""

    chosen = Signal()
    other_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.CALM
        self._icon = "info"
        self.words = Label()
        self.action = Button(kind=Kind.SECONDARY)
        self.other = Button(kind=Kind.SECONDARY)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.other)
        buttons.addWidget(self.action)
        buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(46, 8, 8, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self.words, 1)
        self._row.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.action.clicked.connect(self.chosen)
        self.other.clicked.connect(self.other_chosen)
        self.hide()

    def say(
        self, words: str, tone: Tone = Tone.CALM, *, action: str = "", other: str = "", icon: str = "info"
    ) -> None:
        """Show a sentence, with buttons where they have words."""
        self._tone, self._icon = tone, icon
        self.words.setText(words)
        self.setAccessibleName(words)
        for button, text in ((self.action, action), (self.other, other)):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))
            button.updateGeometry()
        self.setVisible(bool(words))
        self.update()

    def be_quiet(self) -> None:
        """Go away."""
        self.say("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the buttons stand under the words."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wanted = direction.TopToBottom if event.size().width() < _STACKED else direction.LeftToRight
        if wanted != self._row.direction():
            self._row.setDirection(wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar, its lower edge, its icon."""
        table = tokens()
        fill, ink = {
            Tone.CALM: (table.panel, table.soft),
            Tone.INFO: (table.accent_soft, table.accent_text),
            Tone.WARNING: (table.warning_soft, table.warning),
            Tone.DANGER: (table.danger_soft, table.danger),
        }[self._tone]
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), fill)
            painter.fillRect(0, self.height() - 1, self.width(), 1, table.line)
            middle = self.words.geometry().center().y()
            icons.paint(painter, self._icon, QRectF(18, middle - 8, 18, 18), ink)


class Toast(QWidget):
    """A sentence over the lower part of a window, in as many lines as it needs; spoken by its name."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._words = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(theme.font())
        self._above: QWidget | None = None
        self._foot: QWidget | None = None
        self._spared: Callable[[], QRect] = QRect
        over.installEventFilter(self)
        self.hide()

    def stay_between(self, above: QWidget, foot: QWidget) -> None:
        """Lie over `above` and not over `foot` while they are shown, however high that grows.

        So what is typed there can be read. `above` is what stands over it.
        """
        self._above, self._foot = above, foot
        foot.installEventFilter(self)

    def say(self, words: str, spared: Callable[[], QRect] = QRect) -> None:
        """Show a sentence for a few seconds.

        It goes to the upper end of what it lies over where it would cover what is `spared`: the place, as the
        screen counts, of what it is about.
        """
        self._words, self._spared = words, spared
        self.setAccessibleName(words)
        self._place()
        self.show()  # what waits to be laid out around it is laid out now
        self._place()
        self.raise_()
        self.update()
        self._timer.start(max(_TOAST_MS, _LETTER_MS * len(words)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle, and above the foot, when either changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._place()
            QTimer.singleShot(0, self, self._place)  # what is inside the window is laid out after it
        return False

    def _place(self) -> None:
        over, metrics = self._over, QFontMetrics(self.font())
        wide = min(metrics.horizontalAdvance(self._words) + 40, over.width() - 32, _TOAST_WIDEST)
        inside = QRect(0, 0, wide - _TOAST_BESIDE, over.height())
        high = max(38, metrics.boundingRect(inside, _TOAST_FLAGS, self._words).height() + 20)
        bottom = over.height() - _LIFT
        if self._foot is not None and self._foot.isVisible():
            bottom = min(bottom, self._foot.mapTo(over, QPoint()).y() - _GAP)
        place = QRect((over.width() - wide) // 2, max(0, bottom - high), wide, high)
        spared = self._spared()
        if self._above is not None and place.intersects(spared.translated(over.mapFromGlobal(QPoint()))):
            place.moveTop(min(place.top(), self._above.mapTo(over, QPoint()).y() + _GAP))
        self.setGeometry(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded plate and the sentence."""
        table = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.toast)
            painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
            painter.setPen(table.on_toast)
            painter.setFont(self.font())
            side = _TOAST_BESIDE / 2
            painter.drawText(QRectF(self.rect()).adjusted(side, 0, -side, 0), _TOAST_FLAGS, self._words)
