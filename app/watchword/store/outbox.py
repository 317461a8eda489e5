"""What must still reach the relay? Own content from the moment it is written until the relay says OK.

Texts are sealed in the transaction that saves them; content that is sealed later, as receipts are, waits
here in between. A resend repeats the same id and bytes. See `docs/protocol/store.md`, Outbox.
"""

import json

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

    @property
    def lane(self) -> str:
        """Within which order is kept: the full id it goes to."""
        return str(self.target)

    @property
    def size(self) -> int:
        """Bytes that are sent."""
        return len(self.sealed)


_SEALED = "select seq, id, target, sealed, message, h from outbox where sealed is not null "


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


def unacknowledged(
    tx: Tx, *, after: int = 0, limit: int = 256, without: tuple[str, ...] = ()
) -> list[Sealed]:
    """Envelopes without the relay's OK, in order, from the one after `seq` on: to be sent, or sent again.

    Args:
        tx: the transaction.
        after: the `seq` before the first one.
        limit: the most rows.
        without: full ids whose envelopes are left out.
    """
    rows = transaction.every(
        tx,
        "select seq, id, target, sealed, message, h from outbox where sealed is not null and seq > ?"
        " and target not in (select value from json_each(?)) order by seq limit ?",
        (after, json.dumps(without), limit),
    )
    return [_sealed(*row) for row in rows]


def targets(tx: Tx) -> list[FullId]:
    """To whom something waits to be sent in a session that stands; a goodbye is in none."""
    rows = transaction.every(
        tx,
        "select distinct o.target from outbox o join sessions s on s.h = o.h"
        " where o.sealed is not null and s.state <> 'ended'",
    )
    return [parse_full_id(target) for (target,) in rows]


def newest(tx: Tx) -> tuple[Sealed, int]:
    """The envelope that was written last, and the `seq` of the one before it; 0 where there is none."""
    rows = transaction.every(
        tx,
        "select seq, id, target, sealed, message, h from outbox where sealed is not null"
        " order by seq desc limit 2",
    )
    return _sealed(*rows[0]), rows[1][0] if len(rows) > 1 else 0


def acknowledged(tx: Tx, send_id: bytes) -> int | None:
    """The relay said OK: the row goes. Returns the text's message id, None where there is none.

    A text that several envelopes carry, one to each member of a conversation, is told with the last.
    """
    row = transaction.one(
        tx,
        "delete from outbox where id = ? and sealed is not null returning message, message is not null"
        " and exists (select 1 from outbox o where o.message = outbox.message and o.id <> outbox.id)",
        (send_id,),
    )
    return None if row is None or row[1] else row[0]


def of_message(tx: Tx, message: int) -> bytes | None:
    """The id of the envelope that carries a text; None where there is none."""
    row = transaction.one(tx, "select id from outbox where message = ? and sealed is not null", (message,))
    return None if row is None else row[0]


def drop(tx: Tx, send_id: bytes) -> None:
    """Take one row out: the relay will never take it, or its content went out another way."""
    tx.execute("delete from outbox where id = ?", (send_id,))


def count(tx: Tx, h: bytes) -> int:
    """How many envelopes of a session the relay has not said OK to."""
    found: int = tx.execute("select count(*) from outbox where h = ? and sealed is not null", (h,)).get
    return found


def drop_message(tx: Tx, message: int) -> bool:
    """Take back every envelope that carries a text; False if none of them was left."""
    tx.execute("delete from outbox where message = ?", (message,))
    return transaction.changed(tx)


def drop_texts(tx: Tx, account: str, chat: int) -> list[int]:
    """Take back every envelope to an account that carries a text of a chat; returns these texts."""
    rows = transaction.every(
        tx,
        "delete from outbox where account = ? and message in (select id from messages where chat = ?)"
        " returning message",
        (account, chat),
    )
    return [message for (message,) in rows]


def carries(tx: Tx, message: int) -> bool:
    """Whether an envelope with a text has no OK yet."""
    return transaction.one(tx, "select 1 from outbox where message = ? limit 1", (message,)) is not None


def drop_session(tx: Tx, h: bytes) -> int:
    """A session ended: what was sealed in it, or waits for it, can never be opened. Returns how many go."""
    tx.execute("delete from outbox where h = ?", (h,))
    return tx.changes()


def _sealed(seq: int, send_id: bytes, target: str, sealed: bytes, message: int | None, h: bytes) -> Sealed:
    return Sealed(seq, send_id, parse_full_id(target), sealed, message, h)
