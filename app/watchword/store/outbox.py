"""What must still reach the relay? Own content from the moment it is written until the relay says OK.

A row is first *waiting* (content, not sealed), then *sealed* (target and envelope; a resend repeats the same
id and bytes), then gone. See `docs/protocol/store.md`, Outbox.
"""

import msgspec

from watchword.store import transaction
from watchword.store.transaction import Tx, changed
from watchword_wire.ids import FullId, parse_full_id


class Waiting(msgspec.Struct, frozen=True):
    """Content that is not sealed yet, for an account; `h` where it belongs to one session only."""

    id: bytes
    account: str
    content: bytes
    message: int | None
    h: bytes | None


class Sealed(msgspec.Struct, frozen=True):
    """An envelope that the relay has not acknowledged; `seq` orders them."""

    seq: int
    id: bytes
    target: FullId
    sealed: bytes
    message: int | None
    h: bytes


def put(
    tx: Tx,
    send_id: bytes,
    account: str,
    content: bytes,
    *,
    message: int | None = None,
    h: bytes | None = None,
) -> None:
    """Let content wait for its turn; an id that stands there already changes nothing."""
    tx.execute(
        "insert into outbox (id, account, message, h, content) values (?, ?, ?, ?, ?)"
        " on conflict (id) do nothing",
        (send_id, account, message, h, content),
    )


def waiting(tx: Tx, account: str, limit: int) -> list[Waiting]:
    """What waits to be sealed for an account, in the order it was written."""
    rows = transaction.every(
        tx,
        "select id, account, content, message, h from outbox where account = ? and sealed is null"
        " order by seq limit ?",
        (account, limit),
    )
    return [Waiting(*row) for row in rows]


def accounts_waiting(tx: Tx) -> list[str]:
    """Accounts for which something waits to be sealed."""
    rows = transaction.every(tx, "select distinct account from outbox where sealed is null order by account")
    return [account for (account,) in rows]


def seal(tx: Tx, send_id: bytes, *, h: bytes, target: FullId, sealed: bytes) -> bool:
    """Put the envelope in the place of its content; False if that row is not waiting (any more)."""
    tx.execute(
        "update outbox set h = ?, target = ?, sealed = ?, content = null where id = ? and sealed is null",
        (h, str(target), sealed, send_id),
    )
    return changed(tx)


def put_sealed(
    tx: Tx, send_id: bytes, *, h: bytes, target: FullId, sealed: bytes, message: int | None = None
) -> None:
    """Add an envelope that was sealed in this very transaction: a receipt, an `end`."""
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
    """Take one row out, whatever its state: the relay will never take it."""
    tx.execute("delete from outbox where id = ?", (send_id,))


def drop_session(tx: Tx, h: bytes) -> int:
    """A session ended: what was sealed in it, or must be, can never be opened. Returns how many rows."""
    tx.execute("delete from outbox where h = ?", (h,))
    return tx.changes()


def drop_waiting(tx: Tx, account: str) -> int:
    """Take out everything for an account that is not sealed; the texts themselves stay in the chat."""
    tx.execute("delete from outbox where account = ? and sealed is null", (account,))
    return tx.changes()
