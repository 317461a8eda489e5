"""How a person's words for what is on the screen lead to widgets, rows and what they say.

A target is an object name or an accessible name; "window/field" narrows it to what lies inside another.
Painted rows have no widgets: they are read where a screen reader reads them, through QAccessible.
"""

import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QAction,
    QContextMenuEvent,
    QInputMethodEvent,
    QRegion,
    QTextDocument,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSystemTrayIcon,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from support.blocking import Moment, display_server, waited_for_processor

PAUSE = 0.008
"""Seconds between two frames that are measured."""

Said = dict[str, Any]
"""What is told about a widget; only what JSON can carry."""


Thing = TypeVar("Thing")


def or_none(thing: Thing) -> Thing | None:
    """Qt gives None where its stubs promise a thing."""
    return thing


class NotThere(LookupError):
    """No such thing is on the screen."""


def candidates(name: str) -> list[QWidget]:
    """Every widget of this object name, otherwise of this accessible name; the visible ones first."""
    found: list[QWidget] = []
    for window in QApplication.topLevelWidgets():
        if window.objectName() == name:
            found.append(window)
        found += window.findChildren(QWidget, name)
    if not found:
        found = [widget for widget in QApplication.allWidgets() if widget.accessibleName() == name]
    return sorted(found, key=lambda widget: not widget.isVisible())


def widget_named(target: str) -> QWidget:
    """The one widget meant; a visible one before a hidden one, the newest window before an older one.

    Raises:
        NotThere: no widget is called so.
    """
    *outer, name = target.split("/")
    for widget in candidates(name):
        lineage, above = [], widget.parentWidget()
        while above is not None:
            lineage.append({above.objectName(), above.accessibleName()})
            above = above.parentWidget()
        if all(any(part in names for names in lineage) for part in outer):
            return widget
    raise NotThere(target)


def name_of(widget: QWidget | None) -> str:
    """What a test may call it."""
    if widget is None:
        return ""
    return widget.objectName() or widget.accessibleName() or type(widget).__name__


def text_of(widget: QWidget) -> str:
    """What stands on it or in it, as a person reads it."""
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLabel) and widget.textFormat() == Qt.TextFormat.RichText:
        document = QTextDocument()
        document.setHtml(widget.text())
        return document.toPlainText()
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        return widget.text()
    if widget.isWindow():
        return widget.windowTitle()
    accessible = or_none(QAccessible.queryAccessibleInterface(widget))
    if accessible is None:
        return widget.accessibleName()
    return accessible.text(QAccessible.Text.Value) or accessible.text(QAccessible.Text.Name)


def rows_of(widget: QWidget) -> list[str]:
    """The rows of a list, the actions of a menu, or what a painted view tells a screen reader, in order."""
    if isinstance(widget, QMenu):
        return [action.text().replace("&", "") for action in widget.actions() if not action.isSeparator()]
    if isinstance(widget, QComboBox):
        return [widget.itemText(index) for index in range(widget.count())]
    if isinstance(widget, QAbstractItemView):
        return [row_text(index) for index in model_rows(widget)]
    if isinstance(widget, QAbstractScrollArea):
        return [child.text(QAccessible.Text.Name) for child in spoken_children(widget)]
    return []


def spoken_children(widget: QWidget) -> list[QAccessibleInterface]:
    """What a screen reader finds inside a widget, without scroll bars and viewports."""
    accessible = or_none(QAccessible.queryAccessibleInterface(widget))
    if accessible is None:
        return []
    children = [or_none(accessible.child(index)) for index in range(accessible.childCount())]
    return [child for child in children if child is not None and or_none(child.object()) is None]


def last_row(widget: QWidget) -> str:
    """What a screen reader says of the last row inside a widget; quicker than all rows."""
    accessible = or_none(QAccessible.queryAccessibleInterface(widget))
    for index in reversed(range(accessible.childCount() if accessible is not None else 0)):
        child = or_none(accessible.child(index)) if accessible is not None else None
        if child is not None and or_none(child.object()) is None:
            return child.text(QAccessible.Text.Name)
    return ""


def model_rows(view: QAbstractItemView) -> list[QModelIndex]:
    """The top rows of an item view."""
    model: QAbstractItemModel | None = view.model()
    return [] if model is None else [model.index(row, 0) for row in range(model.rowCount())]


def row_text(index: QModelIndex) -> str:
    """What a screen reader says of a row: its accessible text, otherwise what it shows."""
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data(Qt.ItemDataRole.DisplayRole)
    return str(spoken or "")


def look(target: str) -> Said:
    """All that a test may ask about a target; only `visible` where it is not there."""
    try:
        widget = widget_named(target)
    except NotThere:
        return {"visible": False, "text": "", "rows": []}
    return {
        "visible": widget.isVisible(),
        "whole": widget.visibleRegion() == QRegion(widget.rect()),
        "enabled": widget.isEnabled(),
        "focused": widget.hasFocus(),
        "active": widget.isActiveWindow(),
        "minimised": widget.window().isMinimized(),
        "checked": widget.isChecked() if isinstance(widget, QAbstractButton) else False,
        "spoken": widget.accessibleName(),
        "described": widget.accessibleDescription(),
        "wrong": bool(getattr(widget, "invalid", False)),
        "text": text_of(widget),
        "rows": rows_of(widget),
    }


def holds(said: Said, wanted: Said) -> bool:
    """Whether what is told fulfils what is wanted.

    `contains` is part of the text or of a row, `lacks` of neither; `count` is the number of rows; `row` is a
    list whose words all stand in one row; everything else is compared as it stands.
    """
    everything = [said["text"], *said["rows"]]
    for key, value in wanted.items():
        if key == "contains":
            fulfilled = any(value in part for part in everything)
        elif key == "lacks":
            fulfilled = not any(value in part for part in everything)
        elif key == "count":
            fulfilled = len(said["rows"]) == value
        elif key == "row":
            fulfilled = any(all(part in row for part in value) for row in said["rows"])
        else:
            fulfilled = said.get(key) == value
        if not fulfilled:
            return False
    return True


def click(target: str, *, right: bool = False, double: bool = False) -> None:
    """Click where a person would: in the middle of what is seen of it."""
    widget = reachable(target)
    if isinstance(widget, QAbstractButton) and not (right or double):
        press(target, widget)
        return
    button = Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton
    click_at(widget, widget.rect().center(), button, double=double)


def press(target: str, button: QAbstractButton) -> None:
    """Click a button.

    Raises:
        NotThere: it took no notice; says what stood in the way.
    """
    heard: list[QAbstractButton] = []

    def hear() -> None:
        heard.append(button)

    button.clicked.connect(hear)
    click_at(button, button.rect().center(), Qt.MouseButton.LeftButton)
    if isValid(button):
        button.clicked.disconnect(hear)
    if not heard:
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        raise NotThere(f"{target} took no click; menu {name_of(popup)!r}, dialog {name_of(modal)!r}")


def click_at(widget: QWidget, at: QPoint, button: Qt.MouseButton, *, double: bool = False) -> None:
    """One click, or two, at a place of the widget; with the right button also what a platform makes of it."""
    surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    QTest.mouseClick(surface, button, Qt.KeyboardModifier.NoModifier, at)
    if button is Qt.MouseButton.RightButton:
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, surface.mapToGlobal(at))
        QApplication.sendEvent(surface, asked)
    if double:
        QTest.mouseDClick(surface, button, Qt.KeyboardModifier.NoModifier, at)


def reachable(target: str) -> QWidget:
    """A widget that a person could use now.

    Raises:
        NotThere: it is not there, hidden or disabled.
    """
    widget = widget_named(target)
    if not widget.isVisible() or not widget.isEnabled():
        raise NotThere(f"{target} is {'disabled' if widget.isVisible() else 'hidden'}")
    return widget


def choose(target: str, text: str, *, right: bool = False, double: bool = False) -> None:
    """Click the row, the action or the entry whose text contains the words."""
    widget = reachable(target)
    button = Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton
    if isinstance(widget, QMenu):
        click_at(widget, widget.actionGeometry(action_with(widget, text)).center(), button)
    elif isinstance(widget, QComboBox):
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        QTest.keyClicks(widget, text)
        if text not in widget.currentText():
            raise NotThere(f"{text} in {target}")
    elif isinstance(widget, QAbstractItemView):
        index = next((row for row in model_rows(widget) if text in row_text(row)), None)
        if index is None:
            raise NotThere(f"{text} in {target}: {rows_of(widget)}")
        widget.scrollTo(index)
        click_at(widget, widget.visualRect(index).center(), button, double=double)
    else:
        click_at(widget, place_of_spoken(widget, text).center(), button, double=double)


def place_of_spoken(widget: QWidget, text: str) -> QRect:
    """Where a painted row stands that a screen reader would read so, in the coordinates of the viewport."""
    for child in spoken_children(widget):
        if text in child.text(QAccessible.Text.Name):
            rect = child.rect()
            surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
            return QRect(surface.mapFromGlobal(rect.topLeft()), rect.size())
    raise NotThere(f"{text} in {name_of(widget)}: {rows_of(widget)}")


def action_with(menu: QMenu, text: str) -> QAction:
    """The action of a menu whose text contains the words."""
    for action in menu.actions():
        if text in action.text().replace("&", ""):
            return action
    raise NotThere(f"{text} in menu: {rows_of(menu)}")


def strokes(target: str, text: str) -> Iterator[Callable[[], None]]:
    """What a person's hands do to type a text: Latin by keys, everything else as an input method commits it.

    One key in each stroke: a program may have its turns between them.
    """
    widget = reachable(target)
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    for latin, signs in itertools.groupby(text, str.isascii):
        run = "".join(signs)
        if not latin:
            yield partial(compose, widget, run)
            continue
        for sign in run:
            yield partial(QTest.keyClicks, widget, sign)


def compose(widget: QWidget, text: str) -> None:
    """What an input method does: shows the text as a preedit, then commits it."""
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))
    committed = QInputMethodEvent("", [])
    committed.setCommitString(text)
    QApplication.sendEvent(widget, committed)


def trays() -> list[QSystemTrayIcon]:
    """The program's icons in the tray; they are no widgets."""
    return [thing for thing in gc.get_objects() if issubclass(type(thing), QSystemTrayIcon)]


def tray_rows(tray: QSystemTrayIcon) -> list[str]:
    """The entries of an icon's menu."""
    menu = or_none(tray.contextMenu())
    return [] if menu is None else rows_of(menu)


def wheel(target: str, steps: int) -> None:
    """Turn the wheel over a widget, upwards by positive steps."""
    widget = reachable(target)
    surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    middle = QPointF(surface.mapTo(surface.window(), surface.rect().center()))
    QTest.wheelEvent(surface.window().windowHandle(), middle, QPoint(0, 120 * steps))


def scroll_frames(target: str, steps: int) -> list[float]:
    """Scroll up step by step; the seconds of each with its painting and whatever else the loop did then.

    Between two frames the store has time to bring what comes next.
    """
    widget = reachable(target)
    assert isinstance(widget, QAbstractScrollArea)
    bar, taken = widget.verticalScrollBar(), []
    clocks = threading.get_native_id(), display_server()
    for _ in range(steps):
        start = Moment.of(*clocks)
        bar.setValue(bar.value() - 3 * bar.singleStep())
        QApplication.processEvents()
        taken.append(start.held(Moment.of(*clocks)))
        time.sleep(PAUSE)
    return taken


def resize_frames(target: str, widths: list[int]) -> list[float]:
    """Give a window one width after the other; the seconds of each with its painting."""
    window, taken = widget_named(target).window(), []
    clocks = threading.get_native_id(), display_server()
    for width in widths:
        start = Moment.of(*clocks)
        window.resize(width, window.height())
        QApplication.processEvents()
        taken.append(start.held(Moment.of(*clocks)))
        time.sleep(PAUSE)
    return taken


def at_work() -> float:
    """A clock that stands still while this thread is ready and the machine runs something else."""
    return time.perf_counter() - waited_for_processor(threading.get_native_id())
