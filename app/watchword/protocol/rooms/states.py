"""What one desktop knows of one room. Frozen; `machine.step` gives the next.

See `docs/protocol/rooms.md`.
"""

import enum
from typing import Final

import msgspec

from watchword.protocol.rooms import people
from watchword.protocol.rooms.events import Around
from watchword.protocol.rooms.roster import Entry, Roster
from watchword.protocol.rooms.standing import Facts, Step, change_of
from watchword.protocol.rooms.statement import Change, Founds, Statement, TakesOut, room_id, root

GRACE_S: Final = 5.0
"""What differs is mostly on its way."""
AGAIN_S: Final = 60.0
"""How long one question to one person, and one answer to them, is enough."""
WAITS_S: Final = 24 * 3600.0
MOST_WAITING: Final = 256
MOST_WAITING_OF_ONE: Final = 32
MOST_OF_STRANGERS: Final = 64
"""Messages that wait; those of people who are not listed are fewer, so that they keep nobody's out."""


class About(enum.Enum):
    """What a doubt is about."""

    UNKNOWN = "unknown"
    """A head that is not known here: they may know of a removal."""
    VOID = "void"
    """A head that is void here."""
    PEOPLE = "people"
    """Who is in."""


class Doubt(msgspec.Struct, frozen=True):
    """Somebody who is in named what differs from what is held here."""

    head: bytes
    people: bytes
    since: float
    about: About


class Waiting(msgspec.Struct, frozen=True):
    """A message of somebody whose joining was not heard of yet."""

    token: bytes
    account: str
    until: float
    key: bytes = b""
    """As in `Arrived`."""


class Room(msgspec.Struct, frozen=True):
    """The state."""

    founding: Founds
    me: str
    around: Around
    path: tuple[Step, ...]
    roster: Roster
    answers: dict[Entry, Statement]
    people: bytes
    """The digest of who is in, as messages name it."""
    aside: tuple[Statement, ...] = ()
    """Changes that are not held, oldest first."""
    late: frozenset[bytes] = frozenset()
    listed: bool = False
    """Whether the own account was ever listed; before, all is the first path."""
    doubts: dict[str, Doubt] = {}
    waiting: tuple[Waiting, ...] = ()
    asked: dict[str, float] = {}
    replied: dict[str, float] = {}
    differing: tuple[str, ...] = ()

    @property
    def id(self) -> bytes:
        """The room's id."""
        return room_id(self.founding)

    @property
    def head(self) -> bytes:
        """The digest of the last change that is held."""
        return self.path[-1].statement.digest if self.path else root(self.founding)

    @property
    def facts(self) -> Facts:
        """What decides which path holds."""
        return Facts(self.founding, self.has_lapsed, self.is_gone, self.late)

    @property
    def unknown(self) -> dict[str, bytes]:
        """Heads that are not known here, by the account that named each."""
        return {who: doubt.head for who, doubt in self.doubts.items() if doubt.about is About.UNKNOWN}

    @property
    def may_send(self) -> bool:
        """Whether a message may go out: nobody who is in names a head that is not known here."""
        return self.is_in(self.me) and not self.unknown and not self.differing

    @property
    def targets(self) -> tuple[str, ...]:
        """To whom a message goes."""
        return tuple(
            entry.account
            for entry in people.everybody(self.answers, self.roster)
            if entry.account != self.me and self.reaches(entry)
        )

    @property
    def unreached(self) -> tuple[str, ...]:
        """Who is in and gets nothing from here: no session, or another key."""
        return tuple(
            entry.account
            for entry in people.everybody(self.answers, self.roster)
            if entry.account != self.me and not self.reaches(entry)
        )

    def reaches(self, entry: Entry) -> bool:
        """Whether this is, by what is known here, the key of that account."""
        return self.around.keys.get(entry.account) == entry.key

    def has_lapsed(self, entry: Entry) -> bool:
        """Whether the company gives the account another key now."""
        return bool(self.founding.organisation) and not self.reaches(entry)

    def is_gone(self, entry: Entry) -> bool:
        """Whether the person declined or left, or has a key that lapsed."""
        return people.is_out(self.answers, entry) or self.has_lapsed(entry)

    def is_in(self, account: str) -> bool:
        """Whether somebody takes part."""
        entry = self.roster.entry(account)
        return entry is not None and people.is_in(self.answers, entry)

    @property
    def took_part(self) -> bool:
        """Whether the own person is in, or was before they left or were taken out."""
        entry = self.roster.entry(self.me)
        entries = (*self.roster.past.get(self.me, ()), *(() if entry is None else (entry,)))
        return any(people.has_joined(self.answers, one) for one in entries)

    @property
    def went(self) -> int | None:
        """How many changes are before that by which the own person took themselves out; None if none did."""
        act = TakesOut(self.me)
        for n in range(len(self.path) - 1, -1, -1):
            if act in self.path[n].change.acts:
                return n if self.path[n].change.author == self.me else None
        return None

    def has_left(self, head: bytes) -> bool:
        """Whether the own person left by themselves, and who names this head may not have heard of it."""
        at, entry = self.at(head), self.roster.entry(self.me)
        if at is None or self.is_in(self.me):
            return False
        if entry is not None:
            return people.has_joined(self.answers, entry)
        return self.went is not None and at <= self.went

    def knows(self, head: bytes) -> bool:
        """Whether a change is known, held or not."""
        if head == self.head:
            return True
        return self.at(head) is not None or any(one.digest == head for one in self.aside)

    @property
    def left_behind(self) -> tuple[bytes, ...]:
        """Ends of paths that do not hold because they came when their author's key had lapsed.

        An owner may take such a path over, by `Do.after`, if they know it to be that author's own.
        """
        late = set(self.late)
        for one in self.aside:
            if isinstance(one.said, Change) and one.said.after in late:
                late.add(one.digest)
        followed = {one.said.after for one in self.aside if isinstance(one.said, Change)}
        return tuple(one.digest for one in self.aside if one.digest in late - followed)

    def is_heard(self, account: str) -> bool:
        """Whether somebody counts who speaks: in, and by their own key; or another terminal of the own."""
        entry = self.roster.entry(account)
        return self.is_in(account) and entry is not None and (account == self.me or self.reaches(entry))

    def counts(self, account: str, key: bytes) -> bool:
        """Whether a message counts: its writer is in, and said it by their own key, whatever came after."""
        if not key:
            return self.is_heard(account)
        entry = self.roster.entry(account)
        return self.is_in(account) and entry is not None and entry.key == key

    def at(self, head: bytes) -> int | None:
        """How many changes of the path are no later than this one; None if it is none of them."""
        if head == root(self.founding):
            return 0
        for n in range(len(self.path), 0, -1):
            if self.path[n - 1].statement.digest == head:
                return n
        return None

    @property
    def statements(self) -> dict[bytes, Statement]:
        """Every one that is known, by its digest."""
        changes = (*(one.statement for one in self.path), *self.aside)
        return {one.digest: one for one in (*changes, *self.answers.values())}

    def common(self, head: bytes) -> int:
        """How many changes of the path a head has below it: one that is void those up to where it parts."""
        after = {one.digest: change_of(one).after for one in self.aside}
        while head in after:
            head = after[head]
        return self.at(head) or 0
