"""PySide6 hands None and True over without losing a reference to them.

A release that loses one for each call ends the program within seconds on Python 3.11, where these objects are
counted (docs/decisions/0001).
"""

import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

ROUNDS = 500


class Emitter(QObject):
    happened = Signal(object)


class Painted(QWidget):
    paints = 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawText(10, 10, "words")
        painter.end()
        self.paints += 1


def test_repaints_timers_and_signals_keep_none_and_true_alive(qtbot: QtBot) -> None:
    widget, emitter, timer = Painted(), Emitter(), QTimer()
    emitter.happened.connect(lambda _value: None)
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget, timeout=30_000):
        widget.show()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(ROUNDS):
        widget.repaint()
        emitter.happened.emit(None)
        timer.start(1000)
        timer.isActive()
        timer.stop()
        widget.parentWidget()
        widget.isVisible()
        widget.layout()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert widget.paints >= ROUNDS
    assert all(abs(now - then) < ROUNDS // 10 for now, then in zip(after, before, strict=True))
