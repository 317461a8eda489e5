"""The painted messages for screen readers: a list with one item per visible message.

Each item says who, what, when and how far it came. Qt asks for these objects through a factory.
"""

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor
from PySide6.QtWidgets import QAccessibleWidget

from watchword.model.chat import Message
from watchword.ui import i18n, words
from watchword.ui.chat.pile import Pile
from watchword.ui.chat.rows import Row, RowKind
from watchword.ui.chat.typeset import plate_words
from watchword.ui.chat.view import ChatView


def spoken_row(row: Row, pile: Pile) -> str:
    """A row in words."""
    if row.kind is not RowKind.TEXT:
        return plate_words(row, pile.contact, pile.names)
    return spoken_message(row.message, pile.writer(row.message))


def spoken_message(message: Message, writer: str) -> str:
    """Who, what, when, what is to be said of it, how far."""
    who = QCoreApplication.translate("Spoken", "You") if message.mine else writer
    said = f"{who}: {message.text}, {i18n.clock(message.at)}"
    if message.notice is not None:
        said = f"{said}, {words.notice(message.notice, writer)}"
    return f"{said}, {words.delivery(message.delivery)}" if message.mine else said


class SpokenRow(QAccessibleInterface):
    """One visible message, separator or notice."""

    def __init__(self, view: ChatView, row: Row) -> None:
        super().__init__()
        self._view = view
        self._row = row

    def isValid(self) -> bool:
        """While the row is loaded."""
        return self._view.pile.number_of(self._row.place) is not None

    def object(self) -> QObject | None:  # type: ignore[override]  # Qt allows none
        """No widget of its own."""
        return None

    def parent(self) -> QAccessibleInterface:
        """The list."""
        return QAccessible.queryAccessibleInterface(self._view)

    def childCount(self) -> int:
        """Nothing in it."""
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # Qt allows none
        """Nothing in it."""
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # Qt allows none
        """Nothing in it."""
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Nothing in it."""
        return -1

    def rect(self) -> QRect:
        """Where it stands on the screen."""
        number = self._view.pile.number_of(self._row.place)
        if number is None:
            return QRect()
        inside = self._view.row_rect(number)
        return QRect(self._view.viewport().mapToGlobal(inside.topLeft()), inside.size())

    def role(self) -> QAccessible.Role:
        """An item of a list."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """It can be read."""
        state = QAccessible.State()
        state.readOnly = True
        return state

    def text(self, kind: QAccessible.Text) -> str:
        """Its name is all it says."""
        if kind == QAccessible.Text.Name:
            return spoken_row(self._row, self._view.pile)
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nobody writes here."""

    def foregroundColor(self) -> QColor:  # noqa: N802 - Qt's name
        """Not told."""
        return QColor()

    def backgroundColor(self) -> QColor:  # noqa: N802 - Qt's name
        """Not told."""
        return QColor()


class SpokenChat(QAccessibleWidget):
    """The list of what is visible."""

    def __init__(self, view: ChatView) -> None:
        super().__init__(view, QAccessible.Role.List)
        self._view = view
        self._kept: dict[object, SpokenRow] = {}

    def _rows(self) -> list[Row]:
        seen: set[int] = set()
        rows = []
        for row in self._view.seen_rows():
            if row.kind is RowKind.TEXT and row.message.id in seen:
                continue
            if row.kind is RowKind.TEXT:
                seen.add(row.message.id)
            rows.append(row)
        return rows

    def childCount(self) -> int:
        """As many as are visible."""
        return len(self._rows())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # Qt allows none
        """One of them; the same object as long as it is visible."""
        rows = self._rows()
        if not 0 <= index < len(rows):
            return None
        row = rows[index]
        seen = {row.place for row in rows}
        self._kept = {place: kept for place, kept in self._kept.items() if place in seen}
        kept = self._kept.get(row.place)
        if kept is None or kept._row != row:  # noqa: SLF001 - of this module
            kept = self._kept[row.place] = SpokenRow(self._view, row)
        return kept

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Where an item stands."""
        if not isinstance(child, SpokenRow):
            return -1
        places = [row.place for row in self._rows()]
        place = child._row.place  # noqa: SLF001 - of this module
        return places.index(place) if place in places else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # Qt allows none
        """The item under a point of the screen."""
        inside = self._view.viewport().mapFromGlobal(QPoint(x, y))
        for number, row in enumerate(self._rows()):
            index = self._view.pile.number_of(row.place)
            if index is not None and self._view.row_rect(index).contains(inside):
                return self.child(number)
        return None


_spoken: dict[int, SpokenChat] = {}
"""Qt keeps no reference to what the factory makes; one per living view."""


def _make(_key: str, subject: QObject) -> QAccessibleInterface | None:
    if not isinstance(subject, ChatView):
        return None
    number = id(subject)
    if number not in _spoken:
        _spoken[number] = SpokenChat(subject)
        subject.destroyed.connect(lambda *_: _spoken.pop(number, None))
    return _spoken[number]


def install() -> None:
    """Let Qt ask here."""
    QAccessible.installFactory(_make)


def announce(view: ChatView) -> None:
    """Tell a screen reader that the visible messages are others."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(view, QAccessible.Event.ObjectReorder))
