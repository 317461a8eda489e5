"""The list of chats. Imported after the first paint: item views cost more than all the rest of the window."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from watchword.model.chat import Chat
from watchword.ui.chats.model import ChatModel, Field, Index
from watchword.ui.chats.rows import ChatRows
from watchword.ui.controls.focus import came_by_keys
from watchword.ui.controls.scroll_bar import ScrollBar


class ChatList(QListView):
    """The list; Enter and a click open a chat, arrows choose."""

    opened = Signal(int)
    """A chat, by its id."""

    def __init__(self, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = ChatRows(self)
        self.setObjectName("chatList")
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBar(ScrollBar())
        self.verticalScrollBar().setSingleStep(24)
        self.clicked.connect(self._open)

    @property
    def chooses(self) -> bool:
        """Whether somebody is on the way through the list by keys, and not to be led elsewhere."""
        return self.hasFocus() and self.currentIndex().isValid()

    def choose(self, row: int) -> None:
        """Show which row is the open chat; -1 for none."""
        if row < 0:
            self.selectionModel().clearSelection()
        else:
            index = self.model().index(row, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def dataChanged(  # noqa: N802 - Qt's name
        self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()
    ) -> None:
        """Paint the rows that are different; QListView would lay out and paint them all."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)

    def _open(self, index: QModelIndex) -> None:
        chat = index.data(Field.CHAT)
        if isinstance(chat, Chat):
            self.opened.emit(chat.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        self._rows.ringed = came_by_keys(event)
        if not self.currentIndex().isValid() and self.model().rowCount() > 0:
            self.selectionModel().setCurrentIndex(
                self.model().index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        super().focusInEvent(event)
        self.viewport().update()
