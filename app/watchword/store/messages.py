"""What was said in a chat: rows in the order (at, id), pages of them, and how far own texts have come.

A page is found by key, `(at, id) < (?, ?) order by at desc, id desc`, on one index; a test holds the query
plan, because the same page by `id` alone is a thousand times slower.
"""

import msgspec

from watchword.model.chat import Delivery, Message, MessageKind, Notice, Page
from watchword.model.room import RoomLine
from watchword.store import transaction
from watchword.store.transaction import Tx, Values

_SELECT = "select id, chat, kind, mine, text, at, delivery, notice, sender, line, device from messages where "
LATEST = _SELECT + "chat = ? order by at desc, id desc limit ?"
BEFORE = _SELECT + "chat = ? and (at, id) < (?, ?) order by at desc, id desc limit ?"
AFTER = _SELECT + "chat = ? and (at, id) > (?, ?) order by at, id limit ?"
FIRST_UNREAD = """
select id, chat, kind, mine, text, at, delivery, notice, sender, line, device from messages
 where chat = ?1 and id > (select read_to from chats where id = ?1) and mine = 0 and kind = 'text'
   and past = 0
 order by id limit 1
"""
_OWN = (
    _SELECT + "chat = ? and mine = 1 and kind = 'text' and delivery <> 'delivered'"
    " and delivery in (?, ?) order by at, id"
)
_ADD = """
insert into messages (chat, kind, mine, text, at, delivery, notice, key, sender, line, device, past)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing returning id, chat, kind, mine, text, at, delivery, notice, sender, line, device
"""
_DELIVERY = """
update messages set delivery = ? where id = ?
    returning id, chat, kind, mine, text, at, delivery, notice, sender, line, device
"""
_FORWARD = """
update messages set at = ?, past = 0 where id = ?
    returning id, chat, kind, mine, text, at, delivery, notice, sender, line, device
"""
_BRING_BACK = """
update messages set at = ?1 where chat = ?2 and at > ?1
    returning id, chat, kind, mine, text, at, delivery, notice, sender, line, device
"""
_DUE = """
select m.id, m.chat, kind, mine, text, at, delivery, notice, sender, line, device
  from sends s join messages m on m.id = s.message join chats c on c.id = m.chat
 where s.due_at between 1 and ? and m.delivery = 'relayed' and c.account is not null order by m.id
"""
_READ_SHARE = 3
"""One row in three of a page around the first unread one was read before."""
_line: msgspec.msgpack.Decoder[RoomLine] = msgspec.msgpack.Decoder(RoomLine)
_STEPS = {Delivery.WAITING: 0, Delivery.RELAYED: 1, Delivery.DELIVERED: 2}


def add_text(
    tx: Tx,
    chat: int,
    text: str,
    *,
    mine: bool,
    at: int,
    key: bytes,
    sender: str = "",
    delivery: Delivery = Delivery.WAITING,
    notice: Notice | None = None,
    device: int = 0,
    past: bool = False,
) -> Message | None:
    """Put a text at time `at` (ms) into a chat; None if its writer's 16-byte key stands there already.

    `sender` is the account that wrote it, in a company's conversation; `notice` is said under it. `device` is
    as in `Message`; what is `past` was fetched from the relay's history and counts as read.
    """
    return _add(
        tx, chat, MessageKind.TEXT, mine, text, at, delivery, notice, key, sender, device=device, past=past
    )


def add_notice(tx: Tx, chat: int, notice: Notice, at: int) -> Message:
    """Put a line of the program's own into a chat."""
    added = _add(tx, chat, MessageKind.NOTICE, False, "", at, Delivery.WAITING, notice, None, "")
    assert added is not None  # noqa: S101 - without a key nothing can stand there already
    return added


def add_line(tx: Tx, chat: int, line: RoomLine, at: int, *, past: bool = False) -> Message:
    """Put a line that tells of a room's change into its chat; `past` as in `add_text`."""
    packed = msgspec.msgpack.encode(line)
    added = _add(
        tx,
        chat,
        MessageKind.NOTICE,
        False,
        "",
        at,
        Delivery.WAITING,
        Notice.ROOM,
        None,
        "",
        packed,
        past=past,
    )
    assert added is not None  # noqa: S101 - without a key nothing can stand there already
    return added


def get(tx: Tx, message: int) -> Message | None:
    """One row by its id."""
    row = transaction.one(tx, _SELECT + "id = ?", (message,))
    return None if row is None else _message(*row)


def by_key(tx: Tx, chat: int, key: bytes, *, mine: bool, sender: str = "") -> Message | None:
    """The text that its writer gave this 16-byte key; `sender` as in `add_text`."""
    found = _SELECT + "chat = ? and mine = ? and sender = ? and key = ?"
    row = transaction.one(tx, found, (chat, int(mine), sender, key))
    return None if row is None else _message(*row)


def key_of(tx: Tx, message: int) -> bytes | None:
    """The 16-byte key of a text; None for a notice."""
    row = transaction.one(tx, "select key from messages where id = ?", (message,))
    return None if row is None else row[0]


def is_past(tx: Tx, message: int) -> bool:
    """Whether a text was fetched from the relay's history, and is no news."""
    return transaction.one(tx, "select 1 from messages where id = ? and past = 1", (message,)) is not None


def bring_forward(tx: Tx, message: Message, at: int) -> Message:
    """Have a text of the past be news, at the end of its chat: at time `at` (ms), or as soon as may be."""
    end = last(tx, message.chat)
    if end is not None and end.id != message.id:
        at = max(at, end.at + 1)  # rows of one moment stand by their id, and this one's is older
    row = transaction.one(tx, _FORWARD, (at, message.id))
    assert row is not None  # noqa: S101 - read in this transaction
    tx.execute("update chats set moved_at = max(moved_at, ?) where id = ?", (at, message.chat))
    return _message(*row)


def last(tx: Tx, chat: int) -> Message | None:
    """The last row of a chat."""
    row = transaction.one(tx, LATEST, (chat, 1))
    return None if row is None else _message(*row)


def has_texts(tx: Tx, chat: int) -> bool:
    """Whether anything was written in a chat."""
    return transaction.one(tx, "select 1 from messages where chat = ? and kind = 'text'", (chat,)) is not None


def count(tx: Tx, chat: int) -> int:
    """How many rows a chat has."""
    found: int = tx.execute("select count(*) from messages where chat = ?", (chat,)).get
    return found


def latest(tx: Tx, chat: int, limit: int) -> Page:
    """The end of a chat."""
    rows, more = _rows(tx, LATEST, (chat,), limit)
    return Page(rows[::-1], older=more, newer=False)


def before(tx: Tx, chat: int, message: Message, limit: int) -> Page:
    """The rows just before one, which itself is not among them."""
    rows, more = _rows(tx, BEFORE, (chat, message.at, message.id), limit)
    return Page(rows[::-1], older=more, newer=True)


def after(tx: Tx, chat: int, message: Message, limit: int) -> Page:
    """The rows just after one, which itself is not among them."""
    rows, more = _rows(tx, AFTER, (chat, message.at, message.id), limit)
    return Page(rows, older=True, newer=more)


def around_unread(tx: Tx, chat: int, limit: int) -> Page:
    """The first unread text with some rows before it and the rest after it; the end if all are read."""
    row = transaction.one(tx, FIRST_UNREAD, (chat,))
    if row is None:
        return latest(tx, chat, limit)
    first = _message(*row)
    above = before(tx, chat, first, limit // _READ_SHARE)
    below = after(tx, chat, first, max(limit - len(above.messages) - 1, 1))
    return Page([*above.messages, first, *below.messages], older=above.older, newer=below.newer)


def advance(tx: Tx, message: int, delivery: Delivery) -> Message | None:
    """Bring an own text's tick forward; None if it is that far already, so nothing is to be told.

    A text of an ended session (UNDELIVERED) may still turn out to be delivered, by a late receipt.
    """
    found = get(tx, message)
    if found is None or not found.mine or _STEPS.get(found.delivery, 1) >= _STEPS[delivery]:
        return None
    return _set_delivery(tx, found, delivery)


def set_right(tx: Tx, now: int) -> list[Message]:
    """What a clock that was ahead dated into the future happened now (ms); returns those rows, in order.

    The order of a chat stays as it was, since rows of one moment stand by their id.
    """
    moved = transaction.every(tx, "update chats set moved_at = ?1 where moved_at > ?1 returning id", (now,))
    rows = [row for (chat,) in moved for row in transaction.every(tx, _BRING_BACK, (now, chat))]
    return [_message(*row) for row in sorted(rows)]


def strand(tx: Tx, chat: int) -> list[Message]:
    """Mark what was not acknowledged when a session ended as undelivered; returns what changed, in order."""
    return [
        _set_delivery(tx, m, Delivery.UNDELIVERED) for m in _own(tx, chat, Delivery.WAITING, Delivery.RELAYED)
    ]


def strand_one(tx: Tx, message: int) -> Message | None:
    """Mark one own text as undelivered; None if it is, or if it was delivered."""
    found = get(tx, message)
    if found is None or found.delivery not in (Delivery.WAITING, Delivery.RELAYED):
        return None
    return _set_delivery(tx, found, Delivery.UNDELIVERED)


def unfetched(tx: Tx, at: int) -> list[Message]:
    """Mark texts of passphrase chats of which no word came while the relay kept them, until a time (ms).

    Returns them, in order.
    """
    rows = transaction.every(tx, _DUE, (at,))
    return [_set_delivery(tx, _message(*row), Delivery.UNFETCHED) for row in rows]


def undelivered(tx: Tx, chat: int) -> list[Message]:
    """Own texts to be offered as *Send again*, in order."""
    return _own(tx, chat, Delivery.UNDELIVERED, Delivery.UNFETCHED)


def wait_again(tx: Tx, message: int) -> Message | None:
    """An undelivered text goes back to waiting; None if it was not undelivered."""
    found = get(tx, message)
    if found is None or found.delivery not in (Delivery.UNDELIVERED, Delivery.UNFETCHED):
        return None
    return _set_delivery(tx, found, Delivery.WAITING)


def give_up(tx: Tx, message: int) -> Message | None:
    """An own text that the relay will never take is undelivered; None if it has come further."""
    found = get(tx, message)
    if found is None or found.delivery is not Delivery.WAITING:
        return None
    return _set_delivery(tx, found, Delivery.UNDELIVERED)


def move(tx: Tx, message: int, delivery: Delivery, *, among: tuple[Delivery, ...]) -> Message | None:
    """Bring an own text from one of these states to another; None if it is in none of them."""
    found = get(tx, message)
    if found is None or not found.mine or found.delivery not in among:
        return None
    return _set_delivery(tx, found, delivery)


def _own(tx: Tx, chat: int, *deliveries: Delivery) -> list[Message]:
    first, last_one = deliveries[0].value, deliveries[-1].value
    return [_message(*row) for row in transaction.every(tx, _OWN, (chat, first, last_one))]


def _add(  # noqa: PLR0917 - a row
    tx: Tx,
    chat: int,
    kind: MessageKind,
    mine: bool,
    text: str,
    at: int,
    delivery: Delivery,
    notice: Notice | None,
    key: bytes | None,
    sender: str,
    line: bytes | None = None,
    *,
    device: int = 0,
    past: bool = False,
) -> Message | None:
    words = notice and notice.value
    values = (chat, kind.value, int(mine), text, at, delivery.value, words, key, sender, line)
    row = transaction.one(tx, _ADD, (*values, device, int(past)))
    if row is None:
        return None
    tx.execute("update chats set moved_at = max(moved_at, ?) where id = ?", (at, chat))
    return _message(*row)


def _set_delivery(tx: Tx, message: Message, delivery: Delivery) -> Message:
    row = transaction.one(tx, _DELIVERY, (delivery.value, message.id))
    assert row is not None  # noqa: S101 - read in this transaction
    return _message(*row)


def _rows(tx: Tx, sql: str, key: Values, limit: int) -> tuple[list[Message], bool]:
    """At most `limit` rows, and whether there are more."""
    rows = transaction.every(tx, sql, (*key, limit + 1))
    return [_message(*row) for row in rows[:limit]], len(rows) > limit


def _message(  # noqa: PLR0917 - a row
    row: int,
    chat: int,
    kind: str,
    mine: int,
    text: str,
    at: int,
    delivery: str,
    notice: str | None,
    sender: str,
    line: bytes | None,
    device: int,
) -> Message:
    return Message(
        row,
        chat,
        MessageKind(kind),
        bool(mine),
        text,
        at,
        Delivery(delivery),
        None if notice is None else Notice(notice),
        sender,
        None if line is None else _line.decode(line),
        device,
    )
