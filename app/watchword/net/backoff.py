"""How long to wait before the next try to reach the relay. Pure: time and dice arrive as numbers.

Proportional to how long the relay has been away, so that a short cut is mended within seconds, a
relay that is gone for days is asked once a minute, and a restarted relay is not met by all at once.
"""

LEAST_CEILING = 1.0
MOST_CEILING = 60.0
SELDOM = 300.0
"""The least wait for a relay that does not know us, or that we do not: somebody has to repair it first."""
LOCKS_OUT = 1800.0
"""The least wait for a proxy that refused our password: a few of those lock an account in many places."""
_PART_OF_OUTAGE = 30.0
_LEAST_PART = 0.3


def delay(outage: float, roll: float, least: float = 0.0) -> float:
    """Seconds to wait.

    Args:
        outage: seconds since the relay was last reached.
        roll: a random number, 0 ≤ roll < 1.
        least: what the relay itself asked for, in seconds.
    """
    ceiling = min(max(outage / _PART_OF_OUTAGE, LEAST_CEILING), MOST_CEILING)
    return least + ceiling * (_LEAST_PART + (1 - _LEAST_PART) * roll)
