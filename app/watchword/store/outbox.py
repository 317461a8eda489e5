"""What must still reach the relay? Own content from the moment it is written until the relay says OK.

Texts are sealed in the transaction that saves them; content that is sealed later, as receipts are, waits
here in between. A resend repeats the same id and bytes. See `docs/protocol/store.md`, Outbox.
"""

import msgspec

from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId, parse_full_id


class Waiting(msgspec.Struct, frozen=True):
    """Content for an account that is not sealed yet; `h` where it belongs to one session only."""

    id: bytes
    account: str
    content: bytes
    h: bytes | None


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


def put(tx: Tx, send_id: bytes, account: str, content: bytes, *, h: bytes | None = None) -> None:
    """Let content wait to be sealed, behind what waits for this account already."""
    tx.execute(
        "insert into outbox (id, account, h, content) values (?, ?, ?, ?)", (send_id, account, h, content)
    )


def waiting(tx: Tx, account: str, limit: int) -> list[Waiting]:
    """What waits to be sealed for an account, in the order in which it was written."""
    rows = transaction.every(
        tx,
        "select id, account, content, h from outbox where account = ? and sealed is null"
        " order by seq limit ?",
        (account, limit),
    )
    return [Waiting(*row) for row in rows]


def accounts_waiting(tx: Tx) -> list[str]:
    """Accounts for which something waits to be sealed."""
    rows = transaction.every(tx, "select distinct account from outbox where sealed is null order by account")
    return [account for (account,) in rows]


def put_sealed(
    tx: Tx, send_id: bytes, *, h: bytes, target: FullId, sealed: bytes, message: int | None = None
) -> None:
    """Add an envelope, in the transaction that keeps the ratchet's state after it."""
    tx.execute(
        "insert into outbox (id, account, message, h, target, sealed) values (?, ?, ?, ?, ?, ?)",
        (send_id, target.account, message, h, str(target), sealed),
    )


def unacknowledged(tx: Tx, *, after: int = 0, limit: int = 256) -> list[Sealed]:
    """Envelopes without the relay's OK, in order, from the one after `seq` on: to be sent, or sent again."""
    rows = transaction.every(
        tx,
        "select seq, id, target, sealed, message, h from outbox where sealed is not null and seq > ?"
        " order by seq limit ?",
        (after, limit),
    )
    return [Sealed(row[0], row[1], parse_full_id(row[2]), *row[3:]) for row in rows]


def acknowledged(tx: Tx, send_id: bytes) -> int | None:
    """The relay said OK: the row goes. Returns the text's message id, None where there is none."""
    row = transaction.one(
        tx, "delete from outbox where id = ? and sealed is not null returning message", (send_id,)
    )
    return None if row is None else row[0]


def drop(tx: Tx, send_id: bytes) -> None:
    """Take one row out: the relay will never take it, or its content went out another way."""
    tx.execute("delete from outbox where id = ?", (send_id,))


def drop_session(tx: Tx, h: bytes) -> int:
    """A session ended: what was sealed in it, or waits for it, can never be opened. Returns how many go."""
    tx.execute("delete from outbox where h = ?", (h,))
    return tx.changes()
