"""The handshakes of a realm that have no verdict yet: by h, by side, and by when their time may be up."""

from collections.abc import Callable, Iterator

from watchword_relay.deadlines import Deadlines
from watchword_relay.handshakes import Live


class LiveRuns:
    """In memory only.

    Args:
        now: the relay's monotonic clock.
        look: called when the time of one may be up.
    """

    def __init__(self, now: Callable[[], float], look: Callable[[], None]) -> None:
        self._runs: dict[bytes, Live] = {}
        self._by_side: dict[str, set[bytes]] = {}
        self._deadlines = Deadlines(now, look)

    def __contains__(self, h: bytes) -> bool:
        """Whether this one has no verdict."""
        return h in self._runs

    def get(self, h: bytes) -> Live | None:
        """The one with this h."""
        return self._runs.get(h)

    def of(self, side: str) -> list[Live]:
        """Those of a terminal."""
        return [self._runs[h] for h in self._by_side.get(side, ())]

    def passed(self) -> Iterator[Live]:
        """Those at which the clock has to be looked now."""
        for h in self._deadlines.passed():
            if (live := self._runs.get(h)) is not None:
                yield live

    def keep(self, live: Live) -> None:
        """Keep a new one, or one as it stands now."""
        before = self._runs.get(live.h)
        self._runs[live.h] = live
        if before is None:
            for side in (live.a, live.b):
                self._by_side.setdefault(side, set()).add(live.h)
        if before is None or before.due != live.due:
            self._deadlines.add(live.due, live.h)

    def remove(self, h: bytes) -> None:
        """Forget one: it has a verdict, or could not be written."""
        live = self._runs.pop(h, None)
        if live is not None:
            for side in (live.a, live.b):
                self._by_side[side].discard(h)
                if not self._by_side[side]:
                    del self._by_side[side]

    def stop(self) -> list[Live]:
        """Look at the clock no more. Returns all."""
        self._deadlines.stop()
        return list(self._runs.values())
