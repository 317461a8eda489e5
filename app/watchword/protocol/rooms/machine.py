"""The machine of a room: `step(room, event, now) -> (room, effects)`. How a room begins: `beginning`.

See `docs/protocol/rooms.md`.
"""

from msgspec.structs import replace

from watchword.protocol.rooms import doubting, own, passing, people, standing, taking
from watchword.protocol.rooms.effects import Drop, Effect, Effects, Settle, Show
from watchword.protocol.rooms.events import Answers, Around, Arrived, Do, Event, Questioned, Tick, Told
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.statement import Change, Invites, Statement, TakesOut
from watchword.protocol.rooms.states import (
    GRACE_S,
    MOST_OF_STRANGERS,
    MOST_WAITING,
    MOST_WAITING_OF_ONE,
    WAITS_S,
    Room,
    Waiting,
)

Stepped = tuple[Room, list[Effect]]


# --- the door ---------------------------------------------------------------------------


def step(room: Room, event: Event, now: float) -> tuple[Room, Effects]:
    """Take an event.

    Raises:
        Refused: the own person may not do what `Do` or `Answers` says.
    """
    match event:
        case Told():
            after, effects = _told(room, event, now)
        case Questioned():
            after, effects = _questioned(room, event, now)
        case Arrived():
            after, effects = _arrived(room, event, now)
        case Do():
            after, effects = own.do(room, event, now)
        case Answers():
            after, effects = own.answer(room, event, now)
        case Around():
            after, effects = _around(room, event, now)
        case Tick():
            after, effects = _tick(room, now)
    effects = [*effects, *own.taken_back(after, effects), *own.repeated(after, effects)]
    if _is_to_settle(after) and not _is_to_settle(room):
        effects = [*effects, Settle()]
    return after, tuple(effects)


# --- what others say --------------------------------------------------------------------


def _told(room: Room, event: Told, now: float) -> Stepped:
    statements = taking.read(event.statements)
    entry = room.roster.entry(event.sender)
    if entry is None and all(one.said.author != event.sender for one in statements):
        return room, []
    head = room.head
    room, effects, news = taking.take(room, statements)
    room, more = _missing(room, event.sender, statements, now)
    effects += more
    if not news:
        return room, effects
    room, more = doubting.settled(room, now)
    effects += more + passing.passed_on(room, news, (event.sender, *event.reached))
    if room.head != head and room.path[-1].change.author == event.sender:
        room, more = doubting.said_again(room, now)
        effects += more
    entry = room.roster.entry(event.sender)
    changes = [one for one in news if isinstance(one.said, Change)]
    if changes and room.at(changes[-1].digest) is None and entry is not None and room.reaches(entry):
        room, more = doubting.better(room, event.sender, changes[-1].digest, now)
        effects += more
    return room, effects


def _missing(room: Room, sender: str, statements: list[Statement], now: float) -> Stepped:
    """Changes whose predecessor is not known here: the sender knows it."""
    loose = [one for one in statements if isinstance(one.said, Change) and not room.knows(one.said.after)]
    loose = [one for one in loose if not room.knows(one.digest)]
    if not loose or not room.is_heard(sender):
        return room, []
    return doubting.named(room, sender, loose[-1].digest, b"", now)


def _questioned(room: Room, event: Questioned, now: float) -> Stepped:
    entry = room.roster.entry(event.sender)
    if entry is None:
        past = room.roster.past.get(event.sender, ())
        if not past or not room.reaches(past[-1]):
            return room, []
        return doubting.replied(room, event.sender, passing.taken_out(room, event.sender), now)
    if not room.reaches(entry) or people.is_out(room.answers, entry):
        return room, []
    at = room.at(event.head)
    if at is not None:
        room, effects = doubting.replied(room, event.sender, passing.following(room, at, event.people), now)
    else:
        room, effects = doubting.better(room, event.sender, event.head, now)
    in_for_them = people.in_by(event.people, room.roster.entries)
    here = frozenset(one.account for one in people.everybody(room.answers, room.roster))
    if not room.knows(event.head) or (event.head == room.head and in_for_them - here):
        room, more = doubting.ask(room, event.sender, now)
        effects += more
    return room, effects


def _arrived(room: Room, event: Arrived, now: float) -> Stepped:
    if room.counts(event.sender, event.key) or event.sender == room.me:
        effects: list[Effect] = []
        if room.is_in(room.me) and room.is_heard(event.sender):  # nobody without a session could be asked
            room, effects = doubting.named(room, event.sender, event.head, event.people, now)
        return room, [Show(event.token), *effects]
    entry = room.roster.entry(event.sender)
    if entry is not None and (room.is_in(event.sender) or people.is_out(room.answers, entry)):
        return room, [Drop(event.token)]  # with another key than the one that is in; or left
    if entry is None and room.knows(event.head):
        return room, [Drop(event.token)]  # not listed by what they name themselves, or taken out since
    if entry is not None and _is_older(room, entry, event.head):
        return room, [Drop(event.token)]  # said when they were in before; it waits for no joining
    strangers = sum(room.roster.entry(one.account) is None for one in room.waiting)
    most = strangers + MOST_WAITING if entry else MOST_OF_STRANGERS
    waits = len(room.waiting) if entry else strangers
    if waits >= most or sum(one.account == event.sender for one in room.waiting) >= MOST_WAITING_OF_ONE:
        return room, [Drop(event.token)]
    waiting = (*room.waiting, Waiting(event.token, event.sender, now + WAITS_S, event.key))
    return replace(room, waiting=waiting), []


def _is_older(room: Room, entry: Entry, head: bytes) -> bool:
    """Whether a head is from before the invitation of an entry, who was not listed just before it."""
    at = room.at(head)
    act = Invites(entry.account, entry.key, entry.turn)
    later = () if at is None else room.path[at:]
    by = next((one.change.acts for one in later if act in one.change.acts), None)
    return by is not None and TakesOut(entry.account) not in by


# --- what is known anew; time -----------------------------------------------------------


def _around(room: Room, event: Around, now: float) -> Stepped:
    before = room
    room = replace(room, around=event)
    effects: list[Effect] = []
    if room.founding.organisation and _lapses(before) != _lapses(room):
        room, effects = taking.again(room)
    room, more = doubting.settled(room, now)
    return room, effects + more


def _lapses(room: Room) -> frozenset[Entry]:
    """Of all who were ever listed in a path that is known: whose key has lapsed."""
    entries = {*room.roster.entries, *(one for past in room.roster.past.values() for one in past)}
    for statement in room.aside:
        acts = statement.said.acts if isinstance(statement.said, Change) else ()
        entries.update(Entry(act.account, act.key, act.turn) for act in acts if isinstance(act, Invites))
    return frozenset(entry for entry in entries if room.has_lapsed(entry))


def _tick(room: Room, now: float) -> Stepped:
    effects: list[Effect] = [Drop(one.token) for one in room.waiting if now >= one.until]
    if effects:
        room = replace(room, waiting=tuple(one for one in room.waiting if now < one.until))
    room, more = doubting.due(room, now)
    effects += more
    for one in room.waiting:
        listed = room.roster.entry(one.account) is not None
        asked = one.account if listed else next(iter(room.roster.owners), room.me)
        if now >= one.until - WAITS_S + GRACE_S:
            room, more = doubting.ask(room, asked, now)
            effects += more
    return room, effects


def _is_to_settle(room: Room) -> bool:
    """Whether the own person is the one who says the list again behind somebody who was an owner."""
    if not room.path or not room.is_in(room.me):
        return False
    last = room.path[-1]
    if not last.quits and not (standing.has_lapsed(last, room.facts) and last.change.author != room.me):
        return False
    first = next((one for one in room.roster.entries if not room.is_gone(one)), None)
    return first is not None and first.account == room.me
