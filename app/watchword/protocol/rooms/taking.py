"""Statements taken in: changes find their place in the tree, answers their entry; what became of the room.

Nothing is sent from here. See `docs/protocol/rooms.md`, Which chain holds; Answers.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from watchword.protocol.rooms import people, standing
from watchword.protocol.rooms.effects import Answered, Changed, Done, Drop, Effect, Forget, Keep, Show
from watchword.protocol.rooms.roster import Entry, Roster
from watchword.protocol.rooms.standing import Step, change_of
from watchword.protocol.rooms.statement import (
    JOINS,
    Answer,
    Change,
    Invites,
    Statement,
    decode,
    root,
    verify,
)
from watchword.protocol.rooms.states import Room
from watchword_wire.errors import PeerError

MOST_ASIDE: Final = 1_024
ASIDE_BYTES: Final = 4 * 1024 * 1024
"""So many changes that are not held are kept, and so long are they together."""

Taken = tuple[Room, list[Effect], list[Statement]]
"""The room after it, what happened, and the statements that were new."""


def take(room: Room, statements: Iterable[Statement]) -> Taken:
    """Take statements in their order. What is nobody's to say here is passed over."""
    effects: list[Effect] = []
    news: list[Statement] = []
    for is_change, run in groupby(statements, lambda one: isinstance(one.said, Change)):
        taken = _changes if is_change else _answers
        room, more, new = taken(room, list(run))
        effects += more
        news += new
    if news:
        room = replace(room, people=people.digest(room.answers, room.roster))
        room, more = heard_of(room)
        effects += more
    return room, effects, news


def again(room: Room) -> tuple[Room, list[Effect]]:
    """Weigh all changes anew, after the directory changed."""
    after, effects = _weighed(room, ())
    after = replace(after, people=people.digest(after.answers, after.roster))
    after, more = heard_of(after)
    return after, effects + more


def read(raw: Iterable[bytes]) -> list[Statement]:
    """Those that are statements."""
    found = []
    for one in raw:
        try:
            found.append(decode(one))
        except PeerError:
            continue
    return found


# --- changes ----------------------------------------------------------------------------


def _changes(room: Room, run: Sequence[Statement]) -> Taken:
    known = {one.digest for one in room.aside} | {root(room.founding)}
    known.update(step.statement.digest for step in room.path)
    new = []
    for statement in run:
        if statement.digest not in known and change_of(statement).after in known and _is_good(statement):
            known.add(statement.digest)
            new.append(statement)
    if not new:
        return room, [], []
    after, effects = _extended(room, new) or _weighed(room, new)
    kept = {one.digest for one in after.aside} | {step.statement.digest for step in after.path}
    return after, effects, [one for one in new if one.digest in kept]


def _is_good(statement: Statement) -> bool:
    try:
        verify(statement)
    except PeerError:
        return False
    return True


def _extended(room: Room, new: Sequence[Statement]) -> tuple[Room, list[Effect]] | None:
    """The room after changes that follow the head one by one; None where it is not as simple as that."""
    facts, head, roster = room.facts, room.head, room.roster
    steps: list[Step] = []
    size = sum(len(one.statement.raw) for one in room.path) + sum(len(one.raw) for one in new)
    if len(room.path) + len(new) > standing.LONGEST_PATH or size > standing.PATH_BYTES:
        return None
    for statement in new:
        if change_of(statement).after != head:
            return None
        try:
            step, roster = standing.step(roster, statement, facts)
        except PeerError:
            return None
        if standing.has_lapsed(step, facts):
            return None
        steps.append(step)
        head = statement.digest
    return _held(room, (*room.path, *steps), roster)


def _weighed(room: Room, new: Sequence[Statement]) -> tuple[Room, list[Effect]]:
    """The room after all that is known was weighed."""
    known = [*(step.statement for step in room.path), *room.aside, *new]
    late = room.late | {one.digest for one in new} if room.listed else room.late
    held = standing.held(known, replace(room.facts, late=late))
    there = {step.statement.digest for step in held.path}
    places = there | {root(room.founding)}
    aside = []
    for one in known:  # a change stands behind the one that it follows
        if one.digest in there or one.digest in held.refused or change_of(one).after not in places:
            continue
        places.add(one.digest)
        aside.append(one)
    late = room.late | held.late if new else held.late
    room = replace(room, aside=_newest(aside), late=late)
    return _held(room, held.path, held.roster)


def _newest(aside: Sequence[Statement]) -> tuple[Statement, ...]:
    room = ASIDE_BYTES
    kept = []
    for one in aside[: -MOST_ASIDE - 1 : -1]:
        room -= len(one.raw)
        if room < 0:
            break
        kept.append(one)
    return tuple(reversed(kept))


def _held(room: Room, path: tuple[Step, ...], roster: Roster) -> tuple[Room, list[Effect]]:
    """The room with this path, and what that says to the store and the chat."""
    shared = 0
    for old, new in zip(room.path, path, strict=False):
        if old.statement.digest != new.statement.digest:
            break
        shared += 1
    undone, done = room.path[shared:], path[shared:]
    effects: list[Effect] = [Forget(step.statement.digest) for step in undone]
    for step in done:
        digest = step.statement.digest
        effects.append(Keep(step.statement.raw, digest, late=digest in room.late))
    if done or undone:
        effects.append(Changed(tuple(map(_done, done)), tuple(map(_done, undone))))
    listed = room.listed or roster.entry(room.me) is not None
    return replace(room, path=path, roster=roster, listed=listed), effects


def _done(step: Step) -> Done:
    return Done(step.change.author, step.change.acts)


# --- answers ----------------------------------------------------------------------------


def _answers(room: Room, run: Sequence[Statement]) -> Taken:
    effects: list[Effect] = []
    news = []
    answers = dict(room.answers)
    for statement in run:
        entry = people.entry_of(statement)
        if not people.is_news(answers, statement) or not _was_invited(room, entry):
            continue
        try:
            people.check(statement, room.founding)
        except PeerError:
            continue
        before = people.is_in(answers, entry)
        answers[entry] = statement
        news.append(statement)
        effects.append(Keep(statement.raw, statement.digest))
        if room.roster.entry(entry.account) == entry:
            effects += _answered(room, entry, people.answer_of(statement), was_in=before)
    return replace(room, answers=answers), effects, news


def _answered(room: Room, entry: Entry, answer: Answer, *, was_in: bool) -> list[Effect]:
    if answer.answer != JOINS:
        return [Answered(entry.account, answer.answer, share=False)]
    if was_in:
        return []
    return [Answered(entry.account, JOINS, share=inviter(room, entry) == room.me)]


def inviter(room: Room, entry: Entry) -> str | None:
    """Who invited somebody."""
    act = Invites(entry.account, entry.key, entry.turn)
    return next((step.change.author for step in reversed(room.path) if act in step.change.acts), None)


def _was_invited(room: Room, entry: Entry) -> bool:
    """Whether an entry stands or stood in the roster, or in a path that is not held."""
    if room.roster.entry(entry.account) == entry or entry in room.roster.past.get(entry.account, ()):
        return True
    act = Invites(entry.account, entry.key, entry.turn)
    return any(act in change_of(one).acts for one in room.aside)


# --- messages that wait -----------------------------------------------------------------


def heard_of(room: Room) -> tuple[Room, list[Effect]]:
    """Messages whose sender is in by now, or declined or left."""
    effects: list[Effect] = []
    waiting = []
    for one in room.waiting:
        entry = room.roster.entry(one.account)
        if room.counts(one.account, one.key):
            effects.append(Show(one.token))
        elif entry is not None and people.is_out(room.answers, entry):
            effects.append(Drop(one.token))
        else:
            waiting.append(one)
    return (replace(room, waiting=tuple(waiting)), effects) if effects else (room, [])
