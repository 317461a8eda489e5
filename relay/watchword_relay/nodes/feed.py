"""Delivery where other nodes write, too: what is durable is read from the store, many mailboxes at a time.

A message has its place in its mailbox only when it is written, so nothing is delivered before. No rule about
messages lives here. `docs/decisions/0051`.
"""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from watchword_relay.connection import RelayConnection
from watchword_relay.gate import RETRY_SECONDS
from watchword_relay.mailbox import Mailbox
from watchword_relay.store.contract import Stored
from watchword_relay.store.nodes import Nodes, Page

PAGE = 64
"""Messages of one mailbox in one question."""
PAGE_BYTES = 256 * 1024
"""With so many bytes an answer for one mailbox ends: no connection takes more at once."""
BOXES = 128
"""Mailboxes in one question."""

_NOTHING = Page([], more=False)
_Asked = list[tuple[Mailbox, RelayConnection | None, int]]


class Feed:
    """What reads for the mailboxes of one realm.

    Args:
        nodes: the store's part for several nodes.
        served: the time that counts for what is kept, in seconds.
        give: delivers one message; False if the connection takes no more now.
    """

    def __init__(
        self, nodes: Nodes, served: Callable[[], int], give: Callable[[Mailbox, Stored], bool]
    ) -> None:
        self._nodes = nodes
        self._served = served
        self._give = give
        self._loop = asyncio.get_running_loop()
        self._wanted: dict[Mailbox, None] = {}
        self._busy = False
        self._deleted: set[tuple[int, bytes, int]] = set()
        """Acknowledged, and deleted while a question is under way, whose answer may still have them."""

    def deleted(self, acks: Iterable[tuple[int, bytes, int]]) -> None:
        """Note what was acknowledged and is deleted now: mailbox, id, the sender's mailbox."""
        if self._busy:
            self._deleted.update(acks)

    def want(self, box: Mailbox) -> None:
        """Look into a mailbox, because something may have come."""
        connection = box.connection
        if connection is None or connection.choked:
            return
        self._wanted[box] = None
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._ask)  # with what else is wanted in this turn

    def _ask(self) -> None:
        asked: _Asked = []
        for box in list(islice(self._wanted, BOXES)):  # those that have waited longest
            del self._wanted[box]
            if box.connection is not None:
                asked.append((box, box.connection, box.sent_seq))
        if not asked:
            if self._wanted:
                self._loop.call_soon(self._ask)
            else:
                self._busy = False
                self._deleted.clear()
            return
        self._deleted.clear()
        now = self._served()

        def read() -> None:
            try:
                boxes = [(box.key, above) for box, _, above in asked]
                found = self._nodes.waiting_of(boxes, PAGE, PAGE_BYTES, now)
            except Exception:  # a mistake of ours too: nothing would be delivered any more
                self._loop.call_soon_threadsafe(self._failed, asked)
                raise
            else:
                self._loop.call_soon_threadsafe(self._found, asked, found)

        self._nodes.read(read)

    def _found(self, asked: _Asked, found: dict[int, Page]) -> None:
        for box, connection, above in asked:
            # Of a connection that came since, everything is to be read anew.
            if box.connection is connection and box.sent_seq == above:
                self._deliver(box, found.get(box.key, _NOTHING))
        self._ask()

    def _deliver(self, box: Mailbox, page: Page) -> None:
        for stored in page.messages:
            gone = (box.key, stored.id, stored.origin) in self._deleted
            if not gone and not self._give(box, stored):
                return
        if page.more:
            self._wanted[box] = None

    def _failed(self, asked: _Asked) -> None:
        self._wanted.update((box, None) for box, _, _ in asked)
        self._loop.call_later(RETRY_SECONDS, self._ask)
