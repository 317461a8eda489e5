"""Turns of the event loop for what goes to very many: some mailboxes in each, then what else came in.

No rule about messages lives here.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from watchword_relay.mailbox import Mailbox

AT_ONCE = 32
"""Mailboxes that are served in one turn."""


class Rounds:
    """Mailboxes that wait to be served.

    Args:
        serve: gives one what it has to get.
    """

    def __init__(self, serve: Callable[[Mailbox], None]) -> None:
        self._serve = serve
        self._waiting: deque[Mailbox] = deque()
        self._loop = asyncio.get_running_loop()

    def add(self, box: Mailbox) -> None:
        """Have a mailbox served in its turn."""
        if not self._waiting:
            self._loop.call_soon(self._go)
        self._waiting.append(box)

    def _go(self) -> None:
        for _ in range(min(AT_ONCE, len(self._waiting))):
            self._serve(self._waiting.popleft())
        if self._waiting:
            self._loop.call_soon(self._go)
