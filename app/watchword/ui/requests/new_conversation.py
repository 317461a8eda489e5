"""The window of *New conversation*: whom, the phrase, and the request until it has ended (P1, P3).

Opened and shown, never executed. When both dialled at once it becomes the prompt of the other side's
request, with the own phrase kept.
"""

import asyncio
from functools import cached_property

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.ui.errands import Errands
from watchword.ui.requests.paged import PagedWindow
from watchword.ui.requests.phrase_page import PhrasePage
from watchword.ui.requests.prompt_view import PromptView
from watchword.ui.requests.run_page import RunPage
from watchword.ui.requests.whom_page import WhomPage
from watchword.ui.rooms.founding import FoundingPage

_ROOMY = 680
"""Pixels of height for the page of a room: plates come and go on it, and nothing else moves."""
_AFTERWARDS_MS = 400
"""When the second page is made: once the first has been painted, and mostly before it is left."""


class NewConversation(PagedWindow):
    """One own request and the two pages before it. `accepted` names the account whose chat opens."""

    accepted = Signal(str)
    chat_opened = Signal(int)
    """The chat with colleagues, by its id."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("newConversationWindow")
        self._client = client
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._contact: Contact | None = None
        self._phrase = self._hint = self._retry_of = self._asking = ""
        self.whom = WhomPage(client)
        self.pages.addWidget(self.whom)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.timeout.connect(self._forget)
        self.whom.chosen.connect(self._choose)
        self.whom.opened.connect(self._chat_opened)
        self.whom.cancelled.connect(self.close)
        self.whom.room_asked.connect(self._found)
        self._retranslate()

    @cached_property
    def phrase(self) -> PhrasePage:
        """The page of the phrase; made when one is needed."""
        page = PhrasePage((self._client.name, self._client.account), self._client.company.staff)
        page.back.connect(self._back)
        page.send.connect(self._send)
        page.agreed.connect(self._agreed)
        self.pages.addWidget(page)
        return page

    @cached_property
    def founding(self) -> FoundingPage:
        """The page on which a room is founded; made when one is wanted."""
        page = FoundingPage(self._client)
        page.back.connect(self._back)
        page.founded.connect(self._chat_opened)
        self.pages.addWidget(page)
        return page

    @cached_property
    def run(self) -> RunPage:
        """The request while it runs; made when there is one."""
        page = RunPage(self._client)
        page.again.connect(self._again)
        page.done.connect(self.close)
        self.pages.addWidget(page)
        return page

    @cached_property
    def prompt(self) -> PromptView:
        """The other side's request, where both dialled at once; made when there is one."""
        page = PromptView(self._client)
        page.done.connect(self.close)
        self.pages.addWidget(page)
        return page

    # --- from outside -----------------------------------------------------------------

    def begin(self, account: str = "") -> None:
        """Choose a person; `account` stands in the field already."""
        self._turn_to(self.whom)
        self.whom.begin(account)
        QTimer.singleShot(_AFTERWARDS_MS, self, lambda: self.phrase.set_busy(False))

    def ask(self, contact: Contact, retry_of: str = "") -> None:
        """Go straight to the phrase for a person."""
        self._retry_of = retry_of
        self._prepare(contact)

    @property
    def account(self) -> str:
        """Whom the request is, or will be, about; empty before somebody was chosen."""
        return "" if self._contact is None else self._contact.account

    def come_forward(self) -> None:
        """Bring the window to the person; a prompt takes what is typed now."""
        super().come_forward()
        if isinstance(page := self.pages.currentWidget(), PromptView):
            page.take_keyboard()

    def watch(self, request: SessionRequest) -> None:
        """Show an own request that runs already."""
        self._contact = _contact_of(request)
        self.run.show_request(request, self._phrase)
        self._turn_to(self.run)

    @property
    def key(self) -> str:
        """The request that is shown; empty before *Send*."""
        page = self.pages.currentWidget()
        shown = page.request if isinstance(page, RunPage | PromptView) else None
        return shown.key if shown is not None else ""

    def renew(self) -> None:
        """A newer company file says otherwise of who is outside, and what that means."""
        page = self.pages.currentWidget()
        if isinstance(page, RunPage | PromptView) and page.request is not None:
            page.show_request(page.request)
        elif isinstance(page, PhrasePage) and self._contact is not None:
            page.show_contact(self._contact)

    def follow(self, request: SessionRequest) -> bool:
        """Show a change of the request here, or one that takes its place; False if it is not ours."""
        if request.role is Role.ASKING and request.account == self._asking and request.key != self.key:
            self._sent(request)
            return True
        if request.key == self.key:
            self._changed(request)
            return True
        takes_place = request.role is Role.ASKED and request.replaces and request.replaces == self.key
        if takes_place and request.phase is not Phase.ENDED:
            self.prompt.show_request(request, self._phrase if request.phrase_kept else "")
            self._forget()
            self._turn_to(self.prompt)
            return True
        return False

    # --- events -----------------------------------------------------------------------

    def stop(self) -> None:
        """Forget the phrase with the window; a request that runs goes on and stays in the list."""
        self._forget()
        self._errands.stop()
        for page in map(self.pages.widget, range(self.pages.count())):
            if isinstance(page, WhomPage | FoundingPage | RunPage | PromptView):
                page.stop()
            elif isinstance(page, PhrasePage):
                page.forget()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        page = self.pages.currentWidget()
        heading = page.heading if isinstance(page, PromptView) else ""
        self.setWindowTitle(heading or self.tr("New conversation"))

    def _turn_to(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._retranslate()

    def _forget(self) -> None:
        """The phrase of the last try is over."""
        self._keep.stop()
        self._phrase = ""

    # --- the way ----------------------------------------------------------------------

    def _choose(self, contact: Contact) -> None:
        """Somebody was chosen; what was made ready for them before *Back* is still there."""
        if contact.account == self.account:
            self.phrase.show_contact(contact)
            self._turn_to(self.phrase)
            return
        self._forget()
        self._hint = self._retry_of = ""
        self._prepare(contact)

    def _prepare(self, contact: Contact) -> None:
        self._contact = contact
        self.phrase.begin(contact, self._phrase, self._hint, again=bool(self._retry_of))
        self._turn_to(self.phrase)
        self._errands.run("look for a limit", self._look_for_limit(contact.account))

    def _chat_opened(self, chat: int) -> None:
        self.chat_opened.emit(chat)
        self.close()

    async def _look_for_limit(self, account: str) -> None:
        limit = await self._client.guess_limit(account)
        if limit is not None and self._contact is not None and self._contact.account == account:
            self.phrase.show_limit(limit)

    def _found(self) -> None:
        """A room is wanted, with those who are picked."""
        self._turn_to(self.founding)
        self.be_high(_ROOMY)
        self.founding.begin(self.whom.who.accounts)

    def _back(self) -> None:
        self._turn_to(self.whom)
        self.whom.begin(self.whom.who.search.text())

    def _send(self, phrase: str, hint: str, add: bool) -> None:
        if self._contact is not None:
            asked = self._asked(self._contact.account, phrase, hint, add=add)
            self._errands.run("ask", asked, self.phrase.refuse)

    async def _asked(self, account: str, phrase: str, hint: str, *, add: bool) -> None:
        if add:
            await asyncio.shield(self._client.add_contact(account))
        self._phrase, self._hint, self._asking = phrase, hint, account
        try:
            asked = self._client.ask(account, phrase, hint, retry_of=self._retry_of)
            request = await asyncio.shield(asked)
        finally:
            self._asking = ""
        self._retry_of = ""
        if self.run.request is None or self.run.request.key != request.key:
            self._sent(request)

    def _sent(self, request: SessionRequest) -> None:
        """Show the request as soon as the core knows it, while the phrase is still being stretched."""
        self.run.show_request(request, self._phrase)
        self._turn_to(self.run)
        self.phrase.forget()
        self._keep_or_forget(request)

    def _keep_or_forget(self, request: SessionRequest) -> None:
        """See that the phrase is there for *Try again* only, and no longer than it may be (Retry)."""
        if request.phase is not Phase.ENDED:
            return
        if request.phrase_kept:
            self._keep.start(round(1000 * max(0.0, request.kept_until - self._client.now())))
        else:
            self._forget()

    def _again(self) -> None:
        request = self.run.request
        if request is None:
            return
        self._retry_of = request.key
        self._prepare(_contact_of(request))

    def _agreed(self) -> None:
        if self._contact is not None:
            agreed = self._agreed_with(self._contact.account)
            self._errands.run("new phrase agreed", agreed, self.phrase.refuse)

    async def _agreed_with(self, account: str) -> None:
        await asyncio.shield(self._client.agreed_new_phrase(account))
        self.phrase.say(None)

    def _changed(self, request: SessionRequest) -> None:
        page = self.prompt if isinstance(self.pages.currentWidget(), PromptView) else self.run
        before = page.request
        page.show_request(request)
        self._retranslate()
        self._keep_or_forget(request)
        if request.ending is Ending.ACCEPTED and (before is None or before.ending is None):
            self.accepted.emit(request.account)


def _contact_of(request: SessionRequest) -> Contact:
    return Contact(request.account, request.name, listed=request.known)
