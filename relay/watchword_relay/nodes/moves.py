"""Moves of handshakes written together: all that came while the last ones were on their way to the disks.

A commit that waits for standbys takes milliseconds, however much is in it. Moves of one handshake stay in
their order. No rule about handshakes lives here. `docs/decisions/0100`.
"""

import asyncio
from functools import partial
from typing import Final

from watchword_relay.store.nodes import Move, Nodes, Stepping
from watchword_relay.writer import Writer

AT_ONCE: Final = 32
"""A group of more would hold up the messages that wait for the same thread."""

_Asked = tuple[Move, asyncio.Future[Stepping]]


class Moves:
    """The moves of all handshakes that this node writes.

    Args:
        nodes: the store's part for several nodes.
        writer: the thread that writes.
    """

    def __init__(self, nodes: Nodes, writer: Writer) -> None:
        self._nodes = nodes
        self._writer = writer
        self._waiting: list[_Asked] = []
        self._under_way = False

    async def make(self, move: Move) -> Stepping:
        """Make a move.

        Raises:
            StoreTrouble: the store does not work.
        """
        future: asyncio.Future[Stepping] = asyncio.get_running_loop().create_future()
        self._waiting.append((move, future))
        self._go()
        return await future

    def _go(self) -> None:
        if self._under_way or not self._waiting:
            return
        self._under_way = True
        asked, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        written = self._writer.run(lambda: self._nodes.make([move for move, _ in asked]))
        written.add_done_callback(partial(self._written, asked))

    def _written(self, asked: list[_Asked], written: asyncio.Future[list[Stepping]]) -> None:
        self._under_way = False
        trouble = written.exception()
        made = [] if trouble is not None else written.result()
        for place, (_, future) in enumerate(asked):
            if future.done():
                continue  # nobody waits for it any more
            if trouble is not None:
                future.set_exception(trouble)
            else:
                future.set_result(made[place])
        self._go()
