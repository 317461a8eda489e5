"""Own texts of rooms, as they enter: saved at once, sent as soon as the room's lists agree.

See `docs/protocol/rooms.md`, Content; Lists that differ.
"""

import secrets
from functools import partial

from watchword.core import clock, sessions
from watchword.core.company import acquisition
from watchword.core.company.membership import Member
from watchword.core.rooms import texts
from watchword.core.rooms.live import LiveRoom, Ways
from watchword.model.chat import Message
from watchword.model.errors import Kind, RefusedBy
from watchword.model.events import Event, MessageAdded, MessageChanged
from watchword.protocol.rooms.states import Room
from watchword.store import messages, posts, rooms
from watchword.store.transaction import Tx
from watchword_wire.errors import Bug
from watchword_wire.limits import MESSAGE_ID_BYTES


class _Done:
    """What a transaction did besides."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.enveloped = False
        self.taken_back = False


async def send_text(ways: Ways, live: LiveRoom, text: str) -> Message:
    """Save a text for everybody in a room.

    Raises:
        RefusedBy: ROOM_NOT_IN, ROOM_NOBODY, COMPANY_MISSING.
        TroubleWith: the store cannot be written.
    """
    key, at = secrets.token_bytes(MESSAGE_ID_BYTES), clock.wall_ms()
    async with live.lock:
        member = _writes(ways, live.state)
        save = partial(_save, member, live.state, live.chat, text, key, at)
        message, done = await ways.desk.db.write(save)
        ways.desk.tell(MessageAdded(message, notify=False), *done.events)
    _speak(ways, done)
    return message


async def send_again(ways: Ways, live: LiveRoom) -> int:
    """Let every undelivered text of a room go out anew, in order, to those who are in now and lack it.

    Raises:
        RefusedBy: ROOM_NOT_IN, ROOM_NOBODY, COMPANY_MISSING.
        TroubleWith: the store cannot be written.
    """
    async with live.lock:
        member = _writes(ways, live.state)
        done = await ways.desk.db.write(partial(_again, member, live.state, live.chat))
        ways.desk.tell(*done.events)
    _speak(ways, done)
    return sum(isinstance(event, MessageChanged) for event in done.events)


def _writes(ways: Ways, room: Room) -> Member | None:
    if not room.is_in(room.me):
        raise RefusedBy(Kind.ROOM_NOT_IN)
    if not room.targets:
        raise RefusedBy(Kind.ROOM_NOBODY)
    member = ways.member()
    if room.founding.organisation and member is None:
        raise RefusedBy(Kind.COMPANY_MISSING)
    return member


def _speak(ways: Ways, done: _Done) -> None:
    if done.enveloped:
        ways.enveloped()
    ways.said()


def _save(
    member: Member | None, room: Room, chat: int, text: str, key: bytes, at: int, tx: Tx
) -> tuple[Message, _Done]:
    moment = sessions.next_moment(tx, chat, at)
    message = messages.add_text(tx, chat, text, mine=True, at=moment, key=key)
    if message is None:
        raise Bug("a message id was drawn twice")
    done = _Done()
    _put(tx, member, room, chat, message, key)
    texts.put_out(tx, member, room, chat, done)
    done.events += sessions.changed(tx, chat)
    return message, done


def _put(tx: Tx, member: Member | None, room: Room, chat: int, message: Message, key: bytes) -> None:
    """Let a text wait; to whom it goes is decided when it does."""
    if not room.founding.organisation:
        rooms.wait(tx, chat, message.id)
    elif member is not None:
        said = acquisition.said(member, message, key)
        posts.put(tx, key, room.id, (), said, message.id, room.id)


def _again(member: Member | None, room: Room, chat: int, tx: Tx) -> _Done:
    done = _Done()
    for message in messages.undelivered(tx, chat):
        key, moved = messages.key_of(tx, message.id), messages.wait_again(tx, message.id)
        if key is not None and moved is not None:
            posts.drop(tx, key)
            _put(tx, member, room, chat, moved, key)
            done.events.append(MessageChanged(moved))
    texts.put_out(tx, member, room, chat, done)
    done.events += sessions.changed(tx, chat)
    return done
