"""A window that tells about one thing: a title over sections, each a heading over a card of lines.

What is told may change while it is open; it is filled anew, and stays where it was scrolled to.
"""

from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from watchword.model.chat import Contact
from watchword.ui.contacts.people_list import PeopleList
from watchword.ui.controls.card import Card
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.line import Line
from watchword.ui.controls.scroll_area import ScrollArea
from watchword.ui.controls.window import Window

_SIZE = QSize(500, 640)
_LEAST = QSize(380, 360)
_COLUMN = 560
_SHARE = (2, 3)
_PERSON = 58
_SEEN = 5
_Part = TypeVar("_Part", bound=QWidget)


class Facts(QWidget):
    """A heading and a card of lines; hidden while it has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Label(role=Role.STRONG)
        self.card = Card(margin=16)
        self.card.column.setSpacing(8)
        self._lines: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.card)

    def fill(self, heading: str, lines: list[QWidget]) -> None:
        """Say something else; a line that is given again stays what it is."""
        self.heading.setText(heading)
        for line in self._lines:
            self.card.column.removeWidget(line)
            if line not in lines:
                line.hide()
                line.deleteLater()
        self._lines = lines
        for line in lines:
            self.card.column.addWidget(line)
        self.setVisible(bool(lines))


class Pair(QWidget):
    """What a fact is called, and what it is."""

    def __init__(self, called: str, said: str, role: Role = Role.BODY) -> None:
        super().__init__()
        self.setAccessibleName(f"{called}: {said}")
        self.setObjectName("fact")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for text, role_of, share in ((called, Role.SOFT, _SHARE[0]), (said, role, _SHARE[1])):
            label = Label(text, role_of)
            policy = label.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            label.setSizePolicy(policy)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            row.addWidget(label, share)


class Named(QWidget):
    """Something with a name of its own over a softer line."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}, {said}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(Line(name, Role.STRONG))
        column.addWidget(Label(said, Role.SOFT))


class People(PeopleList):
    """Some people of a card, each with a remark; so many are seen at once, the others scrolled to."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._remarks: dict[Contact, str] = {}
        self.say(lambda person: self._remarks.get(person, ""))

    def tell(self, heading: str, remarks: dict[Contact, str]) -> None:
        """Show these people, in this order; nobody is marked until somebody is."""
        before, self._remarks = self.marked, remarks
        self.setAccessibleName(heading)
        self.show_people([*remarks], keep=True)
        if before is None:
            self.selectionModel().clear()
        self.setFixedHeight(_PERSON * min(_SEEN, max(1, len(remarks))))


class Sheet(Window):
    """One column of `Facts` under a title; `tell` fills them, in the language in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label(role=Role.TITLE)
        self.inside = QWidget()
        self.inside.setMaximumWidth(_COLUMN)
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(26, 24, 26, 28)
        self.column.setSpacing(20)
        self.column.addWidget(self.title)
        self.column.addStretch(1)
        across = QWidget()
        row = QHBoxLayout(across)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.inside, 1000)
        row.addStretch(1)
        self.area = ScrollArea()
        self.area.setWidget(across)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows scroll it
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.resize(_SIZE)
        self.setMinimumSize(_LEAST)

    def section(self) -> Facts:
        """One more section, below those that are there."""
        return self.add(Facts())

    def add(self, part: _Part) -> _Part:
        """One more part, below those that are there."""
        self.column.insertWidget(self.column.count() - 1, part)
        return part

    def name(self, title: str) -> None:
        """Name the window, in its frame and on its page."""
        self.setWindowTitle(title)
        self.title.setText(title)

    def tell(self) -> None:
        """Say everything as it is now."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.tell()
