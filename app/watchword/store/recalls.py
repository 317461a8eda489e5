"""Which own messages are taken back, and what the relay counted?

A row without an answer is asked for again on every connection. See `docs/protocol/wire.md`, Recall.
"""

import msgspec

from watchword.model.roaming import TakenBack
from watchword.store import transaction
from watchword.store.transaction import Tx


class Asked(msgspec.Struct, frozen=True):
    """A message that is to be taken back."""

    id: bytes
    """By which the relay knows it, 16 bytes."""
    message: int
    waited: bool
    """Whether the relay had not said OK to it when that was wished for."""


def ask(tx: Tx, recall_id: bytes, message: int, *, waited: bool) -> None:
    """Remember that a message is to be taken back."""
    tx.execute(
        "insert into recalls (id, message, waited) values (?, ?, ?) on conflict do nothing",
        (recall_id, message, int(waited)),
    )


def unanswered(tx: Tx) -> list[Asked]:
    """What is to be taken back, without an answer."""
    rows = transaction.every(tx, "select id, message, waited from recalls where taken is null")
    return [Asked(recall_id, message, bool(waited)) for recall_id, message, waited in rows]


def get(tx: Tx, recall_id: bytes) -> Asked | None:
    """One without an answer."""
    row = transaction.one(
        tx, "select id, message, waited from recalls where id = ? and taken is null", (recall_id,)
    )
    return None if row is None else Asked(row[0], row[1], bool(row[2]))


def answer(tx: Tx, recall_id: bytes, counted: TakenBack) -> None:
    """Keep what the relay counted."""
    tx.execute(
        "update recalls set taken = ?, remains = ? where id = ?", (counted.taken, counted.left, recall_id)
    )


def forget(tx: Tx, recall_id: bytes) -> None:
    """It was too late: nothing was taken back."""
    tx.execute("delete from recalls where id = ?", (recall_id,))


def of_message(tx: Tx, message: int) -> TakenBack | None:
    """What was counted when a message was taken back; None if it was not."""
    row = transaction.one(
        tx, "select taken, remains from recalls where message = ? and taken is not null", (message,)
    )
    return None if row is None else TakenBack(*row)
