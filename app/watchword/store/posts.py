"""What of a company's conversations must still reach the relay? Content, and message data once sealed.

Written in the transaction that saves the text. One that waits has its reason; the order within a conversation
is that of writing. A resend repeats the same id, and the same bytes until a newer company file has the text
sealed anew. See `docs/protocol/store.md`, Outbox.
"""

import json

import msgspec

from watchword.model.company import Closed
from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.message_data import in_order

_closed: msgspec.msgpack.Decoder[Closed] = msgspec.msgpack.Decoder(Closed)


class Post(msgspec.Struct, frozen=True):
    """Own content for members of the company or a company's room; `data` once it is sealed."""

    seq: int
    id: bytes
    """The message data's, 16 bytes."""
    conversation: bytes
    targets: tuple[str, ...]
    message: int | None
    """The text that it carries; None for a receipt."""
    content: bytes | None
    data: bytes | None
    closed: Closed | None
    """Why it waits to be sealed."""
    inside: bool
    """Whether envelopes of passphrase sessions carry it: then `data` are those of one of its targets."""
    room: bytes | None = None
    """The room it is said to. Whom a text of a room is for is known when it is sealed."""
    said: bytes | None = None
    """What the program itself says to a room; None for texts and receipts."""
    missing: tuple[str, ...] | None = None
    """Those of its targets, and the own account, for whom the relay had no room; None before it took any."""

    @property
    def lane(self) -> str:
        """Within which order is kept: the conversation, or what stands for it."""
        return self.conversation.hex()

    @property
    def size(self) -> int:
        """Bytes that are sent; 0 before it is sealed."""
        return 0 if self.data is None else len(self.data)


_COLUMNS = "seq, id, conversation, targets, message, content, data, closed, inside, room, said, missing"
_SELECT = f"select {_COLUMNS} from posts "  # noqa: S608 - of constants
_TO_SEND = f"""
select {_COLUMNS} from posts
 where data is not null and inside = 0 and seq > ?3
   and (exists (select 1 from json_each(coalesce(missing, targets))
                where value not in (select value from json_each(?1)))
        or missing is null and ?2 not in (select value from json_each(?1)))
 order by seq limit ?4
"""  # noqa: S608 - of constants


def put(
    tx: Tx,
    post_id: bytes,
    conversation: bytes,
    targets: tuple[str, ...],
    content: bytes,
    message: int,
    room: bytes | None = None,
) -> None:
    """Let content wait to be sealed, behind what waits in its conversation already."""
    tx.execute(
        "insert into posts (id, conversation, targets, message, content, room) values (?, ?, ?, ?, ?, ?)",
        (post_id, conversation, json.dumps(targets), message, content, room),
    )


def say(tx: Tx, post_id: bytes, room: bytes, lane: bytes, targets: tuple[str, ...], said: bytes) -> None:
    """Let what the program says to a room wait to be sealed; no text of the room waits in its lane."""
    tx.execute(
        "insert into posts (id, conversation, targets, content, room, said) values (?, ?, ?, ?, ?, ?)",
        (post_id, lane, json.dumps(targets), said, room, said),
    )


def address(tx: Tx, post_id: bytes, targets: tuple[str, ...]) -> bool:
    """Whom it is for is known now, or other people than before; False if all of these have it already."""
    post = get(tx, post_id)
    missing = None
    if post is not None and post.missing is not None:
        had = {*post.targets}.difference(post.missing)
        elsewhere = {*post.missing}.difference(post.targets)  # the own account, for its other desktops
        missing = in_order(elsewhere.union(targets).difference(had))
    values = json.dumps(targets), None if missing is None else json.dumps(missing), post_id
    tx.execute("update posts set targets = ?, missing = ? where id = ?", values)
    return missing != ()


def said_to(tx: Tx, room: bytes) -> list[Post]:
    """Texts of a room that the relay has not said OK to, in order."""
    rows = transaction.every(tx, _SELECT + "where room = ? and message is not null order by seq", (room,))
    return [_post(row) for row in rows]


def put_sealed(tx: Tx, post_id: bytes, conversation: bytes, targets: tuple[str, ...], data: bytes) -> None:
    """Put out message data that carry no text: a receipt."""
    tx.execute(
        "insert into posts (id, conversation, targets, data) values (?, ?, ?, ?)",
        (post_id, conversation, json.dumps(targets), data),
    )


def unsealed(tx: Tx, limit: int, after: int = 0) -> list[Post]:
    """Content to be sealed, in the order of writing, from the one after `after` on."""
    rows = transaction.every(
        tx, _SELECT + "where data is null and seq > ? order by seq limit ?", (after, limit)
    )
    return [_post(row) for row in rows]


def sealed(
    tx: Tx, *, after: int = 0, limit: int = 256, without: tuple[str, ...] = (), me: str = ""
) -> list[Post]:
    """Message data without the relay's OK, in order, from the one after `seq` on: to be sent, or sent again.

    Args:
        tx: the transaction.
        after: the `seq` before the first one.
        limit: the most rows.
        without: accounts that are sent nothing now; what is for no others is left out.
        me: the own account, for whose other desktops everything is, too.
    """
    rows = transaction.every(tx, _TO_SEND, (json.dumps(without), me, after, limit))
    return [_post(row) for row in rows]


def lack(tx: Tx, post_id: bytes, missing: tuple[str, ...]) -> None:
    """Note for whom the relay had no room; all others have it there."""
    tx.execute("update posts set missing = ? where id = ?", (json.dumps(missing), post_id))


def made(tx: Tx, limit: int, after: int = 0) -> list[Post]:
    """Message data that the relay has not said OK to, in envelopes or not, from the one after `after` on."""
    rows = transaction.every(
        tx, _SELECT + "where data is not null and seq > ? order by seq limit ?", (after, limit)
    )
    return [_post(row) for row in rows]


def get(tx: Tx, post_id: bytes) -> Post | None:
    """One by the id of its message data."""
    row = transaction.one(tx, _SELECT + "where id = ?", (post_id,))
    return None if row is None else _post(row)


def of_message(tx: Tx, message: int) -> Post | None:
    """What carries a text to the relay; None once the relay has it."""
    row = transaction.one(tx, _SELECT + "where message = ?", (message,))
    return None if row is None else _post(row)


def seal(tx: Tx, post: Post, data: bytes, *, inside: bool = False) -> bool:
    """Keep the message data in the place of the content; False if it was sealed or dropped meanwhile.

    False, too, if something waits that was written before it in its conversation: a newer company file took
    that back meanwhile. What is `inside` is on its way in the envelopes of the same transaction, and stays
    until `carried`.
    """
    if not is_next(tx, post):
        return False
    tx.execute(
        "update posts set data = ?, content = null, closed = null, inside = ? where id = ? and data is null",
        (data, int(inside), post.id),
    )
    return transaction.changed(tx)


def is_next(tx: Tx, post: Post) -> bool:
    """Whether nothing waits to be sealed that was written before it in its conversation."""
    found = "select 1 from posts where conversation = ? and data is null and seq < ? limit 1"
    return transaction.one(tx, found, (post.conversation, post.seq)) is None


def unseal(tx: Tx, post: Post, content: bytes) -> None:
    """Let content wait once more, where it stood, in the place of the message data made of it."""
    tx.execute(
        "update posts set data = null, content = ?, closed = null, inside = 0 where id = ?",
        (content, post.id),
    )


def close(tx: Tx, post: Post, closed: Closed) -> bool:
    """Note why content waits; False if that is known already."""
    packed = msgspec.msgpack.encode(closed)
    tx.execute(
        "update posts set closed = ? where id = ? and data is null and closed is not ?",
        (packed, post.id, packed),
    )
    return transaction.changed(tx)


def drop(tx: Tx, post_id: bytes) -> Post | None:
    """Take one out: the relay has it, or will never take it, or envelopes carry it. Returns what it was."""
    post = get(tx, post_id)
    tx.execute("delete from posts where id = ?", (post_id,))
    return post


def carried(tx: Tx, message: int) -> Post | None:
    """Take out what carries a text that is on its way no more, or has come already. Returns what it was."""
    post = of_message(tx, message)
    return None if post is None else drop(tx, post.id)


def newest(tx: Tx) -> int:
    """The `seq` of what was written last; 0 where nothing was."""
    found: int = tx.execute("select coalesce(max(seq), 0) from posts").get
    return found


def reason(tx: Tx, conversation: bytes) -> Closed | None:
    """Why own messages of a conversation wait: the first one's reason."""
    row = transaction.one(
        tx,
        "select closed from posts where conversation = ? and closed is not null order by seq limit 1",
        (conversation,),
    )
    return None if row is None else _closed.decode(row[0])


def reasons(tx: Tx) -> frozenset[Closed]:
    """Why own messages wait, of all conversations."""
    rows = transaction.every(tx, "select distinct closed from posts where closed is not null")
    return frozenset(_closed.decode(closed) for (closed,) in rows)


def _post(row: transaction.Row) -> Post:
    seq, post_id, conversation, targets, message, content, data, closed, inside, room, said, missing = row
    return Post(
        seq,
        post_id,
        conversation,
        tuple(json.loads(targets)),
        message,
        content,
        data,
        None if closed is None else _closed.decode(closed),
        bool(inside),
        room,
        said,
        None if missing is None else tuple(json.loads(missing)),
    )
