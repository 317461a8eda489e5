"""Which rooms are there, what was signed in each, and what came for them that they have not taken yet?

A room is a chat whose conversation is the room's id. See `docs/protocol/{rooms,store}.md`.
"""

from collections.abc import Mapping

import msgspec

from watchword.model.company import Missed, Sealing
from watchword.model.room import RoomSummary, Unreached
from watchword.protocol.rooms.past import Evidence
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.statement import Founds, room_id
from watchword.store import transaction
from watchword.store.transaction import Tx

TOKEN_BYTES = 8
SENDER_ROWS = 4_096
"""So much news of one account waits to be taken by its rooms, and so much of the past."""


class Shown(msgspec.Struct, frozen=True):
    """What the list of chats shows of a room."""

    name: str
    summary: RoomSummary


class Kept(msgspec.Struct, frozen=True):
    """A room as it is kept."""

    chat: int
    founding: Founds
    statements: tuple[bytes, ...]
    late: frozenset[bytes]
    unknown: dict[str, bytes]
    """Heads that are not known here, by the account that named each."""
    shown: Shown
    standing: bytes


class Origin(msgspec.Struct, frozen=True):
    """What is known of message data that said something to a room."""

    sealing: Sealing
    targets: tuple[str, ...]
    """Accounts."""
    revoked: bool
    """Whether a key that they are sealed under was revoked."""
    past: bool
    """Whether they were fetched from the relay's history."""
    place: int = 0
    """Where they stand in the account's history; 0 where that is not known."""
    digest: bytes = b""


class Arrival(msgspec.Struct, frozen=True):
    """Content that came for a room."""

    seq: int
    room: bytes
    sender: str
    """Account."""
    key: bytes | None
    """Of the session that brought it; None for message data."""
    content: bytes
    origin: Origin | None
    """Of message data."""
    at: int

    def is_shared_with(self, me: str) -> bool:
        """Whether it was not for this account when it was sent."""
        return self.sender != me and self.origin is not None and me not in self.origin.targets


def token_of(arrival: Arrival) -> bytes:
    """By which a room says what becomes of it."""
    return arrival.seq.to_bytes(TOKEN_BYTES)


_founding: msgspec.msgpack.Decoder[Founds] = msgspec.msgpack.Decoder(Founds)
_shown: msgspec.msgpack.Decoder[Shown] = msgspec.msgpack.Decoder(Shown)
_origin: msgspec.msgpack.Decoder[Origin] = msgspec.msgpack.Decoder(Origin)
_ARRIVALS = "select seq, room, sender, key, content, origin, at from room_arrivals where "


# --- rooms ------------------------------------------------------------------------------


def begin(tx: Tx, founding: Founds, shown: Shown, standing: bytes, at: int) -> int:
    """Keep a room that is new here, at time `at` (ms); returns its chat."""
    tx.execute("insert into chats (conversation, moved_at) values (?, ?)", (room_id(founding), at))
    chat = tx.last_insert_rowid()
    values = (chat, msgspec.msgpack.encode(founding), msgspec.msgpack.encode(shown), standing)
    tx.execute("insert into rooms (chat, founding, shown, standing) values (?, ?, ?, ?)", values)
    return chat


def every(tx: Tx) -> list[Kept]:
    """All rooms, with all that was signed in them."""
    rows = transaction.every(tx, "select chat, founding, shown, standing from rooms order by chat")
    return [_kept(tx, *row) for row in rows]


def _kept(tx: Tx, chat: int, founding: bytes, shown: bytes, standing: bytes) -> Kept:
    rows = transaction.every(tx, "select raw, digest, late from statements where room = ?", (chat,))
    late = frozenset(digest for _, digest, is_late in rows if is_late)
    said = tuple(raw for raw, _, _ in rows)
    named = transaction.every(tx, "select account, head from room_unknown where room = ?", (chat,))
    return Kept(chat, _founding.decode(founding), said, late, dict(named), _shown.decode(shown), standing)


def keep(tx: Tx, chat: int, raw: bytes, digest: bytes, answers: Entry | None, *, late: bool) -> None:
    """Keep a statement; one that `answers` an entry in the place of the last one that did."""
    author, key, turn = (
        (None, None, None) if answers is None else (answers.account, answers.key, answers.turn)
    )
    tx.execute(
        "insert or replace into statements (room, digest, author, key, turn, late, raw)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (chat, digest, author, key, turn, int(late), raw),
    )


def lack(tx: Tx, chat: int, unknown: Mapping[str, bytes]) -> None:
    """These heads are not known here, and no others, by the account that named each."""
    tx.execute("delete from room_unknown where room = ?", (chat,))
    rows = [(chat, account, head) for account, head in unknown.items()]
    tx.executemany("insert into room_unknown (room, account, head) values (?, ?, ?)", rows)


def forget(tx: Tx, chat: int, digest: bytes) -> None:
    """A change is void."""
    tx.execute("delete from statements where room = ? and digest = ?", (chat, digest))


def show(tx: Tx, chat: int, shown: Shown, standing: bytes) -> None:
    """What the list of chats shows is another now, and what a message is sealed by."""
    tx.execute(
        "update rooms set shown = ?, standing = ? where chat = ?",
        (msgspec.msgpack.encode(shown), standing, chat),
    )


def shown_from(packed: bytes) -> Shown:
    """A row's."""
    return _shown.decode(packed)


def stands(tx: Tx, room: bytes, standing: bytes) -> bool:
    """Whether a room's list, people and targets are still the ones that a message was sealed by."""
    found = "select 1 from rooms join chats on chats.id = rooms.chat where conversation = ? and standing = ?"
    return transaction.one(tx, found, (room, standing)) is not None


# --- what came --------------------------------------------------------------------------


def arrive(
    tx: Tx,
    room: bytes,
    sender: str,
    content: bytes,
    at: int,
    *,
    key: bytes | None = None,
    origin: Origin | None = None,
) -> bool:
    """Keep content until its room takes it; False if too much of its sender waits.

    What the history held may wait for a room that is never known, so it takes no place of what is news.
    """
    past = int(origin is not None and origin.past)
    found = "select count(*) from room_arrivals where sender = ? and past = ?"
    waiting: int = tx.execute(found, (sender, past)).get
    if waiting >= SENDER_ROWS:
        return False
    packed = None if origin is None else msgspec.msgpack.encode(origin)
    tx.execute(
        "insert into room_arrivals (room, sender, key, content, origin, at, past)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (room, sender, key, content, packed, at, past),
    )
    return True


def forget_arrivals(tx: Tx, before: int) -> None:
    """Forget what came before (ms) and waits for a room that is not known: nothing else waits so long."""
    tx.execute("delete from room_arrivals where at < ?", (before,))


def arrivals(tx: Tx, after: int, limit: int) -> list[Arrival]:
    """What came, in order, behind `after`."""
    rows = transaction.every(tx, _ARRIVALS + "seq > ? order by seq limit ?", (after, limit))
    return [_arrival(*row) for row in rows]


def news(tx: Tx, room: bytes, sender: str) -> int:
    """How much of one person's waits for a room; what the history held is no news."""
    waits = "select count(*) from room_arrivals where room = ? and sender = ? and past = 0"
    found: int = tx.execute(waits, (room, sender)).get
    return found


def arrivals_of(tx: Tx, room: bytes) -> list[Arrival]:
    """What came for one room and is here still."""
    rows = transaction.every(tx, _ARRIVALS + "room = ? order by seq", (room,))
    return [_arrival(*row) for row in rows]


def arrival(tx: Tx, seq: int) -> Arrival | None:
    """One of them."""
    row = transaction.one(tx, _ARRIVALS + "seq = ?", (seq,))
    return None if row is None else _arrival(*row)


def tell(tx: Tx, room: bytes, evidence: Evidence, data: bytes) -> None:
    """Message data of this digest say by where they stand that a statement was made; the first do."""
    tx.execute(
        "insert into room_told (room, digest, shared, place, data) values (?, ?, ?, ?, ?)"
        " on conflict do update set place = excluded.place, data = excluded.data"
        " where excluded.place > 0 and (place = 0 or excluded.place < place)",
        (room, evidence.digest, int(evidence.shared), evidence.place, data),
    )


def stands_at(tx: Tx, data: bytes, place: int) -> None:
    """Message data that had come by themselves were found in the history."""
    tx.execute("update room_told set place = ? where data = ? and place = 0", (place, data))


def told(tx: Tx, room: bytes) -> list[Evidence]:
    """Which statements of a room the history tells of, and where first."""
    rows = transaction.every(tx, "select digest, shared, place from room_told where room = ?", (room,))
    return [Evidence(digest, bool(shared), place) for digest, shared, place in rows]


def taken(tx: Tx, seq: int) -> None:
    """Its room has taken it, or passes it over."""
    tx.execute("delete from room_arrivals where seq = ?", (seq,))


def _arrival(
    seq: int, room: bytes, sender: str, key: bytes | None, content: bytes, origin: bytes | None, at: int
) -> Arrival:
    known = None if origin is None else _origin.decode(origin)
    return Arrival(seq, room, sender, key, content, known, at)


# --- own texts of phrase rooms ----------------------------------------------------------


def wait(tx: Tx, chat: int, message: int) -> None:
    """An own text waits until it can go out."""
    tx.execute("insert into room_texts (message, chat) values (?, ?) on conflict do nothing", (message, chat))


def waiting(tx: Tx, chat: int) -> list[int]:
    """Own texts that wait, in order."""
    rows = transaction.every(tx, "select message from room_texts where chat = ? order by message", (chat,))
    return [message for (message,) in rows]


def went(tx: Tx, message: int) -> None:
    """An own text waits no more."""
    tx.execute("delete from room_texts where message = ?", (message,))


def miss(tx: Tx, message: int, missed: Mapping[str, Unreached]) -> None:
    """These accounts are in, and were not reached by a text, and why; who was noted before is forgotten."""
    tx.execute("delete from room_missed where message = ?", (message,))
    for account, why in missed.items():
        noted = message, account, why.value
        tx.execute("insert into room_missed (message, account, why) values (?, ?, ?)", noted)


def missed(tx: Tx, message: int) -> tuple[Missed, ...]:
    """Those who were in and were not reached, by account id."""
    rows = transaction.every(
        tx,
        "select m.account, coalesce(nullif(c.name, ''), m.account), m.why from room_missed m"
        " left join contacts c using (account) where m.message = ? order by m.account",
        (message,),
    )
    return tuple(Missed(account, name, Unreached(why) if why else None) for account, name, why in rows)
