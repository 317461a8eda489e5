"""Which texts of the history are texts of the room: by what the history itself told before them.

A removed member can name an old list on purpose; where their text stands, they cannot choose. See
`docs/protocol/rooms.md`, The past.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from watchword.protocol.rooms import people
from watchword.protocol.rooms.roster import Entry
from watchword.protocol.rooms.statement import JOINS, LEAVES, Act, Founds, Invites, Statement, TakesOut
from watchword.protocol.rooms.states import Room

UNKNOWN: Final = 0
"""The place of what came by itself and was not found in the history yet."""
_HERE: Final = -1
"""The place of what this very desktop said: the history does not give it that."""


class Evidence(msgspec.Struct, frozen=True):
    """That a statement was made by then."""

    digest: bytes
    shared: bool
    """Whether what tells of it was not for this account when it was sent, and shared with it since."""
    place: int
    """In this account's history, or UNKNOWN."""


class PastText(msgspec.Struct, frozen=True):
    """A text of the history."""

    account: str
    head: bytes
    shared: bool
    """As in `Evidence`."""
    place: int


class Past:
    """The past of one room, by what is known now."""

    def __init__(self, room: Room, evidence: Iterable[Evidence]) -> None:
        """Look at a room. `evidence`: what its history told, in any order."""
        self._room = room
        at = {one.statement.digest: n for n, one in enumerate(room.path, 1)}
        self._changes: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        """Of what was for this user, and of what was shared: place, and how many changes were made by it."""
        self._answers: dict[bytes, list[Evidence]] = {}
        self._at = at
        for one in evidence:
            self.learn(one)
        told = {n for _, n in self._changes[False]}
        mine = (n for n, one in enumerate(room.path, 1) if one.change.author == room.me)
        self._changes[False].extend((_HERE, n) for n in mine if n not in told)
        self._turns_of: dict[str, list[tuple[int, Entry | None]]] = {}
        self._listed: list[bool] = []
        """For each number of changes whether this user is listed after so many."""
        turns = dict(self._turns(room.me))
        is_listed = room.founding.account == room.me
        for n in range(len(room.path) + 1):
            is_listed = turns[n] is not None if n in turns else is_listed
            self._listed.append(is_listed)

    def learn(self, evidence: Evidence) -> None:
        """Take more of what the history tells."""
        n = self._at.get(evidence.digest)
        if n is None:
            self._answers.setdefault(evidence.digest, []).append(evidence)
        else:
            self._changes[evidence.shared].append((evidence.place, n))

    def counts(self, text: PastText) -> bool:
        """Whether its writer was in when it was sent, as far as the history tells; the own account always."""
        if text.account == self._room.me:
            return True
        told = self._changes[text.shared]
        reach = max((n for place, n in told if place < text.place and place != UNKNOWN), default=0)
        if not text.shared and not self._listed[reach]:
            return False  # nobody who speaks to the room had this user among those who are in
        reach = max(reach, self._room.common(text.head))
        direct = 0
        if text.shared:  # what was for this user when it was sent is not shared with them again
            direct = max((n for place, n in self._changes[False] if place < text.place), default=0)
        entry = None
        for n, now in self._turns(text.account):
            if n <= reach or (n <= direct and self._listed[n - 1]):
                entry = now
        return entry is not None and self._was_in(entry, text)

    def _turns(self, account: str) -> list[tuple[int, Entry | None]]:
        """By which change somebody was listed, each time, and by which taken out: its number, the entry."""
        if account not in self._turns_of:
            self._turns_of[account] = [
                (n, entry)
                for n, one in enumerate(self._room.path, 1)
                for entry in _entries(one.change.acts, account)
            ]
        return self._turns_of[account]

    def _was_in(self, entry: Entry, text: PastText) -> bool:
        """Whether somebody had joined, and had not left yet."""
        statement = self._room.answers.get(entry)
        if statement is None:  # of who was taken out since, the answer is not passed on
            return entry.turn == 0 or self._room.roster.entry(entry.account) != entry
        said = people.answer_of(statement).answer
        return said == JOINS or (said == LEAVES and not self._had_left(statement, text))

    def _had_left(self, leaving: Statement, text: PastText) -> bool:
        for one in self._answers.get(leaving.digest, ()):
            direct = text.shared and not one.shared
            if one.place < text.place and (direct or (one.shared == text.shared and one.place != UNKNOWN)):
                return True
        return False


def _entries(acts: Iterable[Act], account: str) -> Iterator[Entry | None]:
    for act in acts:
        match act:
            case Founds(account=founder) if founder == account:
                yield Entry(account, act.key, 0)
            case Invites(account=invited) if invited == account:
                yield Entry(account, act.key, act.turn)
            case TakesOut(account=out) if out == account:
                yield None
            case _:
                pass
