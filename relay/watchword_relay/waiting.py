"""Connections that may stay long without having signed in: new desktops that wait to be approved.

Nobody has to be known to wait, so that it is limited how many do, of one source and in all: what is held open
cheaply must not become much. `docs/protocol/wire.md`, More terminals.
"""

from collections import Counter, OrderedDict

from watchword_relay.connection import RelayConnection
from watchword_relay.limits import Limits
from watchword_wire.timing import APPLICATION_KEPT


class Waiting:
    """Who waits, and until when. Times are monotonic seconds."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.waiting
        self._most_of_source = limits.waiting_of_source
        self._until: OrderedDict[RelayConnection, tuple[float, str]] = OrderedDict()
        self._of_source: Counter[str] = Counter()

    def __contains__(self, connection: RelayConnection) -> bool:
        """Whether a connection may stay."""
        return connection in self._until

    def enter(self, connection: RelayConnection, source: str, now: float) -> bool:
        """Let a connection wait from now on; one that does already begins anew. False if there is no room."""
        self.leave(connection)
        if len(self._until) >= self._most or self._of_source[source] >= self._most_of_source:
            return False
        self._until[connection] = now + APPLICATION_KEPT, source
        self._of_source[source] += 1
        return True

    def leave(self, connection: RelayConnection) -> None:
        """It signed in, or is gone."""
        known = self._until.pop(connection, None)
        if known is not None:
            _, source = known
            self._of_source[source] -= 1
            if not self._of_source[source]:
                del self._of_source[source]

    def over(self, now: float) -> list[RelayConnection]:
        """Those whose time is up; they wait no more."""
        done = []
        for connection, (until, _) in self._until.items():
            if until > now:
                break  # they stand in the order in which they came
            done.append(connection)
        for connection in done:
            self.leave(connection)
        return done
