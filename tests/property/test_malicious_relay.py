"""A relay that does what it likes between two machines: nothing forged, nothing doubled, no false green.

It replays, reorders, drops, re-routes, tampers, forges verdicts and aborts, lies about time, cuts both sides
off, and the two restart at any moment. See `docs/threat-model.md`, the relay that acts.
"""

import hashlib

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from support.handshake import Terminal, World
from watchword.protocol import ratchet
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.states import Asked, Confirming, Ended, Established, Idle, Live, Responding
from watchword_wire import exchange
from watchword_wire.errors import PeerError
from watchword_wire.exchange import Abort, AbortCode, Kind, Proof, Response, Verdict, VerdictStatus

PHRASES = ["four words said aloud", "four words said aloof"]
sides = st.sampled_from(["a", "b"])
picks = st.integers(0, 10_000)
phrases = st.sampled_from(PHRASES)


class HostileWorld(World):
    """All that anybody says goes to the relay, which keeps it all."""

    def __init__(self, seed: int) -> None:
        self.pool: list[bytes] = []
        self.authors: dict[bytes, Terminal] = {}
        super().__init__(seed)

    def settle(self) -> None:
        for terminal in (self.a, self.b):
            self.pool += terminal.outbox
            self.authors |= dict.fromkeys(terminal.outbox, terminal)
            terminal.outbox.clear()


class HostilePlay(RuleBasedStateMachine):
    """What the relay, the users and the machines may do."""

    def __init__(self) -> None:
        super().__init__()
        self.world = HostileWorld(1)
        self.envelopes: list[bytes] = []
        self.sealed: dict[bytes, tuple[bytes, Terminal]] = {}
        self.opened: set[bytes] = set()
        self.used: dict[tuple[str, bytes], str] = {}
        self.typed = {"a": "", "b": ""}
        self.passed: dict[str, set[bytes]] = {"a": set(), "b": set()}
        self.texts = 0

    def terminal(self, side: str) -> Terminal:
        terminal: Terminal = getattr(self.world, side)
        return terminal

    # --- users ---

    @rule(side=sides, phrase=phrases)
    def dial(self, side: str, phrase: str) -> None:
        terminal = self.terminal(side)
        if not any(isinstance(state, Live) for state in terminal.runs):
            self.typed[side] = phrase
            terminal.dial(self.world.b if side == "a" else self.world.a, phrase)
            self.note(side)

    @rule(side=sides, phrase=phrases)
    def answer(self, side: str, phrase: str) -> None:
        terminal = self.terminal(side)
        if terminal.runs and isinstance(terminal.state, Asked):
            self.typed[side] = phrase
            terminal.answer(phrase)
            self.note(side)

    @rule(side=sides)
    def end_session(self, side: str) -> None:
        terminal = self.terminal(side)
        if terminal.runs and isinstance(terminal.state, Established):
            terminal.forgets_session()
            self.note(side)

    @rule(side=sides, event=st.sampled_from([events.Cancel(), events.Decline(), events.Hush()]))
    def command(self, side: str, event: events.Event) -> None:
        terminal = self.terminal(side)
        if terminal.runs:
            terminal.command(event)
            self.note(side)

    @rule(side=sides)
    def say(self, side: str) -> None:
        terminal = self.terminal(side)
        for h, session in list(terminal.sessions.items()):
            self.texts += 1
            text = f"{side} {self.texts}".encode()
            terminal.sessions[h], envelope = ratchet.seal(session, text)
            self.envelopes.append(envelope)
            self.sealed[text] = (h, terminal)

    # --- the relay ---

    @rule(side=sides, newest=st.integers(0, 3), t1=st.integers(0, 10**7), t2=st.integers(0, 10**7))
    def deliver(self, side: str, newest: int, t1: int, t2: int) -> None:
        """One of the latest messages, to anybody, with any times."""
        if self.world.pool:
            self.hear(side, self.world.pool[-1 - newest % len(self.world.pool)], t1, t2)

    @rule(newest=st.integers(0, 2))
    def deliver_well(self, newest: int) -> None:
        """To whom it belongs, so that runs get far."""
        if not self.world.pool:
            return
        data = self.world.pool[-1 - newest % len(self.world.pool)]
        kind = exchange.kind_of(data)
        for side in ("a", "b"):
            terminal = self.terminal(side)
            if self.world.authors[data] is terminal:
                continue
            at = terminal.index(exchange.run_of(data))
            state = None if at is None else terminal.runs[at]
            if (kind is Kind.REQUEST and at is None) or isinstance(state, Live):
                self.hear(side, data, 120_000, 135_000)

    @initialize(side=sides, same=st.booleans(), far=st.integers(0, 9))
    def begin(self, side: str, same: bool, far: int) -> None:
        self.play_on(side, same, far)

    @rule(side=sides, same=st.booleans(), far=st.integers(1, 9))
    def play_on(self, side: str, same: bool, far: int) -> None:
        """Behave for a while, so that what comes next meets runs at every point."""
        for _ in range(far):
            asked = next((name for name in "ab" if isinstance(self.latest(name), Asked)), None)
            if asked is not None:
                other = self.typed["b" if asked == "a" else "a"]
                self.answer(asked, other if same and other else PHRASES[0])
            elif not any(isinstance(self.latest(name), Live) for name in "ab"):
                self.dial(side, PHRASES[0])
            elif all(isinstance(self.latest(name), Confirming | Responding) for name in "ab"):
                self.deliver_well(0)
                self.give_verdict_00("a")
                self.give_verdict_00("b")
            else:
                self.deliver_well(0)

    def latest(self, side: str) -> object:
        runs = self.terminal(side).runs
        return runs[-1] if runs else None

    @rule(side=sides, pick=picks)
    def replay(self, side: str, pick: int) -> None:
        if self.world.pool:
            self.hear(side, self.world.pool[pick % len(self.world.pool)], 120_000, 135_000)

    @rule(side=sides, pick=picks, at=picks, bit=st.integers(0, 7))
    def tamper(self, side: str, pick: int, at: int, bit: int) -> None:
        if self.world.pool:
            data = bytearray(self.world.pool[pick % len(self.world.pool)])
            data[at % len(data)] ^= 1 << bit
            self.hear(side, bytes(data), 120_000, 135_000)

    @rule(side=sides, pick=picks, status=st.sampled_from(list(VerdictStatus)))
    def forge_verdict(self, side: str, pick: int, status: VerdictStatus) -> None:
        if self.world.pool:
            h = exchange.run_of(self.world.pool[pick % len(self.world.pool)])
            self.hear(side, Verdict(h, status).encode(), 0, 0)

    @rule(side=sides)
    def give_verdict_00(self, side: str) -> None:
        for h in list(self.terminal(side).pending):
            self.hear(side, Verdict(h, VerdictStatus.ESTABLISHED).encode(), 0, 0)

    @rule(side=sides, pick=picks, code=st.sampled_from(list(AbortCode)))
    def forge_abort(self, side: str, pick: int, code: AbortCode) -> None:
        if self.world.pool:
            h = exchange.run_of(self.world.pool[pick % len(self.world.pool)])
            self.hear(side, Abort(h, code).encode(), 0, 0)

    @rule(side=sides, t1=st.integers(-(10**6), 10**9), t2=st.integers(-(10**6), 10**9))
    def lie_about_time(self, side: str, t1: int, t2: int) -> None:
        terminal = self.terminal(side)
        if terminal.runs:
            terminal.command(events.Noted(t1, t2))
            self.note(side)

    @rule(newest=st.integers(0, 3))
    def deliver_envelopes_well(self, newest: int) -> None:
        for envelope in self.envelopes[-1 - newest :]:
            for side in ("a", "b"):
                self.open(side, envelope, tampered=False)

    @rule(side=sides, pick=picks)
    def deliver_envelope(self, side: str, pick: int) -> None:
        if self.envelopes:
            self.open(side, self.envelopes[pick % len(self.envelopes)], tampered=False)

    @rule(side=sides, pick=picks, at=picks, bit=st.integers(0, 7))
    def tamper_with_envelope(self, side: str, pick: int, at: int, bit: int) -> None:
        if self.envelopes:
            data = bytearray(self.envelopes[pick % len(self.envelopes)])
            data[at % len(data)] ^= 1 << bit
            self.open(side, bytes(data), tampered=True)

    # --- the world ---

    @rule(seconds=st.sampled_from([0.5, 5.0, 60.0, 150.0, 3600.0]))
    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)
        self.note("a")
        self.note("b")

    @rule(side=sides)
    def cut_and_join(self, side: str) -> None:
        terminal = self.terminal(side)
        terminal.cut()
        terminal.join()
        self.note(side)

    @rule(side=sides)
    def restart(self, side: str) -> None:
        terminal = self.terminal(side)
        open_runs = [state for state in terminal.runs if isinstance(state, Established)]
        terminal.restart()
        terminal.runs = [*open_runs, *terminal.runs] or [Idle()]
        terminal.join()
        self.note(side)

    # --- bookkeeping ---

    def hear(self, side: str, data: bytes, t1: int, t2: int) -> None:
        terminal = self.terminal(side)
        if not terminal.runs:
            terminal.runs.append(Idle())
        try:
            exchange.run_of(data)
        except PeerError:
            return
        terminal.hear(data, t1, t2)
        self.note(side)

    def note(self, side: str) -> None:
        self.world.settle()
        for state in self.terminal(side).runs:
            if isinstance(state, Live) and state.run.h:
                self.used.setdefault((side, state.run.h), self.typed[side])
                if not isinstance(state, Asked):
                    self.used[side, state.run.h] = self.typed[side]
            if isinstance(state, Confirming | Responding):
                self.passed[side].add(state.run.h)

    def open(self, side: str, data: bytes, *, tampered: bool) -> None:
        terminal = self.terminal(side)
        for h, session in list(terminal.sessions.items()):
            try:
                result = ratchet.unseal(session, data)
            except PeerError:
                continue
            assert not tampered
            assert isinstance(result, ratchet.Opened)
            sealed_in, sender = self.sealed[result.text]
            assert sealed_in == h
            assert sender is not terminal
            assert result.text not in self.opened
            self.opened.add(result.text)
            terminal.sessions[h] = result.session


class MaliciousRelay(HostilePlay):
    """What must hold whatever is done."""

    @invariant()
    def established_means_that_both_proved_the_same_phrase(self) -> None:
        for side, other in (("a", "b"), ("b", "a")):
            for h in self.terminal(side).sessions:
                assert h in self.passed[other]
                assert self.used[side, h] == self.used[other, h]

    @invariant()
    def both_sides_of_a_session_hold_the_same(self) -> None:
        for h, session in self.world.a.sessions.items():
            other = self.world.b.sessions.get(h)
            if other is not None:
                assert session.role is not other.role
                assert (session.th2, session.exporter) == (other.th2, other.exporter)

    @invariant()
    def only_the_peers_own_key_is_ever_pinned(self) -> None:
        a, b = self.world.a, self.world.b
        assert a.pins in ({}, {b.me: b.public})
        assert b.pins in ({}, {a.me: a.public})

    @invariant()
    def nothing_is_revealed_before_it_is_counted(self) -> None:
        for terminal in (self.world.a, self.world.b):
            counted: set[bytes] = set()
            for effect in terminal.log:
                if isinstance(effect, effects.CountGuess):
                    counted.add(effect.h)
                elif isinstance(effect, effects.Send):
                    message = exchange.parse(effect.data)
                    if isinstance(message, Proof | Response):
                        assert message.h in counted

    @invariant()
    def one_run_at_most_is_live_and_erased_means_erased(self) -> None:
        for terminal in (self.world.a, self.world.b):
            assert sum(isinstance(state, Live) for state in terminal.runs) <= 1
            for state in terminal.runs:
                if isinstance(state, Ended):
                    assert state.h not in terminal.pending
                    assert state.h not in terminal.sessions
                if isinstance(state, Established):
                    assert state.run.h in terminal.sessions

    @invariant()
    def one_proof_and_one_response_per_run(self) -> None:
        for terminal in (self.world.a, self.world.b):
            for kind in (Proof, Response):
                said: dict[bytes, bytes] = {}
                for message in terminal.sent():
                    if isinstance(message, kind):
                        digest = hashlib.sha256(message.encode()).digest()
                        assert said.setdefault(message.h, digest) == digest


TestMaliciousRelay = MaliciousRelay.TestCase
TestMaliciousRelay.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
