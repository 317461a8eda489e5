"""The messages of a chat on the screen, over a shelf of them: for tests of the view."""

from support.shelf import Shelf, chat
from support.waiting import until
from watchword.model.chat import Message
from watchword.ui.chat.history import History
from watchword.ui.chat.pointing import Messages
from watchword.ui.chat.rows import RowKind
from watchword.ui.errands import Errands


class Shown:
    """A view over a shelf of messages, on the screen."""

    def __init__(self, messages: list[Message], *, unread: int = 0) -> None:
        self.shelf = Shelf(messages)
        self.history = History(self.shelf, Errands())
        self.view = Messages(self.history)
        self.view.show_contact("Bo")
        self.view.resize(800, 600)
        self.view.show()
        self.history.open(chat(unread=unread))

    async def ready(self) -> "Shown":
        await until(lambda: self.history.messages or not self.shelf.messages, "the first page is there")
        await until(self.view.isVisible, "the view is there")
        return self

    def visible(self) -> list[int]:
        """Ids of the texts on the screen, from top to bottom."""
        ids = [row.message.id for row, _ in self.view.visible_rows() if row.kind is RowKind.TEXT]
        return list(dict.fromkeys(ids))

    def top_of(self, message: int) -> int:
        place = next(
            row.place for row in self.view.rows if row.message.id == message and row.kind is RowKind.TEXT
        )
        number = self.view.pile.number_of(place)
        assert number is not None
        return self.view.row_rect(number).top()

    def scroll(self, to: int) -> None:
        self.view.verticalScrollBar().setValue(to)
