"""Statements that go out: to whom, in what order, in as many contents as it takes.

See `docs/protocol/rooms.md`, Content.
"""

from collections.abc import Iterable, Iterator

from watchword.protocol.content import MOST_STATEMENTS, STATEMENTS_BYTES, Statements
from watchword.protocol.rooms import people, roster
from watchword.protocol.rooms.effects import Effect, Send
from watchword.protocol.rooms.roster import Entry, Roster
from watchword.protocol.rooms.standing import Step, step
from watchword.protocol.rooms.statement import Founds, Invites, Statement, TakesOut
from watchword.protocol.rooms.states import Room


def to_all(room: Room, statements: Iterable[Statement]) -> list[Effect]:
    """To everybody listed who did not decline or leave."""
    to = accounts(room, listening(room))
    return sent(room, to, statements, reached=to)


def sent(
    room: Room, to: tuple[str, ...], statements: Iterable[Statement], reached: tuple[str, ...] = ()
) -> list[Effect]:
    """To some; in a phrase room they learn who was reached at the same time."""
    named = () if room.founding.organisation else reached[: roster.MOST_PHRASE]
    return [Send(to, content) for content in contents(room, statements, named)] if to else []


def passed_on(room: Room, news: list[Statement], told: Iterable[str]) -> list[Effect]:
    """Phrase room: what was news here, to those with whom there is a session, but who were not told."""
    if room.founding.organisation:
        return []
    before = dict.fromkeys(told)
    to = tuple(account for account in accounts(room, listening(room)) if account not in before)
    return sent(room, to, news, reached=(*to, *before))


def everything(room: Room) -> list[Statement]:
    """The held path, each invitation followed by a parting answer to it; then who is in."""
    return following(room, 0, None)


def following(room: Room, start: int, their_people: bytes | None) -> list[Statement]:
    """What somebody lacks whose head is at this place of the path, and, if they said, who is in for them."""
    then = _roster_at(room, start)
    found: list[Statement] = []
    for_them = None if their_people is None else people.in_by(their_people, then.entries)
    for entry in then.entries if start else ():
        answer = room.answers.get(entry)
        differs = for_them is not None and people.is_in(room.answers, entry) != (entry.account in for_them)
        # Who is gone may be why somebody had a right to a change that follows.
        is_reason = start < len(room.path) and people.is_out(room.answers, entry)
        if answer and (differs or is_reason):
            found.append(answer)
    for one in room.path[start:]:
        found.append(one.statement)
        found += _partings(room, one)
    listed = {*then.entries} if start else set()
    entries = [entry for entry in room.roster.entries if entry not in listed]
    return found + [room.answers[entry] for entry in entries if _joined(room, entry)]


def _roster_at(room: Room, start: int) -> Roster:
    if start == len(room.path):
        return room.roster
    then = roster.founded(room.founding)
    for one in room.path[:start]:
        _, then = step(then, one.statement, room.facts)
    return then


def taken_out(room: Room, account: str) -> list[Statement]:
    """For somebody who was taken out: the path up to that."""
    act = TakesOut(account)
    for n in range(len(room.path), 0, -1):
        if act in room.path[n - 1].change.acts:
            return [one.statement for one in room.path[:n]]
    return []


def contents(
    room: Room, statements: Iterable[Statement], reached: tuple[str, ...] = ()
) -> Iterator[Statements]:
    """As many contents as it takes."""
    batch: list[bytes] = []
    length = 0
    for statement in statements:
        if len(batch) == MOST_STATEMENTS or length + len(statement.raw) > STATEMENTS_BYTES:
            yield Statements(room.id, tuple(batch), reached)
            batch, length = [], 0
        batch.append(statement.raw)
        length += len(statement.raw)
    if batch:
        yield Statements(room.id, tuple(batch), reached)


def listening(room: Room) -> list[Entry]:
    """Everybody listed who did not decline or leave."""
    return [entry for entry in room.roster.entries if not people.is_out(room.answers, entry)]


def accounts(room: Room, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Those of some who are reached from here."""
    there = [entry.account for entry in entries if entry.account != room.me and room.reaches(entry)]
    return tuple(dict.fromkeys(there))


def _joined(room: Room, entry: Entry) -> bool:
    return entry in room.answers and not people.is_out(room.answers, entry)


def _partings(room: Room, one: Step) -> list[Statement]:
    entries = [Entry(act.account, act.key, act.turn) for act in one.change.acts if isinstance(act, Invites)]
    entries += [Entry(act.account, act.key, 0) for act in one.change.acts if isinstance(act, Founds)]
    return [room.answers[entry] for entry in entries if people.is_out(room.answers, entry)]
