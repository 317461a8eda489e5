"""What stands unsent in the composer of each chat, and when it is kept."""

from PySide6.QtCore import QObject, QTimer

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.ui.chat.composer import Composer
from watchword.ui.errands import Errands

_PAUSE_MS = 1200
"""So long after the last key a draft is kept."""


class Drafts(QObject):
    """The composer shows one draft at a time; the store may know of one a moment later than this."""

    def __init__(self, client: Client, errands: Errands, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self._composer = composer
        self._chat: Chat | None = None
        self._unsent: dict[int, str] = {}
        """What stood in the composer of each chat when it was left."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        composer.edited.connect(self._pause.start)
        composer.left.connect(self.keep)

    def open(self, chat: Chat) -> None:
        """Show the draft of a chat; that of the one before is put aside."""
        self.leave()
        self._composer.set_text(self._unsent.pop(chat.id, chat.draft))
        self._composer.writing.document().clearUndoRedoStacks()
        self._chat = chat

    def take(self, chat: Chat) -> None:
        """The open chat is different; perhaps its draft is kept by now."""
        self._chat = chat

    def leave(self) -> None:
        """Put the draft aside: it is kept, and known here before the store knows it."""
        if self._chat is not None:
            self._unsent[self._chat.id] = self._composer.text()
            self.keep()
            self._chat = None

    def sent(self) -> None:
        """What was typed is on its way, and no draft any more."""
        self._composer.set_text("")
        self._pause.stop()

    def give_back(self, chat: int, text: str) -> None:
        """A text was not sent after all: it stands before what was typed meanwhile."""
        if self._chat is not None and self._chat.id == chat:
            self._composer.set_text(_joined(text, self._composer.text()))
        else:
            self._unsent[chat] = _joined(text, self._unsent.get(chat, ""))
            self._errands.run("save draft", self._client.save_draft(chat, self._unsent[chat]))

    def keep(self) -> None:
        """Keep what stands unsent, if it is not kept already."""
        self._pause.stop()
        if self._chat is not None and self._is_new(self._chat):
            self._errands.run("save draft", self._client.save_draft(self._chat.id, self._composer.text()))

    async def stop(self) -> None:
        """Keep the last draft. Raises what the store raises."""
        self._pause.stop()
        chat, self._chat = self._chat, None
        if chat is not None and self._is_new(chat):
            await self._client.save_draft(chat.id, self._composer.text())

    def _is_new(self, chat: Chat) -> bool:
        """Whether the composer holds another draft than the store; blanks alone are none."""
        text = self._composer.text()
        return chat.draft != text and bool(text.strip() or chat.draft)


def _joined(first: str, then: str) -> str:
    """Two texts below each other; one of them may be empty."""
    return "\n".join(filter(None, (first, then)))
