"""What an operator asks of queues and rooms: how much waits, since when; a list; what is to expire now.

By metadata only, and while the relay runs. A room is the id of a conversation: 32 hexadecimal digits that say
nothing. Answers are tables for people, or JSON with plain numbers. Message data are saved as they wait, for
whoever has the right to look at them. See `docs/operate/relay.md`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from watchword_relay.commands.admin import no_realm
from watchword_relay.commands.told import as_json, as_table, seconds_of, size_text, span_text, write_new
from watchword_relay.config import Unfit
from watchword_relay.store.contract import OWN, Store
from watchword_relay.store.queues import Choice, Queue, Room, Waiting
from watchword_relay.stores import held
from watchword_wire.errors import Refused
from watchword_wire.ids import fold_account
from watchword_wire.message_data import CONVERSATION_BYTES

MOST_LISTED = 10_000
AT_ONCE = 500
"""Rows that are deleted in one transaction: a relay that runs writes between two of them."""


class Asked(NamedTuple):
    """What the command line says, as it was typed."""

    data: Path
    realm: str | None = None
    account: str | None = None
    room: str | None = None
    older: str | None = None
    json: bool = False


def queues(asked: Asked) -> str:
    """How much waits for each account.

    Raises:
        Trouble: the folder is no relay's, its database does not work, or there is no such realm.
    """
    with _chosen(asked, one_realm=False) as (store, choice, now):
        return _told(_QUEUE_HEADS, store.queues(choice), now, asked)


def rooms(asked: Asked) -> str:
    """What waits of each conversation; of one every message.

    Raises:
        Trouble: as `queues`.
    """
    with _chosen(asked, one_realm=False) as (store, choice, now):
        if asked.room is None:
            return _told(_ROOM_HEADS, store.rooms(choice), now, asked)
        return _listed(store, choice, now, asked)


def messages(asked: Asked) -> str:
    """Every message that waits for an account.

    Raises:
        Trouble: as `queues`; nobody in this realm has that account, and nothing waits for it.
    """
    with _chosen(asked, one_realm=True) as (store, choice, now):
        _check_account(store, choice)
        return _listed(store, choice, now, asked)


def save(asked: Asked, message: str, file: str) -> str:
    """Write message data that wait for an account into a new file, as they are; they go on waiting.

    Raises:
        Trouble: as `messages`; none of that id wait; the file is there already, or cannot be written.
    """
    with _chosen(asked, one_realm=True) as (store, choice, now):
        _check_account(store, choice)
        body = store.body(choice, _bytes(message), now)
    if body is None:
        raise Unfit(
            f"no message data {message} wait for {choice.account}: they were fetched, or never came;"
            " without --save all that wait are listed"
        )
    write_new(Path(file), body)
    if asked.json:
        return as_json({"file": file, "bytes": len(body)})
    return f"{file}: {len(body)} bytes, as they wait for {choice.account}"


def expire(asked: Asked, *, waiting: bool, history: bool) -> str:
    """Delete what waits, or is kept as history, of an account, a room, an age, or what fits all that is said.

    Raises:
        Trouble: as `queues`; or nothing was said of what is meant.
    """
    if asked.account is None and asked.room is None and asked.older is None:
        raise Unfit("say what is to expire: --account ID, --room ID or --older AGE, or several of them")
    with _chosen(asked, one_realm=True) as (store, choice, _):
        gone = _all(lambda: store.expire_queues(choice, AT_ONCE)) if waiting else 0
        past = _all(lambda: store.expire_entries(choice, AT_ONCE)) if history else 0
    if asked.json:
        return as_json({"messages": gone, "history": past})
    return f"expired: {gone} messages that waited, {past} entries of history"


def _all(part: Callable[[], int]) -> int:
    total = 0
    while done := part():
        total += done
    return total


@contextmanager
def _chosen(asked: Asked, *, one_realm: bool) -> Iterator[tuple[Store, Choice, int]]:
    """The store, what is meant, and the time served."""
    account = None if asked.account is None else _account(asked.account)
    age = 0 if asked.older is None else seconds_of(asked.older)
    conversation = None if asked.room is None else _room(asked.room)
    store, _ = held(asked.data)
    try:
        now = store.served()
        realm = OWN if one_realm else None
        if asked.realm:
            found = next((one for one in store.realms() if one.name == asked.realm), None)
            if found is None:
                raise no_realm(asked.realm)
            realm = found.number
        until = now - age if asked.older is not None else None
        yield store, Choice(realm, account, conversation, until), now
    finally:
        store.close()


def _check_account(store: Store, choice: Choice) -> None:
    realm = store.of(OWN if choice.realm is None else choice.realm)
    if choice.account is None or not (
        realm.devices([choice.account]) or realm.mailboxes([choice.account])[0].messages
    ):
        raise Unfit(f"no account {choice.account} here: an account id is meant, such as ada")


def _account(text: str) -> str:
    try:
        return fold_account(text)
    except Refused as error:
        raise Unfit(f"an account id has another form than {text!r}") from error


def _room(text: str) -> bytes:
    room = _bytes(text)
    if len(room) != CONVERSATION_BYTES:
        raise Unfit(f"a room is {2 * CONVERSATION_BYTES} hexadecimal digits, not {text!r}")
    return room


def _bytes(text: str) -> bytes:
    """What these hexadecimal digits say; nothing if they are none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


# --- as it is told --------------------------------------------------------------------------

_PAST = ("history", "history bytes", "history oldest")
_QUEUE_HEADS = ("realm", "account", "terminals", "messages", "bytes", "oldest", *_PAST)
_ROOM_HEADS = (
    *("realm", "room", "organisation", "messages", "copies", "bytes", "oldest"),
    *_PAST,
    "history until",
)
_LIST_HEADS = ("account", "device", "id", "sender", "organisation", "room", "bytes", "waits", "expires")
_AGES = {"oldest", "history oldest", "waits"}
_LEFT = {"history until", "expires"}
_SIZES = {"bytes", "history bytes"}


def _listed(store: Store, choice: Choice, now: int, asked: Asked) -> str:
    return _told(_LIST_HEADS, store.listed(choice, MOST_LISTED, now), now, asked)


def _told(names: tuple[str, ...], rows: Sequence[Queue | Room | Waiting], now: int, asked: Asked) -> str:
    """A table, or JSON whose numbers are seconds and bytes."""
    plain = [[_plain(name, cell, now) for name, cell in zip(names, row, strict=True)] for row in rows]
    if asked.json:
        keys = [name.replace(" ", "_") for name in names]
        return as_json([dict(zip(keys, row, strict=True)) for row in plain])
    return as_table(names, [[_text(*named) for named in zip(names, row, strict=True)] for row in plain])


def _plain(name: str, value: object, now: int) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if name in _AGES and isinstance(value, int):
        return max(0, now - value)
    if name in _LEFT and isinstance(value, int):
        return max(0, value - now)
    return value


def _text(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if name in _SIZES and isinstance(value, int):
        return size_text(value)
    if name in _AGES | _LEFT and isinstance(value, int):
        return span_text(value)
    return str(value)
