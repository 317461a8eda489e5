"""Which message data of others came: those that are not open yet, byte for byte, and digests of the rest.

What is here is durable, so the relay may forget it. How much may wait is bounded, per sender and in all. See
`docs/protocol/company.md`, Opening.
"""

from collections import Counter

import msgspec

from watchword.model.company import Closed, Withheld
from watchword.store import transaction
from watchword.store.transaction import Tx

SENDER_ROWS, SENDER_BYTES = 4_096, 64 * 1024 * 1024
"""The most that waits of one terminal that was shown to be a member's."""
ALL_ROWS, ALL_BYTES = 32_768, 256 * 1024 * 1024
"""The most that waits of all of them."""
STRANGE_ROWS, STRANGE_BYTES = 256, 4 * 1024 * 1024
"""The most that waits of all senders who were not shown to be members."""

_closed: msgspec.msgpack.Decoder[Closed] = msgspec.msgpack.Decoder(Closed)


class Received(msgspec.Struct, frozen=True):
    """Message data that wait to be opened."""

    seq: int
    digest: bytes
    sender: str
    """Full id, as the relay or the session says."""
    conversation: bytes
    h: bytes | None
    """The session in whose envelope they came."""
    data: bytes
    closed: Closed | None
    """Why they wait; None until they were tried."""
    found_good: bool
    """Whether their sender was shown to be a member when they came: stays so, whatever becomes of them."""
    past: bool = False
    """Whether they were fetched from the relay's history."""
    place: int = 0
    """Where they stand in it; 0 where that is not known."""


_SELECT = "select seq, digest, sender, conversation, h, data, closed, vouched, past, place from received "


def known(tx: Tx, digest: bytes) -> bool:
    """Whether message data of this digest were taken, or wait."""
    found = "select 1 from digests where digest = ?1 union all select 1 from received where digest = ?1"
    return transaction.one(tx, found, (digest,)) is not None


def has_room(tx: Tx, sender: str, size: int, *, vouched: bool) -> bool:
    """Whether message data of so many bytes may wait too."""
    if not vouched:
        return _fits(tx, "vouched = 0", (), size, STRANGE_ROWS, STRANGE_BYTES)
    of_sender = _fits(tx, "vouched = 1 and sender = ?", (sender,), size, SENDER_ROWS, SENDER_BYTES)
    return of_sender and _fits(tx, "vouched = 1", (), size, ALL_ROWS, ALL_BYTES)


def put(
    tx: Tx,
    digest: bytes,
    sender: str,
    conversation: bytes,
    message: bytes | None,
    data: bytes,
    *,
    vouched: bool,
    at: int,
    h: bytes | None = None,
    past: bool = False,
    place: int = 0,
) -> None:
    """Keep message data as they came, at time `at` (ms); `message` is the id that they name."""
    tx.execute(
        "insert into received (digest, sender, conversation, message, vouched, h, data, at, past, place)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict do nothing",
        (digest, sender, conversation, message, int(vouched), h, data, at, int(past), place),
    )


def stands_at(tx: Tx, digest: bytes, place: int) -> None:
    """What had come by itself and waits was found in the history."""
    tx.execute("update received set place = ? where digest = ? and place = 0", (place, digest))


def came_live(tx: Tx, digest: bytes) -> None:
    """What was fetched from history and waits came by itself as well: it is news, and answered as such."""
    tx.execute("update received set past = 0 where digest = ?", (digest,))


def is_past(tx: Tx, digest: bytes) -> bool:
    """Whether message data wait that were fetched from history and did not come by themselves."""
    return transaction.one(tx, "select 1 from received where digest = ? and past = 1", (digest,)) is not None


def past(tx: Tx, *, tried: bool) -> int:
    """How much that was fetched from history waits to be tried; or stays closed, once it was."""
    which = "is not null" if tried else "is null"
    found: int = tx.execute(f"select count(*) from received where past = 1 and closed {which}").get  # noqa: S608 - words of this module
    return found


def waiting(tx: Tx, after: int, limit: int, *, tried: bool) -> list[Received]:
    """What waits, in the order in which it came, behind `after`; only what was never tried, or all of it."""
    which = "" if tried else "closed is null and "
    rows = transaction.every(tx, f"{_SELECT}where {which}seq > ? order by seq limit ?", (after, limit))
    return [_received(*row) for row in rows]


def close(tx: Tx, row: Received, closed: Closed, *, vouched: bool) -> bool:
    """Note why message data stay closed; False if that is known already."""
    if row.closed == closed:
        return False
    tx.execute(
        "update received set closed = ?, vouched = ? where digest = ?",
        (msgspec.msgpack.encode(closed), int(vouched), row.digest),
    )
    return transaction.changed(tx)


def take(tx: Tx, digest: bytes) -> bool:
    """Take message data out, whose content is kept in this transaction; False if they are gone already."""
    tx.execute("delete from received where digest = ?", (digest,))
    gone = transaction.changed(tx)
    tx.execute("insert into digests (digest) values (?) on conflict do nothing", (digest,))
    return gone


def supersede(tx: Tx, sender: str, message: bytes) -> bool:
    """Take out what stays closed of a text that was opened, sealed differently; False if nothing did."""
    rows = transaction.every(
        tx,
        "select digest from received where sender = ? and vouched = 1 and message = ? and closed is not null",
        (sender, message),
    )
    for (digest,) in rows:
        take(tx, digest)
    return bool(rows)


def drop(tx: Tx, digest: bytes) -> None:
    """Take message data out that will never open."""
    tx.execute("delete from received where digest = ?", (digest,))


def withheld(tx: Tx, conversation: bytes | None = None) -> tuple[Withheld, ...]:
    """What waits, by its reasons, the most frequent first: of a conversation's members, or of everybody."""
    where = ""
    values: transaction.Values = ()
    if conversation is not None:
        where, values = "and vouched = 1 and conversation = ?", (conversation,)
    rows = transaction.every(tx, f"select closed from received where closed is not null {where}", values)  # noqa: S608 - words of this module
    counted = Counter(closed for (closed,) in rows)
    return tuple(Withheld(_closed.decode(closed), count) for closed, count in counted.most_common())


def _fits(tx: Tx, where: str, values: transaction.Values, size: int, rows: int, bytes_: int) -> bool:
    question = f"select count(*), coalesce(sum(length(data)), 0) from received where {where}"  # noqa: S608 - words of this module
    row = transaction.one(tx, question, values)
    assert row is not None  # noqa: S101 - an aggregate has one row
    return bool(row[0] < rows and row[1] + size <= bytes_)


def _received(
    seq: int,
    digest: bytes,
    sender: str,
    conversation: bytes,
    h: bytes | None,
    data: bytes,
    closed: bytes | None,
    vouched: int,
    from_history: int,
    place: int,
) -> Received:
    why = None if closed is None else _closed.decode(closed)
    # Of whom a session brought something nobody has asked yet when it comes; the first try does.
    found_good = bool(vouched) and (h is None or closed is not None)
    return Received(seq, digest, sender, conversation, h, data, why, found_good, bool(from_history), place)
