"""The messages of one chat that are loaded: a window over the store, moved by pages (law 1: asks downwards).

At most KEPT are held: what lies far away on the other side is let go and asked for again.
"""

from collections.abc import Callable, Coroutine
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from watchword.core.client import Client
from watchword.model.chat import Chat, Message, MessageKind, Page
from watchword.model.errors import TroubleWith
from watchword.ui.errands import Errands

PAGE = 60
KEPT = 360
_PAST_MS = 400
"""So often at most what is loaded is read anew while earlier messages come."""


class History(QObject):
    """The loaded run of one chat; `changed` tells the view, `opened` that another chat is there."""

    opened = Signal()
    changed = Signal()

    def __init__(self, client: Client, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self._turn = 0
        self._busy = False
        self._early: list[Callable[[], None]] = []
        """What came while a page was read: it may or may not be in that page, so it is done again then."""
        self.chat = 0
        self.loaded = False
        """Whether the messages are those of the open chat already."""
        self.messages: list[Message] = []
        self.older = False
        self.newer = False
        self.unread_from: int | None = None
        self.pinned = False
        """Let nothing go while something is marked."""
        self._follow = True
        self._past = QTimer(self)
        self._past.setSingleShot(True)
        self._past.setInterval(_PAST_MS)
        self._past.timeout.connect(self._read_past)

    def open(self, chat: Chat) -> None:
        """Load a chat around what is unread, or its end."""
        self._turn += 1
        self._busy = False
        self.loaded = False
        self.chat = chat.id
        self.messages = []
        self.older = self.newer = False
        self.pinned = False
        self._work("open chat", self._open(chat, self._turn))

    def close(self) -> None:
        """Hold no chat."""
        self._turn += 1
        self.loaded = False
        self.chat = 0
        self.messages = []
        self.older = self.newer = False

    def more_before(self) -> None:
        """Load what came before."""
        if self.older and not self._busy and self.messages:
            self._work("older messages", self._more(self._turn, before=self.messages[0]))

    def more_after(self) -> None:
        """Load what came after."""
        if self.newer and not self._busy and self.messages:
            self._work("newer messages", self._more(self._turn, after=self.messages[-1]))

    def to_end(self) -> None:
        """Load the latest, wherever the window is."""
        if self.newer:
            self._turn += 1
            self._busy = False
            self._work("latest messages", self._latest(self._turn))

    def past_came(self, chat: int, *, follow: bool) -> None:
        """Earlier messages stand in a chat now, anywhere among those loaded; `follow` the chat's end."""
        if chat == self.chat:
            self._follow = follow
            if not self._past.isActive():
                self._past.start()

    def _read_past(self) -> None:
        if self._busy:
            self._past.start()
        elif self.loaded and self.messages and not self._follow:
            self._work("earlier messages", self._anew(self._turn, self.messages[-1]))
        elif self.loaded:
            self._work("earlier messages", self._end_anew(self._turn))

    async def _end_anew(self, turn: int) -> None:
        """Read the end of the chat, with a page more than is loaded."""
        page = await self._read(turn, limit=min(len(self.messages) + PAGE, KEPT))
        if page is not None:
            self.messages, self.older, self.newer = [*page.messages], page.older, page.newer
            self.changed.emit()
            self._catch_up()

    async def _anew(self, turn: int, last: Message) -> None:
        """Read what is loaded once more, with a page above it and, where that is the end, one below."""
        above = await self._read(turn, before=last, limit=min(len(self.messages) + PAGE, KEPT))
        if above is None:
            return
        self._busy = True
        below = await self._read(turn, after=last)
        if below is not None:
            self.messages = [*above.messages, self.messages[-1], *below.messages]
            self.older, self.newer = above.older, below.newer
            self._let_go(front=True)
            self.changed.emit()
            self._catch_up()

    def add(self, message: Message) -> None:
        """A message stands at the end of the chat."""
        if message.chat != self.chat:
            return
        if self._busy:
            self._early.append(partial(self.add, message))
        if not self.loaded or self.newer:
            return
        known = {held.id for held in self.messages[-PAGE:]}
        if message.id in known:
            self.replace(message)
            return
        self.messages.append(message)
        if len(self.messages) > 1 and _order(message) < _order(self.messages[-2]):
            self.messages.sort(key=_order)
        self._let_go(front=True)
        self.changed.emit()

    def replace(self, message: Message) -> None:
        """A message is different."""
        if self._busy:
            self._early.append(partial(self.replace, message))
        for number in range(len(self.messages) - 1, -1, -1):
            if self.messages[number].id == message.id:
                if self.messages[number] != message:
                    self.messages[number] = message
                    self.changed.emit()
                return

    def _work(self, name: str, work: Coroutine[object, object, None]) -> None:
        self._busy = True
        self._early = []  # what came before is in the store, and so in the page
        self._errands.run(name, work)

    async def _open(self, chat: Chat, turn: int) -> None:
        try:
            page = await self._read(turn, around_unread=chat.unread > 0)
        except TroubleWith:
            if turn == self._turn:
                self.opened.emit()  # nothing: what stands there still is another chat's
            raise
        if page is not None:
            self.messages, self.older, self.newer = list(page.messages), page.older, page.newer
            self.unread_from = self._first_unread(chat.unread)
            self.loaded = True
            self.opened.emit()
            self._catch_up()

    def _first_unread(self, unread: int) -> int | None:
        """The message before which the unread line stands: counted from the end, where that is loaded."""
        if unread <= 0:
            return None
        incoming = [held for held in self.messages if not held.mine and held.kind is MessageKind.TEXT]
        if not self.newer and unread <= len(incoming):
            return incoming[-unread].id
        # A page around the first unread text has a third of it before that text (`Client.page`).
        start = PAGE // 3 if self.older else 0
        later = {held.id for held in self.messages[start:]}
        return next((held.id for held in incoming if held.id in later), None)

    async def _more(self, turn: int, before: Message | None = None, after: Message | None = None) -> None:
        page = await self._read(turn, before=before, after=after)
        if page is None:
            return
        if before is not None:
            self.messages[:0] = page.messages
            self.older = page.older
            self._let_go(front=False)
        else:
            last = _order(self.messages[-1]) if self.messages else (0, 0)
            self.messages += [message for message in page.messages if _order(message) > last]
            self.newer = page.newer
            self._let_go(front=True)
        self.changed.emit()
        self._catch_up()

    async def _latest(self, turn: int) -> None:
        page = await self._read(turn)
        if page is not None:
            self.messages, self.older, self.newer = list(page.messages), page.older, page.newer
            self.pinned = False
            self.opened.emit()
            self._catch_up()

    async def _read(
        self,
        turn: int,
        *,
        before: Message | None = None,
        after: Message | None = None,
        around_unread: bool = False,
        limit: int = PAGE,
    ) -> Page | None:
        """A page of the open chat; None where something else was asked for meanwhile."""
        try:
            page = await self._client.page(
                self.chat, before=before, after=after, around_unread=around_unread, limit=limit
            )
        finally:
            if turn == self._turn:
                self._busy = False
        return page if turn == self._turn else None

    def _catch_up(self) -> None:
        early, self._early = self._early, []
        for again in early:
            again()

    def _let_go(self, *, front: bool) -> None:
        over = len(self.messages) - KEPT
        if over < PAGE or self.pinned:
            return
        if front:
            del self.messages[:over]
            self.older = True
        else:
            del self.messages[-over:]
            self.newer = True


def _order(message: Message) -> tuple[int, int]:
    return (message.at, message.id)
