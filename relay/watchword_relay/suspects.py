"""Networks that tried wrong keys or opened too many connections, so that an operator knows whom to block.

In memory only, of the last 24 hours, a bounded number of each hour: nothing of it is ever written down, and
after a day nobody can learn it any more.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

HOURS = 24
MOST_OF_AN_HOUR = 1_000
MOST_TOLD = 50
_HOUR = 3_600.0


class Suspect(NamedTuple):
    """What came from one network."""

    source: str
    failed: int
    """Wrong keys and invitations."""
    refused: int
    """Connections that were too many."""


class Suspects:
    """Who they are. `now` is monotonic, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._hours: deque[tuple[int, dict[str, Suspect]]] = deque()

    def failed(self, source: str) -> None:
        """Note a wrong key or invitation."""
        self._note(Suspect(source, 1, 0))

    def refused(self, source: str) -> None:
        """Note a connection that was too many."""
        self._note(Suspect(source, 0, 1))

    def _note(self, one: Suspect) -> None:
        hour = self.forget()
        if not self._hours or self._hours[-1][0] != hour:
            self._hours.append((hour, {}))
        noted = self._hours[-1][1]
        if one.source in noted or len(noted) < MOST_OF_AN_HOUR:
            noted[one.source] = _both(noted.get(one.source), one)

    def told(self) -> list[Suspect]:
        """Those with the most."""
        self.forget()
        found: dict[str, Suspect] = {}
        for _, noted in self._hours:
            for source, one in noted.items():
                found[source] = _both(found.get(source), one)
        return sorted(found.values(), key=lambda one: (-one.failed - one.refused, one.source))[:MOST_TOLD]

    def forget(self) -> int:
        """Let go of what is over a day old: asked again and again, for nobody may try any more.

        Returns:
            The hour that it is.
        """
        hour = int(self._now() // _HOUR)
        while self._hours and self._hours[0][0] <= hour - HOURS:
            self._hours.popleft()
        return hour


def _both(one: Suspect | None, other: Suspect) -> Suspect:
    if one is None:
        return other
    return Suspect(other.source, one.failed + other.failed, one.refused + other.refused)
