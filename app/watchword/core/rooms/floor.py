"""The rooms of one open client that are known: revived, kept going, told what is known of people.

What may be sealed for one, and by what, is said here too. See `docs/protocol/rooms.md`.
"""

import asyncio
from collections.abc import Callable, Collection
from functools import partial

from msgspec.structs import replace

from watchword.core import clock
from watchword.core.company.membership import Member
from watchword.core.company.sending import Ready
from watchword.core.company.staff import Staff
from watchword.core.rooms import around, texts
from watchword.core.rooms.carrying import Carried, Carrier, Telling
from watchword.core.rooms.live import LiveRoom, Ways, tell, turned
from watchword.core.tasks import goes_well
from watchword.model.chat import SessionState
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import ChatChanged, ContactChanged, Event, OrganisationChanged
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import beginning
from watchword.protocol.rooms.effects import Effect
from watchword.protocol.rooms.events import Around, Tick
from watchword.protocol.rooms.states import Room
from watchword.store import rooms as kept_rooms
from watchword.store.posts import Post
from watchword.store.rooms import Kept

TICK = 2.0
"""Seconds between two looks at what is due in a room, while something is."""


class Floor:
    """All rooms that are known."""

    def __init__(self, ways: Ways) -> None:
        """Know no room yet."""
        self._ways = ways
        self._desk = ways.desk
        self._staff = Staff(ways.member)
        self._rooms: dict[bytes, LiveRoom] = {}
        self._by_chat: dict[int, LiveRoom] = {}
        self._begins = asyncio.Lock()
        """Held while a room is kept that is not known yet."""
        self._due = asyncio.Event()
        self._renewed = asyncio.Event()
        self._sessions: dict[int, SessionState] = {}
        self._blocked: dict[str, bool] = {}
        self._stop: Callable[[], None] | None = None

    async def start(self) -> None:
        """Read what is kept, and keep it going."""
        for kept in await self._desk.db.read(kept_rooms.every):
            await self._revive(kept)
        self._stop = self._desk.listen(self._heard)
        self._desk.tasks.spawn("rooms due", self._tick())
        self._desk.tasks.spawn("rooms around", self._follow())
        self._renewed.set()

    def close(self) -> None:
        """Hear no more."""
        if self._stop is not None:
            self._stop()

    async def _revive(self, kept: Kept) -> None:
        member, me = self._ways.member(), self._desk.me.account
        here = await self.around(kept.founding.organisation, None)
        now = clock.now()
        state = await asyncio.to_thread(
            beginning.revived, kept.founding, me, here, kept.statements, kept.late, kept.unknown, now
        )
        live = LiveRoom(self._ways, state, kept.chat, kept.shown, member)
        self.enter(live)
        if live.standing != kept.standing:  # of what others said of their lists only unknown heads are kept
            step = partial(live.step, [], self.author(state))
            await goes_well("room revived", step, self._desk.report)

    # --- which there are ----------------------------------------------------------------

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

    async def begin(
        self,
        state: Room,
        effects: list[Effect],
        member: Member | None,
        answered: Collection[int] = (),
        told: Collection[Telling] = (),
    ) -> Carried:
        """Keep a room that is new, and know it; `answered` and `told` as for `LiveRoom.step`.

        Raises:
            TroubleWith: the store cannot be written.
        """
        turn = await asyncio.to_thread(turned, None, state, effects)
        carrier = Carrier(self._desk, member, turn, clock.wall_ms())
        async with self._begins:
            carried = await self._desk.db.write(lambda tx: carrier.carry_out(tx, None, None, answered, told))
            self.enter(LiveRoom(self._ways, state, carried.chat, carried.shown, member))
        tell(self._ways, carried)
        return carried

    async def holds(self, chat: int) -> bool:
        """Whether a chat is a room."""
        if chat not in self._by_chat and self._begins.locked():
            async with self._begins:  # its chat may be shown already
                pass
        return chat in self._by_chat

    async def of_chat(self, chat: int) -> LiveRoom:
        """The room that a chat is.

        Raises:
            RefusedBy: ROOM_NOT_IN: it is none.
        """
        if not await self.holds(chat):
            raise RefusedBy(Kind.ROOM_NOT_IN)
        return self._by_chat[chat]

    # --- what sending asks for ----------------------------------------------------------

    def ready(self, post: Post) -> Ready | None:
        """Content of a company room as it may be sealed now; None while it has to wait."""
        live = self._rooms.get(post.room or b"")
        if live is None and post.said is not None and self._stop is not None:
            return Ready(post, None, ())  # a question about a room that is not known here
        if live is None or live.member is not self._ways.member():
            return None
        room = live.state
        if post.said is not None:
            there = tuple(one for one in post.targets if one in room.around.keys)
            return Ready(replace(post, targets=there), None, ())
        if not room.may_send or post.content is None:
            return None
        said = texts.wrapped(room, post.content)
        return Ready(replace(post, targets=room.targets, content=said), live.standing, room.unreached)

    def keep_s(self, room: bytes) -> int:
        """How long the relay is asked to keep a message of a room; 0 for the policy's."""
        live = self._rooms.get(room)
        return 0 if live is None else live.state.roster.keep

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
