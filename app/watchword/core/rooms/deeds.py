"""What this user does to a room: the acts of each command, and why it may not be.

The machine refuses whatever is wrong; here it is said why, before it is asked: each raises RefusedBy and
nothing else. See `docs/protocol/rooms.md`, The roster.
"""

from collections.abc import Sequence

from watchword.core.rooms import view
from watchword.model.errors import Kind, RefusedBy
from watchword.model.room import Part
from watchword.protocol.company.ring import is_name
from watchword.protocol.rooms import people, roster
from watchword.protocol.rooms.events import Around
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.standing import LONGEST_PATH
from watchword.protocol.rooms.statement import (
    LONGEST_KEEP,
    Act,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
)
from watchword.protocol.rooms.states import Room


def named(typed: str) -> str:
    """A name that a room can have.

    Raises:
        RefusedBy: ROOM_NAME.
    """
    name = typed.strip()
    if not is_name(name):
        raise RefusedBy(Kind.ROOM_NAME)
    return name


def kept(seconds: int, most: int) -> int:
    """How long the relay is asked to keep a message: no longer than it may."""
    return max(0, min(seconds, most or LONGEST_KEEP, LONGEST_KEEP))


def picked(accounts: Sequence[str], me: str, around: Around, listed: int) -> tuple[str, ...]:
    """People who can be invited to a room that lists so many already.

    Raises:
        RefusedBy: ROOM_NOBODY, ROOM_TWICE, ROOM_PERSON, ROOM_MANY.
    """
    if not accounts:
        raise RefusedBy(Kind.ROOM_NOBODY)
    if listed + len(accounts) > around.most:
        raise RefusedBy(Kind.ROOM_MANY, limit=around.most)
    seen: set[str] = {me}
    for account in accounts:
        if account in seen:
            raise RefusedBy(Kind.ROOM_TWICE, account=account)
        seen.add(account)
        if account not in around.keys:
            raise RefusedBy(Kind.ROOM_PERSON, account=account)
    return tuple(accounts)


def acting(room: Room) -> Entry:
    """The entry by which this user changes the room.

    Raises:
        RefusedBy: ROOM_NOT_IN, ROOM_RIGHT, ROOM_FULL.
    """
    if view.part(room) is not Part.IN:
        raise RefusedBy(Kind.ROOM_NOT_IN)
    entry = roster.acting(room.roster, room.me, room.is_gone)
    if entry is None:
        raise RefusedBy(Kind.ROOM_RIGHT)
    if len(room.path) >= LONGEST_PATH:
        raise RefusedBy(Kind.ROOM_FULL)
    return entry


def _listed(room: Room, account: str) -> Entry:
    entry = room.roster.entry(account)
    if entry is None:
        raise RefusedBy(Kind.ROOM_NOT_LISTED, account=account)
    return entry


def _over(room: Room, account: str) -> Entry:
    entry = _listed(room, account)
    if not view.may_end(room, acting(room), entry):
        raise RefusedBy(Kind.ROOM_RIGHT)
    return entry


def invite(room: Room, accounts: Sequence[str]) -> tuple[Act, ...]:
    """Invite people who are not listed."""
    acting(room)
    for account in accounts:
        if room.roster.entry(account) is not None:
            raise RefusedBy(Kind.ROOM_TWICE, account=account)
    there = picked(accounts, room.me, room.around, len(room.roster.entries))
    return tuple(_invites(room, account) for account in there)


def _invites(room: Room, account: str) -> Invites:
    return Invites(account, room.around.keys[account], room.roster.next_turn(account))


def invite_anew(room: Room, account: str) -> tuple[Act, ...]:
    """Take somebody out and invite them again, with the key that they have now."""
    _over(room, account)
    if account not in room.around.keys:
        raise RefusedBy(Kind.ROOM_PERSON, account=account)
    return TakesOut(account), _invites(room, account)


def take_out(room: Room, account: str) -> tuple[Act, ...]:
    """Take somebody out."""
    _over(room, account)
    return (TakesOut(account),)


def make_owner(room: Room, account: str) -> tuple[Act, ...]:
    """Make somebody who is in an owner."""
    acting(room)
    _heir(room, account)
    return (MakesOwner(account),)


def _heir(room: Room, account: str) -> None:
    entry = _listed(room, account)
    if account in room.roster.owners or not people.is_in(room.answers, entry):
        raise RefusedBy(Kind.ROOM_NOT_LISTED, account=account)


def make_member(room: Room, account: str) -> tuple[Act, ...]:
    """End somebody's ownership."""
    _over(room, account)
    if account not in room.roster.owners or len(room.roster.owners) < 2:  # noqa: PLR2004 - one is left
        raise RefusedBy(Kind.ROOM_RIGHT)
    return (MakesMember(account),)


def rename(room: Room, name: str) -> tuple[Act, ...]:
    """Give the room another name."""
    acting(room)
    return (Names(named(name)),)


def keep(room: Room, seconds: int, most: int) -> tuple[Act, ...]:
    """Choose how long the relay keeps a message."""
    acting(room)
    return (Keeps(kept(seconds, most)),)


def say_again(room: Room) -> tuple[Act, ...]:
    """Say the list again."""
    acting(room)
    return ()


def owner_leaves(room: Room, heir: str) -> tuple[Act, ...]:
    """An owner hands over, where no other is left, and goes; the last one who is in takes all others out.

    Raises:
        RefusedBy: ROOM_HEIR: somebody has to follow. ROOM_NOT_LISTED: the heir cannot.
    """
    acting(room)
    others = [entry for entry in room.roster.entries if entry.account != room.me]
    could = [entry for entry in others if people.is_in(room.answers, entry)]
    if heir:
        if heir in room.roster.owners:
            return (TakesOut(room.me),)
        _heir(room, heir)
        return MakesOwner(heir), TakesOut(room.me)
    if any(entry.account in room.roster.owners for entry in could):
        return (TakesOut(room.me),)
    if could:
        raise RefusedBy(Kind.ROOM_HEIR)
    return (*(TakesOut(entry.account) for entry in others), TakesOut(room.me))
