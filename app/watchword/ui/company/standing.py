"""What the windows of conversations know of the company: its name, its directory, what a conversation lacks.

Heard and kept here, so that a chat that is opened need not ask the core for it again.
"""

from PySide6.QtCore import QObject, Signal

from watchword.core.client import Client
from watchword.model.chat import Chat, Protection, SessionState
from watchword.model.company import Organisation
from watchword.model.events import ChatChanged, Event, OrganisationChanged
from watchword.ui.company import lack
from watchword.ui.company.lack import Lack
from watchword.ui.errands import Errands


class Standing(QObject):
    """One client's company, as far as conversations show it."""

    changed = Signal()
    """The organisation, or what the conversation looked at lacks, is another."""

    def __init__(self, client: Client, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = errands
        self._profile = 0
        self._staff: frozenset[str] | None = None
        self._chat: Chat | None = None
        self.organisation: Organisation | None = None
        self.lack = Lack()
        self._unlisten = client.listen(self._heard)

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()

    def load(self) -> None:
        """Ask the core once; what changes later is heard."""
        self._errands.run("organisation", self._load())

    def look(self, chat: Chat) -> None:
        """Find out what a conversation lacks; at once where the sessions with its people do not matter."""
        if chat.protection is Protection.SESSION:
            self._chat, self.lack = None, Lack()
            return
        before, self._chat = self._chat, chat
        if self.organisation is None:
            self.load()
        if chat.protection is Protection.BOTH and chat.session is not SessionState.OPEN:
            if before is None or before.id != chat.id:
                self.lack = lack.of(chat, (), self._staff, sessions=False)
            self._errands.run("sessions", self._look(chat))
        else:
            self.lack = lack.of(chat, (), self._staff, sessions=False)

    def gone(self, chat: Chat) -> frozenset[str]:
        """The accounts of those who are in any conversation, but not in the directory any more."""
        return frozenset(one.account for one in lack.of(chat, (), self._staff, sessions=False).gone)

    async def _look(self, chat: Chat) -> None:
        chats = await self._client.chats()
        if self._chat is not None and self._chat.id == chat.id:
            self.lack = lack.of(self._chat, chats, self._staff)
            self.changed.emit()

    async def _load(self) -> None:
        found = await self._client.company.organisation()
        if found is not None:
            self._take(found)

    def _heard(self, event: Event) -> None:
        match event:
            case OrganisationChanged():
                self._take(event.organisation)
            case ChatChanged(chat) if self._chat is not None and self._is_news(chat, self._chat):
                self.look(self._chat)
            case _:
                pass

    def _is_news(self, chat: Chat, looked_at: Chat) -> bool:
        """Whether the session with somebody of the conversation is not as `lack` has it.

        With one of several it opens and ends without the conversation being different for that.
        """
        account = chat.contact.account
        wanted = chat.protection is Protection.SESSION and looked_at.protection is Protection.BOTH
        here = {one.account for one in looked_at.members} - {one.account for one in self.lack.gone}
        if not wanted or account not in here:
            return False
        known = SessionState.OPEN
        if any(one.account == account for one in self.lack.without):
            known = SessionState.NONE
        elif any(one.account == account for one in self.lack.held):
            known = SessionState.HELD
        return chat.session is not known

    def _take(self, organisation: Organisation) -> None:
        if organisation == self.organisation:
            return
        self.organisation = organisation
        if organisation.profile_serial != self._profile:
            self._profile = organisation.profile_serial
            self._staff = frozenset(one.account for one in self._client.company.directory())
        if self._chat is not None:
            self.look(self._chat)
        self.changed.emit()
