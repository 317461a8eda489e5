"""What sides of ended handshakes are still owed: each until that side acknowledges it.

A debt is in the store from the moment of the verdict; here is what was given on the connections that stand,
and what changed since and waits to be written. `docs/protocol/wire.md`, Handshakes.
"""

from collections.abc import Callable, Iterator

from watchword_relay.store.contract import Batch, Ended, Owed, RealmStore
from watchword_wire.exchange import ack_of, parse

OWED_AT_ONCE = 256
"""So many endings are given at sign-in; an account that asks as often as it may has 8,640 a day."""

MOST_GIVEN = 1_024
"""So many at most are remembered on one connection; older ones are given again at the next sign-in."""


class Debts:
    """Who is owed what.

    Args:
        store: the realm's, for reading only.
        want: tells the writer that something waits to become durable.
    """

    def __init__(self, store: RealmStore, want: Callable[[], None]) -> None:
        self._store = store
        self._want = want
        self._newer: dict[bytes, tuple[Owed, Owed]] = {}
        self._unwritten: set[bytes] = set()
        self._given: dict[str, dict[bytes, tuple[Ended, Owed]]] = {}
        """By side, on its connection: what it acknowledges, by the id that it does so with."""

        self._after: dict[str, bytes] = {}
        """By side, up to which handshake its endings were given on its connection, if there may be more."""

    def begin(self, side: str) -> None:
        """A side signed in: `next_owed` begins with its first ending."""
        self._after[side] = b""

    def next_owed(self, side: str) -> Iterator[Ended]:
        """What a side is to be given now; of very much the rest follows what it acknowledges."""
        while side in self._after and len(self._given.get(side, ())) < OWED_AT_ONCE // 2:
            page = self._store.owed(side, self._after.pop(side), OWED_AT_ONCE)
            yield from sorted(page, key=lambda ended: ended.at)
            if page:
                self._after[side] = page[-1].h

    def owed_to(self, ended: Ended, side: str) -> Owed:
        """What a side of a handshake is owed now."""
        a, b = self._newer.get(ended.h, (ended.owed_a, ended.owed_b))
        return a if side == ended.a else b

    def owe(self, ended: Ended, side: str, more: Owed) -> None:
        """Owe a side something beside what it is owed already."""
        self._change(ended, side, lambda owed: owed | more)

    def _change(self, ended: Ended, side: str, change: Callable[[Owed], Owed]) -> None:
        newest = self._newer.get(ended.h)
        if newest is None:
            # What the caller holds may be older than what was written since.
            stored = self._store.ended(ended.h)
            if stored is None:
                return
            newest = stored.owed_a, stored.owed_b
        a, b = newest
        changed = (change(a), b) if side == ended.a else (a, change(b))
        if changed != newest:
            self._newer[ended.h] = changed
            self._unwritten.add(ended.h)
            self._want()

    def given(self, ended: Ended, side: str, body: bytes, owed: Owed) -> None:
        """Note that a side was given a message, which it has to acknowledge."""
        ack = ack_of(parse(body))
        if ack is not None:
            given = self._given.setdefault(side, {})
            given.pop(ack, None)
            given[ack] = ended, owed
            if len(given) > MOST_GIVEN:
                del given[next(iter(given))]

    def under_way(self, side: str, h: bytes) -> bool:
        """Whether a side was given an ending and has not acknowledged it, or others have to come first."""
        return side in self._after or any(ended.h == h for ended, _ in self._given.get(side, {}).values())

    def acked(self, side: str, ids: list[bytes]) -> bool:
        """Owe a side no more what it says it has on its disk; all other ids are no business of this room.

        Returns whether there was anything, so that there may be more for it.
        """
        given = self._given.get(side)
        if not given:
            return False
        before = len(given)
        for ack in ids:
            paid = given.pop(ack, None)
            if paid is not None:
                self._pay(side, *paid)
        return len(given) < before

    def _pay(self, side: str, ended: Ended, paid: Owed) -> None:
        self._change(ended, side, lambda owed: owed & ~paid)

    def forget(self, side: str) -> None:
        """Forget what a side was given: its connection is gone, and with it what it has not acknowledged."""
        self._given.pop(side, None)
        self._after.pop(side, None)

    def collect(self, batch: Batch) -> set[bytes]:
        """Put the changes into a batch. Returns of which handshakes, for `written` or `not_written`."""
        unwritten, self._unwritten = self._unwritten, set()
        batch.owed += [(self._store.number, h, *self._newer[h]) for h in unwritten]
        return unwritten

    def written(self, handshakes: set[bytes]) -> None:
        """The batch is durable."""
        for h in handshakes - self._unwritten:
            self._newer.pop(h, None)

    def not_written(self, handshakes: set[bytes]) -> None:
        """The batch was lost: the changes wait for the next."""
        self._unwritten |= handshakes
