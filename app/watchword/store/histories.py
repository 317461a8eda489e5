"""How far was the relay's history fetched, where in a chat does it stand, and with whom is it to be shared?

And what came of own texts of other desktops before these texts did.

The place is kept in the transaction that keeps what stands up to it. See `docs/protocol/wire.md`, History.
"""

import msgspec

from watchword.model.roaming import TakenBack
from watchword.store import transaction
from watchword.store.transaction import Tx

EVERYTHING = b""
"""The history of the account, in the place of a room's id."""

MOST_EARLY = 8_192
"""Receipts that are kept for texts that are not here yet, and words that one was taken back."""


class Fetched(msgspec.Struct, frozen=True):
    """How far one history is here."""

    conversation: bytes
    """A room's id, or EVERYTHING."""
    place: int
    total: int
    rest: int
    begun_at: int
    """ms since 1970."""
    news: bool = False
    """Whether all of it was here once: what comes now was missed, and is no past."""


class RecallTold(msgspec.Struct, frozen=True):
    """What another desktop of the account says of an own text that it took back."""

    device: int
    """Which desktop."""
    counted: TakenBack
    some: bool
    """Whether somebody has it, as far as it knows."""


_SELECT = "select conversation, place, total, rest, begun_at, news from histories where open = 1 "


def begin(tx: Tx, conversation: bytes, at: int) -> bool:
    """Fetch a history from now (ms) on; False if that began before."""
    tx.execute(
        "insert into histories (conversation, begun_at, open) values (?, ?, 1) on conflict do nothing",
        (conversation, at),
    )
    return transaction.changed(tx)


def begin_again(tx: Tx, conversation: bytes, chat: int, at: int) -> None:
    """Somebody is in a room once more, from now (ms) on: what was said meanwhile is of the past, too.

    In its chat it stands between what was there, by the clocks of those who wrote it.
    """
    tx.execute(
        "update histories set begun_at = ?, open = 1, news = 0 where conversation = ?", (at, conversation)
    )
    tx.execute(
        "insert into pasts (chat, until_at, last_at) values (?1, ?2, 0)"
        " on conflict (chat) do update set until_at = ?2",
        (chat, at),
    )


def tell_shared_at(tx: Tx, conversation: bytes, at: int) -> None:
    """Say who shared a room's history, once some of it is shown: in its chat at that time (ms); 0: above."""
    tx.execute("update histories set sharer_at = ? where conversation = ?", (at, conversation))


def tell_shared(tx: Tx, conversation: bytes) -> int | None:
    """Where that is to be said now, as `tell_shared_at`; None if it is said already, or not to be."""
    row = transaction.one(
        tx,
        "select sharer_at from histories where conversation = ? and sharer_at is not null",
        (conversation,),
    )
    tx.execute("update histories set sharer_at = null where conversation = ?", (conversation,))
    return None if row is None else row[0]


def unfinished(tx: Tx) -> list[Fetched]:
    """The histories of which more may come: that of the account first."""
    rows = transaction.every(tx, _SELECT + "order by conversation")
    return [
        Fetched(conversation, place, total, rest, begun_at, bool(news))
        for conversation, place, total, rest, begun_at, news in rows
    ]


def advance(tx: Tx, fetched: Fetched, *, place: int, total: int, rest: int) -> None:
    """All up to a place is here; the relay counts `total` and, behind it, `rest`."""
    tx.execute(
        "update histories set place = ?, total = ?, rest = ? where conversation = ?",
        (place, total, rest, fetched.conversation),
    )


def close(tx: Tx, conversation: bytes) -> None:
    """All of it is here."""
    tx.execute("update histories set open = 0, news = 1, rest = 0 where conversation = ?", (conversation,))


def signed_in(tx: Tx, at: int, kept: int) -> None:
    """Signed in (ms): who was away for longer than a message waits (ms) may have missed some."""
    tx.execute(
        "update histories set open = iif(seen_at > 0 and ?1 - seen_at > ?2, 1, open), seen_at = ?1"
        " where conversation = ?3",
        (at, kept, EVERYTHING),
    )


# --- the past in a chat -----------------------------------------------------------------


def moment(tx: Tx, chat: int, sent_at: int, begun_at: int) -> int:
    """When a text of the past stands in a chat (ms): above what was there, below the one before it."""
    row = transaction.one(tx, "select until_at, last_at from pasts where chat = ?", (chat,))
    if row is None:
        first = transaction.one(
            tx, "select at from messages where chat = ? and past = 0 order by at, id limit 1", (chat,)
        )
        until = begun_at if first is None else min(begun_at, first[0] - 1)
        last = 0
    else:
        until, last = row
    at = min(max(sent_at, last), until)
    tx.execute(
        "insert into pasts (chat, until_at, last_at) values (?1, ?2, ?3)"
        " on conflict (chat) do update set last_at = ?3",
        (chat, until, at),
    )
    return at


# --- sharing ----------------------------------------------------------------------------


def share(tx: Tx, conversation: bytes, account: str) -> None:
    """A room's history is to be shared with somebody."""
    tx.execute(
        "insert into shares (conversation, account) values (?, ?) on conflict do nothing",
        (conversation, account),
    )


def to_share(tx: Tx) -> tuple[bytes, str] | None:
    """The next room and account."""
    row = transaction.one(tx, "select conversation, account from shares limit 1")
    return None if row is None else (row[0], row[1])


def shares(tx: Tx, conversation: bytes) -> list[str]:
    """With whom a room's history is still to be shared."""
    rows = transaction.every(tx, "select account from shares where conversation = ?", (conversation,))
    return [account for (account,) in rows]


def shared(tx: Tx, conversation: bytes, account: str) -> None:
    """The relay did it, or it is not to be any more."""
    tx.execute("delete from shares where conversation = ? and account = ?", (conversation, account))


# --- receipts that come before their text --------------------------------------------------


def early(tx: Tx, account: str, key: bytes) -> None:
    """Keep that somebody has an own text that is not here yet."""
    tx.execute(
        "insert into early_receipts (key, account) values (?, ?) on conflict do nothing", (key, account)
    )
    tx.execute(
        "delete from early_receipts"
        " where seq <= (select seq from early_receipts order by seq desc limit 1 offset ?)",
        (MOST_EARLY,),
    )


def take_early(tx: Tx, key: bytes) -> list[str]:
    """Who said so of a text that is here now."""
    rows = transaction.every(tx, "select account from early_receipts where key = ? order by seq", (key,))
    tx.execute("delete from early_receipts where key = ?", (key,))
    return [account for (account,) in rows]


def early_recall(tx: Tx, key: bytes, told: RecallTold) -> None:
    """Keep that another desktop took an own text back that is not here yet."""
    tx.execute(
        "insert into early_recalls (key, device, taken, remains, some) values (?, ?, ?, ?, ?)"
        " on conflict do nothing",
        (key, told.device, told.counted.taken, told.counted.left, int(told.some)),
    )
    tx.execute(
        "delete from early_recalls"
        " where seq <= (select seq from early_recalls order by seq desc limit 1 offset ?)",
        (MOST_EARLY,),
    )


def take_early_recall(tx: Tx, key: bytes) -> RecallTold | None:
    """What was said of a text that is here now."""
    found = "delete from early_recalls where key = ? returning device, taken, remains, some"
    row = transaction.one(tx, found, (key,))
    return None if row is None else RecallTold(row[0], TakenBack(row[1], row[2]), bool(row[3]))
