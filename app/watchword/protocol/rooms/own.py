"""What the own person does: changes as an owner, answers for themselves.

See `docs/protocol/rooms.md`, The roster; Answers.
"""

from watchword.protocol.rooms import doubting, passing, people, standing, taking
from watchword.protocol.rooms.effects import Changed, Effect
from watchword.protocol.rooms.events import Answers, Do
from watchword.protocol.rooms.roster import Entry, Roster
from watchword.protocol.rooms.statement import (
    JOINS,
    Act,
    Answer,
    Change,
    Invites,
    MakesOwner,
    Statement,
    sign,
)
from watchword.protocol.rooms.states import Room
from watchword_wire.errors import PeerError, Refused

Stepped = tuple[Room, list[Effect]]


def do(room: Room, event: Do, now: float) -> Stepped:
    """Change the room on top of what is held.

    Raises:
        Refused: the own person has no right to it, or somebody invited is not known.
    """
    before = room.roster
    _check_acts(room, event.acts)
    try:
        statement = sign(event.author, Change(room.id, room.me, event.after or room.head, event.acts))
        if event.after is None:
            standing.step(before, statement, room.facts)
    except PeerError as error:
        raise Refused(str(error)) from error
    room, effects, news = taking.take(room, (statement,))
    if not news or room.head != statement.digest:
        raise Refused("a change that would not hold")
    effects += _spread(room, before, news)
    room, more = doubting.said_again(room, now)
    return room, effects + more


def _spread(room: Room, before: Roster, news: list[Statement]) -> list[Effect]:
    """An own change goes out: to those listed and those taken out, and everything to those invited by it."""
    if len(room.path) == 1:
        return passing.to_all(room, news)
    new = [one for one in passing.listening(room) if _is_new(one, before)]
    known = [one for one in passing.listening(room) if not _is_new(one, before)]
    out = [one for one in before.entries if room.roster.entry(one.account) is None]
    invited = passing.accounts(room, new)
    told = passing.accounts(room, [*known, *out])
    reached = (*told, *invited)
    everything = passing.everything(room) if invited else []
    return passing.sent(room, told, news, reached) + passing.sent(room, invited, everything, reached)


def _is_new(entry: Entry, before: Roster) -> bool:
    """Whether somebody was not listed before by this invitation."""
    return before.entry(entry.account) != entry


def _check_acts(room: Room, acts: tuple[Act, ...]) -> None:
    """What its own author alone can know to be wrong."""
    if any(isinstance(act, MakesOwner) and not room.is_in(act.account) for act in acts):
        raise Refused("an owner who did not join")
    invited = [act for act in acts if isinstance(act, Invites)]
    if any(room.around.keys.get(act.account) != act.key for act in invited):
        raise Refused("somebody invited whose key is not known")
    if invited and len(room.roster.entries) + len(invited) > room.around.most:
        raise Refused("a room of too many")


def answer(room: Room, event: Answers, now: float) -> Stepped:
    """Join, decline or leave; nothing if they said so before.

    Raises:
        Refused: nobody invited the own person, or an owner would go without a word to the others.
    """
    entry = room.roster.entry(room.me)
    said = None if entry is None else room.answers.get(entry)
    if said is not None and people.answer_of(said).answer == event.answer:
        return room, []  # by another desktop of theirs, in the same moment
    if entry is None or people.is_out(room.answers, entry):
        raise Refused("not invited")
    if entry.account in room.roster.owners:
        raise Refused("an owner hands over, and takes themselves out")
    try:
        statement = sign(event.author, Answer(room.id, room.me, entry.key, entry.turn, event.answer))
    except PeerError as error:
        raise Refused(str(error)) from error
    room, effects, news = taking.take(room, (statement,))
    if not news:
        raise Refused("an answer by another key")
    effects += passing.to_all(room, news)
    if event.answer == JOINS:  # others may have joined or left since the invitation was written
        inviter = taking.inviter(room, entry)
        if inviter is not None:
            room, more = doubting.ask(room, inviter, now)
            effects += more
    return room, effects


def taken_back(room: Room, effects: list[Effect]) -> list[Effect]:
    """Whom an own change invited that is void now hears of it: they are sent the path that holds."""
    changes = [effect for effect in effects if isinstance(effect, Changed)]
    acts = [act for one in changes for done in one.undone if done.author == room.me for act in done.acts]
    entries = [Entry(act.account, act.key, act.turn) for act in acts if isinstance(act, Invites)]
    to = passing.accounts(room, [one for one in entries if room.roster.entry(one.account) is None])
    start = min((len(room.path) - len(one.done) for one in changes), default=0)
    return passing.sent(room, to, passing.following(room, start, None)) if to else []


def repeated(room: Room, effects: list[Effect]) -> list[Effect]:
    """Another path holds now: whoever is listed there may not have got the own answer."""
    entry = room.roster.entry(room.me)
    answer = None if entry is None else room.answers.get(entry)
    if answer is None or not any(isinstance(effect, Changed) and effect.undone for effect in effects):
        return []
    return passing.to_all(room, [answer])
