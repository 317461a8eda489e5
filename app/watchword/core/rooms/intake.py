"""What came for rooms, taken in order: each row by the room it names, or by one that begins with it.

A row stays in the store until its room has taken it, so nothing is lost by a restart. See
`docs/protocol/rooms.md`, Content.
"""

import asyncio
from functools import partial
from itertools import groupby

import msgspec
from msgspec.structs import replace

from watchword import log
from watchword.core import clock
from watchword.core.rooms import around, bygone
from watchword.core.rooms.carrying import Telling, post
from watchword.core.rooms.floor import Floor
from watchword.core.rooms.live import LiveRoom, Ways
from watchword.core.tasks import goes_well, situation_of
from watchword.model.errors import TroubleWith
from watchword.model.events import Event as News
from watchword.model.events import MessageChanged
from watchword.protocol import content
from watchword.protocol.rooms import beginning, machine, taking
from watchword.protocol.rooms.effects import Dated, Effect
from watchword.protocol.rooms.events import Around, Arrived, Event, Questioned, Told
from watchword.protocol.rooms.states import AGAIN_S, WAITS_S, Room
from watchword.store import received, rooms, sealings
from watchword.store.rooms import Arrival
from watchword.store.transaction import Tx
from watchword_wire.errors import PeerError

PAGE = 64
RETRY = 5.0
"""Seconds until what the disk refused is tried again."""
MOST_BEGINNINGS = 32
MOST_CONTENTS = 160
"""So many rooms may be half told, in so many contents each."""
MOST_UNHEARD = 32
"""So much news of one person waits for a room that is not known."""


class _Beginning(msgspec.Struct):
    """A room that somebody has begun to tell of, and that does not list this user yet."""

    state: Room
    effects: list[Effect]
    seqs: list[int]
    told: list[Telling] = []


class Intake:
    """Gives what came to the rooms it is for."""

    def __init__(self, ways: Ways, floor: Floor) -> None:
        self._ways = ways
        self._desk = ways.desk
        self._floor = floor
        self._stirred = asyncio.Event()
        self._after = 0
        self._beginnings: dict[tuple[bytes, str], _Beginning] = {}
        """By room and by who tells of it: nobody ends what another has begun to tell."""
        self._again: dict[bytes, int] = {}
        """Rooms of which what waits is looked at once more: what the history held, and news up to a row."""
        self._asked: dict[bytes, float] = {}
        """Rooms that are not known: when somebody who speaks to one was asked last."""

    def stir(self) -> None:
        """Look at the store: something came."""
        self._stirred.set()

    def again(self, room: bytes, news_to: int = 0) -> None:
        """Look once more at what the history held of a room, and at news before a row: it is known now."""
        self._again[room] = max(news_to, self._again.get(room, 0))
        self.stir()

    async def run(self) -> None:
        """Take what comes, for as long as the client is open."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if not await goes_well("rooms", self._take_all, self._desk.report):
                await asyncio.sleep(RETRY)
                self.stir()

    async def _take_all(self) -> None:
        while rows := await self._desk.db.read(partial(_rows, self._after)):
            for room, run in _runs(rows):
                await self._take(room, run)
            self._after = rows[-1].seq
        while self._again:
            room, news_to = self._again.popitem()
            try:
                await self._take_past(room, news_to)
            except BaseException:
                self.again(room, news_to)
                raise

    async def _take_past(self, room: bytes, news_to: int) -> None:
        """What the history held of a room that this user is in, or was."""
        live = self._floor.live(room)
        if live is None or not live.state.took_part:
            return
        past = await self._desk.db.read(partial(_past, room, news_to))
        for start in range(0, len(past), PAGE):
            await self._take(room, past[start : start + PAGE])

    async def _take(self, room: bytes, run: list[Arrival]) -> None:
        """One room's rows that came one behind the other."""
        try:
            live = self._floor.live(room)
            if live is None:
                for row in run:
                    await self._begin(row)
                return
            await self._feed(live, run)
        except TroubleWith:
            raise
        except Exception as error:  # noqa: BLE001 - the border to others: one content must not stop all
            if len(run) == 1:
                self._desk.report(situation_of("room", error))
                await self._pass_over([run[0].seq])
                return
            for row in run:
                await self._take(room, [row])

    async def _feed(self, live: LiveRoom, run: list[Arrival]) -> None:
        """What the history held of texts stands where it stands: below the changes before it."""
        took_part = live.state.took_part
        news = await self._news(live, run)
        if news is not None:
            await live.step([news], self._floor.author(replace(live.state, around=news)))
        for past, rows in groupby(run, _is_past_text):
            if not past:
                await self._hear(live, [*rows])
            elif live.state.took_part:  # else they wait
                await self._judge(live, [*rows])
        if not took_part and live.state.took_part:
            self.again(live.state.id, run[0].seq)

    async def _hear(self, live: LiveRoom, run: list[Arrival]) -> None:
        room = live.state
        events: list[Event | Dated] = []
        moment: int | None = None
        answered: list[int] = []
        told: list[tuple[Arrival, content.Statements]] = []
        receipts: list[tuple[str, bytes]] = []
        for row in run:
            said = _read(row)
            told += [(row, said)] if isinstance(said, content.Statements) else []
            event, stays = _event(room, row, said, receipts)
            if event is not None:
                before, moment = moment, _past_moment(row, said)
                events += [event] if moment == before else [Dated(moment), event]
            answered += [] if stays else [row.seq]
        if _may_say_shared(room, [row for row, _ in told]):
            self._ways.shared()
        if receipts:
            self._desk.tell(*await self._desk.db.write(partial(_delivered, receipts)))
        if events or answered:
            telling = await asyncio.to_thread(bygone.telling, room.me, told)
            await live.step(events, self._floor.author(room), tuple(answered), told=telling)

    async def _judge(self, live: LiveRoom, run: list[Arrival]) -> None:
        """What the history held. Of list and people it is no news, but each says what was known by then."""
        room = live.state
        read = [(row, _read(row)) for row in run]
        texts = [(row, said) for row, said in read if isinstance(said, content.RoomMessage)]
        evidence = await self._desk.db.read(lambda tx: rooms.told(tx, room.id))
        shows, told = await asyncio.to_thread(bygone.judged, room, evidence, texts)
        await live.step([], self._floor.author(room), (), shows, told)

    async def _news(self, live: LiveRoom, run: list[Arrival]) -> Around | None:
        """What is known of people now, where somebody speaks by a session or a directory that is newer."""
        keys, member = live.state.around.keys, self._ways.member()
        stale = any(row.key is not None and keys.get(row.sender) != row.key for row in run)
        if not stale and (live.member is member or not live.state.founding.organisation):
            return None
        here = await self._floor.around(live.state.founding.organisation, live.state)
        return None if here == live.state.around else here

    # --- rooms that are not known -------------------------------------------------------

    async def _begin(self, row: Arrival) -> None:
        live = self._floor.live(row.room)
        if live is not None:  # the row before began it
            await self._take(row.room, [row])
            return
        said = _read(row)
        place = row.room, row.sender
        found = self._beginnings.get(place)
        if isinstance(said, content.RoomMessage) and row.origin is not None:
            await self._wait(row)
            return
        if not isinstance(said, content.Statements) or await self._is_blocked(row.sender):
            await self._pass_over([row.seq])
            return
        try:
            begun = await self._told(row, said, found)
        except PeerError as error:
            log.trouble("room refused", error)
            await self._pass_over([row.seq])
            await self._ask(row)
            return
        begun.seqs.append(row.seq)
        begun.told += await asyncio.to_thread(bygone.telling, self._desk.me.account, [(row, said)])
        if begun.state.listed:
            await self._enter(row, begun)
            return
        self._beginnings[place] = begun
        if len(begun.seqs) > MOST_CONTENTS:
            await self._pass_over(self._beginnings.pop(place).seqs)
        elif len(self._beginnings) > MOST_BEGINNINGS:
            first = next(iter(self._beginnings))
            await self._pass_over(self._beginnings.pop(first).seqs)

    async def _told(self, row: Arrival, said: content.Statements, found: _Beginning | None) -> _Beginning:
        if found is not None:
            event = Told(row.sender, said.statements, said.reached)
            state, effects = await asyncio.to_thread(machine.step, found.state, event, clock.now())
            found.state = state
            found.effects += [Dated(_past_moment(row, said)), *effects]
            return found
        member = self._ways.member()
        organisation = b"" if row.key is not None or member is None else member.profile.organisation
        if row.key is None and not organisation:
            raise PeerError("a company's room without a company")
        me, here = self._desk.me.account, await self._floor.around(organisation, None)
        state, first = await asyncio.to_thread(beginning.invited, said.statements, me, here)
        if state.id != row.room or state.founding.organisation != organisation:
            raise PeerError("statements of another room")
        here = await self._floor.around(organisation, state)  # of somebody's desktops the listed one
        if row.key is not None and here.keys.get(row.sender) != row.key:
            raise PeerError("a room from another desktop of somebody")
        return _Beginning(replace(state, around=here), [Dated(_past_moment(row, said)), *first], [])

    async def _wait(self, row: Arrival) -> None:
        """A text of a room that is not known here, as on a new desktop: it waits, its writer is asked."""
        if row.origin is None or not row.origin.past:
            waiting = await self._desk.db.read(lambda tx: rooms.news(tx, row.room, row.sender))
            if waiting > MOST_UNHEARD or await self._is_blocked(row.sender):
                await self._pass_over([row.seq])
                return
        elif await self._desk.db.read(lambda tx: received.past(tx, tried=True)):
            return  # what the room began with may be among what is closed still
        await self._ask(row)

    async def _ask(self, row: Arrival) -> None:
        """Ask somebody who speaks to a company room what it began with, once a minute for each room."""
        now, member = clock.now(), self._ways.member()
        self._asked = {room: at for room, at in self._asked.items() if now < at + AGAIN_S}
        known = member is not None and member.profile.member(row.sender) is not None
        if row.key is not None or not known or row.sender == self._desk.me.account:
            return
        if row.room in self._asked or len(self._asked) >= MOST_BEGINNINGS:
            return
        question = content.encode(content.Asked(row.room, bytes(content.HEAD_BYTES), b""))
        await self._desk.db.write(lambda tx: post(tx, member, row.room, (row.sender,), question))
        self._asked[row.room] = now
        self._ways.posted()

    async def _enter(self, row: Arrival, begun: _Beginning) -> None:
        room = row.room
        told = [place for place in self._beginnings if place[0] == room]
        seqs = {*begun.seqs, *(seq for place in told for seq in self._beginnings[place].seqs)}
        await self._floor.begin(begun.state, begun.effects, self._ways.member(), seqs, begun.told)
        for place in told:
            del self._beginnings[place]
        self.again(room, row.seq)

    async def _is_blocked(self, account: str) -> bool:
        return await self._desk.db.read(lambda tx: around.is_blocked(tx, account))

    async def _pass_over(self, seqs: list[int]) -> None:
        def work(tx: Tx) -> None:
            for seq in seqs:
                rooms.taken(tx, seq)

        await self._desk.db.write(work)


def _rows(after: int, tx: Tx) -> list[Arrival]:
    return rooms.arrivals(tx, after, PAGE)


def _past(room: bytes, news_to: int, tx: Tx) -> list[Arrival]:
    rows = rooms.arrivals_of(tx, room)
    return [row for row in rows if row.seq < news_to or (row.origin is not None and row.origin.past)]


def _runs(rows: list[Arrival]) -> list[tuple[bytes, list[Arrival]]]:
    found: list[tuple[bytes, list[Arrival]]] = []
    for row in rows:
        if found and found[-1][0] == row.room:
            found[-1][1].append(row)
        else:
            found.append((row.room, [row]))
    return found


def _is_past_text(row: Arrival) -> bool:
    is_past = row.origin is not None and row.origin.past
    return is_past and isinstance(_read(row), content.RoomMessage)


def _past_moment(row: Arrival, said: content.Content | None) -> int | None:
    """When that happened which the history tells (ms), for the lines about it; None: it is news."""
    is_past = row.origin is not None and row.origin.past
    return said.at if is_past and isinstance(said, content.Statements) else None


def _read(row: Arrival) -> content.Content | None:
    try:
        return content.decode(row.content)
    except PeerError as error:
        log.trouble("content for a room refused", error)
        return None


# --- rooms that are known -----------------------------------------------------------------


def _delivered(receipts: list[tuple[str, bytes]], tx: Tx) -> list[News]:
    moved = [sealings.delivered(tx, account, key) for account, key in receipts]
    return [MessageChanged(message) for message in moved if message is not None]


def _may_say_shared(room: Room, told: list[Arrival]) -> bool:
    """Whether who invited this user may have shared the history with them, and says so."""
    news = {row.sender for row in told if row.origin is not None and not row.origin.past}
    entry = room.roster.entry(room.me)
    return bool(news) and entry is not None and taking.inviter(room, entry) in news


def _hears(room: Room, sender: str, head: bytes) -> bool:
    """Whether what is said to a room is for this user: what was on its way while they left is, too."""
    return room.is_in(room.me) or sender == room.me or room.has_left(head)


def _event(
    room: Room, row: Arrival, said: content.Content | None, receipts: list[tuple[str, bytes]]
) -> tuple[Event | None, bool]:
    """What a row is to its room, and whether it stays in the store until the room says what becomes of it."""
    if bool(room.founding.organisation) is not (row.key is None):
        return None, False
    key = row.key or b""
    match said:
        case content.Statements():
            return Told(row.sender, said.statements, said.reached), False
        case content.Asked():
            return Questioned(row.sender, said.head, said.people), False
        case content.RoomMessage() if _hears(room, row.sender, said.head):
            inner = content.said_in(said)
            if isinstance(inner, content.Receipt):
                receipts += [(row.sender, key) for key in inner.ids]
                heard = room.is_heard(row.sender)
                return (Arrived(row.sender, said.head, said.people, b"", key) if heard else None), False
            late = row.at + int(WAITS_S * 1000) < clock.wall_ms()
            if late and row.sender != room.me and not room.counts(row.sender, key):
                return None, False
            return Arrived(row.sender, said.head, said.people, rooms.token_of(row), key), True
        case _:
            return None, False
