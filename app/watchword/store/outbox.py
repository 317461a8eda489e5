"""What must still reach the relay? Envelopes from the transaction that sealed them until the relay says OK.

A resend repeats the same id and bytes. See `docs/protocol/store.md`, Outbox.
"""

import msgspec

from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId, parse_full_id


class Sealed(msgspec.Struct, frozen=True):
    """An envelope that the relay has not acknowledged; `seq` orders them."""

    seq: int
    id: bytes
    """16 bytes, the same in every repeat."""
    target: FullId
    sealed: bytes
    message: int | None
    """The text that it carries; None for a receipt or an end."""
    h: bytes
    """The session it is sealed in."""


def put_sealed(
    tx: Tx, send_id: bytes, *, h: bytes, target: FullId, sealed: bytes, message: int | None = None
) -> None:
    """Add an envelope, in the transaction that keeps the ratchet's state after it."""
    tx.execute(
        "insert into outbox (id, message, h, target, sealed) values (?, ?, ?, ?, ?)",
        (send_id, message, h, str(target), sealed),
    )


def unacknowledged(tx: Tx, *, after: int = 0, limit: int = 256) -> list[Sealed]:
    """Envelopes without the relay's OK, in order, from the one after `seq` on: to be sent, or sent again."""
    rows = transaction.every(
        tx,
        "select seq, id, target, sealed, message, h from outbox where seq > ? order by seq limit ?",
        (after, limit),
    )
    return [Sealed(row[0], row[1], parse_full_id(row[2]), *row[3:]) for row in rows]


def acknowledged(tx: Tx, send_id: bytes) -> int | None:
    """The relay said OK: the row goes. Returns the text's message id, None where there is none."""
    row = transaction.one(tx, "delete from outbox where id = ? returning message", (send_id,))
    return None if row is None else row[0]


def drop(tx: Tx, send_id: bytes) -> None:
    """Take one envelope out: the relay will never take it."""
    tx.execute("delete from outbox where id = ?", (send_id,))


def drop_session(tx: Tx, h: bytes) -> int:
    """A session ended: what was sealed in it can never be opened. Returns how many envelopes go."""
    tx.execute("delete from outbox where h = ?", (h,))
    return tx.changes()
