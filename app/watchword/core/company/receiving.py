"""The way in of message data: keep, acknowledge; examine, choose, open, save, tell (row F4).

What came is durable, byte for byte, before the relay may forget it (`keeping`); what cannot be opened yet
waits there with its reason and opens by itself when the ring, the profile or a provider changed (`outcomes`).
See `docs/protocol/company.md`, Opening.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from watchword.core import clock
from watchword.core.company import choice, decryption, keeping, outcomes, sending
from watchword.core.company.membership import Member
from watchword.core.company.outcomes import Outcome
from watchword.core.company.providers import Providers
from watchword.core.desk import Desk
from watchword.core.tasks import goes_well, situation_of
from watchword.core.unsaved import Unsaved
from watchword.model.company import Closed, Reason
from watchword.model.errors import TroubleWith
from watchword.protocol.company import receipt
from watchword.store import received
from watchword.store.received import Received
from watchword.store.transaction import Tx
from watchword_wire.frames import Ack, DeliverData
from watchword_wire.limits import ACKS

BATCH = 32
"""So many message data share one transaction."""

RETRY = 5.0
LEAST_PAUSE, MOST_PAUSE = 1.0, 60.0
"""Seconds until a provider that failed is asked again to open what waits."""


class Receiving:
    """The way in of a company's conversations."""

    def __init__(
        self,
        desk: Desk,
        providers: Providers,
        member: Callable[[], Member | None],
        *,
        put_out: Callable[[], None],
        renew: Callable[[], None],
        waits: Callable[[], None],
        for_rooms: Callable[[], None],
    ) -> None:
        """Take nothing yet.

        Args:
            desk: shared.
            providers: who opens.
            member: as whom, by the newest company file.
            put_out: receipts were put into the store.
            renew: has the relay give everything again that was not acknowledged.
            waits: what waits is more or less than before.
            for_rooms: something came for rooms.
        """
        self._for_rooms = for_rooms
        self._desk = desk
        self._providers = providers
        self._member = member
        self._put_out = put_out
        self._renew = renew
        self._waits = waits
        self._queue: asyncio.Queue[DeliverData] = asyncio.Queue(maxsize=4 * BATCH)
        self.unsaved = Unsaved()
        self._stirred = asyncio.Event()
        self.tried = asyncio.Event()
        """Set each time some of what waits was opened, or tried."""
        self._at_it = False
        self._all_due = True
        """Whether what was tried before is tried again; at the start it is."""
        self._again = 0.0
        self._pause = LEAST_PAUSE
        self._left = False
        self._wakes = 0
        self._by_hand: decryption.Down = {}
        """Methods that nobody is asked about again, for every message that comes, until something changed."""

    @property
    def busy(self) -> bool:
        """Whether there is something to open now."""
        return self._at_it or self._stirred.is_set()

    # --- what others say ----------------------------------------------------------------

    async def arrived(self, frame: DeliverData) -> None:
        """Take message data in their turn; waits while too many stand before them."""
        await self._queue.put(frame)
        self.unsaved.came(frame.sender)

    def stir(self) -> None:
        """Look at the store again: an envelope brought message data."""
        self._stirred.set()

    def wake(self) -> None:
        """Try all that waits now: the ring, the profile or a provider changed."""
        self._all_due, self._pause = True, LEAST_PAUSE
        self._wakes += 1
        self._by_hand.clear()
        self._stirred.set()

    # --- keep, acknowledge --------------------------------------------------------------

    async def take(self) -> None:
        """Keep what arrives, for as long as the client is open."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._keep(batch)
            for frame in batch:
                self.unsaved.settled(frame.sender)

    async def _keep(self, batch: list[DeliverData]) -> None:
        member, at = self._member(), clock.wall_ms()
        judged = []
        for frame in batch:
            judged.append((frame, choice.judge(member, frame)))
            await asyncio.sleep(0)  # two signatures each: the windows have their turn in between
        while True:
            try:
                kept = await self._desk.db.write(partial(keeping.keep, member, judged, at))
            except TroubleWith as trouble:
                self._desk.report(trouble.situation)  # nothing was kept: the relay has it
                await asyncio.sleep(RETRY)
                continue
            except Exception as error:  # noqa: BLE001 - the border to the wire: one message must not stop all
                self._desk.report(situation_of("message data", error))
                return
            break
        self._desk.tell(*kept.events)
        self._left = self._left or kept.left
        for start in range(0, len(kept.acknowledge), ACKS):
            self._desk.link.send(Ack(kept.acknowledge[start : start + ACKS]))
        self.stir()

    # --- examine, choose, open, save, tell ----------------------------------------------

    async def open(self) -> None:
        """Open what can be opened, for as long as the client is open."""
        while True:
            await self._wait()
            self._stirred.clear()
            # What waits for a provider is older than what just came, and goes first if that works again.
            tried, self._all_due = self._all_due or self._again > 0, False
            self._at_it = True
            part = partial(self._open_all, tried=tried)
            well = await goes_well("company receiving", part, self._desk.report)
            self._at_it = False
            await self._providers.rest()
            if not well:
                self._all_due = self._all_due or tried
                await asyncio.sleep(RETRY)
                self._stirred.set()

    async def _wait(self) -> None:
        left = self._again - clock.now() if self._again else MOST_PAUSE
        try:
            async with asyncio.timeout(max(0.0, left)):
                await self._stirred.wait()
        except TimeoutError:
            if self._again and clock.now() >= self._again:
                self._all_due, self._again = True, 0.0

    async def _open_all(self, *, tried: bool) -> None:
        member = self._member()  # one for all of a turn: what waited longer opens first after a newer file
        after, opened, waiting = 0, False, False
        wakes, down = self._wakes, {**self._by_hand}
        while rows := await self._desk.db.read(partial(_waiting, after, tried)):
            after = rows[-1].seq
            tries = []
            for row in rows:
                tries.append(await self._open(member, row, down))
                await asyncio.sleep(0)  # a key ring never waits: the windows have their turn in between
            answers_as = self._member()  # nobody whom a newer file removed is told anything
            saved = await self._desk.db.write(
                partial(outcomes.save, member, answers_as, tries, clock.wall_ms())
            )
            self._desk.tell(*saved.events)
            self.tried.set()
            opened, waiting = opened or saved.opened, waiting or saved.waits
            if saved.answered:
                self._put_out()
            if saved.for_rooms:
                self._for_rooms()
        if wakes == self._wakes:
            self._by_hand = {one: why for one, why in down.items() if Reason(why.value) in sending.BY_HAND}
        if opened or waiting:
            self._waits()
        if down:
            self._put_off(down)
        elif tried:
            self._again, self._pause = 0.0, LEAST_PAUSE
        if self._left and opened:
            self._left = False
            self._renew()

    def _put_off(self, down: decryption.Down) -> None:
        if all(Reason(cause.value) in sending.BY_HAND for cause in down.values()):
            return
        self._again = clock.now() + self._pause
        self._pause = min(2 * self._pause, MOST_PAUSE)

    async def _open(self, member: Member | None, row: Received, down: decryption.Down) -> Outcome:
        examined = choice.examine(
            member, row.data, row.sender, row.h, found_good=row.found_good, from_history=row.past
        )
        if isinstance(examined, Closed) or member is None:
            said = examined if isinstance(examined, Closed) else Closed(Reason.NOT_JOINED)
            return Outcome(row, said, None)
        if receipt.is_one(examined.head):
            return Outcome(row, receipt.unseal(examined, member.membership.member), examined)
        choices = choice.choose(member, examined)
        opened = await decryption.decrypt(member, self._providers, examined, choices, down)
        return Outcome(row, opened, examined)


def _waiting(after: int, tried: bool, tx: Tx) -> list[Received]:
    return received.waiting(tx, after, BATCH, tried=tried)
