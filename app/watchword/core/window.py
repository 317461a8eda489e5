"""What is on its way to the relay: how much may be, in which order, and which full mailboxes wait.

Bookkeeping in memory; what is sent stands in the store. It goes in *lanes*, within which order is kept: an
envelope's is its target, that of message data their conversation. See `docs/protocol/wire.md`, Messages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from watchword.core import clock
from watchword_wire.timing import OK_DEADLINE

MOST = 64
"""So many envelopes are on their way without an OK; the rest waits in the store, not in memory."""

MOST_BYTES = 256 * 1024
"""So many bytes of them at most, but one in any case: more would stand in line longer than OK may take."""


PAGE = 16
"""So many are read from the store at once."""


class Row(Protocol):
    """What may leave: an envelope, or message data."""

    @property
    def seq(self) -> int:
        """Its place in the store, and in its lane."""
        ...

    @property
    def id(self) -> bytes:
        """By which the relay answers."""
        ...

    @property
    def lane(self) -> str:
        """What it must not overtake within."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...


_Row = TypeVar("_Row", bound=Row)


class _Leaving(NamedTuple):
    """Something on its way: when it left (`clock.now`), its size and its lane."""

    at: float
    size: int
    lane: str


class Filled(NamedTuple):
    """What came of letting things leave."""

    more: bool
    """Whether to look again at once."""
    nothing_waits: bool
    """Whether all is out and has its OK."""


class Window:
    """What was handed to the link and has no OK, in the order of leaving."""

    def __init__(self) -> None:
        self.sent_to = 0
        """The `seq` up to which everything has left, full mailboxes aside."""
        self.renewals = 0
        """How often the store was said to hold something else than what may just have been read."""
        self._leaving: dict[bytes, _Leaving] = {}
        self._full: dict[str, float] = {}

    def __len__(self) -> int:
        """How many are on their way."""
        return len(self._leaving)

    def __contains__(self, send_id: bytes) -> bool:
        """Whether something is on its way."""
        return send_id in self._leaving

    @property
    def full(self) -> tuple[str, ...]:
        """The lanes in which nothing is sent now."""
        return tuple(self._full)

    @property
    def oldest(self) -> float | None:
        """When the first one left that has no OK yet."""
        return next((one.at for one in self._leaving.values()), None)

    def room(self) -> int:
        """How many more may leave."""
        return MOST - len(self._leaving)

    def fits(self, size: int) -> bool:
        """Whether one more of this size may leave."""
        under_way = sum(one.size for one in self._leaving.values())
        return self.room() > 0 and (not under_way or under_way + size <= MOST_BYTES)

    def is_next(self, row: Row, before: int) -> bool:
        """Whether one may leave now, where `before` is the `seq` of the one written before it."""
        return before <= self.sent_to < row.seq and row.lane not in self._full

    def left(self, row: Row) -> None:
        """Note that one left."""
        self._leaving[row.id] = _Leaving(clock.now(), row.size, row.lane)
        self.sent_to = row.seq

    def settled(self, send_id: bytes) -> None:
        """Note that one needs no more waiting for."""
        self._leaving.pop(send_id, None)

    def start_over(self) -> None:
        """Forget what left: it is unknown how far it came."""
        self._leaving.clear()
        self.sent_to = 0

    def renew(self) -> None:
        """What is being read was taken back meanwhile: it is read once more before anything leaves."""
        self.renewals += 1

    def read_anew(self) -> None:
        """Something that was passed over may leave now: it is read from the start; what has left has left."""
        self.renew()
        self.sent_to = 0

    async def waits(self, stirred: asyncio.Event, *, online: bool, paused_to: float) -> int:
        """Wait until stirred, something has no OK for too long, or a pause of the relay's is over.

        Returns how many had no OK in time; these leave once more.
        """
        moments = [paused_to] if paused_to > clock.now() else []
        moments += self.next_try()
        if self.oldest is not None and online:
            moments.append(self.oldest + OK_DEADLINE)
        left = min(moments, default=clock.now() + OK_DEADLINE) - clock.now()
        try:
            async with asyncio.timeout(max(0.0, left)):
                await stirred.wait()
        except TimeoutError:
            if self.oldest is not None and clock.now() - self.oldest >= OK_DEADLINE:
                late = len(self)
                self.start_over()
                return late
        return 0

    # --- full mailboxes -----------------------------------------------------------------

    def leave_out(self, send_id: bytes, until: float) -> str:
        """Send nothing for a while in the lane of this one, for which there was no room; all others go on.

        Returns that lane.
        """
        lane = self._leaving[send_id].lane
        self.pause(lane, until)
        for known in [known for known, one in self._leaving.items() if one.lane == lane]:
            del self._leaving[known]
        return lane

    def pause(self, lane: str, until: float) -> None:
        """Let nothing more leave in a lane for a while."""
        self._full[lane] = until

    def next_try(self) -> list[float]:
        """When full mailboxes are to be tried again."""
        return [*self._full.values()]

    def take_in(self) -> None:
        """Try full mailboxes again whose time has come, from the first that waits for them on."""
        due = [lane for lane, until in self._full.items() if until <= clock.now()]
        for lane in due:
            del self._full[lane]
        if due:
            self.sent_to = 0

    def take_all_in(self) -> None:
        """Try every full mailbox again."""
        self._full.clear()


async def fill(
    window: Window,
    read: Callable[[int, int, tuple[str, ...]], Awaitable[Sequence[_Row]]],
    leaves: Callable[[_Row], bool],
) -> Filled:
    """Let leave what is next, in order, as far as there is room.

    Args:
        window: what is on its way.
        read: gives what stands behind a `seq`, so many, without the lanes that are named.
        leaves: hands one to the link and notes it in the window; False while that is not possible.
    """
    room = min(window.room(), PAGE)
    if room <= 0:
        return Filled(more=False, nothing_waits=False)
    before = after, full, _ = window.sent_to, window.full, window.renewals
    # After a pause of some lane the first rows may be on their way already.
    limit = room + (0 if after else len(window))
    rows = await read(after, limit, full)
    if before != (window.sent_to, window.full, window.renewals):
        return Filled(more=True, nothing_waits=False)  # started over meanwhile: these may come too early
    for row in rows:
        if row.id not in window and not leaves(row):
            return Filled(more=False, nothing_waits=False)
        window.sent_to = row.seq
    return Filled(len(rows) == limit, nothing_waits=not rows and not window and not full)
