"""This node among the others: its terminals' seats, what it hears, its heartbeat, the clock of handshakes.

A terminal has its seat in the store before it is welcomed, so that whoever writes to it knows which node to
wake. `docs/decisions/0051`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from watchword_relay import clock, log
from watchword_relay.lasting import again_and_again
from watchword_relay.mailbox import Mailbox
from watchword_relay.nodes.asking import asked
from watchword_relay.nodes.moves import Moves
from watchword_relay.store.contract import StoreTrouble, Terminal
from watchword_relay.store.nodes import (
    Applying,
    Event,
    Gone,
    Moved,
    Nodes,
    Sitter,
    Stepped,
    Taken,
    Tried,
    Waked,
)
from watchword_relay.writer import Writer
from watchword_wire.ids import parse_full_id

if TYPE_CHECKING:
    from watchword_relay.realm import Realm, Realms, Seat

BEAT_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 5.0
"""So often everything is looked at again, hint or no hint."""
TOLD_SECONDS: Final = 2.0
"""So long whoever wrote something has to tell it, and its acknowledgement to be written: then it is late."""
SWEEP_SECONDS: Final = 0.1
SWEPT_AT_ONCE: Final = 64
_Spawn = Callable[[Coroutine[Any, Any, None]], None]


class _Place:
    """A terminal's seat on this node."""

    __slots__ = ("number", "seat", "sitter")

    def __init__(self, sitter: Sitter, number: int, seat: "Seat") -> None:
        self.sitter = sitter
        self.number = number
        self.seat = seat


class Neighbours:
    """One node's part in the relay.

    Args:
        nodes: the store's part for several nodes.
        writer: the thread that writes.
        spawn: runs a coroutine.
        served: the seconds that the relay has run in all, which other nodes count, too.
    """

    def __init__(self, nodes: Nodes, writer: Writer, spawn: _Spawn, served: clock.Served) -> None:
        self.nodes = nodes
        self.moves = Moves(nodes, writer)
        self._writer = writer
        self._spawn = spawn
        self._served = served
        self._loop = asyncio.get_running_loop()
        self._places: dict[int, _Place] = {}
        self._sitting: list[tuple[Sitter, asyncio.Future[int]]] = []
        self._rising: list[tuple[int, int]] = []
        self._moving = False
        self._strays: dict[tuple[int, int], float] = {}
        """Seats of terminals that are not here, each with when it was first seen."""
        self._nodes_now = 1
        self.realms: Realms
        self.close_realms: Callable[[], Awaitable[None]]
        """Leaves the realms that are no more, with all who are in them."""
        self.tried: Callable[[Tried], None]
        """Told of what networks tried at other nodes."""

    async def start(self) -> None:
        """Join the others.

        Raises:
            StoreTrouble: the store does not work.
        """
        self.nodes.begin(self._heard_elsewhere)
        await self._writer.run(lambda: self.nodes.beat(self._served()))
        self._spawn(again_and_again(self._beat, lambda: BEAT_SECONDS))
        self._spawn(again_and_again(self._look, lambda: LOOK_SECONDS))
        self._spawn(again_and_again(self._sweep, self._sweep_pause))

    async def stop(self) -> None:
        """Leave the others: no seat is here any more."""
        with contextlib.suppress(StoreTrouble):  # the others see for themselves
            await self._writer.run(self.nodes.bow_out)

    def _sweep_pause(self) -> float:
        """All nodes together look as often at the clock, however many there are."""
        return max(SWEEP_SECONDS, SWEEP_SECONDS / 2 * self._nodes_now)

    # --- seats ------------------------------------------------------------------------------

    async def sit(self, realm: int, terminal: Terminal) -> int:
        """Give a terminal its seat here, with those of others who sign in now. Returns its number.

        Raises:
            StoreTrouble: the store does not work.
        """
        future: asyncio.Future[int] = self._loop.create_future()
        sitter = Sitter(realm, terminal.mailbox, terminal.account, terminal.device)
        self._sitting.append((sitter, future))
        self._move()
        return await future

    def seated(self, seat: "Seat", number: int) -> None:
        """Note whose seat it is that was given."""
        terminal = seat.terminal
        sitter = Sitter(seat.realm.number, terminal.mailbox, terminal.account, terminal.device)
        self._places[terminal.mailbox] = _Place(sitter, number, seat)

    def left(self, box: Mailbox) -> None:
        """Give up the seat of a terminal that is gone."""
        place = self._places.pop(box.key, None)
        if place is not None:
            self.vacate(box.key, place.number)

    def vacate(self, mailbox: int, number: int) -> None:
        """Give up a seat that nobody has: its terminal is gone, maybe since before it was written."""
        self._rising.append((mailbox, number))
        self._move()

    def _move(self) -> None:
        if not self._moving:
            self._moving = True
            self._spawn(self._moved())

    async def _moved(self) -> None:
        try:
            while self._sitting or self._rising:
                sitting, self._sitting = self._sitting, []
                rising, self._rising = self._rising, []
                if sitting:
                    await self._sit(sitting)
                if rising and not await self._rise(rising):
                    break
        finally:
            self._moving = False

    async def _sit(self, sitting: list[tuple[Sitter, asyncio.Future[int]]]) -> None:
        try:
            numbers = await self._writer.run(lambda: self.nodes.sit([sitter for sitter, _ in sitting]))
        except StoreTrouble as trouble:
            for _, future in sitting:
                if not future.done():
                    future.set_exception(trouble)
            return
        for (_, future), number in zip(sitting, numbers, strict=True):
            if not future.done():
                future.set_result(number)

    async def _rise(self, rising: list[tuple[int, int]]) -> bool:
        # Two connections of one terminal that come at once have one seat, which is the later one's.
        left = [
            (mailbox, number)
            for mailbox, number in rising
            if (place := self._places.get(mailbox)) is None or place.number != number
        ]
        try:
            if left:
                await self._writer.run(lambda: self.nodes.rise(left))
        except StoreTrouble:
            self._rising += rising  # again with the next heartbeat
            return False
        return True

    def watch(self, box: Mailbox, accounts: list[str], then: Callable[[], None]) -> None:
        """Write whom a terminal watches, then call back."""
        place = self._places.get(box.key)
        if place is not None:
            self._spawn(self._watch(box.key, place.number, accounts, then))

    async def _watch(self, mailbox: int, number: int, accounts: list[str], then: Callable[[], None]) -> None:
        try:
            await self._writer.run(lambda: self.nodes.watch(mailbox, number, accounts))
        except StoreTrouble:
            return  # written with all seats, if they have to be taken anew; or at the next list
        then()

    # --- again and again ----------------------------------------------------------------------

    async def _beat(self) -> None:
        beat = await self._writer.run(lambda: self.nodes.beat(self._served()))
        self._served.adopt(beat.served)
        self._nodes_now = beat.nodes
        if self._rising:
            self._move()
        if beat.new:
            await self._come_back()

    async def _come_back(self) -> None:
        """Take all seats anew: the others, or the database, have forgotten this node."""
        log.event("node-came-back", count=len(self._places))
        await self._take_again(list(self._places.values()))
        for place in self._places.values():
            # Of what a primary showed that was left behind, some may stand elsewhere now.
            place.seat.box.sent_seq = 0
        await self._look()

    async def _take_again(self, places: list[_Place]) -> None:
        """Take seats anew."""
        seats = [(one.sitter, one.number, one.seat.realm.watched_by(one.seat.box)) for one in places]
        if seats:
            await self._writer.run(lambda: self.nodes.resit(seats))

    async def _look(self) -> None:
        for realm in self.realms:
            realm.look_again()
        await self._look_for_strays()
        numbers = {mailbox: place.number for mailbox, place in self._places.items()}
        if not numbers:
            return
        since = int(self._served() - TOLD_SECONDS)
        looked = await asked(self.nodes, lambda: self.nodes.look(list(numbers.items()), since))
        if looked.gone:
            # Where a whole realm is no more, its people are told that: nobody removed them from an account.
            await self.close_realms()
        self._waked(looked.waiting)
        for mailbox, h in looked.owed:
            if (place := self._places.get(mailbox)) is not None:
                place.seat.realm.overdue(h, place.seat.terminal.full_id)

        def still(mailboxes: list[int]) -> list[_Place]:
            """Those that have not changed since it was asked."""
            places = [self._places[mailbox] for mailbox in mailboxes if mailbox in self._places]
            return [place for place in places if place.number == numbers[place.sitter.mailbox]]

        for place in still(looked.lost):
            place.seat.realm.replaced(place.seat.box)
        for place in still(looked.gone):
            place.seat.realm.removed(place.seat.terminal)
        # The others, or the database, have forgotten this node, which its heartbeat has not seen yet.
        await self._take_again(still(looked.forgotten))

    async def _look_for_strays(self) -> None:
        """Give up seats that were written though nobody was told: they would stand for ever."""
        here = list(self._places)
        found = await asked(self.nodes, lambda: self.nodes.strays(here))
        self._strays = {seat: self._strays.get(seat, self._loop.time()) for seat in found}
        # Who is just signing in has one, too, but not for so long; one look may follow another at once.
        for seat, seen in self._strays.items():
            if self._loop.time() - seen >= LOOK_SECONDS / 2:
                self.vacate(*seat)

    def _waked(self, mailboxes: list[int]) -> None:
        """Look into mailboxes whose terminals are here."""
        for mailbox in mailboxes:
            if (place := self._places.get(mailbox)) is not None:
                place.seat.realm.mail.drain(place.seat.box)

    async def _sweep(self) -> None:
        served = self._served()
        for number, ended in await self._writer.run(lambda: self.nodes.expired(served, SWEPT_AT_ONCE)):
            realm = self.realms.of_number(number)
            if realm is not None:
                realm.run_ended(ended)

    # --- hints --------------------------------------------------------------------------------

    def _heard_elsewhere(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._heard, event)

    def _heard(self, event: Event) -> None:
        match event:
            case Waked(mailboxes):
                self._waked(mailboxes)
            case Taken(mailbox, number):
                place = self._places.get(mailbox)
                if place is not None and place.number < number:
                    place.seat.realm.replaced(place.seat.box)
            case Tried():
                if event.node != self.nodes.name:
                    self.tried(event)
            case Moved() | Stepped() | Gone() | Applying():
                realm = self.realms.of_number(event.realm)
                if realm is not None:
                    self._of_realm(realm, event)

    @staticmethod
    def _of_realm(realm: "Realm", event: Moved | Stepped | Gone | Applying) -> None:
        match event:
            case Moved(_, account):
                realm.moved(account)
            case Stepped(_, h, to):
                realm.stepped(h, to)
            case Gone(_, full_id, mailbox):
                one = parse_full_id(full_id)
                realm.removed(Terminal(mailbox, one.account, one.device, b""))
            case Applying():
                realm.terminals.heard(event)
