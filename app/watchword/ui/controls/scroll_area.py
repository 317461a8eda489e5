"""A scroll area without a frame, with the thin bar, and what brings something in it into sight."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from watchword.ui.controls.scroll_bar import ScrollBar
from watchword.ui.controls.settled import settle
from watchword.ui.controls.window import NEXT_TURN_MS

_AROUND = 12


class ScrollArea(QScrollArea):
    """Scrolls one column up and down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(ScrollBar())
        self._sought: tuple[QWidget, ...] = ()
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.setInterval(NEXT_TURN_MS)
        self._next_turn.timeout.connect(self._show_sought)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        self.verticalScrollBar().actionTriggered.connect(self._let_go)

    def show_soon(self, *widgets: QWidget) -> None:
        """Scroll to these in a turn of its own; the first before the others.

        They stay in sight while one of them has the keyboard, whatever grows, until somebody scrolls.
        """
        self._sought = widgets
        self._next_turn.start()

    def _show_sought(self) -> None:
        settle()
        for widget in reversed(self._sought):
            if widget.isVisibleTo(self) and self.isAncestorOf(widget):
                self._show_whole(widget)

    def _grown(self) -> None:
        if QApplication.focusWidget() in self._sought:
            self._next_turn.start()
        elif not self._next_turn.isActive():
            self._let_go()

    def _let_go(self) -> None:
        self._sought = ()

    def _show_whole(self, widget: QWidget) -> None:
        """No further than it needs; of what is higher than the room its beginning."""
        bar, top = self.verticalScrollBar(), widget.mapTo(self.viewport(), QPoint()).y()
        below = top + widget.height() + _AROUND - self.viewport().height()
        bar.setValue(bar.value() + min(top - _AROUND, max(0, below)))


def bring_into_sight(*widgets: QWidget) -> None:
    """Show these soon, the first before the others, where they lie in a scroll area."""
    around = widgets[0].parentWidget()
    while around is not None and not isinstance(around, ScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.show_soon(*widgets)
