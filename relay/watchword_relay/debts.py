"""What sides of ended handshakes are still owed: the verdict until they have been seen to read it.

A debt is in the store from the moment of the verdict; here is what changed since and waits to be written.
"""

from collections.abc import Callable

from watchword_relay.connection import RelayConnection
from watchword_relay.store.contract import Batch, Ended, Owed, Store


class Debts:
    """Who is owed what.

    Args:
        store: for reading only.
        want: tells the writer that something waits to become durable.
    """

    def __init__(self, store: Store, want: Callable[[], None]) -> None:
        self._store = store
        self._want = want
        self._newer: dict[bytes, tuple[Owed, Owed]] = {}
        self._unwritten: set[bytes] = set()

    def owed_to(self, ended: Ended, side: str) -> Owed:
        """What a side of a handshake is owed now."""
        a, b = self._newer.get(ended.h, (ended.owed_a, ended.owed_b))
        return a if side == ended.a else b

    def owe(self, ended: Ended, side: str, owed: Owed) -> None:
        """Change what a side is owed."""
        if ended.h not in self._newer:
            # What the caller holds may be older than what was written since.
            stored = self._store.ended(ended.h)
            if stored is None:
                return
            self._newer[ended.h] = (stored.owed_a, stored.owed_b)
        a, b = self._newer[ended.h]
        self._newer[ended.h] = (owed, b) if side == ended.a else (a, owed)
        self._unwritten.add(ended.h)
        self._want()

    def cleared_when_read(self, ended: Ended, to: str, connection: RelayConnection) -> None:
        """Owe a side nothing more once it has read what it was just given."""
        connection.when_read(lambda: self.owe(ended, to, Owed.NOTHING))

    def collect(self, batch: Batch) -> set[bytes]:
        """Put the changes into a batch. Returns of which handshakes, for `written` or `not_written`."""
        unwritten, self._unwritten = self._unwritten, set()
        batch.owed = [(h, *self._newer[h]) for h in unwritten]
        return unwritten

    def written(self, handshakes: set[bytes]) -> None:
        """The batch is durable."""
        for h in handshakes - self._unwritten:
            self._newer.pop(h, None)

    def not_written(self, handshakes: set[bytes]) -> None:
        """The batch was lost: the changes wait for the next."""
        self._unwritten |= handshakes
