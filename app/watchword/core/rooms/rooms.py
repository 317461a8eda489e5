"""The rooms of one open client: the commands of the window, and what keeps every room going.

Commands raise RefusedBy or TroubleWith and nothing else. See `docs/protocol/rooms.md`.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from watchword import log
from watchword.core import clock
from watchword.core.company.sending import Ready
from watchword.core.company.staff import Staff
from watchword.core.outbox import typed
from watchword.core.rooms import around, deeds, view, writing
from watchword.core.rooms.carrying import Carrier
from watchword.core.rooms.intake import Intake
from watchword.core.rooms.live import LiveRoom, Ways, tell, turned
from watchword.core.tasks import goes_well
from watchword.model.chat import Chat, Contact, Message, SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged, ContactChanged, Event, OrganisationChanged
from watchword.model.room import RoomKind, RoomShown
from watchword.protocol import content
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import beginning
from watchword.protocol.rooms.events import Answers, Around, Do, Tick
from watchword.protocol.rooms.statement import DECLINES, JOINS, LEAVES, SEED_BYTES, Act, Founds
from watchword.protocol.rooms.states import Room
from watchword.store import chats
from watchword.store import rooms as kept_rooms
from watchword.store.posts import Post
from watchword.store.rooms import Kept
from watchword_wire.errors import Refused

_T = TypeVar("_T")

TICK = 2.0
"""Seconds between two looks at what is due in a room, while something is."""


class Rooms:
    """Everything about rooms that the window can ask for."""

    def __init__(self, ways: Ways) -> None:
        """Know no room yet."""
        self._ways = ways
        self._desk = ways.desk
        self._staff = Staff(ways.member)
        self._rooms: dict[bytes, LiveRoom] = {}
        self._by_chat: dict[int, LiveRoom] = {}
        self.intake = Intake(ways, self)
        self._due = asyncio.Event()
        self._renewed = asyncio.Event()
        self._sessions: dict[int, SessionState] = {}
        self._blocked: dict[str, bool] = {}
        self._stop: Callable[[], None] | None = None

    async def start(self) -> None:
        """Read what is kept, and begin to take what comes."""
        for kept in await self._desk.db.read(kept_rooms.every):
            await self._revive(kept)
        self._stop = self._desk.listen(self._heard)
        spawn = self._desk.tasks.spawn
        spawn("rooms", self.intake.run())
        spawn("rooms due", self._tick())
        spawn("rooms around", self._follow())
        self._renewed.set()
        self.intake.stir()

    def close(self) -> None:
        """Hear no more."""
        if self._stop is not None:
            self._stop()

    async def _revive(self, kept: Kept) -> None:
        member, me = self._ways.member(), self._desk.me.account
        here = await self.around(kept.founding.organisation, None)
        now = clock.now()
        state = await asyncio.to_thread(
            beginning.revived, kept.founding, me, here, kept.statements, kept.late, now
        )
        # What others said of their lists is not kept: shown is told anew.
        self.enter(LiveRoom(self._ways, state, kept.chat, kept.shown, member))

    # --- what the window asks for -------------------------------------------------------

    def holds(self, chat: int) -> bool:
        """Whether a chat is a room."""
        return chat in self._by_chat

    async def found(self, name: str, accounts: list[str], kind: RoomKind, keep_s: int = 0) -> Chat:
        """Found a room and invite people to it.

        Raises:
            RefusedBy: ROOM_NAME, ROOM_NOBODY, ROOM_TWICE [account], ROOM_PERSON [account], ROOM_MANY [limit],
                COMPANY_OUTSIDER [account, company], COMPANY_MISSING.
        """
        return await self._whole(self._found(name, tuple(accounts), kind, keep_s))

    async def room(self, chat: int) -> RoomShown:
        """Everybody who is listed, and what this user may do.

        Raises:
            RefusedBy: ROOM_NOT_IN: the chat is no room.
        """
        live = self._of(chat)
        state, member = live.state, self._ways.member()
        return await self._desk.db.read(lambda tx: view.details(tx, chat, state, member))

    async def candidates(self, chat: int | None, kind: RoomKind) -> list[Contact]:
        """Who could be invited to a room, or to a new one of a kind; by name.

        Raises:
            RefusedBy: COMPANY_MISSING.
        """
        room = None if chat is None else self._of(chat).state
        member = self._ways.member()
        organisation = self._organisation(kind) if room is None else room.founding.organisation
        keys = dict((await self.around(organisation, room)).keys)
        keys.pop(self._desk.me.account, None)
        found = await self._desk.db.read(lambda tx: view.candidates(tx, room, keys, member))
        return [self._desk.contact(contact) for contact in found]

    async def answer(self, chat: int, *, join: bool) -> None:
        """Join or decline.

        Raises:
            RefusedBy: ROOM_NOT_IN: nobody invites this user any more. COMPANY_MISSING.
        """
        await self._answer(chat, JOINS if join else DECLINES)

    async def leave(self, chat: int, heir: str = "") -> None:
        """Leave; an owner who is the only one hands over to `heir`, who is in.

        Raises:
            RefusedBy: ROOM_HEIR, ROOM_NOT_LISTED, ROOM_NOT_IN, ROOM_OFFLINE, COMPANY_MISSING.
        """
        live = self._of(chat)
        if self._desk.me.account in live.state.roster.owners:
            await self._change(chat, lambda room: deeds.owner_leaves(room, heir))
        else:
            await self._answer(chat, LEAVES)

    async def invite(self, chat: int, accounts: list[str]) -> None:
        """Invite people. As all that follow: an owner's, and while this desktop is signed in.

        Raises:
            RefusedBy: ROOM_RIGHT, ROOM_NOT_IN, ROOM_OFFLINE, ROOM_FULL, COMPANY_MISSING as all that follow;
                ROOM_NOBODY, ROOM_TWICE, ROOM_PERSON, ROOM_MANY, COMPANY_OUTSIDER.
        """
        self._see_allowed(accounts)
        await self._change(chat, lambda room: deeds.invite(room, accounts))

    async def take_out(self, chat: int, account: str) -> None:
        """Take somebody out: they get nothing more. Raises RefusedBy ROOM_NOT_LISTED besides."""
        await self._change(chat, lambda room: deeds.take_out(room, account))

    async def make_owner(self, chat: int, account: str) -> None:
        """Make somebody who is in an owner. Raises RefusedBy ROOM_NOT_LISTED besides."""
        await self._change(chat, lambda room: deeds.make_owner(room, account))

    async def make_member(self, chat: int, account: str) -> None:
        """End somebody's ownership. Raises RefusedBy ROOM_NOT_LISTED besides."""
        await self._change(chat, lambda room: deeds.make_member(room, account))

    async def invite_anew(self, chat: int, account: str) -> None:
        """Take somebody out and invite them again. Raises RefusedBy ROOM_NOT_LISTED, ROOM_PERSON besides."""
        await self._change(chat, lambda room: deeds.invite_anew(room, account))

    async def rename(self, chat: int, name: str) -> None:
        """Give the room another name. Raises RefusedBy ROOM_NAME besides."""
        await self._change(chat, lambda room: deeds.rename(room, name))

    async def keep(self, chat: int, seconds: int) -> None:
        """Choose how long the relay is asked to keep a message; 0 for the policy's or its own."""
        most = self._most_kept(self._of(chat).state)
        await self._change(chat, lambda room: deeds.keep(room, seconds, most))

    async def say_again(self, chat: int) -> None:
        """Say the list again: what others named before stops nothing any more."""
        await self._change(chat, deeds.say_again)

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text for everybody who is in; it leaves once the lists agree.

        Raises:
            RefusedBy: TEXT_EMPTY, TEXT_LONG, ROOM_NOT_IN, ROOM_NOBODY, COMPANY_MISSING.
        """
        live, text = self._of(chat), typed(text)
        return await self._whole(writing.send_text(self._ways, live, text))

    async def send_again(self, chat: int) -> int:
        """Queue every undelivered text anew, in order; returns how many. Raises as `send_text`."""
        return await self._whole(writing.send_again(self._ways, self._of(chat)))

    # --- what sending asks for ----------------------------------------------------------

    def ready(self, post: Post) -> Ready | None:
        """Content of a company room as it may be sealed now; None while it has to wait."""
        live = self._rooms.get(post.room or b"")
        if live is None or live.member is not self._ways.member():
            return None
        if post.said is not None:
            return Ready(post, None, ())
        room = live.state
        if not room.may_send or post.content is None:
            return None
        said = content.encode(content.RoomMessage(room.id, room.head, room.people, post.content))
        return Ready(replace(post, targets=room.targets, content=said), live.standing, room.unreached)

    def keep_s(self, room: bytes) -> int:
        """How long the relay is asked to keep a message of a room; 0 for the policy's."""
        live = self._rooms.get(room)
        return 0 if live is None else live.state.roster.keep

    # --- what the intake asks for -------------------------------------------------------

    def live(self, room: bytes) -> LiveRoom | None:
        """A room that is known."""
        return self._rooms.get(room)

    def enter(self, live: LiveRoom) -> None:
        """A room is new."""
        self._rooms[live.state.id] = live
        self._by_chat[live.chat] = live
        live.due = self._due.set

    def author(self, room: Room) -> Author | None:
        """As whom this desktop speaks in a room; None if it cannot."""
        try:
            return around.author(self._desk, self._ways.member(), room.founding)
        except RefusedBy:
            return None

    async def around(self, organisation: bytes, room: Room | None) -> Around:
        """What is known of the people that a room may have."""
        if organisation:
            return around.of_company(self._ways.member(), organisation)
        return await self._desk.db.read(
            lambda tx: around.of_sessions(tx, self._desk, room, self._staff.barred)
        )

    # --- inside -------------------------------------------------------------------------

    def _of(self, chat: int) -> LiveRoom:
        live = self._by_chat.get(chat)
        if live is None:
            raise RefusedBy(Kind.ROOM_NOT_IN)
        return live

    async def _whole(self, command: Coroutine[object, object, _T]) -> _T:
        return await self._desk.tasks.finish(command)

    def _organisation(self, kind: RoomKind) -> bytes:
        if kind is RoomKind.PHRASE:
            return b""
        member = self._ways.member()
        if member is None:
            raise RefusedBy(Kind.COMPANY_MISSING)
        return member.profile.organisation

    def _see_allowed(self, accounts: Sequence[str]) -> None:
        """See that the company allows conversations with all of these."""
        for account in accounts:
            why = self._staff.barred(account)
            if why is not None:
                raise why

    def _most_kept(self, room: Room) -> int:
        member = self._ways.member()
        return 0 if member is None or not room.founding.organisation else member.profile.policy.retention

    async def _found(self, name: str, accounts: tuple[str, ...], kind: RoomKind, keep_s: int) -> Chat:
        organisation, name = self._organisation(kind), deeds.named(name)
        self._see_allowed(accounts)
        here, me = await self.around(organisation, None), self._desk.me.account
        others = deeds.picked(accounts, me, here, listed=1)
        if me not in here.keys:
            raise RefusedBy(Kind.COMPANY_MISSING)
        member = self._ways.member()
        retention = member.profile.policy.retention if organisation and member is not None else 0
        founding = Founds(organisation, me, here.keys[me], secrets.token_bytes(SEED_BYTES))
        author = around.author(self._desk, member, founding)
        keep = deeds.kept(keep_s, retention)
        try:
            state, effects = await asyncio.to_thread(
                beginning.found, author, founding, name, keep, others, here
            )
        except Refused as error:
            raise _refused(error) from error
        turn = await asyncio.to_thread(turned, None, state, [*effects])
        carrier = Carrier(self._desk, member, turn, clock.wall_ms())
        carried = await self._desk.db.write(lambda tx: carrier.carry_out(tx, None, None, ()))
        self.enter(LiveRoom(self._ways, state, carried.chat, carried.shown, member))
        tell(self._ways, carried)
        found = await self._desk.db.read(lambda tx: chats.get(tx, carried.chat))
        if found is None:
            raise RefusedBy(Kind.ROOM_NOT_IN)
        return self._desk.chat(found)

    async def _change(self, chat: int, acts: Callable[[Room], tuple[Act, ...]]) -> None:
        live = self._of(chat)
        if not self._desk.link.is_online:
            raise RefusedBy(Kind.ROOM_OFFLINE)
        author = around.author(self._desk, self._ways.member(), live.state.founding)
        await self._done(live.do(lambda room: Do(author, acts(room)), author))

    async def _answer(self, chat: int, answer: int) -> None:
        live = self._of(chat)
        author = around.author(self._desk, self._ways.member(), live.state.founding)

        def make(room: Room) -> Answers:
            if room.roster.entry(room.me) is None:
                raise RefusedBy(Kind.ROOM_NOT_IN)
            return Answers(author, answer)

        await self._done(live.do(make, author))
        self.intake.again(live.state.id)

    async def _done(self, command: Coroutine[object, object, None]) -> None:
        try:
            await self._whole(command)
        except RefusedBy:
            raise
        except Refused as error:
            raise _refused(error) from error
        self._ways.said()

    # --- time, and what is known of people ----------------------------------------------

    async def _tick(self) -> None:
        """Look at what is due, as long as something is."""
        while True:
            due = [live for live in self._rooms.values() if live.state.doubts or live.state.waiting]
            if not due:
                self._due.clear()
                await self._due.wait()
                continue
            for live in due:
                step = partial(live.step, [Tick()], self.author(live.state))
                await goes_well("room due", step, self._desk.report)
            await asyncio.sleep(TICK)

    def _heard(self, event: Event) -> None:
        """Another directory, another session: what is known of people is another."""
        match event:
            case OrganisationChanged():
                self._renewed.set()
            case ChatChanged(chat) if chat.room is None and chat.contact.account:
                if self._sessions.get(chat.id) is not chat.session:
                    self._sessions[chat.id] = chat.session
                    self._renewed.set()
            case ContactChanged(contact) if contact.blocked is not self._blocked.get(contact.account, False):
                self._blocked[contact.account] = contact.blocked
                self._renewed.set()
            case _:
                pass

    async def _follow(self) -> None:
        """Tell every room what is known of people, whenever that is another."""
        while True:
            await self._renewed.wait()
            self._renewed.clear()
            for live in [*self._rooms.values()]:
                if not await goes_well("room around", partial(self._renew, live), self._desk.report):
                    await asyncio.sleep(TICK)
                    self._renewed.set()

    async def _renew(self, live: LiveRoom) -> None:
        member = self._ways.member()
        here = await self.around(live.state.founding.organisation, live.state)
        if here != live.state.around:
            await live.step([here], self.author(live.state))
        live.member = member
        self._ways.renewed()


def _refused(error: Refused) -> RefusedBy:
    """What the machine refuses beside what was looked at before: a right that somebody took meanwhile."""
    log.trouble("room refused", error)
    return RefusedBy(Kind.ROOM_RIGHT)
