"""The company of one open client: the commands of the window, and the parts of the method joined (F1 to F7).

Commands raise RefusedBy or TroubleWith and nothing else. See `docs/protocol/company.md`.
"""

import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TypeVar

from watchword.core import clock, sessions
from watchword.core.company import acquisition, membership, needs, recall, view
from watchword.core.company.files import Files
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.core.company.receiving import Receiving
from watchword.core.company.sending import RoomsSide, Sending
from watchword.core.company.staff import Staff
from watchword.core.company.texts import Texts
from watchword.core.desk import Desk
from watchword.core.proxies import Proxies
from watchword.model.chat import Chat, Protection, SessionState
from watchword.model.company import (
    CompanyOutside,
    DirectoryMember,
    MessageInfo,
    MethodState,
    Organisation,
)
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged, Event, MessageChanged, OrganisationChanged
from watchword.store import chats, received

_T = TypeVar("_T")


class Company:
    """Everything of company encryption that the window can ask for."""

    def __init__(
        self,
        desk: Desk,
        proxies: Proxies,
        *,
        put_out: Callable[[], None],
        taken_back: Callable[[], None],
        renew: Callable[[], None],
        rooms: RoomsSide,
        for_rooms: Callable[[], None],
    ) -> None:
        """Join nothing yet.

        Args:
            desk: shared.
            proxies: how company files are fetched.
            put_out: stirs the outbox.
            taken_back: tells it that envelopes are gone.
            renew: has the relay give again what has no ack.
            rooms: what may be sealed for rooms.
            for_rooms: something came for rooms.
        """
        self._desk = desk
        self._put_out = put_out
        self._taken_back = taken_back
        self._member: Member | None = None
        self.staff = Staff(lambda: self._member)
        self._chats: set[int] = set()
        self._providers = Providers(
            desk.tell,
            self._provider_changed,
            desk.tasks.spawn,
            lambda methods: needs.waits_for(desk, self._member, methods),
            lambda: self.sending.busy or self.receiving.busy,
        )
        self.sending = Sending(desk, self._providers, lambda: self._member, put_out, rooms)
        self.texts = Texts(desk, self._joined, self.said)
        self.receiving = Receiving(
            desk,
            self._providers,
            lambda: self._member,
            put_out=self._answered,
            renew=renew,
            waits=self._waits,
            for_rooms=for_rooms,
        )
        self.files = Files(
            desk, proxies, lambda: self._member, changed=self._changed, looked=self._tell_organisation
        )
        self._stop = desk.listen(self._heard)

    @property
    def member(self) -> Member | None:
        """What this desktop is in its company; None before it joined."""
        return self._member

    async def start(self) -> None:
        """Read what is kept, and begin to seal, send, take and open."""
        await self.files.start()
        self._member = await membership.load(self._desk)
        self._chats = await self._desk.db.read(chats.company_chats)
        await self._take_back()  # a newer file may have been kept just before the program ended
        spawn = self._desk.tasks.spawn
        spawn("company sending", self.sending.run())
        spawn("company posting", self.sending.posting.run())
        spawn("company arrivals", self.receiving.take())
        spawn("company receiving", self.receiving.open())
        spawn("company updates", self.files.updates.run())
        self.sending.stir()
        self.receiving.stir()

    async def close(self) -> None:
        """Let go of tokens and plugins."""
        self._stop()
        self.files.updates.close()
        await self._providers.close()

    # --- joining ------------------------------------------------------------------------

    def look(self, data: bytes) -> CompanyOutside:
        """What a company file shows before it is opened; raises RefusedBy COMPANY_FILE [reason]."""
        return self.files.look(data)

    async def join(
        self, data: bytes, phrase: str, keeping: Callable[[], None] = lambda: None
    ) -> Organisation:
        """Join the company by a join file for this account and its phrase; pins the root key.

        Whoever gives up before `keeping` is called has joined nothing.

        Raises:
            RefusedBy: COMPANY_FILE [reason].
        """
        return await self.files.join(data, phrase, keeping)

    async def update(self, data: bytes) -> Organisation:
        """Take a newer company file; what waits is tried at once. One that is held already changes nothing.

        Raises:
            RefusedBy: COMPANY_MISSING, COMPANY_FILE [reason].
        """
        return await self._whole(self.files.update(data))

    async def organisation(self) -> Organisation | None:
        """The company that this desktop belongs to, also before `start`; None before it joined."""
        member = self._member or await membership.load(self._desk)
        self._member = self._member or member
        return None if member is None else await self._described(member)

    async def test_method(self, method: bytes) -> MethodState:
        """*Test*: try whether a method works; what waits for it is tried again. A token may ask for its PIN.

        Raises:
            RefusedBy: COMPANY_MISSING.
        """
        member = self._joined()
        found = member.profile.method(method)
        if found is None:
            raise RefusedBy(Kind.COMPANY_MISSING)
        self._providers.ask_now()
        state = await self._providers.test(member, found)
        if state.fault is None:
            self._wake()
        await self._providers.rest()
        self._tell_organisation()
        return state

    def answer_pin(self, token: str, pin: str | None) -> None:
        """Answer `PinWanted`; None if the person would not."""
        self._providers.answer_pin(token, pin)

    def wake(self) -> None:
        """Try all that waits now, because a person wants it: they may be asked for a PIN."""
        self._providers.ask_now()
        self._wake()

    # --- conversations ------------------------------------------------------------------

    def directory(self) -> list[DirectoryMember]:
        """Everybody of the company but this user, by name (F6): from here targets are picked."""
        return self.staff.everybody()

    async def open_chat(self, accounts: list[str]) -> Chat:
        """The chat with one or several members of the company; made where there is none.

        Raises:
            RefusedBy: COMPANY_MISSING; COMPANY_MEMBER [account]; COMPANY_MANY [limit].
        """
        return await self._whole(self._open_chat(tuple(accounts)))

    def holds(self, chat: int) -> bool:
        """Whether a chat is a company's conversation."""
        return chat in self._chats

    async def message_info(self, message: int) -> MessageInfo | None:
        """How a message of a company chat or a room was sealed, who has it; None for any other."""
        return await self._desk.db.read(partial(view.info, self._member, self._desk.me.account, message))

    # --- inside -------------------------------------------------------------------------

    def _joined(self) -> Member:
        if self._member is None:
            raise RefusedBy(Kind.COMPANY_MISSING)
        return self._member

    async def _whole(self, command: Coroutine[object, object, _T]) -> _T:
        return await self._desk.tasks.finish(command)

    def _wake(self) -> None:
        self.sending.wake()
        self.receiving.wake()

    def said(self) -> None:
        """Take note that somebody wrote something: it is sealed, and they may be asked for a PIN."""
        self._providers.ask_again()
        self.sending.wake()

    def _waits(self) -> None:
        self.files.updates.stir()
        self._tell_organisation()

    async def _changed(self, member: Member) -> Organisation:
        """Take another membership: providers, chats and all that waits follow it."""
        self._member = member  # from here on nothing is sealed by the older file
        await self._take_back()
        await self._providers.renew(member)
        self._wake()
        self.files.updates.stir()
        # In the order of what is written, and told at once: what waits may be opened already.
        told = await self._desk.db.write(
            lambda tx: [event for chat in sorted(self._chats) for event in sessions.changed(tx, chat)]
        )
        self._desk.tell(*told)
        described = await self._described(member)
        self._desk.tell(OrganisationChanged(described))
        return described

    async def _take_back(self) -> None:
        """What the newest company file would not have sealed so does not leave, if it has not left."""
        member = self._member
        if member is None:
            return
        events = await self._desk.db.write(lambda tx: recall.take_back(tx, member, time.time()))
        self.sending.posting.taken_back()
        self._taken_back()
        self._desk.tell(*events)

    def _answered(self) -> None:
        self.sending.posting.stir()
        self._put_out()  # receipts inside a session

    async def _open_chat(self, accounts: tuple[str, ...]) -> Chat:
        member, at = self._joined(), clock.wall_ms()
        chat = await self._desk.db.write(lambda tx: acquisition.opened(tx, member, accounts, at))
        self._desk.tell(ChatChanged(chat))
        return self._desk.chat(chat)

    async def _described(self, member: Member) -> Organisation:
        waiting = await self._desk.db.read(received.withheld)
        methods = [self._providers.state(one) for one in member.profile.methods]
        return view.describe(member, methods, waiting, self.files.lookout)

    def _heard(self, event: Event) -> None:
        """A company chat that is new; a session that opened or has room again, for which messages wait."""
        sessions_too = self._member is not None and self._member.profile.policy.session
        match event:
            case ChatChanged(chat) if chat.protection is not Protection.SESSION and chat.room is None:
                self._chats.add(chat.id)
            case ChatChanged(chat) if chat.session is SessionState.OPEN and sessions_too:
                self.sending.wake()
            case MessageChanged() if sessions_too:
                self.sending.stir()
            case _:
                pass

    def _provider_changed(self, works: bool) -> None:
        if works:
            self._wake()
        self._tell_organisation()

    def _tell_organisation(self) -> None:
        self._desk.tasks.spawn("organisation", self._tell())

    async def _tell(self) -> None:
        if self._member is not None:
            self._desk.tell(OrganisationChanged(await self._described(self._member)))
