"""Joins one client with what the main window shows of roaming: the bar, the past in a chat, taking back."""

from functools import partial

from PySide6.QtCore import QObject

from watchword.core.client import Client
from watchword.model.errors import Kind
from watchword.model.events import Event, HistoryChanged, LinkChanged, PastAdded, RecallEnded
from watchword.model.roaming import HistoryShown
from watchword.ui.chat.page import ChatPage
from watchword.ui.errands import Errands
from watchword.ui.roaming import recall_words
from watchword.ui.roaming.taking_back import TakingBack
from watchword.ui.workspace import Workspace


class Roaming(QObject):
    """Hears the core, and shows."""

    def __init__(self, client: Client, errands: Errands, workspace: Workspace, page: ChatPage) -> None:
        super().__init__(workspace)
        self._page = page
        self._bar = workspace.history
        self._toast = workspace.toast
        self._bar.show_history(client.history)
        self._taking_back = TakingBack(client, errands, page)
        self._taking_back.said.connect(page.said)
        page.view.recall_asked.connect(self._taking_back.ask)
        self._unlisten = client.listen(self._heard)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()

    def _heard(self, event: Event) -> None:
        match event:
            case HistoryChanged(history):
                self._bar.show_history(history)
            case LinkChanged(problem=problem) if problem is not None and problem.kind is Kind.DESKTOP_REMOVED:
                self._bar.show_history(HistoryShown())  # no more of it will come
            case PastAdded(chat):
                self._page.history.past_came(chat, follow=self._page.view.at_end)
            case RecallEnded(message):
                self._toast.say(recall_words.ended(event), partial(self._page.view.bubble_of, message.id))
            case _:
                pass
