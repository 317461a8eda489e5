"""The desktop program as it is after the relay was gone for days: it asks again once a minute only.

For `support.driver`: a test does not wait for days.
"""

from unittest import mock

from watchword.__main__ import main as product
from watchword.net import backoff

ENTRY = "support.long_outage:main"
DAYS = 3 * 24 * 3_600.0
delay = backoff.delay


def _after_days(outage: float, roll: float, least: float = 0.0) -> float:
    return delay(outage + DAYS, roll, least)


def main() -> int:
    """Run the program."""
    with mock.patch.object(backoff, "delay", _after_days):
        return product()
