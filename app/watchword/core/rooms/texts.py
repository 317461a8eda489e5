"""Own texts of rooms: when they go out, to whom, and what is taken back when somebody is no target any more.

Those of a company room are sealed by `core.company.sending`, one for all; those of a phrase room here, for
each in the session with them. See `docs/protocol/rooms.md`, Content; Lists that differ.
"""

from typing import Protocol

from watchword.core import sessions
from watchword.core.company import recall
from watchword.core.company.membership import Member
from watchword.core.rooms import view
from watchword.core.rooms.around import session_with
from watchword.model.chat import Delivery, Message
from watchword.model.events import Event, MessageChanged
from watchword.protocol import content
from watchword.protocol.rooms.states import Room
from watchword.store import messages, outbox, posts, rooms, sealings
from watchword.store.transaction import Tx


class Done(Protocol):
    """What a transaction notes of what it did."""

    events: list[Event]
    enveloped: bool
    taken_back: bool


def wrapped(room: Room, said: bytes) -> bytes:
    """Content as it is said to a room: with the list and the people that this desktop holds."""
    return content.encode(content.RoomMessage(room.id, room.head, room.people, said))


def put_out(tx: Tx, member: Member | None, room: Room, chat: int, done: Done) -> None:
    """Phrase room: seal what waits, in order, where it may go."""
    if room.founding.organisation or not room.may_send:
        return
    for number in rooms.waiting(tx, chat):
        rooms.went(tx, number)
        message, key = messages.get(tx, number), messages.key_of(tx, number)
        if message is None or key is None:
            continue
        if not _seal(tx, member, room, message, key):
            given_up = messages.give_up(tx, number)
            done.events += [] if given_up is None else [MessageChanged(given_up)]
        done.enveloped = True


def _seal(tx: Tx, member: Member | None, room: Room, message: Message, key: bytes) -> bool:
    """Seal a text for each who is in and lacks it; False if that is nobody."""
    said = wrapped(room, content.encode(content.Text(key, message.at, message.text)))
    has = {one.account for one in sealings.recipients(tx, message.id) if one.delivered}
    reached = []
    for account in room.targets:
        session = None if account in has else session_with(tx, account, room.around.keys[account])
        if session is not None:
            sessions.seal_loosely(tx, session, said, message=message.id)
            sealings.address(tx, message.id, key, (account,))
            sealings.inside(tx, message.id, account, session.h)
            reached.append(account)
    there = {*reached, *has}
    everybody = (*room.targets, *room.unreached)
    lacking = (account for account in everybody if account not in there)
    rooms.miss(tx, message.id, {account: view.unreached(tx, room, account, member) for account in lacking})
    return bool(reached)


def follow(tx: Tx, member: Member | None, before: Room | None, after: Room, chat: int, done: Done) -> None:
    """What has not left is not for those who are no targets any more."""
    if before is None:
        return
    if before.is_in(before.me) and not after.is_in(after.me):
        _give_up(tx, after, chat, done)
        return
    lost = frozenset(before.targets) - frozenset(after.targets)
    if not lost:
        return
    if after.founding.organisation:
        done.taken_back = _sealed_anew(tx, member, after, lost) or done.taken_back
        return
    for account in sorted(lost):
        for number in outbox.drop_texts(tx, account, chat):
            done.taken_back = True
            sealings.leave_out(tx, number, account)
            done.events += _settled(tx, number)


def _give_up(tx: Tx, room: Room, chat: int, done: Done) -> None:
    """This user is not in any more: what the relay does not have stays here."""
    unsent = [post for post in posts.said_to(tx, room.id) if post.missing is None]
    for post in unsent:
        posts.drop(tx, post.id)
    numbers = [post.message for post in unsent if post.message is not None]
    for number in rooms.waiting(tx, chat):
        rooms.went(tx, number)
        numbers.append(number)
    for number in numbers:
        outbox.drop_message(tx, number)
        given_up = messages.give_up(tx, number)
        done.events += [] if given_up is None else [MessageChanged(given_up)]
    done.taken_back = bool(numbers) or done.taken_back


def _sealed_anew(tx: Tx, member: Member | None, room: Room, lost: frozenset[str]) -> bool:
    """Company room: from the first text on that is for one of these, all wait to be sealed once more."""
    found = False
    for post in posts.said_to(tx, room.id):
        found = found or (post.data is not None and not lost.isdisjoint(post.targets))
        if found and post.data is not None and member is not None:
            recall.put_back(tx, member, post)
    return found


def _settled(tx: Tx, number: int) -> list[Event]:
    """How far a text has come that goes to fewer than before."""
    if outbox.carries(tx, number):
        return []
    people = sealings.recipients(tx, number)
    if not people:
        moved = messages.give_up(tx, number)
    elif all(one.delivered for one in people):
        moved = messages.advance(tx, number, Delivery.DELIVERED)
    else:
        moved = messages.advance(tx, number, Delivery.RELAYED)
    return [] if moved is None else [MessageChanged(moved)]
