"""A small program with every kind of thing a driver must be able to use; it knows nothing of the driver."""

import gc
import sys
import time
from typing import Any

from PySide6.QtCore import QRect, QStringListModel, Qt, qWarning
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QColor,
    QIcon,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)


class Painted(QAbstractScrollArea):
    """Rows without widgets."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setObjectName("painted")

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.viewport().update()

    def row_rect(self, row: int) -> QRect:
        return QRect(0, row * 20, self.viewport().width(), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row, line in enumerate(self.lines):
            painter.drawText(self.row_rect(row), Qt.AlignmentFlag.AlignLeft, line)
        painter.end()


class SpokenRow(QAccessibleInterface):
    """One painted row for a screen reader. Qt takes None where its stubs know none, hence Any."""

    def __init__(self, view: Painted, row: int) -> None:
        super().__init__()
        self._view, self._row = view, row

    def isValid(self) -> bool:
        return True

    def object(self) -> Any:
        return None

    def parent(self) -> Any:
        return QAccessible.queryAccessibleInterface(self._view)

    def child(self, _index: int) -> Any:
        return None

    def childAt(self, _x: int, _y: int) -> Any:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def rect(self) -> QRect:
        rect = self._view.row_rect(self._row)
        return QRect(self._view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        return None

    def text(self, kind: QAccessible.Text) -> str:
        return self._view.lines[self._row] if kind == QAccessible.Text.Name else ""


class SpokenList(SpokenRow):
    """The painted view for a screen reader."""

    def __init__(self, view: Painted) -> None:
        super().__init__(view, -1)
        self._rows: list[SpokenRow] = []

    def object(self) -> Painted:
        return self._view

    def parent(self) -> Any:
        return QAccessible.queryAccessibleInterface(self._view.window())

    def childCount(self) -> int:
        return len(self._view.lines)

    def child(self, index: int) -> SpokenRow:
        while len(self._rows) <= index:
            self._rows.append(SpokenRow(self._view, len(self._rows)))
        return self._rows[index]

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def text(self, kind: QAccessible.Text) -> str:
        return "Messages" if kind == QAccessible.Text.Name else ""


kept: list[QAccessibleInterface] = []


def speak(_key: str, thing: object) -> QAccessibleInterface | None:
    """Qt asks for the interface of each widget."""
    if isinstance(thing, Painted):
        kept.append(SpokenList(thing))
        return kept[-1]
    return None


class Deaf(QPushButton):
    """A button that no click reaches."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()


class Window(QWidget):
    """The sample's only window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sample")
        self.setWindowTitle("Sample")
        self.field = QLineEdit()
        self.field.setObjectName("field")
        self.button = QPushButton("Send")
        self.button.setAccessibleName("Send it")
        self.deaf = Deaf("Deaf")
        self.deaf.setObjectName("deaf")
        self.label = QLabel("nothing yet")
        self.label.setObjectName("label")
        self.people = QListView()
        self.people.setObjectName("people")
        self.people.setModel(QStringListModel(["ada", "bo", "cy"]))
        self.language = QComboBox()
        self.language.setObjectName("language")
        self.language.addItems(["English", "Chinese"])
        self.painted = Painted()
        layout = QVBoxLayout(self)
        for widget in (self.field, self.button, self.deaf, self.label, self.people, self.language):
            layout.addWidget(widget)
        layout.addWidget(self.painted)
        self.button.clicked.connect(self.send)
        self.field.returnPressed.connect(self.send)
        self.people.clicked.connect(lambda index: self.label.setText(f"chose {index.data()}"))
        picture = QPixmap(16, 16)
        picture.fill(QColor("green"))
        self.tray = QSystemTrayIcon(QIcon(picture), self)
        self.tray.setToolTip("Sample")
        menu = QMenu(self)
        menu.addAction("&Complain", lambda: qWarning("a warning of Qt"))
        menu.addAction("Block", lambda: time.sleep(1.2))
        menu.addAction("Quit", QApplication.quit)
        self.tray.setContextMenu(menu)
        self.tray.show()

    def send(self) -> None:
        self.painted.add(self.field.text())
        self.label.setText(f"sent {self.field.text()}")
        self.field.clear()


def main() -> int:
    """Show the window until it is left."""
    gc.disable()  # or the driver's own thread takes cycles apart, which it complains about
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    QAccessible.installFactory(speak)
    window = Window()
    if "--die" in sys.argv:
        raise SystemExit(3)
    window.show()
    return application.exec()
