"""The desktop program to whose rooms a minute is a few seconds; `support.driver` starts it.

Lists that differ are told after a minute: longer than a test should take.
"""

from unittest import mock

from watchword.__main__ import main as product
from watchword.protocol.rooms import doubting

ENTRY = "support.hasty_rooms:main"
AGAIN_S, GRACE_S = 4.0, 1.0
"""Seconds, instead of `doubting.AGAIN_S` and `doubting.GRACE_S`."""


def main() -> int:
    """Run the program."""
    with mock.patch.multiple(doubting, AGAIN_S=AGAIN_S, GRACE_S=GRACE_S):
        return product()
