"""A room as the window shows it: its summary, everybody who is listed, who could be invited.

Nothing here changes anything. See `docs/protocol/rooms.md`, The roster; Answers.
"""

from msgspec.structs import replace

from watchword.core.company.membership import Member
from watchword.core.company.staff import Staff
from watchword.core.rooms.around import is_blocked, kind_of
from watchword.crypto.primitives import hashed
from watchword.model.chat import Contact
from watchword.model.room import Part, RoomKind, RoomMember, RoomShown, RoomSummary, Unreached
from watchword.protocol.rooms import people, roster, taking
from watchword.protocol.rooms.people import answer_of
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.statement import DECLINES, LONGEST_KEEP
from watchword.protocol.rooms.states import Room
from watchword.store import contacts, sessions
from watchword.store.rooms import Shown
from watchword.store.transaction import Tx


def standing(room: Room) -> bytes:
    """What a message is sealed by: list, who is in, targets, and whether anything may be sent; 32 bytes."""
    may = b"\x01" if room.may_send else b"\x00"
    return hashed("room standing", room.head, room.people, may, *(one.encode() for one in room.targets))


def part(room: Room) -> Part:
    """What this user has to do with a room."""
    entry = room.roster.entry(room.me)
    if entry is not None:
        return _part(room, entry)
    past = room.roster.past.get(room.me, ())
    if past and (people.is_out(room.answers, past[-1]) or room.went is not None):
        said = room.answers.get(past[-1])
        return Part.DECLINED if said is not None and answer_of(said).answer == DECLINES else Part.LEFT
    return Part.OUT


def _part(room: Room, entry: Entry) -> Part:
    if people.is_in(room.answers, entry):
        return Part.IN
    said = room.answers.get(entry)
    if said is None:
        return Part.INVITED
    return Part.DECLINED if answer_of(said).answer == DECLINES else Part.LEFT


def shown(room: Room) -> Shown:
    """Name and summary, with accounts in the place of names (`named`)."""
    entry, mine = room.roster.entry(room.me), part(room)
    inviter = taking.inviter(room, entry) if entry is not None and mine is Part.INVITED else None
    summary = RoomSummary(
        kind_of(room.founding),
        mine,
        room.me in room.roster.owners,
        len(people.everybody(room.answers, room.roster)),
        inviter or "",
        room.differing,
        bool(room.unknown) and not room.differing,
        len(room.unreached),
    )
    return Shown(room.roster.name, summary)


def named(tx: Tx, member: Member | None, found: Shown) -> Shown:
    """With names."""
    summary = found.summary
    by = name_of(tx, member, summary.invited_by) if summary.invited_by else ""
    differing = tuple(name_of(tx, member, account) for account in summary.differing)
    return Shown(found.name, replace(summary, invited_by=by, differing=differing))


def name_of(tx: Tx, member: Member | None, account: str) -> str:
    """The name this user gave somebody, else the directory's, else the account."""
    contact = contacts.get(tx, account)
    if contact is not None and contact.name != account:
        return contact.name
    return account if member is None else member.name_of(account)


def details(tx: Tx, chat: int, room: Room, member: Member | None) -> RoomShown:
    """Everybody who is listed, and what this user may do."""
    mine, kind = part(room), kind_of(room.founding)
    acting = None if mine is not Part.IN else roster.acting(room.roster, room.me, room.is_gone)
    accounts = {*(entry.account for entry in room.roster.entries), *room.roster.past}
    names = {account: name_of(tx, member, account) for account in accounts}
    policy = None if member is None or kind is RoomKind.PHRASE else member.profile.policy
    without = _with_session(tx) if policy is not None and policy.session else None
    listed = []
    for place, entry in enumerate(room.roster.entries):
        shown_one = RoomMember(
            entry.account,
            names[entry.account],
            place < len(room.roster.owners),
            _part(room, entry),
            entry.account == room.me,
            _unreached(tx, room, entry, without, member),
        )
        listed.append(shown_one if acting is None else _rights(room, acting, entry, shown_one))
    most = room.around.most or roster.most(room.founding)
    retention = 0 if policy is None else policy.retention
    return RoomShown(
        chat,
        room.roster.name,
        kind,
        mine,
        room.me in room.roster.owners,
        tuple(listed),
        most,
        room.roster.keep,
        (retention or LONGEST_KEEP) if kind is RoomKind.COMPANY else 0,
        names,
    )


def _with_session(tx: Tx) -> frozenset[str]:
    return frozenset(session.peer.account for session in sessions.every_open(tx))


def unreached(tx: Tx, room: Room, account: str, member: Member | None) -> Unreached:
    """Why somebody in a phrase room does not get what is sealed now."""
    entry = room.roster.entry(account)
    why = None if entry is None else _unreached(tx, room, entry, None, member)
    return why or Unreached.NO_SESSION


def _unreached(
    tx: Tx, room: Room, entry: Entry, sessions_with: frozenset[str] | None, member: Member | None
) -> Unreached | None:
    if entry.account == room.me:
        return None
    if room.reaches(entry):
        lacks = sessions_with is not None and entry.account not in sessions_with
        return Unreached.NO_SESSION if lacks else None
    if room.founding.organisation:
        return Unreached.LAPSED
    if is_blocked(tx, entry.account):
        return Unreached.BLOCKED
    if Staff(lambda: member).barred(entry.account) is not None:
        return Unreached.OUTSIDE
    return Unreached.OTHER_KEY if entry.account in room.around.keys else Unreached.NO_SESSION


def _rights(room: Room, acting: Entry, entry: Entry, member: RoomMember) -> RoomMember:
    """What an owner may do about somebody."""
    over = may_end(room, acting, entry)
    silent = member.part is Part.INVITED or people.is_out(room.answers, entry)
    lost = silent or not room.reaches(entry)
    return replace(
        member,
        may_take_out=over and not member.mine,
        may_make_owner=not member.owner and member.part is Part.IN and not room.has_lapsed(entry),
        may_make_member=member.owner and over and (not member.mine or len(room.roster.owners) > 1),
        may_invite_anew=over and not member.mine and lost and entry.account in room.around.keys,
    )


def may_end(room: Room, acting: Entry, entry: Entry) -> bool:
    """Whether somebody may be taken out, or made a member if they are an owner."""
    owners = list(room.roster.owners)
    if entry.account not in owners or entry == acting or room.is_gone(entry):
        return True
    return acting.account in owners and owners.index(acting.account) < owners.index(entry.account)


def candidates(tx: Tx, room: Room | None, keys: dict[str, bytes], member: Member | None) -> list[Contact]:
    """Who could be invited: whose key is known, and who is not listed; by name."""
    listed = set() if room is None else {entry.account for entry in room.roster.entries}
    found = []
    for account in keys:
        if account in listed:
            continue
        contact = contacts.get(tx, account)
        name = name_of(tx, member, account)
        known = Contact(account, name, listed=False) if contact is None else replace(contact, name=name)
        found.append(known)
    return sorted(found, key=lambda contact: (contact.name.casefold(), contact.account))
