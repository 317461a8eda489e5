"""Timeout detection (P10): the responder's ring, T2 + 15 s of connected time, 24 h for a pending run.

`now` is seconds on a monotonic clock that counts suspend; the wall clock decides nothing here. T1 and T2
themselves are measured by the relay. See `docs/protocol/exchange.md`, Time.
"""

import msgspec

from watchword_wire.timing import LEAST_LIMIT, MOST_LIMIT, PROMPT_MARGIN, T1_DEFAULT, T2_DEFAULT
from watchword_wire.timing import VERDICT_GRACE as GRACE
from watchword_wire.timing import VERDICT_KEPT as KEPT


class Clock(msgspec.Struct, frozen=True):
    """What one side knows of its run's time."""

    t1_at: float
    """When T1 is over by what the relay said; the requester's ring."""
    left: float
    """Connected seconds that are left until T2 + 15 s, counted at `since`."""
    since: float | None
    """When the connected stretch began that still runs; None while cut off."""
    kept_until: float
    """When the run is given up whatever the connection does."""

    @property
    def ring_ends(self) -> float:
        """When the responder's ring has run out."""
        return self.t1_at - PROMPT_MARGIN

    @property
    def over_at(self) -> float:
        """When the run is over if the connection stays as it is."""
        return self.kept_until if self.since is None else min(self.kept_until, self.since + self.left)


def clamped(milliseconds: int) -> float:
    """Return seconds: what a relay says of T1 or T2, between 10 s and 15 min."""
    return min(max(milliseconds / 1000, LEAST_LIMIT), MOST_LIMIT)


def started(now: float, *, connected: bool, t1: float = T1_DEFAULT, t2: float = T2_DEFAULT) -> Clock:
    """Begin a run's clock; the requester's runs on defaults until the relay has taken the request."""
    return Clock(now + t1, t2 + GRACE, now if connected else None, now + KEPT)


def told(clock: Clock, t1_ms: int, t2_ms: int, now: float) -> Clock:
    """Take the relay's word, given once with the request; it is never taken twice, or a run could last."""
    return Clock(now + clamped(t1_ms), clamped(t2_ms) + GRACE, now, clock.kept_until)


def cut(clock: Clock, now: float) -> Clock:
    """Stop counting: the connection is down."""
    if clock.since is None:
        return clock
    return msgspec.structs.replace(clock, left=clock.left - (now - clock.since), since=None)


def joined(clock: Clock, now: float) -> Clock:
    """Go on counting: the connection is back."""
    return clock if clock.since is not None else msgspec.structs.replace(clock, since=now)


def revived(clock: Clock, age: float, now: float) -> Clock:
    """Return the clock of a stored pending run after a restart; `age` is seconds since it was stored."""
    return Clock(now, clock.left, None, now + KEPT - age)
