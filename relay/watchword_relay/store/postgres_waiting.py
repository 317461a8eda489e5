"""What waits in mailboxes, read from PostgreSQL: of several at once, in one way for all who read it.

Each mailbox is read by a statement of its own within `waiting_of` (`postgres.sql`), because a distributed
PostgreSQL plans none that begins to read at several places: `docs/decisions/0097`.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from watchword_relay.store.contract import Stored
from watchword_relay.store.nodes import Page
from watchword_relay.store.postgres_session import Row

_WAITING_OF = """SELECT mailbox, seq, size, id, sender, coalesce(waits.body, body.data, body_of(digest)),
        organisation IS NOT NULL, origin
    FROM waiting_of(%s, %s, %s, %s, %s, %s) AS waits LEFT JOIN body USING (digest)"""
"""Where messages are on another machine than bodies, a message may be newer than the bodies joined here."""


ALL_BYTES: Final = 2**62
"""However many they are."""


def waiting_of(
    rows: Callable[..., list[Row]],
    asked: Sequence[tuple[int, int]],
    most: int,
    most_bytes: int,
    now: int,
    since: int,
) -> dict[int, Page]:
    """Messages of mailboxes above a number each, in order.

    Args:
        rows: runs one statement.
        asked: mailboxes, each with the number.
        most: of one mailbox.
        most_bytes: none of one mailbox comes behind so many.
        now: what is over by then is left out.
        since: so is what came before.
    """
    boxes, numbers = map(list, zip(*asked, strict=True))
    found = sorted(rows(_WAITING_OF, boxes, numbers, now, since, most, most_bytes))
    return {mailbox: _page([*of_one], most, most_bytes) for mailbox, of_one in groupby(found, itemgetter(0))}


def _page(found: list[Row], most: int, most_bytes: int) -> Page:
    """What is there of one mailbox; what is deleted by now, with the last that stood for its body, counts."""
    there = [
        Stored(seq, message_id, sender, body, *more)
        for _, seq, _, message_id, sender, body, *more in found
        if body is not None
    ]
    return Page(there, len(found) == most or sum(size for _, _, size, *_ in found) >= most_bytes)
