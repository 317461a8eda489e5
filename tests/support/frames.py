"""Where the parts of a window stand: in its first frame after a change, and once nothing moves any more."""

import asyncio
import itertools
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

from support.waiting import until

Places = dict[str, QRect]
_STILL = 5
"""So many turns of the loop with nothing moved count as settled."""


def shown(window: QWidget) -> list[QWidget]:
    """Everything visible in a window, in the order in which it was made."""
    return [one for one in window.findChildren(QWidget) if one.isVisible() and one.window() is window]


def place(widget: QWidget) -> QRect:
    """Where a widget stands in its window."""
    return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())


def places(window: QWidget) -> Places:
    """Where everything visible stands."""
    named = ((f"{type(one).__name__} {one.objectName()} {id(one)}", one) for one in shown(window))
    return {name: place(one) for name, one in named}


class _FirstFrame(QObject):
    """Notes where everything stands when the first thing is painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.places: Places = {}
        self._window = window
        self._watched = [window, *window.findChildren(QWidget)]
        for widget in self._watched:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.places:
            self.places = places(self._window)
        return False

    def stop(self) -> None:
        for widget in filter(isValid, self._watched):
            widget.removeEventFilter(self)


async def moved_after_first_frame(window: QWidget, change: Callable[[], object]) -> dict[str, list[QRect]]:
    """Make a change and say what stood elsewhere in the first frame than when all had settled."""
    frame = _FirstFrame(window)
    change()
    window.show()
    window.update()
    await until(lambda: frame.places, "the window is painted")
    frame.stop()
    last, still = places(window), 0
    while still < _STILL:
        await asyncio.sleep(0.01)
        now = places(window)
        last, still = now, still + 1 if now == last else 0
    both = set(last) | set(frame.places)
    return {
        name: [frame.places.get(name, QRect()), last.get(name, QRect())]
        for name in both
        if frame.places.get(name) != last.get(name)
    }


def misplaced(window: QWidget) -> list[str]:
    """What a person reads or presses that reaches out of its window or over another such thing."""
    parts = [one for one in shown(window) if isinstance(one, QLabel | QAbstractButton | QLineEdit)]
    found = [
        f"{_name(one)} reaches out of the window"
        for one in parts
        if not _scrolled(one) and not window.rect().contains(place(one))
    ]
    for one, other in itertools.combinations(parts, 2):
        related = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not related and place(one).intersects(place(other)):
            found.append(f"{_name(one)} over {_name(other)}")
    return found


def _name(widget: QWidget) -> str:
    return widget.objectName() or widget.accessibleName() or type(widget).__name__


def _scrolled(widget: QWidget) -> bool:
    """Whether it may stand below what is seen: then its sides alone count."""
    above = widget.parentWidget()
    while above is not None:
        if above.objectName() == "qt_scrollarea_viewport":
            across = place(widget)
            return place(above).left() <= across.left() and across.right() <= place(above).right()
        above = above.parentWidget()
    return False
