"""Sidebar and chat side by side, or one of them in a narrow window; the bars above, the toast over them.

It knows no client: what it shows is handed in, what is asked of it goes out as signals. So it can be painted
before the profile is open.
"""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.ui import words
from watchword.ui.chats.model import ChatModel
from watchword.ui.chats.sidebar import WIDE, Sidebar
from watchword.ui.controls.banner import Banner, Toast, Tone
from watchword.ui.midnight import Midnight
from watchword.ui.roaming.bar import HistoryBar
from watchword.ui.welcome import Welcome

NARROW = 640
_PATIENCE_MS = 3000
"""A connection that is back so soon was never worth a word."""
_TELLING = words.BY_THE_PROXY | {
    Kind.RELAY_DNS,
    Kind.RELAY_TLS,
    Kind.RELAY_CERTIFICATE,
    Kind.RELAY_CERTIFICATE_DATE,
    Kind.RELAY_CERTIFICATE_NAME,
    Kind.RELAY_KEY,
    Kind.RELAY_PROTOCOL,
    Kind.RELAY_VERSION,
    Kind.RELAY_NONSENSE,
    Kind.RELAY_SIGN_IN,
}
"""Causes that waiting alone may not mend, and that are therefore named."""


class Workspace(QWidget):
    """The main window's content once there is a profile."""

    new_conversation = Signal()
    contacts_asked = Signal()
    requests_asked = Signal()
    settings_asked = Signal()
    reconnect_asked = Signal()
    chat_asked = Signal(int)
    chat_left = Signal()
    narrowed = Signal(bool)
    """Whether there is room for one side only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.model = ChatModel(self)
        self.sidebar = Sidebar(self.model)
        self.welcome = Welcome()
        self.right = QStackedWidget()
        self.right.addWidget(self.welcome)
        self.connection = Banner()
        self.connection.setObjectName("linkBanner")
        self.connection.action.setObjectName("tryNow")
        self.history = HistoryBar()
        self.trouble = Banner()
        self.trouble.setObjectName("troubleBanner")
        self.toast = Toast(self.right)
        self.toast.setObjectName("toast")
        self._chat: QWidget | None = None
        self._narrow = False
        self._ready = False
        self._link = LinkChanged(LinkState.CONNECTING)
        self._told: Situation | None = None
        self.midnight = Midnight(self)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._say_link)
        self._lay_out()
        self._connect()
        self._shortcuts()

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        self.sidebar.setFixedWidth(WIDE)
        sides.addWidget(self.sidebar)
        sides.addWidget(self.right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble)
        column.addWidget(self.connection)
        column.addWidget(self.history)
        column.addLayout(sides, 1)

    def _connect(self) -> None:
        self.sidebar.chat_opened.connect(self.chat_asked)
        self.sidebar.new_conversation.connect(self.new_conversation)
        self.sidebar.contacts_asked.connect(self.contacts_asked)
        self.sidebar.requests_asked.connect(self.requests_asked)
        self.sidebar.settings_asked.connect(self.settings_asked)
        self.welcome.new_conversation.connect(self.new_conversation)
        self.connection.chosen.connect(self.reconnect_asked)
        self.trouble.chosen.connect(self._trouble_read)
        self.midnight.passed.connect(self.model.speak_anew)
        for change in (self.model.modelReset, self.model.rowsInserted):
            change.connect(lambda *_: self._show_welcome())

    def _shortcuts(self) -> None:
        for keys, deed in (
            (QKeySequence(QKeySequence.StandardKey.New), self.new_conversation.emit),
            (QKeySequence(QKeySequence.StandardKey.Find), self._find),
            (QKeySequence("Ctrl+,"), self.settings_asked.emit),
            (QKeySequence("Ctrl+Shift+C"), self.contacts_asked.emit),
            (QKeySequence("Alt+Up"), lambda: self._step(-1)),
            (QKeySequence("Alt+Down"), lambda: self._step(1)),
        ):
            QShortcut(keys, self).activated.connect(deed)

    # --- what is shown ----------------------------------------------------------------
    def set_ready(self) -> None:
        """The profile is open."""
        self._ready = True
        self.sidebar.set_ready()
        self._show_welcome()

    def take_keyboard(self) -> None:
        """Put the keyboard where one begins: in the list, or without any chat on the one thing to do."""
        first = self.sidebar.begin if self._narrow else self.welcome.button
        if self.model.total:
            self.sidebar.focus_list()
        else:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_chat_page(self, page: QWidget) -> None:
        """Take the page that shows chats."""
        self._chat = page
        self.right.addWidget(page)

    def show_chat(self, chat: int) -> None:
        """Show the page of chats, and which one is open."""
        if self._chat is not None:
            self.right.setCurrentWidget(self._chat)
        self.sidebar.select(chat)
        self._arrange()

    def show_list(self) -> None:
        """Go back to the list; no chat is open."""
        self.right.setCurrentWidget(self.welcome)
        self.sidebar.select(0)
        self.chat_left.emit()
        self._arrange()
        self.sidebar.focus_list()

    @property
    def narrow(self) -> bool:
        """Whether there is room for one side only."""
        return self._narrow

    def show_link(self, changed: LinkChanged) -> None:
        """The connection to the relay changed."""
        self._link = changed
        self.sidebar.show_link(changed.state)
        if changed.state is LinkState.ONLINE:
            self._patience.stop()
            self.connection.be_quiet()
        elif changed.state is LinkState.REFUSED or not self.connection.isHidden():
            self._say_link()
        elif not self._patience.isActive():
            self._patience.start()

    def show_trouble(self, situation: Situation) -> None:
        """Something happened that nobody asked for and that has to be known."""
        self._told = situation
        self.trouble.say(
            words.sentence(situation), Tone.DANGER, action=self.tr("Close"), icon="triangle-alert"
        )

    def trouble_over(self, kinds: frozenset[Kind]) -> None:
        """Troubles of these kinds have passed: what is said of one is not true any more."""
        if self._told is not None and self._told.kind in kinds:
            self._trouble_read()

    def _trouble_read(self) -> None:
        self._told = None
        self.trouble.be_quiet()

    def _say_link(self) -> None:
        changed = self._link
        if changed.state is LinkState.REFUSED:
            for_good = changed.problem is not None and changed.problem.kind is Kind.DESKTOP_REMOVED
            again = "" if for_good else self.tr("Connect again")
            self.connection.say(words.link(changed), Tone.WARNING, action=again, icon="triangle-alert")
        elif changed.problem is not None and changed.problem.kind in _TELLING:
            said = words.sentence(changed.problem)
            self.connection.say(said, Tone.WARNING, action=self.tr("Try now"), icon="radio-tower")
        elif self._is_put_off:
            self.connection.say(words.link(changed), Tone.CALM, icon="radio-tower")
        elif changed.state is not LinkState.ONLINE:
            offline = LinkChanged(LinkState.OFFLINE)
            self.connection.say(words.link(offline), Tone.CALM, action=self.tr("Try now"), icon="radio-tower")

    def _show_welcome(self) -> None:
        self.welcome.show_state(ready=self._ready, any_chat=self.model.total > 0)

    # --- moving about -----------------------------------------------------------------
    def _find(self) -> None:
        if self.narrow and self.right.currentWidget() is not self.welcome:
            self.show_list()
        if self.sidebar.search.isVisible():
            self.sidebar.search.setFocus()
            self.sidebar.search.selectAll()

    def _step(self, by: int) -> None:
        """The chat above or below the open one."""
        row = self.sidebar.current_row
        chat = self.model.at(row + by if row >= 0 else 0)
        if chat is not None:
            self.chat_asked.emit(chat.id)

    def _arrange(self) -> None:
        inside = self.right.currentWidget() is not self.welcome
        self.sidebar.setVisible(not self._narrow or not inside)
        self.right.setVisible(not self._narrow or inside)
        self.sidebar.set_alone(self._narrow)
        if self._narrow:
            self.sidebar.setMinimumWidth(0)
            self.sidebar.setMaximumWidth(NARROW)
        else:
            self.sidebar.setFixedWidth(WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One side or two."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.narrowed.emit(narrow)
        self._arrange()

    def turned_to(self) -> None:
        """Somebody looks at the window: the next try to reach the relay, maybe a minute away, is due now."""
        if self._link.state is LinkState.OFFLINE and not self._is_put_off:
            self.reconnect_asked.emit()

    @property
    def _is_put_off(self) -> bool:
        """Whether the relay asked for a pause, which nobody can make shorter."""
        return self._link.problem is not None and self._link.problem.kind is Kind.RELAY_BUSY

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            if not self.connection.isHidden():
                self._say_link()
            if self._told is not None:
                self.show_trouble(self._told)
