"""When a computer that asks to be added is worth a notification: anybody who knows the id can ask, so seldom.

Nothing is decided by it: the settings show who asks, and only the words add somebody.
"""

import time

from watchword.ui.notify import Notifier

_MOST_SEEN = 1_000
SELDOM_S = 600.0
"""So long after a notification there is no other one, whoever asks."""


class Newcomers:
    """One notification at a time, taken back when nobody asks any more."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._seen: set[str] = set()
        self._told_at = -SELDOM_S

    def are(self, asking: set[str]) -> None:
        """These ask now."""
        fresh = asking - self._seen  # who waits for hours asks anew every few minutes
        self._seen = self._seen | asking if len(self._seen) < _MOST_SEEN else set(asking)
        now = time.monotonic()
        if fresh and now - self._told_at >= SELDOM_S:
            self._told_at = now
            self._notifier.newcomer()
        elif not asking:
            self._notifier.forget_newcomer()
