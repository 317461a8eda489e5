"""Rooms without a network: people with keys, desktops that step, letters that go astray as a test likes."""

from collections.abc import Iterable

from watchword.crypto.primitives import ed25519_public, hashed
from watchword.crypto.secret import Secret
from watchword.protocol import content
from watchword.protocol.company import certificate
from watchword.protocol.company.message_data import Author
from watchword.protocol.content import Asked, RoomMessage, Statements
from watchword.protocol.rooms import beginning, machine
from watchword.protocol.rooms.effects import Effect, Effects, Send, Settle
from watchword.protocol.rooms.events import Answers, Around, Arrived, Do, Event, Questioned, Tick, Told
from watchword.protocol.rooms.roster import Entry, Gone
from watchword.protocol.rooms.statement import (
    JOINS,
    Act,
    Answer,
    Change,
    Founds,
    Invites,
    Keeps,
    Names,
    Said,
    Statement,
    room_id,
    root,
    sign,
)
from watchword.protocol.rooms.states import Room
from watchword_wire.errors import PeerError, Refused

ORGANISATION = bytes(range(16))
SEED = bytes(range(16, 32))
TEXT = content.encode(content.Text(bytes(16), 5, "hi"))


def nobody_gone(_entry: Entry) -> bool:
    return False


NOBODY: Gone = nobody_gone


def seed(*words: str) -> Secret:
    return Secret(hashed("test", *map(str.encode, words)))


class Someone:
    """A person of a company, or, without one, of a phrase room; `renewed` has another key."""

    def __init__(self, account: str, organisation: bytes = ORGANISATION, generation: int = 1) -> None:
        self.account = account
        self.organisation = organisation
        self._member, terminal = (
            seed("member", account, str(generation)),
            seed("terminal", account, str(generation)),
        )
        self.key = ed25519_public((self._member if organisation else terminal).expose())
        self.author = self.at(1, terminal)

    def at(self, device: int, terminal: Secret | None = None) -> Author:
        """One of the person's terminals."""
        of = terminal or seed("terminal", self.account, "of", str(device))
        full_id = f"{self.account}/{device}"
        if not self.organisation:
            return Author(full_id, b"", of)
        key = ed25519_public(of.expose())
        return Author(full_id, certificate.issue(self._member, self.organisation, full_id, key), of)

    def signs(self, said: Said) -> Statement:
        return sign(self.author, said)

    def changes(self, founding: Founds, after: bytes, *acts: Act) -> Statement:
        return self.signs(Change(room_id(founding), self.account, after, acts))

    def answers(self, founding: Founds, turn: int = 1, answer: int = JOINS) -> Statement:
        return self.signs(Answer(room_id(founding), self.account, self.key, turn, answer))

    def invitation(self, turn: int = 1) -> Invites:
        return Invites(self.account, self.key, turn)


def founding_of(founder: Someone, seed_: bytes = SEED) -> Founds:
    return Founds(founder.organisation, founder.account, founder.key, seed_)


def first_change(founder: Someone, *invited: Someone, name: str = "Room") -> Statement:
    founding = founding_of(founder)
    acts: list[Act] = [founding, Names(name), Keeps(0), *(one.invitation() for one in invited)]
    return founder.changes(founding, root(founding), *acts)


class Desktop:
    """One person's desktop: what it holds of one room, and all that became of events."""

    def __init__(self, who: Someone, around: Around) -> None:
        self.who = who
        self.around = around
        self.room: Room | None = None
        self.seen: list[Effect] = []

    @property
    def there(self) -> Room:
        assert self.room is not None
        return self.room


class World:
    """People with a desktop each, and the letters that are on their way."""

    def __init__(self, *people: Someone, strangers: Iterable[tuple[str, str]] = ()) -> None:
        """In a phrase room `strangers` are pairs without a session."""
        self.now = 1_000.0
        self.people = {one.account: one for one in people}
        apart = {frozenset(pair) for pair in strangers}
        self.desktops: dict[str, Desktop] = {}
        for one in people:
            keys = {other.account: other.key for other in people if {one.account, other.account} not in apart}
            self.desktops[one.account] = Desktop(one, Around(keys, 1_000 if one.organisation else 64))
        self.letters: list[tuple[str, str, content.Known]] = []
        self.settles = False
        """Whether desktops say the list again when they are to, as the core does."""
        self._tokens = 0

    def __getitem__(self, account: str) -> Room:
        return self.desktops[account].there

    def found(self, founder: str, *others: str, name: str = "Room") -> None:
        desktop = self.desktops[founder]
        founding = founding_of(desktop.who)
        room, effects = beginning.found(desktop.who.author, founding, name, 0, others, desktop.around)
        self._became(desktop, room, effects)

    def does(self, account: str, *acts: Act) -> None:
        self.feed(account, Do(self.people[account].author, acts))

    def tries(self, account: str, *acts: Act) -> bool:
        """Whether it was done: somebody without the right is refused by their own desktop."""
        try:
            self.does(account, *acts)
        except Refused:
            return False
        return True

    def answers(self, account: str, answer: int = JOINS) -> None:
        self.feed(account, Answers(self.people[account].author, answer))

    def says(self, account: str) -> None:
        """A message to the room, to everybody whom the sender's list says."""
        room = self[account]
        self._tokens += 1
        for target in room.targets:
            self.letters.append((account, target, RoomMessage(room.id, room.head, room.people, TEXT)))

    def feed(self, account: str, event: Event) -> Effects:
        desktop = self.desktops[account]
        room, effects = machine.step(desktop.there, event, self.now)
        self._became(desktop, room, effects)
        return effects

    def _became(self, desktop: Desktop, room: Room, effects: Effects) -> None:
        desktop.room = room
        desktop.seen += effects
        for effect in effects:
            if isinstance(effect, Send):
                for target in effect.to:
                    self.letters.append((desktop.who.account, target, effect.content))
            if isinstance(effect, Settle) and self.settles:
                self.tries(desktop.who.account)

    def deliver(self, at: int = 0) -> None:
        """One letter, in the form in which it travels: the first between two of whom any is at this place.

        A relay keeps the order of one sender to one account (docs/protocol/wire.md, Order), and no other.
        """
        between = self.letters[at][:2]
        sender, target, letter = self.letters.pop([one[:2] for one in self.letters].index(between))
        self.hand(sender, target, content.decode(content.encode(letter)))

    def hand(self, sender: str, target: str, letter: content.Content) -> None:
        desktop = self.desktops[target]
        if desktop.room is None:
            if isinstance(letter, Statements):
                try:
                    room, effects = beginning.invited(letter.statements, target, desktop.around)
                except PeerError:
                    return
                self._became(desktop, room, effects)
            return
        self._tokens += 1
        match letter:
            case Statements(statements=statements, reached=reached):
                self.feed(target, Told(sender, statements, reached))
            case Asked(head=head, people=people):
                self.feed(target, Questioned(sender, head, people))
            case RoomMessage(head=head, people=people):
                self.feed(target, Arrived(sender, head, people, self._tokens.to_bytes(16, "big")))

    def calm(self) -> None:
        """Deliver everything in order."""
        while self.letters:
            self.deliver()

    def passes(self, seconds: float) -> None:
        self.now += seconds
        for account, desktop in self.desktops.items():
            if desktop.room is not None:
                self.feed(account, Tick())

    def evens_out(self, rounds: int = 6) -> None:
        """Everybody says something, all arrives, questions are asked: a while of an ordinary day."""
        for _ in range(rounds):
            for account, desktop in self.desktops.items():
                if desktop.room is not None and desktop.room.is_in(account):
                    self.says(account)
            self.calm()
            self.passes(61.0)
            self.calm()

    def new_directory(self, keys: dict[str, bytes], *accounts: str) -> None:
        """A newer company file, at some desktops or all."""
        for account in accounts or tuple(self.desktops):
            desktop = self.desktops[account]
            desktop.around = Around(keys, desktop.around.most)
            if desktop.room is not None:
                self.feed(account, desktop.around)
