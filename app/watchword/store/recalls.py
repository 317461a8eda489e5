"""Which own messages are taken back, and what the relay counted?

A row without an answer is asked for again on every connection. See `docs/protocol/wire.md`, Recall.
"""

import msgspec

from watchword.model.roaming import TakenBack
from watchword.store import transaction
from watchword.store.transaction import Tx

_UNANSWERED = "select id, message, waited, spared from recalls where taken is null"


class Asked(msgspec.Struct, frozen=True):
    """A message that is to be taken back."""

    id: bytes
    """By which the relay knows it, 16 bytes."""
    message: int
    waited: bool
    """Whether it was on its way to some, without the relay's OK, when that was wished for."""
    spared: bool
    """Whether it was not on its way to some, who do not have it, and never will."""


def ask(tx: Tx, recall_id: bytes, message: int, *, waited: bool, spared: bool = False) -> None:
    """Remember that a message is to be taken back."""
    tx.execute(
        "insert into recalls (id, message, waited, spared) values (?, ?, ?, ?) on conflict do nothing",
        (recall_id, message, int(waited), int(spared)),
    )


def unanswered(tx: Tx) -> list[Asked]:
    """What is to be taken back, without an answer."""
    rows = transaction.every(tx, _UNANSWERED)
    return [_asked(*row) for row in rows]


def get(tx: Tx, recall_id: bytes) -> Asked | None:
    """One without an answer."""
    row = transaction.one(tx, _UNANSWERED + " and id = ?", (recall_id,))
    return None if row is None else _asked(*row)


def _asked(recall_id: bytes, message: int, waited: int, spared: int) -> Asked:
    return Asked(recall_id, message, bool(waited), bool(spared))


def answer(tx: Tx, recall_id: bytes, counted: TakenBack) -> None:
    """Keep what the relay counted."""
    tx.execute(
        "update recalls set taken = ?, remains = ? where id = ?", (counted.taken, counted.left, recall_id)
    )


def forget(tx: Tx, recall_id: bytes) -> None:
    """It was too late: nothing was taken back."""
    tx.execute("delete from recalls where id = ?", (recall_id,))


def left(tx: Tx, send_id: bytes, message: int, due_at: int) -> None:
    """Keep by which envelope the relay has a text, and until when (ms); forget those that came further."""
    tx.execute(
        "delete from sends where exists"
        " (select 1 from messages m where m.id = message and m.delivery not in ('waiting', 'relayed'))"
    )
    kept = message, send_id, due_at
    tx.execute("insert or replace into sends (message, id, due_at) values (?, ?, ?)", kept)


def sent_as(tx: Tx, message: int) -> bytes | None:
    """The envelope in which the relay has a text; None where that is not known."""
    row = transaction.one(tx, "select id from sends where message = ?", (message,))
    return None if row is None else row[0]


def in_a_row(tx: Tx, chat: int) -> int:
    """How many texts of a chat were taken back since somebody else wrote there."""
    found: int = tx.execute(
        "select count(*) from recalls r join messages m on m.id = r.message where m.chat = ?1 and m.id >"
        " coalesce((select max(id) from messages where chat = ?1 and mine = 0 and kind = 'text'), 0)",
        (chat,),
    ).get
    return found


def of_message(tx: Tx, message: int) -> TakenBack | None:
    """What was counted when a message was taken back; None if it was not."""
    row = transaction.one(
        tx, "select taken, remains from recalls where message = ? and taken is not null", (message,)
    )
    return None if row is None else TakenBack(*row)
