"""Two desktops and an honest relay around the handshake's machine: what plays are made of.

`Terminal` performs effects on dictionaries; `Relay` ends each run once. Time is `World.now`; nothing waits.
"""

import hashlib
import random
from dataclasses import dataclass, field

from msgspec.structs import replace
from nacl.bindings import crypto_core_ed25519_scalar_reduce

from watchword.crypto import passphrase
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.requests import Ending, Phase
from watchword.protocol import guesses, ratchet
from watchword.protocol.guesses import Limit, Tally
from watchword.protocol.handshake import effects, events, states
from watchword.protocol.handshake.arrival import arrive
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword.protocol.handshake.pinning import Standing, standing
from watchword.protocol.handshake.states import Calling, Ended, Established, Idle, Live, State
from watchword.protocol.handshake.table import deadline, step
from watchword.protocol.ratchet import Session
from watchword_wire import exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import (
    Abort,
    AbortCode,
    Challenge,
    Confirm,
    Kind,
    Request,
    Verdict,
    VerdictStatus,
)
from watchword_wire.ids import FullId, parse_full_id

PHRASE = "four words said aloud"


def fast_stretch(phrase: Secret, salt: bytes) -> Secret:
    """Stand for Argon2id where its cost is not what is tested: another phrase or salt, another w."""
    return Secret(crypto_core_ed25519_scalar_reduce(hashlib.sha512(salt + phrase.expose()).digest()))


class World:
    """The clock, the two desktops and what lies between them."""

    def __init__(self, seed: int = 1, first: str = "ada/1", second: str = "bo/1") -> None:
        self.now = 1_000.0
        self.wall = 1_700_000_000.0
        self.relay = Relay(self)
        self.dice = random.Random(seed)  # noqa: S311 plays are repeatable
        self.a = Terminal(self, first)
        self.b = Terminal(self, second)
        self.relay.terminals = {terminal.me: terminal for terminal in (self.a, self.b)}

    def settle(self) -> None:
        """Carry messages until nobody has anything to say."""
        while any(terminal.outbox for terminal in self.relay.terminals.values()):
            for terminal in self.relay.terminals.values():
                while terminal.outbox:
                    self.relay.take(terminal, terminal.outbox.pop(0))

    def advance(self, seconds: float) -> None:
        """Let time pass; every clock that runs out on the way rings at its moment."""
        until = self.now + seconds
        while True:
            moments = [*self.relay.deadlines()]
            moments += [at for terminal in self.relay.terminals.values() for at in terminal.deadlines()]
            upcoming = min((moment for moment in moments if moment <= until), default=None)
            if upcoming is None:
                break
            passed = max(upcoming - self.now, 0.0)
            self.now, self.wall = self.now + passed, self.wall + passed
            self.relay.tick()
            for terminal in self.relay.terminals.values():
                terminal.tick()
            self.settle()
        self.wall += until - self.now
        self.now = until

    def meet(self, phrase: str = PHRASE) -> None:
        """Play a whole run with the same phrase on both sides."""
        self.a.dial(self.b, phrase)
        self.settle()
        self.b.answer(phrase)
        self.settle()


class Terminal:
    """One desktop."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.me: FullId = parse_full_id(name)
        self.identity = Secret(world.dice.randbytes(32))
        self.connected = True
        self.silent = False
        self.runs: list[State] = []
        self.outbox: list[bytes] = []
        self.log: list[effects.Effect] = []
        # what a real desktop keeps on disk
        self.pending: dict[bytes, tuple[Secret, float]] = {}
        self.sessions: dict[bytes, Session] = {}
        self.held: set[bytes] = set()
        self.endings: dict[bytes, Ending] = {}
        self.nonces: dict[bytes, bytes] = {}
        self.tallies: dict[str, Tally] = {}
        self.pins: dict[FullId, bytes] = {}

    # --- what its user does ---

    def dial(self, peer: "Terminal | FullId", phrase: str = PHRASE) -> None:
        target = peer.me if isinstance(peer, Terminal) else peer
        self.runs.append(Idle())
        dice = RequesterDice.roll(self.world.dice.randbytes)
        typed = passphrase.normalise(phrase)
        self.feed(-1, events.Dial(self.me, target, typed, self.identity, dice, self.connected))

    def answer(self, phrase: str = PHRASE) -> None:
        dice = ResponderDice.roll(self.world.dice.randbytes)
        self.feed(-1, events.Answer(passphrase.normalise(phrase), self.identity, dice))

    def forgets_session(self, at: int = -1) -> None:
        """A session ended, by a sealed `end` or a newer one: the store holds its h and nothing else."""
        session = self.runs[at]
        assert isinstance(session, Established)
        del self.sessions[session.run.h]
        self.runs[at] = Ended(session.run.h, Ending.ACCEPTED, VerdictStatus.ESTABLISHED)

    def command(self, event: events.Event) -> None:
        self.feed(-1, event)

    # --- what its program does ---

    @property
    def state(self) -> State:
        """The latest run."""
        return self.runs[-1]

    @property
    def public(self) -> bytes:
        return ed25519_public(self.identity.expose())

    def index(self, h: bytes) -> int | None:
        for at, state in enumerate(self.runs):
            known = state.h if isinstance(state, Ended) else b"" if isinstance(state, Idle) else state.run.h
            if known == h:
                return at
        return None

    def feed(self, at: int, event: events.Event) -> None:
        state, done = step(self.runs[at], event, self.world.now)
        self.runs[at] = state
        self.perform(at, done)

    def perform(self, at: int, done: effects.Effects) -> None:
        self.log += done
        answers: list[events.Event] = []
        for write in [effect for effect in done if isinstance(effect, effects.Write)]:
            answers += self.write(write)
        for act in done:
            match act:
                case effects.Stretch(phrase=phrase, salt=salt):
                    answers.append(events.Stretched(fast_stretch(phrase, salt)))
                case effects.Send(data=data) if self.connected:
                    self.outbox.append(data)
                case _:
                    pass
        for answer in answers:
            self.feed(at, answer)

    def write(self, effect: effects.Write) -> list[events.Event]:
        match effect:
            case effects.CountGuess(h=h, account=account):
                tally = self.tallies.get(account, Tally())
                if guesses.standing(tally, self.world.wall).limit is not Limit.OPEN:
                    return [events.GuessRefused()]
                self.tallies[account] = guesses.counted(tally, h, self.world.wall)
                return [events.GuessCounted()]
            case effects.TakeGuessBack(h=h, account=account):
                self.tallies[account] = guesses.taken_back(self.tallies[account], h)
            case effects.RememberNonce(n_a=n_a, h=h):
                self.nonces[n_a] = h
            case effects.StorePending(h=h, packed=packed):
                first = self.pending[h][1] if h in self.pending else self.world.wall
                self.pending[h] = (packed, first)
            case effects.OpenSession():
                self.open(effect)
            case effects.Erase(h=h, ending=ending):
                self.pending.pop(h, None)
                self.sessions.pop(h, None)
                self.endings[h] = ending
            case _:
                pass
        return []

    def open(self, effect: effects.OpenSession) -> None:
        del self.pending[effect.h]
        for at, older in enumerate(self.runs):
            if isinstance(older, Established) and older.run.peer == effect.peer and older.run.h != effect.h:
                self.forgets_session(at)
        self.sessions[effect.h] = ratchet.unpack(effect.session)
        match standing(effect.peer, effect.peer_key, self.pins):
            case Standing.FIRST:
                self.pins[effect.peer] = effect.peer_key
            case Standing.NEW_DEVICE | Standing.OTHER_KEY:
                self.held.add(effect.h)
            case Standing.SAME:
                pass

    def hear(self, data: bytes, t1_ms: int = 120_000, t2_ms: int = 135_000) -> None:
        if exchange.kind_of(data) is Kind.REQUEST:
            self.hear_request(data, t1_ms, t2_ms)
            return
        at = self.index(exchange.run_of(data))
        if at is None:
            _, done = step(Idle(), events.Received(data), self.world.now)
            self.perform(-1, done)
        else:
            self.feed(at, events.Received(data))

    def hear_request(self, data: bytes, t1_ms: int, t2_ms: int, hint: str = "") -> None:
        try:
            request = exchange.parse(data)
        except PeerError:
            account, nonce = "", b""
        else:
            assert isinstance(request, exchange.Request)
            account, nonce = request.id_a.account, request.n_a
        at = next((i for i, state in enumerate(self.runs) if _is_live_with(state, account)), None)
        live = None if at is None else self.runs[at]
        assert live is None or isinstance(live, Live)
        incoming = events.Incoming(
            data, self.me, t1_ms, t2_ms, hint, seen=self.nonces.get(nonce), silent=self.silent
        )
        arrival = arrive(live, incoming, self.world.now)
        if at is not None and arrival.live is not None:
            self.runs[at] = arrival.live
            self.perform(at, arrival.live_effects)
        if arrival.new is not None:
            self.runs.append(arrival.new)
        self.perform(-1, arrival.new_effects)

    def deadlines(self) -> list[float]:
        moments = (deadline(state) for state in self.runs)
        return [moment for moment in moments if moment is not None]

    def tick(self) -> None:
        for at in range(len(self.runs)):
            moment = deadline(self.runs[at])
            if moment is not None and moment <= self.world.now:
                self.feed(at, events.Tick())

    def cut(self) -> None:
        """The connection breaks; what was not handed over is lost."""
        self.connected = False
        self.outbox.clear()
        for at in range(len(self.runs)):
            self.feed(at, events.Disconnected())

    def join(self) -> None:
        """Signed in again: first what the relay has kept, then the runs repeat themselves."""
        self.connected = True
        self.world.relay.welcome(self)
        for at in range(len(self.runs)):
            self.feed(at, events.Connected())
        self.world.settle()

    def restart(self, *, away: float = 0.0) -> None:
        """The program dies and starts again: only what is on disk is left. Joins by `join`."""
        self.connected = False
        self.outbox.clear()
        self.runs = []
        if away:
            self.world.advance(away)
        self.runs = [
            states.revive(packed, self.world.wall - first, self.world.now)
            for packed, first in self.pending.values()
        ]

    # --- what it shows ---

    @property
    def ending(self) -> Ending | None:
        match self.state:
            case Ended(ending=ending):
                return ending
            case Established():
                return Ending.ACCEPTED
            case _:
                return None

    @property
    def shows(self) -> Phase:
        return states.shown(self.state)[0]

    @property
    def session(self) -> Session:
        (session,) = self.sessions.values()
        return session

    def count(self, peer: "Terminal") -> int:
        return self.tallies.get(peer.me.account, Tally()).count

    def concluded(self) -> list[tuple[Ending, bool]]:
        return [(told.ending, told.final) for told in self.log if isinstance(told, effects.Conclude)]

    def sent(self) -> list[exchange.Message]:
        return [exchange.parse(effect.data) for effect in self.log if isinstance(effect, effects.Send)]


def _is_live_with(state: State, account: str) -> bool:
    return isinstance(state, Live) and state.run.peer.account == account


@dataclass
class Entry:
    """What the relay knows of a run."""

    request: bytes
    a: FullId
    b: FullId
    began: float
    challenged: bool = False
    answered: bool = False
    abort: bytes = b""
    m0: bytes = b""
    verdict: VerdictStatus | None = None
    verdicts: list[VerdictStatus] = field(default_factory=list)


class Relay:
    """Honest: ends a run once, with the first to reach it."""

    t1, t2 = 120.0, 135.0

    def __init__(self, world: World) -> None:
        self.world = world
        self.terminals: dict[FullId, Terminal] = {}
        self.entries: dict[bytes, Entry] = {}
        self.drops: set[Kind] = set()
        """Kinds that it loses, so that a play can stop a run at a point."""
        self.carried: list[bytes] = []

    def take(self, sender: Terminal, data: bytes) -> None:
        kind, h = exchange.kind_of(data), exchange.run_of(data)
        if kind in self.drops:
            return
        self.carried.append(data)
        entry = self.entries.get(h)
        if entry is None:
            if kind is Kind.REQUEST:
                self.begin(sender, h, data)
            return
        if entry.verdict is not None:
            if data == Abort(h, AbortCode.NO_SUCH_SESSION).encode():
                if entry.verdict is VerdictStatus.ESTABLISHED:
                    self.give(self.other(entry, sender), data, entry)
            else:
                self.give_verdict(sender, h, entry)
            return
        self.note(entry, kind, data)
        if kind is Kind.CONFIRM:
            entry.m0 = data
            self.end(h, entry, VerdictStatus.ESTABLISHED)
        elif kind is Kind.ABORT:
            entry.abort = data
            self.give(self.other(entry, sender), data, entry)
            self.end(h, entry, VerdictStatus.ABORTED)
        else:
            self.give(self.other(entry, sender), data, entry)

    def begin(self, sender: Terminal, h: bytes, data: bytes) -> None:
        request = exchange.parse(data)
        assert isinstance(request, exchange.Request)
        entry = self.entries[h] = Entry(data, sender.me, request.id_b, self.world.now)
        at = sender.index(h)
        if at is not None:
            sender.feed(at, events.Noted(int(self.t1 * 1000), int(self.t2 * 1000)))
        self.give(request.id_b, data, entry)

    def note(self, entry: Entry, kind: Kind, _data: bytes) -> None:
        entry.challenged |= kind is Kind.CHALLENGE
        entry.answered |= kind is Kind.RESPONSE

    def other(self, entry: Entry, sender: Terminal) -> FullId:
        return entry.b if sender.me == entry.a else entry.a

    def give(self, to: FullId, data: bytes, entry: Entry) -> None:
        terminal = self.terminals.get(to)
        if terminal is not None and terminal.connected:
            passed = self.world.now - entry.began
            left = (max(0, int((limit - passed) * 1000)) for limit in (self.t1, self.t2))
            terminal.hear(data, *left)

    def end(self, h: bytes, entry: Entry, status: VerdictStatus) -> None:
        entry.verdict = status
        entry.verdicts.append(status)
        for side in (entry.a, entry.b):
            terminal = self.terminals.get(side)
            if terminal is not None and terminal.connected:
                self.give_verdict(terminal, h, entry)

    def give_verdict(self, terminal: Terminal, h: bytes, entry: Entry) -> None:
        assert entry.verdict is not None
        if entry.abort:
            self.give(terminal.me, entry.abort, entry)
        if entry.m0 and terminal.me == entry.b:
            self.give(terminal.me, entry.m0, entry)
        self.give(terminal.me, Verdict(h, entry.verdict).encode(), entry)

    def welcome(self, terminal: Terminal) -> None:
        """What an away terminal learns on its return."""
        for h, entry in self.entries.items():
            if terminal.me in {entry.a, entry.b} and entry.verdict is not None:
                self.give_verdict(terminal, h, entry)
            elif terminal.me == entry.b:
                self.give(terminal.me, entry.request, entry)

    def deadlines(self) -> list[float]:
        """T1 for runs without a response, T2 for the others."""
        return [
            entry.began + (self.t2 if entry.answered else self.t1)
            for entry in self.entries.values()
            if entry.verdict is None
        ]

    def tick(self) -> None:
        for h, entry in self.entries.items():
            limit = self.t2 if entry.answered else self.t1
            if entry.verdict is None and self.world.now >= entry.began + limit:
                late = VerdictStatus.NOT_FINISHED if entry.challenged else VerdictStatus.NO_CHALLENGE
                self.end(h, entry, late)


def confirm_of(terminal: Terminal) -> Confirm:
    """The confirm that a requester has sent."""
    (confirm,) = (message for message in terminal.sent() if isinstance(message, Confirm))
    return confirm


def without_clock(state: State) -> State:
    """The state apart from its time, to compare states before and after."""
    if isinstance(state, Idle | Ended):
        return state
    still = replace(state.run.clock, since=None, left=0.0, t1_at=0.0, kept_until=0.0)
    return replace(state, run=replace(state.run, clock=still))


def request_of(world: World) -> Request:
    """The request that A makes; nothing of it has left."""
    world.a.dial(world.b)
    request = exchange.parse(world.a.outbox.pop())
    assert isinstance(request, Request)
    return request


def challenged(world: World) -> Challenge:
    """A is calling, and this is the challenge that is on its way."""
    world.relay.drops = {Kind.CHALLENGE}
    world.meet()
    challenge = world.b.sent()[-1]
    assert isinstance(challenge, Challenge)
    assert isinstance(world.a.state, Calling)
    return challenge


def ended_broken_off(terminal: Terminal) -> None:
    """Malformed: code 03, shown as not finished, and no guess was counted."""
    assert isinstance(terminal.state, Ended)
    assert terminal.sent()[-1] == Abort(terminal.state.h, AbortCode.BROKEN_OFF)
    assert terminal.concluded() == [(Ending.NOT_FINISHED, False)]
    assert terminal.tallies == {}


def both_end(world: World, ending: Ending) -> None:
    """The same ending on both screens, by the verdict."""
    for terminal in (world.a, world.b):
        assert terminal.ending is ending
        assert terminal.concluded()[-1] == (ending, True)
    if ending is not Ending.ACCEPTED:
        for terminal in (world.a, world.b):
            assert isinstance(terminal.state, Ended)
            assert not terminal.pending
            assert not terminal.sessions


def talk(world: World) -> None:
    """Both can send and read."""
    for sender, reader in ((world.a, world.b), (world.b, world.a)):
        sending, sealed = ratchet.seal(sender.session, b"hello")
        opened = ratchet.unseal(reader.session, sealed)
        assert isinstance(opened, ratchet.Opened)
        assert opened.text == b"hello"
        sender.sessions[sending.h] = sending
        reader.sessions[sending.h] = opened.session
