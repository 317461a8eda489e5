"""Who is in a room: the roster, and what each person said for themselves.

And what two desktops compare to find out whether they know the same. See `docs/protocol/rooms.md`, Answers.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from watchword.crypto.primitives import hashed
from watchword.protocol.rooms.roster import Entry, Roster
from watchword.protocol.rooms.statement import (
    JOINS,
    LEAVES,
    Answer,
    Founds,
    Statement,
    room_id,
    verify,
    vouched,
)
from watchword_wire.errors import PeerError

PEOPLE_BYTES: Final = 8

Answers = Mapping[Entry, Statement]
"""What each said to the invitation of an entry: leaving is the last word."""


def answer_of(statement: Statement) -> Answer:
    """The answer that a statement is.

    Raises:
        PeerError: it is a change.
    """
    if not isinstance(statement.said, Answer):
        raise PeerError("a change is no answer")
    return statement.said


def entry_of(statement: Statement) -> Entry:
    """The entry that an answer is about."""
    answer = answer_of(statement)
    return Entry(answer.author, answer.key, answer.turn)


def is_news(answers: Answers, statement: Statement) -> bool:
    """Whether an answer says more than what was heard before of this entry."""
    before = answers.get(entry_of(statement))
    return before is None or answer_of(before).answer == JOINS != answer_of(statement).answer


def check(statement: Statement, founding: Founds) -> None:
    """Check that an answer is its author's, and about this room.

    Raises:
        PeerError: it is not.
    """
    answer = answer_of(statement)
    if answer.room != room_id(founding):
        raise PeerError("an answer of another room")
    verify(statement)
    vouched(statement, answer.key, founding.organisation)


def _said(answers: Answers, entry: Entry) -> int:
    statement = answers.get(entry)
    return 0 if statement is None else answer_of(statement).answer


def is_out(answers: Answers, entry: Entry) -> bool:
    """Whether this person declined or left."""
    return _said(answers, entry) not in (0, JOINS)


def is_in(answers: Answers, entry: Entry) -> bool:
    """Whether this person takes part: who said that they join, or the founder; not who left."""
    said = _said(answers, entry)
    return said == JOINS or (said == 0 and entry.turn == 0)


def has_joined(answers: Answers, entry: Entry) -> bool:
    """Whether this person takes part or did before they left: nobody leaves whom an invitation waits for."""
    return is_in(answers, entry) or _said(answers, entry) == LEAVES


def everybody(answers: Answers, roster: Roster) -> tuple[Entry, ...]:
    """Who is in, in the roster's order."""
    return tuple(entry for entry in roster.entries if is_in(answers, entry))


def digest(answers: Answers, roster: Roster) -> bytes:
    """What every message names to say who is in for its sender: 8 bytes."""
    names = (entry.account.encode() for entry in everybody(answers, roster))
    return hashed("room people", *names)[:PEOPLE_BYTES]


def bits(answers: Answers, roster: Roster) -> bytes:
    """A bit for each entry: who is in."""
    entries = roster.entries
    value = 0
    for entry in entries:
        value = value << 1 | is_in(answers, entry)
    length = (len(entries) + 7) // 8
    return (value << (8 * length - len(entries))).to_bytes(length, "big")


def in_by(bits: bytes, entries: Iterable[Entry]) -> frozenset[str]:
    """The accounts that are in by somebody's bits; bits that are missing are 0."""
    return frozenset(
        entry.account
        for at, entry in enumerate(entries)
        if at // 8 < len(bits) and bits[at // 8] >> (7 - at % 8) & 1
    )
