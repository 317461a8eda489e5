"""Brings requests to the screen: which window shows which request, and how many wait (P2).

Hears every RequestChanged. A request of somebody else pops up unless it is quiet; one that follows an
ended run, or takes the place of an own request, appears in the window that is there already.
"""

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.events import Event, OrganisationChanged, RequestChanged
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.ui.errands import Errands
from watchword.ui.requests.panel import is_missed, is_pending
from watchword.ui.requests.prompt import Prompt
from watchword.ui.requests.run_page import came_online

if TYPE_CHECKING:
    from watchword.ui.requests.new_conversation import NewConversation


def _is_unsent(window: "NewConversation") -> bool:
    return not window.key


class Requests(QObject):
    """The requests of one client on the screen."""

    accepted = Signal(str)
    """A session opened: the account whose chat is to be shown."""
    chat_opened = Signal(int)
    """The chat with colleagues is to be shown, by its id."""
    popped_up = Signal(object)
    """A SessionRequest whose prompt has just appeared: for a notification."""
    online = Signal(object)
    """An own SessionRequest that may be tried again because its contact is online."""
    changed = Signal()
    """`waiting` may be different."""

    def __init__(self, client: Client, window: QWidget | None = None) -> None:
        super().__init__(window)
        self._client = client
        self._window = window
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._requests: dict[str, SessionRequest] = {}
        self._prompts: dict[str, Prompt] = {}
        self._new: list[NewConversation] = []
        self._unlisten = client.listen(self._heard)
        self._errands.run("load requests", self._load())

    def stop(self) -> None:
        """Close every window and hear no more."""
        self._unlisten()
        self._errands.stop()
        for window in (*self._new, *self._prompts.values()):
            window.close()

    # --- what waits -------------------------------------------------------------------

    @property
    def pending(self) -> list[SessionRequest]:
        """Requests that wait for this user's phrase, the oldest first."""
        return sorted(filter(is_pending, self._requests.values()), key=lambda request: request.at)

    @property
    def waiting(self) -> int:
        """How many requests want to be looked at: pending and missed ones."""
        return sum(is_pending(request) or is_missed(request) for request in self._requests.values())

    # --- what the person asks for -----------------------------------------------------

    def new_conversation(self, account: str = "") -> None:
        """Open the window of *New conversation*, or bring the one that was not sent yet to the front.

        Who asks for an `account` means a session with it, also where it is a colleague's.
        """
        if self._client.company.staff.has(account):
            self.ask_member(account)
            return
        window = self._unsent(account) if account else next(filter(_is_unsent, self._new), None)
        if window is None:
            window = self._open()
            window.begin(account)
        window.come_forward()

    def ask(self, contact: Contact, retry_of: str = "") -> None:
        """Ask somebody who is known: *Ask back*, *Ask again*, a chat without a session.

        Where a request with them runs already, that one is shown: there can be no other beside it.
        """
        of_them = (one for one in self._requests.values() if one.account == contact.account)
        running = next((one for one in of_them if one.phase is not Phase.ENDED), None)
        if running is not None:
            self.show_request(running.key)
            return
        window = self._unsent(contact.account)
        if window is None:
            window = self._open()
            window.ask(contact, retry_of)
        window.come_forward()

    def ask_member(self, account: str) -> None:
        """Ask a member of a company's chat for the session that its policy wants besides."""
        self._errands.run("ask a member", self._ask_member(account))

    async def _ask_member(self, account: str) -> None:
        people = {person.account: person for chat in await self._client.chats() for person in chat.members}
        people |= {person.account: person for person in await self._client.contacts()}
        self.ask(people.get(account) or Contact(account, account, listed=False))

    def show_request(self, key: str) -> None:
        """Bring the window of a request to the front; it may have been put away."""
        request = self._requests.get(key)
        if request is None:
            return
        window = next((window for window in self._new if window.key == key), None)
        if window is not None:
            window.come_forward()
        elif request.role is Role.ASKED:
            if request.phase is not Phase.ENDED or key in self._prompts:
                self._pop_up(request).come_forward()
        elif request.phase is Phase.ENDED:
            self.ask(Contact(request.account, request.name, listed=request.known), key)
        else:
            window = self._open()
            window.watch(request)
            window.come_forward()

    # --- what is heard ----------------------------------------------------------------

    async def _load(self) -> None:
        for request in await self._client.requests():
            if request.key not in self._requests:
                self._take(request)
        self.changed.emit()

    def _heard(self, event: Event) -> None:
        if isinstance(event, RequestChanged):
            self._take(event.request)
            self.changed.emit()
        elif isinstance(event, OrganisationChanged):
            for window in self._new:
                window.renew()
            for prompt in self._prompts.values():
                prompt.renew()

    def _take(self, request: SessionRequest) -> None:
        before = self._requests.get(request.key)
        self._requests[request.key] = request
        if before is not None and came_online(before, request):
            self.online.emit(request)
        follower = next((window for window in tuple(self._new) if window.follow(request)), None)
        if follower is not None:
            if before is None and is_pending(request) and not follower.isActiveWindow():
                self.popped_up.emit(request)
            return
        if request.key in self._prompts:
            self._prompts[request.key].show_request(request)
            if request.ending is Ending.ACCEPTED and (before is None or before.ending is None):
                self.accepted.emit(request.account)
        elif is_pending(request) and before is None and not request.quiet:
            self._pop_up(request)
            self.popped_up.emit(request)

    def _pop_up(self, request: SessionRequest) -> Prompt:
        prompt = self._prompts.get(request.key) or self._waiting_prompt(request)
        if prompt is None:
            taken = {shown.place for shown in self._prompts.values()}
            prompt = Prompt(self._client, next(n for n in itertools.count() if n not in taken))
            prompt.put_away.connect(self._prompt_gone)
        self._prompts[request.key] = prompt
        prompt.show_request(request)
        return prompt

    def _waiting_prompt(self, request: SessionRequest) -> Prompt | None:
        """The prompt of an ended run of the same person, which waits for this one."""
        for key, prompt in tuple(self._prompts.items()):
            shown = prompt.view.request
            if shown is not None and shown.account == request.account and shown.phase is Phase.ENDED:
                del self._prompts[key]
                return prompt
        return None

    def _prompt_gone(self, key: str) -> None:
        self._prompts.pop(key, None)

    def _unsent(self, account: str) -> "NewConversation | None":
        """The window in which a request to this person is being prepared."""
        return next((window for window in filter(_is_unsent, self._new) if window.account == account), None)

    def _open(self) -> "NewConversation":
        from watchword.ui.requests.new_conversation import NewConversation  # noqa: PLC0415 - when it is wanted

        window = NewConversation(self._client, self._window)
        window.accepted.connect(self._accepted)
        window.chat_opened.connect(self.chat_opened)
        window.put_away.connect(lambda: self._new.remove(window))
        self._new.append(window)
        return window

    def _accepted(self, account: str) -> None:
        self.accepted.emit(account)
