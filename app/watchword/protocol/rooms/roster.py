"""The roster: who is listed in a room, and what an owner may do from one roster to the next.

A change is done whole or not at all. Who is *in* depends on answers besides: `people`. See
`docs/protocol/rooms.md`, The roster.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from watchword.protocol.rooms.statement import (
    Act,
    Change,
    Founds,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    TakesOut,
    root,
)
from watchword_wire.errors import Bug, PeerError

MOST_COMPANY: Final = 1_000
MOST_PHRASE: Final = 64


class Person(msgspec.Struct, frozen=True):
    """Somebody by account and key: with another key it is, to a room, another."""

    account: str
    key: bytes


class Entry(msgspec.Struct, frozen=True):
    """One line: who is listed, by which invitation."""

    account: str
    key: bytes
    turn: int

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person(self.account, self.key)


class Roster(msgspec.Struct, frozen=True):
    """Who is listed after a change. The dictionaries are by account, in the order of the list."""

    name: str
    keep: int
    owners: dict[str, Entry]
    """By standing."""
    others: dict[str, Entry]
    past: dict[str, tuple[Entry, ...]]
    """Who was taken out, each invitation for itself: by account, in the order of their turns."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All, owners first."""
        return (*self.owners.values(), *self.others.values())

    def entry(self, account: str) -> Entry | None:
        """The line of an account."""
        return self.owners.get(account) or self.others.get(account)

    def standing(self, person: Person) -> int | None:
        """How many owners stand before this one; None for who is no owner."""
        for before, owner in enumerate(self.owners.values()):
            if owner.account == person.account:
                return before if owner.key == person.key else None
        return None

    def next_turn(self, account: str) -> int:
        """The turn of the next invitation of an account."""
        entry = self.entry(account) or last(self.past, account)
        return 1 if entry is None else entry.turn + 1


def last(past: dict[str, tuple[Entry, ...]], account: str) -> Entry | None:
    """The last entry that an account had before it was taken out."""
    entries = past.get(account)
    return entries[-1] if entries else None


Gone = Callable[[Entry], bool]
"""Whether somebody said that they decline or leave, or has a key that lapsed."""


def founded(founding: Founds) -> Roster:
    """The roster before the first change: the founder."""
    entry = Entry(founding.account, founding.key, 0)
    return Roster("", 0, {founding.account: entry}, {}, {})


def most(founding: Founds) -> int:
    """How many a room of this kind lists at most."""
    return MOST_COMPANY if founding.organisation else MOST_PHRASE


def acting(roster: Roster, account: str, gone: Gone) -> Entry | None:
    """The entry by which an account may change the room; None for who may not.

    An owner; and where all owners are gone, who has nobody but such before them. To learn of more who are
    gone gives rights and takes none, so what was right stays right.
    """
    owner = roster.owners.get(account)
    if owner is not None or account not in roster.others:
        return owner
    for one in roster.entries:
        if one.account == account:
            return one
        if not gone(one):
            return None
    raise Bug("somebody listed who is not in the list")


def changed(roster: Roster, change: Change, founding: Founds, gone: Gone) -> Roster:
    """The roster after a change.

    Raises:
        PeerError: its author may not do that.
    """
    draft = _Draft(roster, change.author, founding, gone)
    acts = change.acts
    is_first = change.after == root(founding)
    if is_first != (acts[:1] == (founding,)):
        raise PeerError("a room is founded by its first change")
    for act in acts[1:] if is_first else acts:
        draft.act(act)
    after = draft.roster()
    if is_first and (not after.name or not after.others):
        raise PeerError("a room is founded with a name and somebody invited")
    if not after.owners and after.others:
        raise PeerError("no owner would be left")
    return after


class _Draft:
    """A roster while a change is done to it; copies only what it touches."""

    def __init__(self, roster: Roster, author: str, founding: Founds, gone: Gone) -> None:
        if acting(roster, author, gone) is None:
            raise PeerError("a change by somebody who is no owner")
        self._author = author
        self._most = most(founding)
        self._gone = gone
        self._name, self._keep = roster.name, roster.keep
        self._owners, self._others, self._past = dict(roster.owners), roster.others, roster.past
        self._shared = True
        self._keys: set[bytes] | None = None

    def roster(self) -> Roster:
        return Roster(self._name, self._keep, self._owners, self._others, self._past)

    def act(self, act: Act) -> None:
        match act:
            case Founds():
                raise PeerError("a room is founded once")
            case Names(name=name):
                self._name = name
            case Keeps(seconds=seconds):
                self._keep = seconds
            case Invites():
                self._invite(act)
            case TakesOut(account=account):
                self._take_out(account)
            case MakesOwner(account=account):
                self._touch()
                self._owners[account] = self._of(self._others, account)
            case MakesMember(account=account):
                self._touch()
                self._over(account)
                self._others[account] = self._of(self._owners, account)

    def _touch(self) -> None:
        if self._shared:
            self._others, self._past, self._shared = dict(self._others), dict(self._past), False

    def _invite(self, act: Invites) -> None:
        self._touch()
        if act.account in self._owners or act.account in self._others:
            raise PeerError("somebody listed is invited again")
        before = last(self._past, act.account)
        if before is not None and act.turn <= before.turn:
            raise PeerError("an invitation of a turn that was")
        if len(self._owners) + len(self._others) >= self._most:
            raise PeerError("a room of too many")
        if self._keys is None:
            self._keys = {one.key for listed in (self._owners, self._others) for one in listed.values()}
        if act.key in self._keys:
            raise PeerError("one key for two")
        self._keys.add(act.key)
        self._others[act.account] = Entry(act.account, act.key, act.turn)

    def _take_out(self, account: str) -> None:
        self._touch()
        listed = self._others
        if account in self._owners:
            self._over(account)
            listed = self._owners
        entry = self._of(listed, account)
        self._past[account] = (*self._past.get(account, ()), entry)
        if self._keys is not None:
            self._keys.discard(entry.key)

    def _of(self, listed: dict[str, Entry], account: str) -> Entry:
        entry = listed.pop(account, None)
        if entry is None:
            raise PeerError("somebody who is not listed so")
        return entry

    def _over(self, account: str) -> None:
        """Whether the author may end the ownership of an owner."""
        owner = self._owners.get(account)
        if owner is None or account == self._author or self._gone(owner):
            return
        order = list(self._owners)
        if self._author not in order or order.index(self._author) > order.index(account):
            raise PeerError("an owner who does not stand before the other")
