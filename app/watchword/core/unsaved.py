"""Whose frames of one kind are on their way into the store; those of another kind wait for them.

Envelopes and message data have a queue each. Frames of one sender enter the store in the order in which the
relay gave them, because whoever gives a frame to one queue waits until the other holds none of that sender's.
See `docs/protocol/wire.md`, Order.
"""

import asyncio
from collections import Counter


class Unsaved:
    """The senders of what stands in one queue, or is being saved."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._senders: Counter[str] = Counter()
        self._fewer = asyncio.Event()

    def came(self, sender: str) -> None:
        """A frame of theirs was put into the queue just now."""
        self._senders[sender] += 1

    def settled(self, sender: str) -> None:
        """One of theirs is saved, put away, or left with the relay."""
        self._senders[sender] -= 1
        if not self._senders[sender]:
            del self._senders[sender]
        self._fewer.set()

    async def none_of(self, sender: str) -> None:
        """Wait until nothing of a sender's is on its way."""
        while sender in self._senders:
            self._fewer.clear()
            await self._fewer.wait()
