"""Rooms: whatever owners do at once, in whatever order it comes, with whatever strangers add to it.

The rights are written out once more here, from `docs/protocol/rooms.md` and not from the product.
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property.test_decoders import damaged, packable, peer_error_or_nothing
from support.rooms import NOBODY, ORGANISATION, Someone, World, first_change, founding_of
from watchword.crypto.primitives import ed25519_sign, label, lv
from watchword.protocol.content import Known, Statements
from watchword.protocol.rooms.events import Do, Told
from watchword.protocol.rooms.roster import Roster
from watchword.protocol.rooms.standing import Facts, Held, change_of, held
from watchword.protocol.rooms.statement import (
    DECLINES,
    JOINS,
    LEAVES,
    Act,
    Answer,
    Change,
    Invites,
    Keeps,
    MakesMember,
    MakesOwner,
    Names,
    Said,
    Statement,
    TakesOut,
    decode,
    root,
    verify,
)
from watchword.protocol.rooms.states import Room
from watchword_wire.errors import Refused

NAMES = ("ada", "bo", "cy", "di", "ed", "fay")
COMPANY = {name: Someone(name) for name in NAMES}
FRIENDS = {name: Someone(name, b"") for name in NAMES}
FOUNDING = founding_of(COMPANY["ada"])
FIRST = first_change(COMPANY["ada"], *(COMPANY[name] for name in NAMES[1:5]))
OWNERS = COMPANY["ada"].changes(FOUNDING, FIRST.digest, MakesOwner("bo"), MakesOwner("cy"))
FACTS = Facts(FOUNDING, NOBODY, NOBODY)


class Model:
    """Who is listed, and what may be done: rows of the table in the document, done by lists."""

    def __init__(self, founder: str) -> None:
        self.owners, self.others = [founder], list[str]()
        self.turns: dict[str, int] = {}
        self.past: dict[str, int] = {}

    def may(self, author: str, acts: Sequence[Act], gone: Callable[[str, int], bool]) -> bool:
        """Do a change; False if its author has no right to an act of it."""
        absent = [name for name in self.owners if gone(name, self.turns.get(name, 0))]
        if author not in self.owners:
            before = self.others[: self.others.index(author)] if author in self.others else None
            if before is None or len(absent) < len(self.owners):
                return False
            if not all(gone(name, self.turns[name]) for name in before):
                return False
        return all(self.does(author, act, gone) for act in acts) and bool(self.owners or not self.others)

    def does(self, author: str, act: Act, gone: Callable[[str, int], bool]) -> bool:
        match act:
            case Invites(account=account, turn=turn):
                good = account not in self.owners + self.others and turn > self.past.get(account, 0)
                self.others.append(account)
                self.turns[account] = turn
            case TakesOut(account=account):
                good = account in self.others or self.over(author, account, gone)
                self.owners, self.others = (
                    [name for name in names if name != account] for names in (self.owners, self.others)
                )
                self.past[account] = self.turns.get(account, 0)
            case MakesOwner(account=account):
                good = account in self.others
                self.others = [name for name in self.others if name != account]
                self.owners.append(account)
            case MakesMember(account=account):
                good = self.over(author, account, gone)
                self.owners = [name for name in self.owners if name != account]
                self.others.append(account)
            case _:
                good = True
        return good

    def over(self, author: str, account: str, gone: Callable[[str, int], bool]) -> bool:
        if account not in self.owners:
            return False
        if account == author or gone(account, self.turns.get(account, 0)):
            return True
        return author in self.owners and self.owners.index(author) < self.owners.index(account)


def path_of(found: Held) -> list[bytes]:
    return [one.statement.digest for one in found.path]


# --- trees ------------------------------------------------------------------------------

moves = st.tuples(
    st.integers(0, 99),  # after which change
    st.sampled_from(NAMES),  # by whom
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(NAMES)), max_size=2),
    st.booleans(),  # or by an owner who has the right
)
trees = st.lists(moves, max_size=14)


def act_of(kind: int, account: str, roster: Roster) -> Act:
    return (
        Invites(account, COMPANY[account].key, roster.next_turn(account)),
        TakesOut(account),
        MakesOwner(account),
        MakesMember(account),
        Names("Room of " + account),
        MakesOwner(account),
    )[kind]


def grown(script: Iterable[tuple[int, str, list[tuple[int, str]], bool]]) -> list[Statement]:
    """A tree of changes that somebody had a right to."""
    there = [(FIRST, held([FIRST], FACTS).roster), (OWNERS, held([FIRST, OWNERS], FACTS).roster)]
    for at, name, kinds, by_owner in script:
        before, roster = there[at % len(there)]
        author = list(roster.owners)[at % len(roster.owners)] if by_owner and roster.owners else name
        acts = tuple(act_of(kind, account, roster) for kind, account in kinds)
        statement = COMPANY[author].changes(FOUNDING, before.digest, *acts)
        found = held([*way_to(before, [one for one, _ in there]), statement], FACTS)
        if found.path[-1].statement.digest == statement.digest:
            there.append((statement, found.roster))
    return list({one.digest: one for one, _ in there}.values())


def way_to(last: Statement, tree: Sequence[Statement]) -> list[Statement]:
    """A change and all that it follows."""
    by_digest = {one.digest: one for one in tree}
    way = [last]
    while (before := by_digest.get(change_of(way[-1]).after)) is not None:
        way.append(before)
    return way[::-1]


def part_of(tree: Sequence[Statement], tips: Iterable[Statement]) -> dict[bytes, Statement]:
    """Some changes and all that they follow."""
    return {one.digest: one for tip in tips for one in way_to(tip, tree)}


@settings(max_examples=150, deadline=None)
@given(trees, st.randoms(use_true_random=False))
def test_the_same_path_holds_whatever_came_first_and_through_whomever(
    script: list[tuple[int, str, list[tuple[int, str]], bool]], dice: Random
) -> None:
    tree = grown(script)
    whole = held(tree, FACTS)
    shuffled = dice.sample(tree, len(tree))
    assert path_of(held(shuffled, FACTS)) == path_of(whole)
    # Three desktops know a part each, and pass on what they hold, and no more.
    parts = [
        {
            one.digest: one
            for tip in dice.sample(tree, dice.randint(1, len(tree)))
            for one in way_to(tip, tree)
        }
    ]
    parts += [
        {
            one.digest: one
            for tip in dice.sample(tree, dice.randint(1, len(tree)))
            for one in way_to(tip, tree)
        }
    ]
    rest = [one for one in tree if not any(one.digest in part for part in parts)]
    parts += [{one.digest: one for tip in rest for one in way_to(tip, tree)}]
    found = held((), FACTS)
    for part in dice.sample(parts, len(parts)):
        mine = [one.statement for one in held(part.values(), FACTS).path]
        theirs = [one.statement for one in found.path]
        found = held({one.digest: one for one in (*mine, *theirs)}.values(), FACTS)
    assert path_of(found) == path_of(whole)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_every_act_in_force_is_by_somebody_with_the_right(
    script: list[tuple[int, str, list[tuple[int, str]], bool]],
) -> None:
    tree = grown(script)
    model = Model("ada")
    for one in held(tree, FACTS).path:
        assert model.may(one.change.author, one.change.acts, lambda _name, _turn: False)


@settings(max_examples=200, deadline=None)
@given(trees, trees, st.integers(0, 4))
def test_whoever_was_taken_out_as_an_owner_changes_nothing_any_more(
    script: list[tuple[int, str, list[tuple[int, str]], bool]],
    attacks: list[tuple[int, str, list[tuple[int, str]], bool]],
    many: int,
) -> None:
    """An honest line in which ada removes an owner; then whatever that owner and all members write."""
    line = [FIRST, OWNERS]
    roster = held(line, FACTS).roster
    for _at, name, kinds, _right in [*script[:many], (0, "ada", [(1, "bo")], True)]:
        author = name if name in roster.owners and name != "bo" else "ada"
        acts = tuple(act_of(kind, account, roster) for kind, account in kinds if account != "ada")
        new = COMPANY[author].changes(FOUNDING, line[-1].digest, *acts)
        found = held([*line, new], FACTS)
        if found.path[-1].statement.digest == new.digest:
            line.append(new)
            roster = found.roster
    if "bo" in roster.owners or roster.entry("bo") is not None:
        return
    tree = [*line]
    for at, _name, kinds, _right in attacks:
        before = tree[at % len(tree)]
        there = held(way_to(before, tree), FACTS).roster
        evil = [one for one in there.owners if one not in {*roster.owners, "ada"}] + ["bo"]
        acts = tuple(act_of(kind, account, there) for kind, account in kinds)
        tree.append(COMPANY[evil[at % len(evil)]].changes(FOUNDING, before.digest, *acts))
    drawn_in = {change_of(one).author for one in tree[len(line) :]}
    honest = {change_of(one).author for one in line}
    if drawn_in & honest - {"bo"}:
        return
    assert path_of(held(tree, FACTS)) == [one.digest for one in line]


# --- desktops ---------------------------------------------------------------------------


def gone_by(room: Room) -> Callable[[str, int], bool]:
    out = {
        (entry.account, entry.turn)
        for entry, one in room.answers.items()
        if isinstance(one.said, Answer) and one.said.answer != JOINS
    }
    return lambda name, turn: (name, turn) in out


def all_is_right(world: World) -> None:
    """At every desktop: each change by somebody who had the right, each answer by its author's key."""
    for desktop in world.desktops.values():
        if desktop.room is None:
            continue
        model = Model("ada")
        for one in desktop.room.path:
            assert model.may(one.change.author, one.change.acts, gone_by(desktop.room))
            verify(one.statement)
        roster = desktop.room.roster
        assert (list(roster.owners), list(roster.others)) == (model.owners, model.others)
        for entry, answer in desktop.room.answers.items():
            who = world.people[entry.account]
            assert entry.key == who.key
            verify(answer)
            assert answer.signed.terminal_key == who.signs(answer.said).signed.terminal_key


def forged(world: World, dice: Random) -> Known | None:
    """Something that nobody has a right to say: a member's change, an answer for another, damage."""
    rooms = [one.room for one in world.desktops.values() if one.room is not None]
    room = dice.choice(rooms)
    statements = [one.statement for one in room.path] + list(room.answers.values())
    by, victim = dice.sample(sorted(world.people), 2)
    liar, other = world.people[by], world.people[victim]
    kind = dice.randrange(5)
    if kind == 0:
        after = dice.choice([root(room.founding), *(one.statement.digest for one in room.path)])
        deeds: list[Act] = [TakesOut("ada"), MakesOwner(by), other.invitation(9), Names("Mine")]
        made = [liar.changes(room.founding, after, dice.choice(deeds)).raw] if by != "ada" else []
    elif kind == 1:  # for another, signed by the own terminal
        answer = Answer(room.id, victim, other.key, 1, dice.choice([JOINS, DECLINES, LEAVES]))
        mine = liar.signs(msgspec.structs.replace(answer, author=by))
        said = msgspec.msgpack.encode(answer)
        signature = ed25519_sign(liar.author.seed.expose(), label("room") + lv(said))
        full_id = other.author.full_id
        signed = msgspec.structs.replace(mine.signed, said=said, full_id=full_id, signature=signature)
        made = [msgspec.msgpack.encode(signed)]
    elif kind == 4:  # other words in the place of somebody's own
        theirs = dice.choice(statements)
        words: list[Said] = [
            Answer(room.id, theirs.said.author, world.people[theirs.said.author].key, 1, LEAVES),
            Change(room.id, theirs.said.author, room.head, (Names("Mine"),)),
        ]
        said = msgspec.msgpack.encode(dice.choice(words))
        made = [msgspec.msgpack.encode(msgspec.structs.replace(theirs.signed, said=said))]
    elif kind == 2:
        raw = bytearray(dice.choice(statements).raw)
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        made = [bytes(raw)]
    else:
        made = [one.raw for one in dice.sample(statements, min(3, len(statements)))]  # old ones again
    return Statements(room.id, tuple(made), ()) if made else None


def something(world: World, dice: Random, stays: str = "") -> None:
    """Somebody does something, has a right to it or not. An owner who `stays` is one from then on."""
    name = dice.choice(sorted(world.people))
    room = world.desktops[name].room
    if room is None:
        return
    other = dice.choice(sorted(world.people))
    kind = dice.randrange(12)
    if stays == (name if kind in (7, 8) else other if kind in (1, 3) else None):
        return
    if kind < 4 and not room.is_in(name):
        kind = 4
    deeds: list[Act] = [MakesMember(other), Names(f"By {name}"), Keeps(dice.randrange(99))]
    match kind:
        case 0:
            world.tries(name, Invites(other, world.people[other].key, room.roster.next_turn(other)))
        case 1:
            world.tries(name, TakesOut(other))
        case 2:
            world.tries(name, MakesOwner(other))
        case 3:
            world.tries(name, dice.choice(deeds))
        case 4 | 5 | 6:
            try_to_answer(world, name, JOINS)
        case 7:
            try_to_answer(world, name, dice.choice([DECLINES, LEAVES]))
        case 8:
            heir = next(iter(room.roster.others), None)
            if heir is not None:
                world.tries(name, MakesOwner(heir), TakesOut(name))
        case _:
            world.says(name)


def try_to_answer(world: World, name: str, answer: int) -> None:
    try:
        world.answers(name, answer)
    except Refused:
        return


@pytest.mark.parametrize("organisation", [ORGANISATION, b""])
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(10, 60))
def test_all_who_got_everything_hold_the_same_and_nobody_did_what_they_may_not(
    organisation: bytes, story: int, steps: int
) -> None:
    dice = Random(story)  # noqa: S311 - a story that can be told again
    people = COMPANY if organisation else FRIENDS
    apart = set() if organisation else {tuple(dice.sample(NAMES[1:], 2))}
    world = World(*people.values(), strangers=[(one, other) for one, other in apart])
    world.found("ada", *NAMES[1 : dice.randint(2, 5)])
    for _ in range(steps):
        kind = dice.randrange(10)
        if kind < 4:
            something(world, dice)
        elif kind < 8 and world.letters:
            world.deliver(dice.randrange(len(world.letters)))  # in any order
        elif kind == 8 and world.letters and dice.random() < 0.5:
            at = dice.randrange(len(world.letters))
            sender, _, letter = world.letters[at]
            if world[sender].is_in(sender) or not isinstance(letter, Statements):
                world.letters.pop(at)  # lost; but the last word of who left, which nobody repeats
        else:
            lie = forged(world, dice)
            target = dice.choice(NAMES)
            if lie is not None and world.desktops[target].room is not None:
                world.hand(dice.choice([name for name in NAMES if name != target]), target, lie)
        if dice.random() < 0.1:
            world.passes(dice.choice([1.0, 6.0, 70.0]))
    all_is_right(world)
    world.calm()
    world.evens_out(12)
    all_is_right(world)
    all_hold_the_same(world, apart)


def all_hold_the_same(world: World, apart: set[tuple[str, ...]]) -> None:
    rooms = {name: one.room for name, one in world.desktops.items() if one.room is not None}
    sure = [room for name, room in rooms.items() if room.is_in(name) and own_key_in(room)]
    if not any(room.me in room.roster.owners for room in sure):
        return  # whoever was in handed over to somebody who never heard of it, or whose key was renewed
    best = max(sure, key=lambda room: sum(room.head == other.head for other in sure))
    those_in = {name for name in rooms if name == best.me or name in best.targets}
    if {frozenset(pair) for pair in apart} == {frozenset(those_in)}:
        return  # two without a session, and nobody between them
    for name in those_in:
        assert (rooms[name].head, rooms[name].people) == (best.head, best.people)
        assert rooms[name].differing == ()
        assert rooms[name].may_send


def own_key_in(room: Room) -> bool:
    entry = room.roster.entry(room.me)
    return entry is not None and room.reaches(entry)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(10, 60))
def test_after_keys_were_renewed_all_hold_the_same_once_they_have_the_file(story: int, steps: int) -> None:
    """Directories come at different times; two keys are renewed, and an owner whose key is not stays one."""
    dice = Random(story)  # noqa: S311 - a story that can be told again
    renewed, stays = dice.sample(["ada", "bo"], 2)
    changed = [renewed, dice.choice(NAMES[2:])]
    world = World(*COMPANY.values())
    world.settles = True
    world.found("ada", *NAMES[1 : dice.randint(3, 5)])
    world.calm()
    world.answers("bo")
    world.calm()
    world.does("ada", MakesOwner("bo"))
    world.calm()
    for _ in range(steps // 2):
        something(world, dice, stays)
        if world.letters and dice.random() < 0.7:
            world.deliver(dice.randrange(len(world.letters)))
    world.calm()
    world.evens_out(6)
    keys = {name: one.key for name, one in world.people.items()}
    keys |= {name: Someone(name, generation=2).key for name in changed}
    behind = [*NAMES]
    dice.shuffle(behind)
    for step in range(steps):
        if behind and step % 4 == 0:
            name = behind.pop()
            if name in changed:
                world.people[name] = world.desktops[name].who = Someone(name, generation=2)
            world.new_directory(keys, name)
        something(world, dice, stays)
        if world.letters and dice.random() < 0.7:
            world.deliver(dice.randrange(len(world.letters)))
    for name in behind:
        if name in changed:
            world.people[name] = world.desktops[name].who = Someone(name, generation=2)
        world.new_directory(keys, name)
    world.calm()
    world.evens_out(6)
    for name, desktop in world.desktops.items():
        for end in desktop.room.left_behind if desktop.room else ():
            take_over(world, name, end)
    world.evens_out(8)
    all_hold_the_same(world, set())


def take_over(world: World, name: str, end: bytes) -> None:
    """Somebody knows that what came late is the old key's owner's own word; here it always is."""
    try:
        world.feed(name, Do(world.people[name].author, (), end))
    except Refused:
        return
    world.calm()


# --- bytes ------------------------------------------------------------------------------

ORIGINALS = [
    FIRST.raw,
    COMPANY["bo"].answers(FOUNDING).raw,
    COMPANY["ada"].changes(FOUNDING, FIRST.digest, TakesOut("bo"), MakesOwner("cy"), Keeps(5)).raw,
]


@settings(max_examples=400)
@given(st.one_of(damaged(ORIGINALS), st.binary(max_size=300), packable.map(msgspec.msgpack.encode)))
def test_statements_decoder(data: bytes) -> None:
    peer_error_or_nothing(decode, data)
    signed = msgspec.msgpack.encode([data, "ada/1", bytes(32), bytes(64), bytes(64)])
    peer_error_or_nothing(decode, signed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(damaged(ORIGINALS), st.sampled_from(ORIGINALS)), min_size=1, max_size=5))
def test_whatever_comes_as_statements_a_desktop_goes_on(raw: list[bytes]) -> None:
    world = World(*COMPANY.values())
    world.found("ada", "bo", "cy")
    world.calm()
    for name in ("bo", "cy"):
        world.feed(name, Told("ada", tuple(raw)))
    all_is_right(world)
