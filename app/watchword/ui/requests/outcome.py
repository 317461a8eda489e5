"""A request after the typing, and how it ended: a sign and a sentence (the six endings of `ux`)."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.requests import Ending, Phase, SessionRequest
from watchword.ui import icons, words
from watchword.ui.colours import Tokens, tokens
from watchword.ui.controls.centred import Centred
from watchword.ui.controls.ring import Ring

_SIGNS = {
    Ending.ACCEPTED: "check",
    Ending.DECLINED: "hand",
    Ending.WITHDRAWN: "undo-2",
    Ending.NO_ANSWER: "clock",
    Ending.NOT_FINISHED: "unplug",
    Ending.DIFFER: "equal-not",
}


def _tell(where: Centred, said: str) -> None:
    """Show a sentence, and have a screen reader say it, which would not look there by itself."""
    if where.text() == said:
        return
    where.setText(said)
    if QAccessible.isActive() and where.window().isVisible():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(where, said))


class Sign(QWidget):
    """An icon on a soft disc: green when accepted, otherwise calm. No ending is painted as an alarm."""

    def __init__(self, size: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = "info"
        self._good = False
        self.setFixedSize(size, size)

    def show_ending(self, ending: Ending) -> None:
        """Show the sign of an ending."""
        self.show_icon(_SIGNS[ending], good=ending is Ending.ACCEPTED)

    def show_icon(self, icon: str, *, good: bool = False) -> None:
        """Show any icon."""
        self._icon, self._good = icon, good
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The disc and the icon."""
        table: Tokens = tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.good if self._good else table.hover)
            painter.drawEllipse(self.rect())
            side = float(round(self.width() * 0.44))
            where = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            icons.paint(painter, self._icon, where, table.window if self._good else table.soft)


class Outcome(QWidget):
    """The sign over one or two sentences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = Sign()
        self.words = Centred()
        self.words.setObjectName("requestEnding")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.words)

    def say(self, ending: Ending, words: str) -> None:
        """Show an ending."""
        self.sign.show_ending(ending)
        _tell(self.words, words)
        self.setAccessibleName(words)


class Progress(QWidget):
    """The ring over a sentence: waiting, checking, relay lost."""

    def __init__(self, now: Callable[[], float], size: int = 96, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ring = Ring(now, size)
        self.ring.setObjectName("progressRing")
        self.words = Centred()
        self.words.setObjectName("requestState")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 4)
        column.setSpacing(16)
        column.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.words)

    def show_request(self, request: SessionRequest) -> None:
        """Show where a request stands; the ring runs while somebody is waited for, and turns otherwise."""
        if request.phase is Phase.ENDED:
            self.ring.stop()
            return
        _tell(self.words, words.phase(request))
        if request.phase is Phase.WAITING:
            self.ring.run(request.ring_ends, request.ring_s)
        else:
            self.ring.spin()
