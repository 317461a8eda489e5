"""Mouse and keys over the messages: marking across bubbles, copying, links, the menu."""

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from watchword.model.chat import Message
from watchword.ui.chat.history import History
from watchword.ui.chat.links import Link
from watchword.ui.chat.menu import Wishes, message_menu, offer_for_middle_button, put_on_clipboard
from watchword.ui.chat.rows import Row, RowKind
from watchword.ui.chat.selection import Point, word_at
from watchword.ui.chat.view import ChatView

_EDGE_MS = 30
_TRIPLE_MS = 450


class Messages(ChatView):
    """The chat view with everything a person does to it."""

    link_chosen = Signal(str)
    copied = Signal(int)
    """So many messages went to the clipboard."""
    typed = Signal(str)
    """Letters typed here belong into the composer."""
    info_asked = Signal(object)
    """A Message about which more is wanted."""
    recall_asked = Signal(object)
    """A Message that is to be taken back."""

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(history, parent)
        self._marking = False
        self._pressed_link: Link | None = None
        self.me = ""
        """This user's name, for what is copied."""
        self.recalls = False
        """Whether messages of this chat can be taken back, while that works."""
        self._current: int | None = None
        """The message chosen by keys, by its id."""
        self._pointer = QPoint()
        self._edge = QTimer(self)
        self._edge.setInterval(_EDGE_MS)
        self._edge.timeout.connect(self._scroll_at_edge)
        self._doubled = 0
        """The message that was double-clicked: only there a third click marks all of it."""
        self._double = QTimer(self)
        self._double.setSingleShot(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    # --- marking and copying ----------------------------------------------------------
    def marked_text(self) -> str:
        """What is marked."""
        return self.selection.text(self.rows, self._writer if self.pile.names else None)

    def _writer(self, message: Message) -> str:
        return self.me if message.mine else self.pile.writer(message)

    def copy(self) -> None:
        """Copy what is marked, as plain text."""
        if text := self.marked_text():
            put_on_clipboard(text)
            self.copied.emit(self.selection.messages(self.rows))

    def mark_all(self) -> None:
        """Mark every loaded message."""
        self._mark_rows([row for row in self.rows if row.kind is RowKind.TEXT])

    def mark_message(self, message: int) -> None:
        """Mark one message whole."""
        self._mark_rows([row for row in self.rows if row.message.id == message and row.kind is RowKind.TEXT])

    def _mark_rows(self, texts: list[Row]) -> None:
        if texts:
            self._mark(Point(texts[0].place, 0), Point(texts[-1].place, len(texts[-1].text)))

    def mark_nothing(self) -> None:
        """Mark nothing."""
        self.selection.clear()
        self.history.pinned = False
        self._current = None
        self.viewport().update()

    def _mark(self, start: Point, end: Point) -> None:
        self.selection.mark(start, end)
        self.history.pinned = True
        self.viewport().update()

    def _point(self, at: QPoint) -> Point | None:
        found = self.numbered_at(at)
        if found is None:
            return None
        number, typeset, inside = found
        row = self.rows[number]
        if row.kind is not RowKind.TEXT:
            return Point(row.place, 0)
        if inside.y() > typeset.box.bottom():
            return Point(row.place, len(row.text))
        return Point(row.place, min(len(row.text), typeset.place_at(inside)))

    # --- mouse ------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin marking, or remember the link."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        self._pressed_link = self._link(at)
        point = self._point(at)
        if point is None:
            return
        found = self.numbered_at(at)
        if self._double.isActive() and found is not None and self.rows[found[0]].message.id == self._doubled:
            self.mark_message(self._doubled)
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selection.extend(point)
        else:
            self.selection.begin(point)
        self._current = None
        self._marking = True
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Mark a word; a third click marks the message."""
        at = event.position().toPoint()
        found = self.numbered_at(at)
        if event.button() != Qt.MouseButton.LeftButton or found is None:
            return
        number, typeset, inside = found
        row = self.rows[number]
        if row.kind is RowKind.TEXT and typeset.over_text(inside):
            start, end = word_at(row.text, typeset.place_at(inside))
            self._mark(Point(row.place, start), Point(row.place, end))
            self._doubled = row.message.id
            self._double.start(_TRIPLE_MS)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on marking, or show what is under the pointer."""
        at = event.position().toPoint()
        self._pointer = at
        if self._marking and event.buttons() & Qt.MouseButton.LeftButton:
            self._extend_to(at)
            outside = at.y() < 0 or at.y() > self.viewport().height()
            if outside and not self._edge.isActive():
                self._edge.start()
            elif not outside:
                self._edge.stop()
            return
        found = self.numbered_at(at)
        link = self._link(at)
        over = found is not None and found[1].over_text(found[2])
        shape = Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link is not None else shape)
        self.viewport().setToolTip(link.host if link is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End marking; a click on a link that marked nothing chooses it."""
        self._edge.stop()
        if event.button() != Qt.MouseButton.LeftButton or not self._marking:
            return
        self._marking = False
        link = self._link(event.position().toPoint())
        if self.selection.empty:
            self.mark_nothing()
            if link is not None and link == self._pressed_link:
                self.link_chosen.emit(link.address)
        else:
            self.history.pinned = True
            offer_for_middle_button(self.marked_text())

    def _extend_to(self, at: QPoint) -> None:
        point = self._point(at)
        if point is not None:
            self.selection.extend(point)
            self.viewport().update()

    def _scroll_at_edge(self) -> None:
        over = self._pointer.y() if self._pointer.y() < 0 else self._pointer.y() - self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + max(-60, min(60, over)))
        self._extend_to(self._pointer)

    def _link(self, at: QPoint) -> Link | None:
        found = self.numbered_at(at)
        return None if found is None else found[1].link_at(found[2])

    # --- keys -------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, copy, choose messages; letters go on to the composer."""
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.mark_all()
        elif control and key == Qt.Key.Key_I:
            self._ask_about_current()
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_End:
            self.to_end()
        elif self.scroll_by(key):
            pass
        elif key == Qt.Key.Key_Escape and not self.selection.empty:
            self.mark_nothing()
        elif event.text().isprintable() and event.text() and not control:
            self.typed.emit(event.text())
        else:
            event.ignore()
            return
        event.accept()

    def _step(self, by: int) -> None:
        """Choose the message before or after, mark it, and show it."""
        texts = [row for row in self.rows if row.kind is RowKind.TEXT and row.first]
        if not texts:
            return
        ids = [row.message.id for row in texts]
        if self._current in ids:
            number = min(len(ids) - 1, max(0, ids.index(self._current) + by))
        else:
            seen = [row.message.id for row in self.seen_rows() if row.kind is RowKind.TEXT]
            number = ids.index(seen[-1]) if seen and seen[-1] in ids else len(ids) - 1
        self._current = ids[number]
        self.mark_message(ids[number])
        self.show_row(texts[number].place)

    # --- the menu ---------------------------------------------------------------------
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done here."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self._key_spot() if by_key else self.viewport().mapFrom(self, event.pos())
        menu = self.menu_at(at)
        if menu is not None:
            menu.popup(self.viewport().mapToGlobal(at))

    def menu_at(self, at: QPoint) -> QMenu | None:
        """What can be done with the message at a point."""
        found = self.numbered_at(at)
        if found is None:
            return None
        row = self.rows[found[0]]
        message = row.message if row.kind is RowKind.TEXT else None  # a day is not the message below it
        copies = None if self.selection.empty else self.copy
        further = self.info_asked.emit, self.link_chosen.emit, self.recall_asked.emit
        wishes = Wishes(copies, self._copy_message, *further)
        return message_menu(self, message, wishes, recalls=self.recalls)

    def _ask_about_current(self) -> None:
        """More about the message chosen by keys; without one about the last that is seen."""
        texts = [row.message for row in self.seen_rows() if row.kind is RowKind.TEXT]
        texts += [row.message for row in self.rows if row.message.id == self._current]
        if texts:
            self.info_asked.emit(texts[-1])

    def _copy_message(self, message: Message) -> None:
        put_on_clipboard(message.text)
        self.copied.emit(1)

    def _key_spot(self) -> QPoint:
        for row, where in self.visible_rows():
            if row.message.id == self._current:
                return where.center()
        rows = [where for row, where in self.visible_rows() if row.kind is RowKind.TEXT]
        return rows[-1].center() if rows else self.viewport().rect().center()
