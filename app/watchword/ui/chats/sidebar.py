"""The sidebar as a widget: heading with actions, search, the list, what stands there while it is empty."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from watchword.model.events import LinkState
from watchword.ui.chats.model import ChatModel
from watchword.ui.colours import tokens
from watchword.ui.controls.button import Button, IconButton, Kind
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role

if TYPE_CHECKING:
    from watchword.ui.chats.list import ChatList

WIDE = 312


class Sidebar(QWidget):
    """Everything on the left."""

    chat_opened = Signal(int)
    new_conversation = Signal()
    contacts_asked = Signal()
    requests_asked = Signal()
    settings_asked = Signal()

    def __init__(self, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._current = 0
        self._link = LinkState.CONNECTING
        self._ready = False
        self._alone = False
        self._waiting = False
        self.setObjectName("sidebar")
        self.heading = Label(role=Role.HEADING, wrap=False)
        self.status = Label(role=Role.META, wrap=False)
        self.status.setObjectName("linkStatus")
        self.contacts = IconButton("users")
        self.contacts.setObjectName("openContacts")
        self.requests = IconButton("bell")
        self.requests.setObjectName("openRequests")
        self.compose = IconButton("square-pen")
        self.compose.setObjectName("newConversation")
        self.settings = IconButton("settings")
        self.settings.setObjectName("openSettings")
        self.search = SearchEdit()
        self.search.setObjectName("chatSearch")
        self._list: ChatList | None = None
        self.nothing = Label(role=Role.META)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.begin = Button(kind=Kind.PRIMARY, icon="square-pen")
        self.begin.setObjectName("sidebarNewConversation")
        self.begin.hide()
        self._lay_out()
        self.search.textChanged.connect(self._search)
        self.search.submitted.connect(self._open_first)
        self.compose.clicked.connect(self.new_conversation)
        self.contacts.clicked.connect(self.contacts_asked)
        self.begin.clicked.connect(self.new_conversation)
        self.requests.clicked.connect(self.requests_asked)
        self.settings.clicked.connect(self.settings_asked)
        for change in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.rowsMoved):
            change.connect(lambda *_: self._refresh())
        self.retranslate()
        self._refresh()

    def _lay_out(self) -> None:
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addStretch(1)
        titles.addWidget(self.heading)
        titles.addWidget(self.status)
        titles.addStretch(1)
        top = QHBoxLayout()
        top.setContentsMargins(18, 0, 10, 0)
        top.setSpacing(2)
        top.addLayout(titles, 1)
        for button in (self.contacts, self.requests, self.compose, self.settings):
            top.addWidget(button)
        head = QWidget()
        head.setFixedHeight(60)
        head.setLayout(top)
        field = QHBoxLayout()
        field.setContentsMargins(14, 0, 14, 10)
        field.addWidget(self.search)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(field)
        column.addLayout(self._pages, 1)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 40, 28, 0)
        column.setSpacing(16)
        column.addWidget(self.nothing)
        column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    # --- what is shown ----------------------------------------------------------------
    def select(self, chat: int) -> None:
        """Show which chat is open; 0 for none."""
        self._current = chat
        self._show_selection()

    def set_ready(self) -> None:
        """The profile is open: everything can be used."""
        from watchword.ui.chats.list import ChatList  # noqa: PLC0415 - after the first paint

        self._ready = True
        self._list = ChatList(self._model)
        self._list.setAccessibleName(self.tr("Chats"))
        self._list.opened.connect(self.chat_opened)
        self._pages.addWidget(self._list)
        self._refresh()
        self._say_status()

    def set_alone(self, alone: bool) -> None:
        """Whether nothing stands beside it, so that its empty page has to offer the one thing to do."""
        self._alone = alone
        self._refresh()

    def show_link(self, state: LinkState) -> None:
        """Say quietly under the heading that the connection is being made."""
        self._link = state
        self._say_status()

    def show_waiting_requests(self, waiting: bool) -> None:
        """Mark that requests wait or were missed."""
        self._waiting = waiting
        self.requests.set_dot(waiting)
        self._name_requests()

    def _say_status(self) -> None:
        said = {
            LinkState.CONNECTING: self.tr("Connecting…"),
            LinkState.OFFLINE: self.tr("Offline"),
            LinkState.REFUSED: self.tr("Not connected"),
        }.get(self._link, "")
        self.status.setText(said if self._ready else self.tr("Opening…"))
        self.status.setVisible(bool(said) or not self._ready)

    def focus_list(self) -> None:
        """Give the list the keyboard."""
        if self._list is not None:
            self._list.setFocus()

    @property
    def current_row(self) -> int:
        """The row that is chosen; -1 for none."""
        return -1 if self._list is None else self._list.currentIndex().row()

    def _show_selection(self) -> None:
        if self._list is not None:
            self._list.choose(self._model.row_of(self._current) if self._current else -1)

    def _refresh(self) -> None:
        if self._list is not None and self._model.rowCount():
            self._pages.setCurrentWidget(self._list)
        else:
            self._pages.setCurrentIndex(0)
        self.begin.setVisible(self._alone and self._ready and not self._model.total)
        self.nothing.setText(
            self.tr("No chat matches.") if self._model.total else self.tr("Your conversations appear here.")
        )
        if not self._ready:
            self.nothing.setText("")
        self.search.setVisible(self._model.total > 0)
        for button in (self.contacts, self.requests, self.compose, self.settings):
            button.setEnabled(self._ready)
        if self._list is not None and not self._list.chooses:
            self._show_selection()

    def _search(self, text: str) -> None:
        self._model.search(text)

    def _open_first(self) -> None:
        first = self._model.at(0)
        if first is not None:
            self.chat_opened.emit(first.id)

    # --- Qt ---------------------------------------------------------------------------
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._model.speak_anew()
            self._refresh()

    def retranslate(self) -> None:
        """Make the words."""
        self.heading.setText(self.tr("Chats"))
        self.compose.set_label(self.tr("New conversation"))
        self.begin.setText(self.tr("New conversation"))
        self.contacts.set_label(self.tr("Contacts"))
        self.settings.set_label(self.tr("Settings"))
        self.search.setPlaceholderText(self.tr("Search chats"))
        self.search.setAccessibleName(self.tr("Search chats"))
        if self._list is not None:
            self._list.setAccessibleName(self.tr("Chats"))
        self._name_requests()
        self._say_status()

    def _name_requests(self) -> None:
        waiting = self.tr("Requests, new ones waiting")
        self.requests.set_label(waiting if self._waiting else self.tr("Requests"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel and the line at its right edge."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens().panel)
            painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens().line)
