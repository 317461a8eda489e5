"""Mail that was sent on and need not be written if its recipient acknowledges it at once.

What is written leaves the hopes in the order in which it came for each mailbox: a crash between two commits
must not turn two messages round. `docs/protocol/wire.md`, Acknowledgement.
"""

import asyncio
from collections.abc import Callable

from watchword_relay.mailbox import Copy

RIPE_SECONDS = 0.002


class Hopes:
    """Copies that are not to be written yet.

    Args:
        write: takes what has to be written after all.
    """

    def __init__(self, write: Callable[[list[Copy]], None]) -> None:
        self._write = write
        self._fresh: list[Copy] = []
        self._older: list[Copy] = []
        self._ripe: list[Copy] = []
        self._ripening: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def add(self, copy: Copy) -> None:
        """Hope for the ack of a copy that was just sent on."""
        copy.hoped = True
        copy.box.hoped += 1
        self._fresh.append(copy)
        if self._ripening is None:
            self._ripening = self._loop.call_later(RIPE_SECONDS, self._ripen)

    def end(self, copy: Copy) -> None:
        """Hope no more: it is acknowledged, or goes to be written."""
        if copy.hoped:
            copy.hoped = False
            copy.box.hoped -= 1

    def before(self, copy: Copy) -> list[Copy]:
        """End the hopes for all that came before a copy for its mailbox. Returns them in their order."""
        if not copy.box.hoped:
            return []
        return self._ended([one for one in copy.box.unwritten.values() if one.hoped])

    def with_all_before(self, copy: Copy) -> list[Copy]:
        """End the hope for a copy, with all that came before it. Returns them in their order."""
        if not copy.hoped:
            return []
        waiting = list(copy.box.unwritten.values())
        return self._ended(waiting[: waiting.index(copy) + 1])

    def all(self) -> list[Copy]:
        """The copies that may not have to be written, in their order."""
        return [copy for copy in self._ripe + self._older + self._fresh if copy.hoped]

    def end_all(self) -> None:
        """Have everything written now."""
        if self._ripening is not None:
            self._ripening.cancel()
            self._ripening = None
        due = self._ripe + self._older + self._fresh
        self._ripe, self._older, self._fresh = [], [], []
        self._write(self._ended(due))

    def _ripen(self) -> None:
        """Have written what its recipient did not acknowledge at once.

        Three rounds, because under load a round is one turn of the event loop, and an ack needs two: one in
        which the message leaves, one in which the ack comes in. Some loops look at the clock first in a turn,
        before that ack is read.
        """
        due = self._ended(self._ripe)
        self._ripe = [copy for copy in self._older if copy.hoped]
        self._older = [copy for copy in self._fresh if copy.hoped]
        self._fresh = []
        again = self._ripe or self._older
        self._ripening = self._loop.call_later(RIPE_SECONDS, self._ripen) if again else None
        if due:
            self._write(due)

    def _ended(self, copies: list[Copy]) -> list[Copy]:
        due = [copy for copy in copies if copy.hoped]
        for copy in due:
            self.end(copy)
        return due
