"""What others hold, by what they name: who is behind, who may know of something not heard of here.

See `docs/protocol/rooms.md`, Lists that differ.
"""

from msgspec.structs import replace

from watchword.protocol.content import Asked
from watchword.protocol.rooms import passing, people
from watchword.protocol.rooms.effects import Differ, Effect, Send
from watchword.protocol.rooms.statement import Statement
from watchword.protocol.rooms.states import AGAIN_S, GRACE_S, About, Doubt, Room

Heard = tuple[Room, list[Effect]]


def named(room: Room, account: str, head: bytes, in_for_them: bytes, now: float) -> Heard:
    """Somebody who is in names a head, and who is in for them."""
    doubts = {other: doubt for other, doubt in room.doubts.items() if other != account}
    effects: list[Effect] = []
    if head == room.head:
        if account in room.roster.owners:
            doubts = _of_people(doubts)
        if in_for_them != room.people:
            doubts[account] = _doubt(room, account, Doubt(head, in_for_them, now, About.PEOPLE))
    elif not room.knows(head):
        doubts[account] = _doubt(room, account, Doubt(head, in_for_them, now, About.UNKNOWN))
    elif room.at(head) is None:
        doubts[account] = _doubt(room, account, Doubt(head, in_for_them, now, About.VOID))
        room, effects = better(room, account, head, now)
    return shown(replace(room, doubts=doubts), effects, now)


def better(room: Room, account: str, head: bytes, now: float) -> Heard:
    """Somebody holds what is void or not known: they are sent the path that holds, from where it parts."""
    return replied(room, account, passing.following(room, room.common(head), None), now)


def replied(room: Room, account: str, statements: list[Statement], now: float) -> Heard:
    """Send somebody what they lack, once a minute; not to the own account, to which nothing can be sent."""
    if account == room.me or not statements or now < room.replied.get(account, now - AGAIN_S) + AGAIN_S:
        return room, []
    replies = {other: at for other, at in room.replied.items() if now < at + AGAIN_S}
    return replace(room, replied={**replies, account: now}), passing.sent(room, (account,), statements)


def settled(room: Room, now: float) -> Heard:
    """Look at all doubts again, after the room changed."""
    doubts = {
        account: doubt
        for account, doubt in room.doubts.items()
        if room.is_heard(account) and _goes_on(room, doubt)
    }
    return shown(replace(room, doubts=doubts), [], now)


def _goes_on(room: Room, doubt: Doubt) -> bool:
    match doubt.about:
        case About.UNKNOWN:
            return not room.knows(doubt.head)
        case About.VOID:
            return room.at(doubt.head) is None
        case About.PEOPLE:
            return doubt.head == room.head and doubt.people != room.people


def said_again(room: Room, now: float) -> Heard:
    """The own person, an owner, wrote a change: what others named before decides nothing."""
    return shown(replace(room, doubts=_of_people(room.doubts)), [], now)


def _of_people(doubts: dict[str, Doubt]) -> dict[str, Doubt]:
    """What is left when an owner's word ended doubts about the list."""
    return {account: doubt for account, doubt in doubts.items() if doubt.about is About.PEOPLE}


def shown(room: Room, effects: list[Effect], now: float) -> Heard:
    """Tell whose lists differ, if these are others than were told."""
    differing = tuple(
        sorted(
            account
            for account, doubt in room.doubts.items()
            if doubt.about is not About.PEOPLE and (now >= doubt.since + AGAIN_S or account in room.differing)
        )
    )
    if differing == room.differing:
        return room, effects
    return replace(room, differing=differing), [*effects, Differ(differing)]


def due(room: Room, now: float) -> Heard:
    """Ask those whose doubts are older than the grace, and again every minute; of one head one person."""
    effects: list[Effect] = []
    busy = {
        (room.doubts[account].head, room.doubts[account].people)
        for account, at in room.asked.items()
        if account in room.doubts and now < at + AGAIN_S
    }
    for account, doubt in sorted(room.doubts.items()):
        if doubt.about is About.VOID or now < doubt.since + GRACE_S:
            continue  # nothing is lacking here; or it is on its way
        if (doubt.head, doubt.people) not in busy:
            room, more = ask(room, account, now)
            if more:
                busy.add((doubt.head, doubt.people))
            effects += more
    return shown(room, effects, now)


def ask(room: Room, account: str, now: float) -> Heard:
    """Ask one person for what is lacking here, once a minute; if it is the own account, another."""
    if account == room.me:
        entries = people.everybody(room.answers, room.roster)
        account = next((entry.account for entry in entries if entry.account != room.me), account)
    entry = room.roster.entry(account)
    if account == room.me or entry is None or not room.reaches(entry):
        return room, []
    if now < room.asked.get(account, now - AGAIN_S) + AGAIN_S:
        return room, []
    asked = {other: at for other, at in room.asked.items() if now < at + AGAIN_S}
    question = Asked(room.id, room.head, people.bits(room.answers, room.roster))
    return replace(room, asked={**asked, account: now}), [Send((account,), question)]


def _doubt(room: Room, account: str, doubt: Doubt) -> Doubt:
    """A doubt goes on from when it began while it stays of one sort."""
    before = room.doubts.get(account)
    return doubt if before is None or before.about is not doubt.about else replace(doubt, since=before.since)
