"""Which path of the tree of changes holds: a function of what is known, whatever came first.

A removed owner cannot come back by a change on an old one, because the remover decides. See
`docs/protocol/rooms.md`, Which chain holds; When a company renews a member's key.
"""

from collections.abc import Collection, Iterable

import msgspec

from watchword.protocol.rooms.roster import Entry, Gone, Person, Roster, acting, changed, founded
from watchword.protocol.rooms.statement import (
    Change,
    Founds,
    MakesMember,
    Statement,
    TakesOut,
    room_id,
    root,
    vouched,
)
from watchword_wire.errors import Bug, PeerError

LONGEST_PATH = 4_096
PATH_BYTES = 8 * 1024 * 1024
"""So many changes has a room at most, and so long are they together."""

_NOBODY = 2_000
"""The standing of who is no owner: behind everybody, and before nobody."""
_EMPTY = _NOBODY + 1
Weight = tuple[tuple[int, int], ...]


class Facts(msgspec.Struct, frozen=True):
    """What decides besides the changes."""

    founding: Founds
    lapsed: Gone
    """Whether an entry's key is not the directory's now."""
    gone: Gone
    """Whether its person said that they decline or leave, or its key lapsed."""
    late: Collection[bytes] = ()
    """Digests of changes that came first when their author's key had lapsed."""


class Step(msgspec.Struct, frozen=True):
    """One change where it stands: by whom, and whether they gave up being an owner by it."""

    statement: Statement
    change: Change
    person: Person
    quits: bool


class _Node(msgspec.Struct):
    """A change in the tree, with the way up."""

    step: Step | None
    parent: "_Node | None"
    depth: int
    size: int
    """Bytes of all statements up to it."""
    roster: Roster | None
    """After it; only where paths part or end, for a room's rosters are long."""
    pending: Roster | None = None
    """The roster before the first late change that nobody has followed yet; None where all count."""
    goes_on: bool = False
    """Whether a change that counts follows."""


class Held(msgspec.Struct, frozen=True):
    """The path that holds, oldest first, and the roster after it."""

    path: tuple[Step, ...]
    roster: Roster
    refused: frozenset[bytes]
    """Changes that nobody had a right to."""
    late: frozenset[bytes]
    """Those of `Facts.late` whose author's key has lapsed still."""


def change_of(statement: Statement) -> Change:
    """The change that a statement is.

    Raises:
        PeerError: it is an answer.
    """
    if not isinstance(statement.said, Change):
        raise PeerError("an answer is no change")
    return statement.said


def step(roster: Roster, statement: Statement, facts: Facts) -> tuple[Step, Roster]:
    """Do a change: its author's right, and that it is theirs. Its terminal's signature was checked before.

    Raises:
        PeerError: it may not be done here.
    """
    change = change_of(statement)
    if change.room != room_id(facts.founding):
        raise PeerError("a change of another room")
    by = acting(roster, change.author, facts.gone)
    if by is None:
        raise PeerError("a change by somebody who is no owner")
    vouched(statement, by.key, facts.founding.organisation)
    after = changed(roster, change, facts.founding, facts.gone)
    own = any(isinstance(act, TakesOut | MakesMember) and act.account == by.account for act in change.acts)
    return Step(statement, change, by.person, own and after.standing(by.person) is None), after


def held(changes: Iterable[Statement], facts: Facts) -> Held:
    """The path that holds of all changes known. Those whose predecessor is not known are passed over."""
    following: dict[bytes, list[Statement]] = {}
    for statement in changes:
        following.setdefault(change_of(statement).after, []).append(statement)
    start = founded(facts.founding)
    top = _Node(None, None, 0, 0, start)
    tips, refused, late = [top], set(), set()
    ways = [(top, start, one) for one in following.get(root(facts.founding), ())]
    while ways:
        parent, roster, statement = ways.pop()
        try:
            node = _node(parent, roster, statement, facts)
        except PeerError:
            refused.add(statement.digest)
            continue
        if statement.digest in facts.late and _has_lapsed(node, facts):
            late.add(statement.digest)
        children = following.get(statement.digest, [])
        ways += [(node, node.roster, one) for one in children if node.roster is not None]
        if node.pending is None:
            tips.append(node)
            _continue(node, following)
    best = top
    for node in tips:
        if not node.goes_on and node is not best and _better(node, best):
            best = node
    return Held(tuple(_path(best)), best.roster or start, frozenset(refused), frozenset(late))


def _has_lapsed(node: _Node, facts: Facts) -> bool:
    return node.step is not None and has_lapsed(node.step, facts)


def has_lapsed(step: Step, facts: Facts) -> bool:
    """Whether the key by which a change was made is not the directory's now."""
    return facts.lapsed(Entry(step.person.account, step.person.key, 0))


def _continue(node: _Node, following: dict[bytes, list[Statement]]) -> None:
    """A change that counts makes all before it count; a roster where nothing parts is let go."""
    at = node.parent
    while at is not None and not at.goes_on:
        at.goes_on = True
        if at.step is not None and len(following[at.step.statement.digest]) == 1:
            at.roster = None
        at = at.parent


def _node(parent: _Node, roster: Roster, statement: Statement, facts: Facts) -> _Node:
    size = parent.size + len(statement.raw)
    if parent.depth >= LONGEST_PATH or size > PATH_BYTES:
        raise PeerError("a room of too many changes")
    done, after = step(roster, statement, facts)
    pending = parent.pending
    if has_lapsed(done, facts):
        if pending is None and statement.digest in facts.late:
            pending = roster
    elif pending is not None:
        by = acting(pending, done.person.account, facts.gone)
        if by is not None and by.person == done.person:
            pending = None
    return _Node(done, parent, parent.depth + 1, size, after, pending)


def _path(node: _Node) -> list[Step]:
    path = []
    at: _Node | None = node
    while at is not None and at.step is not None:
        path.append(at.step)
        at = at.parent
    path.reverse()
    return path


def _better(one: _Node, other: _Node) -> bool:
    """Whether one end of a path beats another."""
    ours: list[Step] = []
    theirs: list[Step] = []
    while one is not other:
        ahead = one.depth >= other.depth
        node, way = (one, ours) if ahead else (other, theirs)
        if node.step is None or node.parent is None:
            raise Bug("two paths of one room that never met")
        way.append(node.step)
        if ahead:
            one = node.parent
        else:
            other = node.parent
    if not ours or not theirs:
        return not theirs
    if one.roster is None:
        raise Bug("paths part where no roster was kept")
    return outweighs(one.roster, ours[::-1], theirs[::-1])


def outweighs(parting: Roster, ours: list[Step], theirs: list[Step]) -> bool:
    """Whether of two paths from the last change that they share the first one holds."""
    mine, its = _ranks(parting, ours), _ranks(parting, theirs)
    weight, other = _weight(mine, ours), _weight(its, theirs)
    if weight != other:
        return weight < other
    # Of one person who decides: the digest of their first change in each.
    first, second = ours[mine.index(min(mine))], theirs[its.index(min(its))]
    return first.statement.digest < second.statement.digest


def _ranks(parting: Roster, path: list[Step]) -> list[int]:
    standings = [parting.standing(one.person) for one in path]
    ranks = [_NOBODY if standing is None else standing for standing in standings]
    if ranks[0] == _NOBODY:
        # Who counted as one, because all before them were gone.
        ranks[0] = next(n for n, one in enumerate(parting.entries) if one.person == path[0].person)
    return ranks


def _weight(ranks: list[int], path: list[Step]) -> Weight:
    """How well a path stands, the smaller the better.

    Pairs of the standing of who decides, and 0 if they gave it up by an own act: then who wrote after that
    decides next, and so on.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while True:
        best = min(ranks[at:], default=_EMPTY)
        quits = [n for n in range(at, len(path)) if ranks[n] == best and path[n].quits]
        if best >= _NOBODY or not quits:
            found.append((best, 1))
            return tuple(found)
        found.append((best, 0))
        at = quits[-1] + 1
