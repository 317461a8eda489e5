"""What the relay said of what left, on its way into the store: for envelopes and message data alike.

It is kept in memory until the store has it; what that does not take is brought to it again. See
`docs/protocol/wire.md`, Acknowledgement.
"""

from collections.abc import Callable

from watchword.core.desk import Desk
from watchword.core.window import Window
from watchword.model.events import Event
from watchword.store.transaction import Tx

Save = Callable[[Tx, list[bytes], list[bytes]], list[Event]]
"""Notes that the relay has these ids, and that it will never take those; returns what is to be told."""


class Answers:
    """The relay's OKs, and its refusals for good."""

    def __init__(self, desk: Desk, window: Window) -> None:
        self._desk = desk
        self._window = window
        self.acknowledged: list[bytes] = []
        self.never: list[bytes] = []

    async def settle(self, save: Save) -> bool:
        """Bring all of it into the store, in one transaction; False if there was nothing."""
        ids, self.acknowledged = self.acknowledged, []
        never, self.never = self.never, []
        if not ids and not never:
            return False
        try:
            events = await self._desk.db.write(lambda tx: save(tx, ids, never))
        except BaseException:
            self.acknowledged[:0] = ids
            self.never[:0] = never
            raise
        for send_id in [*ids, *never]:
            self._window.settled(send_id)
        self._desk.tell(*events)
        return True
