"""The rooms of one open client: the commands of the window.

Commands raise RefusedBy or TroubleWith and nothing else. See `docs/protocol/rooms.md`.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from watchword import log
from watchword.core.company.staff import Staff
from watchword.core.outbox import typed
from watchword.core.rooms import around, deeds, view, writing
from watchword.core.rooms.floor import Floor
from watchword.core.rooms.intake import Intake
from watchword.core.rooms.live import Ways
from watchword.model.chat import Chat, Contact, Message
from watchword.model.errors import Kind, RefusedBy
from watchword.model.room import Part, RoomKind, RoomShown
from watchword.protocol.rooms import beginning, passing
from watchword.protocol.rooms.events import Answers, Do
from watchword.protocol.rooms.statement import DECLINES, JOINS, LEAVES, SEED_BYTES, Act, Founds
from watchword.protocol.rooms.states import Room
from watchword.store import chats
from watchword_wire.errors import Refused

_T = TypeVar("_T")

_SAID = {DECLINES: Part.DECLINED, LEAVES: Part.LEFT}
"""What this user is after an answer by which they are not in."""


class Rooms:
    """Everything about rooms that the window can ask for."""

    def __init__(self, ways: Ways) -> None:
        """Know no room yet."""
        self._ways = ways
        self._desk = ways.desk
        self._staff = Staff(ways.member)
        self.floor = Floor(ways)
        self.intake = Intake(ways, self.floor)

    async def start(self) -> None:
        """Read what is kept, and begin to take what comes."""
        await self.floor.start()
        self._desk.tasks.spawn("rooms", self.intake.run())
        self.intake.stir()

    def close(self) -> None:
        """Hear no more."""
        self.floor.close()

    # --- what the window asks for -------------------------------------------------------

    async def holds(self, chat: int) -> bool:
        """Whether a chat is a room."""
        return await self.floor.holds(chat)

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
        live = await self.floor.of_chat(chat)
        state, member = live.state, self._ways.member()
        return await self._desk.db.read(lambda tx: view.details(tx, chat, state, member))

    async def candidates(self, chat: int | None, kind: RoomKind) -> list[Contact]:
        """Who could be invited to a room, or to a new one of a kind; by name.

        Raises:
            RefusedBy: COMPANY_MISSING.
        """
        room = None if chat is None else (await self.floor.of_chat(chat)).state
        member = self._ways.member()
        organisation = self._organisation(kind) if room is None else room.founding.organisation
        keys = dict((await self.floor.around(organisation, room)).keys)
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

        What another desktop of this user did in the same moment is done.

        Raises:
            RefusedBy: ROOM_HEIR, ROOM_NOT_LISTED, ROOM_NOT_IN, ROOM_OFFLINE, COMPANY_MISSING.
        """
        live = await self.floor.of_chat(chat)
        if self._desk.me.account in live.state.roster.owners:
            try:
                await self._change(chat, lambda room: deeds.owner_leaves(room, heir))
            except RefusedBy:
                if view.part(live.state) is not Part.LEFT:
                    raise
        elif view.part(live.state) is not Part.LEFT:
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
        most = self._most_kept((await self.floor.of_chat(chat)).state)
        await self._change(chat, lambda room: deeds.keep(room, seconds, most))

    async def say_again(self, chat: int) -> None:
        """Say the list again: what others named before stops nothing any more."""
        await self._change(chat, deeds.say_again)

    async def send_text(self, chat: int, text: str) -> Message:
        """Save a text for everybody who is in; it leaves once the lists agree.

        Raises:
            RefusedBy: TEXT_EMPTY, TEXT_LONG, ROOM_NOT_IN, ROOM_NOBODY, COMPANY_MISSING.
        """
        live, text = await self.floor.of_chat(chat), typed(text)
        return await self._whole(writing.send_text(self._ways, live, text))

    async def send_again(self, chat: int) -> int:
        """Queue every undelivered text anew, in order; returns how many. Raises as `send_text`."""
        return await self._whole(writing.send_again(self._ways, await self.floor.of_chat(chat)))

    async def say_shared(self, room: bytes, account: str) -> None:
        """Tell somebody that a room's history is at the relay for them: what they said comes back to them.

        Raises:
            TroubleWith: the store cannot be written.
        """
        live = self.floor.live(room)
        entry = None if live is None else live.state.roster.entry(account)
        answer = None if live is None or entry is None else live.state.answers.get(entry)
        if live is not None and answer is not None:
            effects = passing.sent(live.state, (account,), [answer])
            await live.step([], self.floor.author(live.state), shows=tuple(effects))

    # --- inside -------------------------------------------------------------------------

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
        here, me = await self.floor.around(organisation, None), self._desk.me.account
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
        carried = await self.floor.begin(state, [*effects], member)
        found = await self._desk.db.read(lambda tx: chats.get(tx, carried.chat))
        if found is None:
            raise RefusedBy(Kind.ROOM_NOT_IN)
        return self._desk.chat(found)

    async def _change(self, chat: int, acts: Callable[[Room], tuple[Act, ...]]) -> None:
        live = await self.floor.of_chat(chat)
        if not self._desk.link.is_online:
            raise RefusedBy(Kind.ROOM_OFFLINE)
        author = around.author(self._desk, self._ways.member(), live.state.founding)
        await self._done(live.do(lambda room: Do(author, acts(room)), author))

    async def _answer(self, chat: int, answer: int) -> None:
        live = await self.floor.of_chat(chat)
        author = around.author(self._desk, self._ways.member(), live.state.founding)

        def make(room: Room) -> Answers:
            if view.part(room) not in (Part.INVITED, Part.IN, _SAID.get(answer)):
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


def _refused(error: Refused) -> RefusedBy:
    """What the machine refuses beside what was looked at before: a right that somebody took meanwhile."""
    log.trouble("room refused", error)
    return RefusedBy(Kind.ROOM_RIGHT)
