"""The messages of a chat, painted: a scroll area of our own over the loaded window of rows.

It keeps the distance from the bottom when rows come in above or heights become exact, stays at the end when
it was there, and lays out only what is seen. Pointing, marking and keys stand in `pointing`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from watchword.ui.chat.area import BELOW, RowArea
from watchword.ui.chat.history import History
from watchword.ui.chat.rows import Builder, Place, Row, RowKind
from watchword.ui.chat.selection import Selection
from watchword.ui.chat.typeset import Typeset
from watchword.ui.colours import tokens
from watchword.ui.controls.focus import came_by_keys, paint_ring

COLUMN = 920
MARGIN = 20
_NEAR = 900
"""Pixels from an end of the window at which the next page is asked for."""
_AT_END = 24
_IDLE_S = 0.004
_FRAME_S = 0.016
"""A screen shows no more than this; what comes sooner is painted with what comes after it."""
_TIMES = 6


_Seen = dict[Typeset, tuple[int, int]]
"""Rows on the screen, each by its layout: where it begins and how many pixels it touches."""


class Anchor(msgspec.Struct, frozen=True):
    """What stays where it is on the screen: a row and how far its top is above the lower edge; or the end."""

    place: Place | None
    above: float = 0.0


class ChatView(RowArea):
    """The rows of one chat."""

    at_end_changed = Signal(bool)
    settled = Signal()
    """The visible rows changed."""

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self.selection = Selection()
        self._builder = Builder()
        self._at_end = True
        self._seen: _Seen = {}
        self._settling = False
        self._ringed = False
        self._painted_at = 0.0
        self.setObjectName("chatView")
        self.margin = MARGIN
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._look_ahead)
        history.opened.connect(self._opened)
        history.changed.connect(self._changed)

    # --- what is shown ----------------------------------------------------------------
    def show_contact(self, name: str) -> None:
        """Name the person, for the program's own lines."""
        if name != self.pile.contact:
            self.pile.contact = name
            self._again(self.pile.forget)

    def show_people(self, names: dict[str, str], *, several: bool = False) -> None:
        """Name who else writes here, by account; where `several` do, also before anybody is known."""
        if self.pile.take_people(names, several=several):
            self._again(self.pile.forget)
            if self.history.loaded:
                self._changed()

    # --- where it stands --------------------------------------------------------------
    @property
    def at_end(self) -> bool:
        """Whether the latest message is on the screen."""
        return self._at_end and self.history.loaded and not self.history.newer

    def to_end(self) -> None:
        """Show the latest message."""
        if self.history.newer:
            self.history.to_end()
        else:
            self._restore(Anchor(None))

    def show_row(self, place: Place) -> None:
        """Scroll until a row is on the screen."""
        number = self.pile.number_of(place)
        if number is None:
            return
        top, bottom = self.pile.top(number), self.pile.top(number + 1)
        if top < self._value():
            self.verticalScrollBar().setValue(int(top) - MARGIN)
        elif bottom > self._value() + self.viewport().height():
            self.verticalScrollBar().setValue(int(bottom) - self.viewport().height() + BELOW)

    @property
    def far_from_end(self) -> bool:
        """Whether it is worth offering the way back."""
        return self.history.newer or self.distance_from_end() > self.viewport().height() / 2

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Have what changes within on the screen when it ends; the scroll bar comes after it."""
        bar = self.verticalScrollBar()
        bar.setUpdatesEnabled(False)
        try:
            yield
            self._paint_now()
        finally:
            bar.setUpdatesEnabled(True)

    def _paint_now(self) -> None:
        """Paint what is different: Qt waits 5 ms for more, long for who waits for a message."""
        if time.perf_counter() - self._painted_at > _FRAME_S:
            # As `repaint` does, but other threads run meanwhile.
            QCoreApplication.sendEvent(self.window(), QEvent(QEvent.Type.UpdateRequest))

    # --- keeping its place ------------------------------------------------------------
    def _anchor(self) -> Anchor:
        if not self.rows or (self._at_end and not self.history.newer):
            return Anchor(None)
        bottom = self._value() + self.viewport().height()
        number = self.pile.number_at(bottom - 1)
        return Anchor(self.rows[number].place, bottom - self.pile.top(number))

    def _restore(self, anchor: Anchor) -> None:
        """Put the anchor where it was, with everything that is then visible laid out exactly."""
        self._settling = True
        try:
            for _ in range(_TIMES):
                self._set_range()
                self._place(anchor)
                high = self.viewport().height()
                if not self.pile.settle(self._value() - high / 4, self._value() + high * 1.25):
                    break
        finally:
            self._settling = False
        self._moved()

    def _place(self, anchor: Anchor) -> None:
        bar = self.verticalScrollBar()
        number = None if anchor.place is None else self.pile.number_of(anchor.place)
        if number is None:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(round(self.pile.top(number) + anchor.above) - self.viewport().height())

    def _set_range(self) -> None:
        bar = self.verticalScrollBar()
        high = self.viewport().height()
        bar.setPageStep(high)
        bar.setRange(0, max(0, round(self.pile.height) + BELOW - high))

    def _again(self, work: Callable[[], object]) -> None:
        """Do something that changes heights, and stay where we are."""
        anchor = self._anchor()
        work()
        self._restore(anchor)

    def _opened(self) -> None:
        self.selection.clear()
        self.pile.set_rows(self._build())
        unread = next((row for row in self.rows if row.kind is RowKind.UNREAD), None)
        if unread is None:
            self._at_end = True
            self._restore(Anchor(None))
        else:
            self._restore(Anchor(unread.place, self.viewport().height() * 0.75))

    def _changed(self) -> None:
        self._again(lambda: self.pile.set_rows(self._build()))

    def _build(self) -> list[Row]:
        return self._builder.build(self.history.messages, self.history.unread_from, several=self.pile.several)

    def _moved(self) -> None:
        at_end = self.distance_from_end() <= _AT_END
        if at_end != self._at_end:
            self._at_end = at_end
            self.at_end_changed.emit(at_end)
        self._refresh()
        self.settled.emit()
        self._idle.start(0)
        if self._value() < _NEAR:
            self.history.more_before()
        if self.distance_from_end() < _NEAR:
            self.history.more_after()

    def _refresh(self) -> None:
        """Paint what is different: rows that moved together are moved on the screen, others painted anew."""
        seen = {self.pile.typeset(number): (top, high) for number, top, high in self._standing()}
        before, self._seen = self._seen, seen
        by = {top - before[key][0] for key, (top, _) in seen.items() if key in before}
        if len(by) != 1 or self._ringed:
            self.viewport().update()
            return
        moved = by.pop()
        _paint_again(self.viewport(), before, seen, moved)

    def _look_ahead(self) -> None:
        """In idle time, make exact what a scroll would show next."""
        high = self.viewport().height()
        value = self._value()
        anchor = self._anchor()
        if self.pile.settle(value - high, value + 2 * high, _IDLE_S):
            self._settling = True
            try:
                self._set_range()
                self._place(anchor)
            finally:
                self._settling = False
            self._idle.start(0)

    # --- Qt ---------------------------------------------------------------------------
    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """The scroll bar moved."""
        if self._settling:
            return
        # The row under the lower edge was exact before the move, unless it was a leap.
        bottom = self._value() + self.viewport().height()
        number = self.pile.number_at(bottom - 1)
        at_end = self.distance_from_end() <= _AT_END and not self.history.newer
        if number < 0 or at_end:
            self._restore(Anchor(None))
        else:
            self._restore(Anchor(self.rows[number].place, bottom - self.pile.top(number)))

    def set_margin(self, margin: int) -> None:
        """Leave so much free on both sides of the bubbles."""
        if margin != self.margin:
            self.margin = margin
            self._again(lambda: self.pile.set_column(self._column()))

    def _column(self) -> float:
        return float(max(200, min(COLUMN, self.width() - 2 * self.margin)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width lays out anew; the lower edge stays."""
        anchor = self._anchor()
        if anchor.place is not None and event.oldSize().height() > 0:
            moved = event.size().height() - event.oldSize().height()
            anchor = Anchor(anchor.place, anchor.above - min(0, moved) + moved)
        self.pile.set_column(self._column())
        self._restore(anchor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._ringed = came_by_keys(event)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.lay_out_anew()

    def lay_out_anew(self) -> None:
        """Lay out everything: its colours, its language, or the days it names are others."""
        self._again(self.pile.forget)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows from top to bottom."""
        self._painted_at = time.perf_counter()
        part, left, wide = event.region(), self._left(), self.width()
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(event.rect(), tokens().window)
            for number, top, high in self._standing():
                if part.intersects(QRect(0, top, wide, high)):
                    marked = self.selection.within(self.rows[number])
                    self.pile.typeset(number).paint(painter, QPointF(left, top), marked)
            if self.hasFocus() and self._ringed:
                paint_ring(painter, QRectF(self.viewport().rect()), 6)


def _paint_again(port: QWidget, before: _Seen, seen: _Seen, moved: int) -> None:
    """Move what is on the screen by so many pixels, and paint anew what is different then."""
    if moved:
        port.scroll(0, moved, port.rect())
        for over in port.children():  # stays where it is, so what was moved with it is painted anew
            if isinstance(over, QWidget) and over.isVisible():
                port.update(over.geometry())
                port.update(over.geometry().translated(0, moved))
    for key, (top, high) in seen.items():
        if before.get(key) != (top - moved, high):
            port.update(0, top, port.width(), high)
    for key, (top, high) in before.items():
        if key not in seen:
            port.update(0, top + moved, port.width(), high)
