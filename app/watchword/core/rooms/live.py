"""One room while the program runs: its state, stepped by one at a time; write, then speak.

A step of much takes long, so it is done in a thread; a state is taken on once what follows from it is on the
disk. See `docs/protocol/rooms.md`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from watchword import log
from watchword.core import clock
from watchword.core.company.membership import Member
from watchword.core.desk import Desk
from watchword.core.rooms import view
from watchword.core.rooms.carrying import Carried, Carrier, Telling, Turn
from watchword.protocol.company.message_data import Author
from watchword.protocol.rooms import machine
from watchword.protocol.rooms.effects import Dated, Effect, Settle
from watchword.protocol.rooms.events import Do, Event
from watchword.protocol.rooms.states import Room
from watchword.store.rooms import Shown
from watchword_wire.errors import Refused


class Ways(NamedTuple):
    """What the rooms of a client share."""

    desk: Desk
    member: Callable[[], Member | None]
    """As whom, by the newest company file."""
    enveloped: Callable[[], None]
    """Envelopes were put into the outbox."""
    posted: Callable[[], None]
    """Content was put out for the company's method to seal, or may be sealed now."""
    said: Callable[[], None]
    """The same, because a person acted: they may be asked for a PIN."""
    renewed: Callable[[], None]
    """What waits is tried again: other people may be reached."""
    taken_back: Callable[[], None]
    """Something that has not left is not to leave any more."""
    shared: Callable[[], None]
    """History is to be shared, or fetched."""


class LiveRoom:
    """A room that this desktop knows."""

    def __init__(
        self, ways: Ways, state: Room, chat: int, shown: Shown | None, member: Member | None
    ) -> None:
        self._ways = ways
        self.state = state
        self.chat = chat
        self.member = member
        """By whose directory the state was weighed."""
        self._shown = shown
        """What the list of chats shows; None where it is to be told anew."""
        self._told: Shown | None = None
        self.standing = view.standing(state)
        self.lock = asyncio.Lock()
        self.due: Callable[[], None] = _nobody
        """Called when something of the room has its time."""

    async def step(
        self,
        events: list[Event | Dated],
        author: Author | None,
        answered: tuple[int, ...] = (),
        shows: tuple[Effect, ...] = (),
        told: tuple[Telling, ...] = (),
    ) -> None:
        """Take events, in order.

        Args:
            events: what happened, and when, where it is of the past.
            author: as whom this desktop says the list again, where it has to.
            answered: rows that came and need nothing more.
            shows: what is to be shown besides, or passed over.
            told: what message data say by their place.

        Raises:
            Refused: the own person may not do what one of them says; nothing has changed.
            TroubleWith: the store cannot be written; nothing has changed.
        """
        async with self.lock:
            turn = await asyncio.to_thread(stepped, self.state, events, author, clock.now(), shows)
            await self.carry(turn, answered, told)

    async def do(self, make: Callable[[Room], Event], author: Author) -> None:
        """Do what the own person wants, made for the room as it is when it is its turn.

        Raises:
            Refused, RefusedBy: they may not.
            TroubleWith: the store cannot be written.
        """
        async with self.lock:
            event = make(self.state)
            turn = await asyncio.to_thread(stepped, self.state, [event], author, clock.now())
            await self.carry(turn, ())

    async def carry(self, turn: Turn, answered: tuple[int, ...], told: tuple[Telling, ...] = ()) -> None:
        """Bring a turn to the disk, take its state on, speak; the lock is held."""
        same = turn.shown == self._told and turn.standing == self.standing
        same = same and (turn.after.around, turn.after.unknown) == (self.state.around, self.state.unknown)
        if same and not turn.effects and not answered and not told:
            self.state = turn.after  # of who asked what nothing is kept
            self._look()
            return
        carrier = Carrier(self._ways.desk, self._ways.member(), turn, clock.wall_ms())
        carried = await self._ways.desk.db.write(
            lambda tx: carrier.carry_out(tx, self.chat, self._shown, answered, told)
        )
        self.state, self.standing, self._shown = turn.after, turn.standing, carried.shown
        self._told = turn.shown
        tell(self._ways, carried)
        self._look()

    def _look(self) -> None:
        if self.state.doubts or self.state.waiting:
            self.due()


def _nobody() -> None:
    return


def tell(ways: Ways, carried: Carried) -> None:
    """Say what a transaction made true, and have it sent."""
    ways.desk.tell(*carried.events)
    if carried.taken_back:
        ways.taken_back()
    if carried.enveloped:
        ways.enveloped()
    ways.posted()
    if carried.shared:
        ways.shared()


def stepped(
    room: Room,
    events: Sequence[Event | Dated],
    author: Author | None,
    now: float,
    shows: tuple[Effect, ...] = (),
) -> Turn:
    """Step through events; where the own person is to say the list again, they do at once. For a thread.

    Raises:
        Refused: the own person may not do what one of them says.
    """
    after = room
    effects: list[Effect] = [*shows]
    for event in events:
        if isinstance(event, Dated):
            effects.append(event)
            continue
        after, more = machine.step(after, event, now)
        effects += more
        if author is not None and any(isinstance(effect, Settle) for effect in more):
            after, more = _settled(after, author, now)
            effects += more
    return turned(room, after, effects)


def turned(before: Room | None, after: Room, effects: list[Effect]) -> Turn:
    """A turn, with what is shown after it. For a thread."""
    return Turn(before, after, tuple(effects), view.shown(after), view.standing(after))


def _settled(room: Room, author: Author, now: float) -> tuple[Room, tuple[Effect, ...]]:
    try:
        return machine.step(room, Do(author, ()), now)
    except Refused as error:
        log.trouble("room not settled", error)
        return room, ()
