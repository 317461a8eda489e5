"""How was a message of a company's conversation sealed, and who has it? For Message info and the ticks."""

import msgspec

from watchword.model.chat import Delivery, Message
from watchword.model.company import Recipient, Sealing
from watchword.store import messages, transaction
from watchword.store.transaction import Tx

_decoder: msgspec.msgpack.Decoder[Sealing] = msgspec.msgpack.Decoder(Sealing)


def keep(tx: Tx, message: int, sealing: Sealing) -> None:
    """Keep how a message was sealed; a message that was sealed anew has the newer one."""
    packed = msgspec.msgpack.encode(sealing)
    tx.execute("insert or replace into sealings (message, packed) values (?, ?)", (message, packed))


def get(tx: Tx, message: int) -> Sealing | None:
    """How a message was sealed; None while an own one is not."""
    row = transaction.one(tx, "select packed from sealings where message = ?", (message,))
    return None if row is None else _decoder.decode(row[0])


def forget(tx: Tx, message: int) -> None:
    """An own message that has not left is not sealed any more."""
    tx.execute("delete from sealings where message = ?", (message,))
    tx.execute("update recipients set h = null where message = ?", (message,))


def address(tx: Tx, message: int, key: bytes, targets: tuple[str, ...]) -> None:
    """Say whom an own text is for; `key` is its 16-byte key."""
    for target in targets:
        tx.execute(
            "insert into recipients (message, account, key) values (?, ?, ?) on conflict do nothing",
            (message, target, key),
        )


def leave_out(tx: Tx, message: int, account: str) -> None:
    """An own text is not for this one any more, who has not got it."""
    tx.execute(
        "delete from recipients where message = ? and account = ? and delivered = 0", (message, account)
    )


def leave_all_out(tx: Tx, message: int) -> None:
    """Whom an own text is for is decided once more; who has it is known."""
    tx.execute("delete from recipients where message = ? and delivered = 0", (message,))


def inside(tx: Tx, message: int, account: str, h: bytes) -> None:
    """Note in which session a text went to a recipient."""
    tx.execute("update recipients set h = ? where message = ? and account = ?", (h, message, account))


def recipients(tx: Tx, message: int) -> tuple[Recipient, ...]:
    """Whom an own text is for, by account id, and who has it."""
    rows = transaction.every(
        tx,
        "select r.account, coalesce(nullif(c.name, ''), r.account), r.delivered from recipients r"
        " left join contacts c on c.account = r.account where r.message = ? order by r.account",
        (message,),
    )
    return tuple(Recipient(account, name, bool(delivered)) for account, name, delivered in rows)


def delivered(tx: Tx, account: str, key: bytes) -> Message | None:
    """A recipient has the text of this 16-byte key. Returns it as it is now; None if that was known."""
    row = transaction.one(tx, "select message from recipients where account = ? and key = ?", (account, key))
    if row is None:
        return None
    tx.execute(
        "update recipients set delivered = 1 where message = ? and account = ? and delivered = 0",
        (row[0], account),
    )
    new = transaction.changed(tx)
    lacking = transaction.one(tx, "select 1 from recipients where message = ? and delivered = 0", (row[0],))
    if lacking is not None:
        partly = messages.move(tx, row[0], Delivery.PARTLY_TAKEN_BACK, among=(Delivery.TAKEN_BACK,))
        return (partly or messages.get(tx, row[0])) if new else None
    return messages.advance(tx, row[0], Delivery.DELIVERED)


def is_addressed(tx: Tx, account: str, key: bytes) -> bool:
    """Whether an own text of this 16-byte key is here that went to this account."""
    row = transaction.one(tx, "select 1 from recipients where account = ? and key = ?", (account, key))
    return row is not None


def strand(tx: Tx, h: bytes) -> list[Message]:
    """Texts that a session carried to somebody who has no receipt of them are undelivered when it ends."""
    rows = transaction.every(
        tx, "select message from recipients where h = ? and delivered = 0 order by message", (h,)
    )
    changed = [messages.strand_one(tx, message) for (message,) in rows]
    return [message for message in changed if message is not None]
