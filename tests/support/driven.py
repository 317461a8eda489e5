"""Starts a program as it is and lets a test use its windows through two pipes; the program has no such door.

    python -m support.driven IN OUT MODULE:FUNCTION ARGUMENTS...

Commands come as JSON lines {"do": …, "how": {…}} on descriptor IN, answers leave on OUT as {"ok": …} or
{"error": …}. They are carried out on the program's own event loop, never in a nested one. The other end:
`support.driver`.
"""

import gc
import importlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QSystemTrayIcon, QWidget

from support import legible, widgets
from support.blocking import Heartbeat

Answer = Any
"""What a command gives back; JSON carries it."""

_SELDOM = 50
"""Milliseconds between two looks, at most."""

TYPING_S = 0.01
"""How long one turn of the loop goes on typing; a person presses one key in each."""

complaints: list[str] = []
"""Warnings of Qt, logged warnings and exceptions nobody caught, in order."""


class Complaint(logging.Handler):
    """Keeps every logged warning."""

    def emit(self, record: logging.LogRecord) -> None:
        complaints.append(f"log: {record.name}: {self.format(record)}")


def heard(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Keep what Qt complains about."""
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        complaints.append(f"qt: {text}")
    sys.stderr.write(f"{text}\n")


def collected(phase: str, _told: dict[str, int]) -> None:
    """Complain where Python looks for cycles in a thread without windows: one of those may be in a cycle."""
    here = threading.current_thread()
    if phase == "start" and here is not threading.main_thread():
        complaints.append(f"cycles are taken apart in the thread {here.name}")


def find_key(name: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """The key and modifiers of a name such as Return, Ctrl+L or Shift+Tab."""
    combination = QKeySequence(name)[0]  # type: ignore[index] # missing in the stub
    return combination.key(), combination.keyboardModifiers()


class Paintings(QObject):
    """Tells after each painting of one widget when that was over.

    The moment is taken when the window has handed its pixels to the screen and before anything else has its
    turn: what the program does next, and looking at what was painted, is no part of it.
    """

    over = Signal(float)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        self._window = widget.window()
        self._painting = self._painted = False
        self._surface.installEventFilter(self)
        self._window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._surface and event.type() == QEvent.Type.Paint:
            self._painted = True
        elif watched is self._window and event.type() == QEvent.Type.UpdateRequest and not self._painting:
            self._paint()
            return True
        return False

    def _paint(self) -> None:
        """Have the window paint, as it would have; other threads run meanwhile, as they would have."""
        self._painting, self._painted = True, False
        QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
        self._painting = False
        if self._painted:
            at = time.monotonic()
            QTimer.singleShot(0, self, lambda: self.over.emit(at))

    def end(self) -> None:
        """Watch no longer."""
        self._surface.removeEventFilter(self)
        self._window.removeEventFilter(self)
        self.deleteLater()


def _picture(path: str, target: str | None) -> None:
    picture = (
        widgets.widget_named(target).window().grab()
        if target
        else QGuiApplication.primaryScreen().grabWindow(0)
    )
    if not picture.save(path):
        raise OSError(f"no picture at {path}")


def _paint_windows() -> None:
    """Lay out and paint at once what would be in the next turns of the loop."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    for window in QApplication.topLevelWidgets():
        window.repaint()


class Door(QObject):
    """Carries out commands on the thread of the windows."""

    asked = Signal(dict)

    def __init__(self, answers: TextIO) -> None:
        super().__init__()
        self._answers = answers
        self._heartbeat: Heartbeat | None = None
        self._knocked = False
        self._application: QCoreApplication | None = None
        self._pulse = QTimer(self)
        self._pulse.setTimerType(Qt.TimerType.PreciseTimer)
        self._pulse.setInterval(5)
        self.asked.connect(self._carry_out, Qt.ConnectionType.QueuedConnection)

    def _answer(self, **answer: Answer) -> None:
        self._answers.write(json.dumps({"at": time.monotonic(), **answer}) + "\n")
        self._answers.flush()

    def _carry_out(self, command: dict[str, Any]) -> None:
        if not self._knocked:
            self._knocked = True
            self._await_first_paint()
        name, how = command["do"], command["how"]
        try:
            if name == "wait":
                self._wait(**how)
            elif name == "wait_for_painting":
                self._wait_for_painting(**how)
            elif name == "write":
                self._write(**how)
            else:
                deed: Callable[..., Answer] = getattr(self, f"do_{name}")
                self._answer(ok=deed(**how))
        except Exception as error:  # noqa: BLE001 - the other end of the pipe is told everything
            self._answer(error=f"{type(error).__name__}: {error}")

    def _await_first_paint(self) -> None:
        """The loop is watched once something has been painted: before, nobody waits for an answer."""
        self._application = QApplication.instance()
        assert self._application is not None
        self._application.installEventFilter(self)
        for window in QApplication.topLevelWidgets():
            window.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._application is not None:
            self._application.removeEventFilter(self)
            self._application = None
            QTimer.singleShot(0, self._watch_loop)
        return False

    def _watch_loop(self) -> None:
        self._heartbeat = Heartbeat()
        self._pulse.timeout.connect(self._heartbeat.beat)
        self._pulse.start()

    def _wait(self, target: str, wanted: widgets.Said, patience: float, every: int) -> None:
        deadline = time.monotonic() + patience
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)

        def end(**answer: Answer) -> None:
            timer.stop()
            timer.deleteLater()
            self._answer(**answer)

        def check() -> None:
            # What takes long is looked for less and less often: to look costs the program a millisecond.
            timer.setInterval(max(every, min(_SELDOM, timer.interval() * 5 // 4)))
            try:
                said = widgets.look(target)
                painted = self._heartbeat is not None or not said["visible"]
                if painted and widgets.holds(said, wanted):
                    end(ok=said)
                elif time.monotonic() > deadline:
                    end(late=said)
            except Exception as error:  # noqa: BLE001 - the other end of the pipe is told everything
                end(error=f"{type(error).__name__}: {error}")

        timer.timeout.connect(check)
        timer.start(every)

    def _write(self, target: str, text: str) -> None:
        strokes = widgets.strokes(target, text)

        def go_on() -> None:
            try:
                begun = time.monotonic()
                while time.monotonic() - begun < TYPING_S:
                    if (stroke := next(strokes, None)) is None:
                        self._answer(ok=None)
                        return
                    stroke()
            except Exception as error:  # noqa: BLE001 - the other end of the pipe is told everything
                self._answer(error=f"{type(error).__name__}: {error}")
                return
            QTimer.singleShot(0, self, go_on)

        go_on()

    def _wait_for_painting(self, target: str, text: str) -> None:
        view = widgets.widget_named(target)
        paintings = Paintings(view)
        self._pulse.stop()  # to look what each thread did, every few milliseconds, is a part of what is timed

        def check(at: float) -> None:
            if text in widgets.last_row(view):
                paintings.end()
                self._forgiven(self._pulse.start)
                self._answer(ok=None, at=at)

        paintings.over.connect(check)

    def do_look(self, target: str) -> Answer:
        return widgets.look(target)

    def do_click(self, target: str, **how: bool) -> None:
        widgets.click(target, **how)

    def do_choose(self, target: str, text: str, **how: bool) -> None:
        widgets.choose(target, text, **how)

    def do_compose(self, target: str, text: str) -> None:
        widgets.compose(widgets.reachable(target), text)

    def do_paste(self, target: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.do_key("Ctrl+V", target)

    def do_clipboard(self) -> Answer:
        return QGuiApplication.clipboard().text()

    def do_key(self, name: str, target: str | None = None) -> Answer:
        widget = (
            widgets.reachable(target) if target else QApplication.focusWidget() or QApplication.activeWindow()
        )
        if widget is None:
            raise widgets.NotThere("anything that has the focus")
        if target:
            widget.setFocus(Qt.FocusReason.MouseFocusReason)
        key, modifiers = find_key(name)
        pressed = time.monotonic()
        QTest.keyClick(widget, key, modifiers)
        return pressed

    def do_scroll_frames(self, target: str, steps: int) -> Answer:
        return self._forgiven(lambda: widgets.scroll_frames(target, steps))

    def do_resize_frames(self, target: str, widths: list[int]) -> Answer:
        return self._forgiven(lambda: widgets.resize_frames(target, widths))

    def do_memory(self) -> Answer:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def do_wheel(self, target: str, steps: int) -> None:
        widgets.wheel(target, steps)

    def do_focus(self) -> Answer:
        return widgets.name_of(QApplication.focusWidget())

    def do_windows(self) -> Answer:
        return [
            {
                "name": widgets.name_of(window),
                "title": window.windowTitle(),
                "active": window.isActiveWindow(),
                "modal": window.isModal(),
                "size": [window.width(), window.height()],
            }
            for window in QApplication.topLevelWidgets()
            if window.isVisible() and not window.inherits("QSystemTrayIconSys")
        ]

    def do_names(self) -> Answer:
        return sorted(
            {
                f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()!r}"
                for widget in visible_widgets()
            }
        )

    def do_misfits(self) -> Answer:
        return self._forgiven(legible.misfits)

    def do_words(self, target: str) -> Answer:
        return self._forgiven(lambda: legible.words(target))

    def do_place(self, target: str, x: int, y: int, width: int, height: int) -> None:
        widgets.widget_named(target).window().setGeometry(x, y, width, height)

    def do_activate(self, target: str) -> None:
        window = widgets.widget_named(target).window()
        window.raise_()
        window.activateWindow()

    def do_resize(self, target: str, width: int, height: int) -> None:
        widgets.widget_named(target).resize(width, height)

    def do_close(self, target: str) -> None:
        widgets.widget_named(target).window().close()

    def do_shot(self, path: str, target: str | None = None) -> None:
        self._forgiven(lambda: _picture(path, target))

    def do_paint(self) -> None:
        self._forgiven(_paint_windows)

    def _forgiven(self, work: Callable[[], Answer]) -> Answer:
        """Do what takes long by the test's own doing."""
        done = work()
        if self._heartbeat is not None:
            self._heartbeat.forgive()
        return done

    def do_tray(self) -> Answer:
        return [
            {
                "visible": tray.isVisible(),
                "tip": tray.toolTip(),
                "rows": widgets.tray_rows(tray),
            }
            for tray in self._forgiven(widgets.trays)
        ]

    def do_tray_click(self) -> None:
        for tray in self._forgiven(widgets.trays):
            tray.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)

    def do_tray_choose(self, text: str) -> None:
        for tray in self._forgiven(widgets.trays):
            widgets.action_with(tray.contextMenu(), text).trigger()

    def do_longest(self) -> Answer:
        return 0.0 if self._heartbeat is None else self._heartbeat.longest()

    def do_report(self) -> Answer:
        blocks = []
        if self._heartbeat is not None:
            self._heartbeat.beat()  # what was blocked just now counts, whether the timer came or not
            blocks = self._heartbeat.blocks
        return {"complaints": complaints, "blocks": [str(block) for block in blocks]}

    def do_quit(self) -> None:
        QTimer.singleShot(0, QApplication.quit)


def visible_widgets() -> list[QWidget]:
    """Every widget that a person may see and a test may name."""
    return [
        widget
        for widget in QApplication.allWidgets()
        if widget.isVisible() and (widget.objectName() or widget.accessibleName())
    ]


def serve(commands: TextIO, answers: TextIO) -> None:
    """Hand each command line to the thread of the windows; runs in a thread of its own."""
    door: Door | None = None
    for line in commands:
        while door is None:
            application = QApplication.instance()
            if application is None:
                time.sleep(0.002)
                continue
            door = Door(answers)
            door.moveToThread(application.thread())
        door.asked.emit(json.loads(line))


def main(arguments: list[str]) -> int:
    """Open the door and become the program."""
    commands, answers, entry, *rest = arguments
    logging.getLogger().addHandler(Complaint(logging.WARNING))
    qInstallMessageHandler(heard)
    gc.callbacks.append(collected)
    ends = (os.fdopen(int(commands), encoding="utf-8"), os.fdopen(int(answers), "w", encoding="utf-8"))
    threading.Thread(target=serve, args=ends, name="driven", daemon=True).start()
    module, function = entry.split(":")
    sys.argv = [module, *rest]
    result: int | None = getattr(importlib.import_module(module), function)()
    return result or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
