"""What of the outbox is on its way: how much may be, in which order, and which full mailboxes wait.

Bookkeeping in memory; the envelopes themselves stand in the store. See `docs/protocol/wire.md`, Messages.
"""

from typing import NamedTuple

from watchword.core import clock
from watchword.store.outbox import Sealed

MOST = 64
"""So many envelopes are on their way without an OK; the rest waits in the store, not in memory."""

MOST_BYTES = 256 * 1024
"""So many bytes of them at most, but one in any case: more would stand in line longer than OK may take."""


class _Leaving(NamedTuple):
    """An envelope on its way: when it left (`clock.now`), its size, and to which full id."""

    at: float
    size: int
    target: str


class Window:
    """The envelopes without an OK that were handed to the link, in the order of leaving."""

    def __init__(self) -> None:
        self.sent_to = 0
        """The `seq` up to which everything has left, full mailboxes aside."""
        self._leaving: dict[bytes, _Leaving] = {}
        self._full: dict[str, float] = {}

    def __len__(self) -> int:
        """How many are on their way."""
        return len(self._leaving)

    def __contains__(self, send_id: bytes) -> bool:
        """Whether an envelope is on its way."""
        return send_id in self._leaving

    @property
    def full(self) -> tuple[str, ...]:
        """The full ids to which nothing is sent now."""
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

    def is_next(self, row: Sealed, before: int) -> bool:
        """Whether an envelope may leave now, where `before` is the `seq` of the one written before it."""
        return before <= self.sent_to < row.seq and str(row.target) not in self._full

    def left(self, row: Sealed) -> None:
        """Note that one left."""
        self._leaving[row.id] = _Leaving(clock.now(), len(row.sealed), str(row.target))
        self.sent_to = row.seq

    def settled(self, send_id: bytes) -> None:
        """Note that one needs no more waiting for."""
        self._leaving.pop(send_id, None)

    def start_over(self) -> None:
        """Forget what left: it is unknown how far it came."""
        self._leaving.clear()
        self.sent_to = 0

    # --- full mailboxes -----------------------------------------------------------------

    def leave_out(self, send_id: bytes, until: float) -> str:
        """Send nothing to the mailbox that had no room for this one for a while; all others' goes on.

        Returns the full id of that mailbox.
        """
        target = self._leaving[send_id].target
        self._full[target] = until
        for known in [known for known, one in self._leaving.items() if one.target == target]:
            del self._leaving[known]
        return target

    def next_try(self) -> list[float]:
        """When full mailboxes are to be tried again."""
        return [*self._full.values()]

    def take_in(self) -> None:
        """Try full mailboxes again whose time has come, from their first envelope on."""
        due = [target for target, until in self._full.items() if until <= clock.now()]
        for target in due:
            del self._full[target]
        if due:
            self.sent_to = 0

    def take_all_in(self) -> None:
        """Try every full mailbox again."""
        self._full.clear()
