"""The one table: every (state, event) pair, and the diagram that is drawn from it."""

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.handshake import PHRASE, World, fast_stretch, without_clock
from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.protocol.handshake import effects, events, table
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword.protocol.handshake.effects import Step
from watchword.protocol.handshake.states import (
    Calling,
    Confirming,
    Ended,
    Established,
    Idle,
    Live,
    Preparing,
    State,
)
from watchword.protocol.handshake.table import MOMENTS, STATES, TABLE, Go, No, deadline, diagram, step
from watchword_wire.errors import Bug
from watchword_wire.exchange import Abort, AbortCode, Kind, Verdict, VerdictStatus

DOCUMENT = Path(__file__).parents[4] / "docs" / "protocol" / "exchange.md"
DICE = random.Random(5)  # noqa: S311 plays are repeatable
WORLD = World()
A, B = WORLD.a, WORLD.b
NOW = WORLD.now


def one_of_each() -> tuple[dict[type, State], bytes]:
    """Return every state, met in one run, and the request of that run."""
    found: dict[type, State] = {}
    phrase = passphrase.normalise(PHRASE)

    def forward(state: State, event: events.Event) -> tuple[State, bytes]:
        found[type(state)] = state
        after, done = step(state, event, NOW)
        found[type(after)] = after
        return after, next((effect.data for effect in done if isinstance(effect, effects.Send)), b"")

    dice_a, dice_b = RequesterDice.roll(DICE.randbytes), ResponderDice.roll(DICE.randbytes)
    w = events.Stretched(fast_stretch(phrase, passphrase.salt(b"\x00\x01", "ada/1", "bo/1", dice_a.n_a)))
    a, _ = forward(Idle(), events.Dial(A.me, B.me, phrase, A.identity, dice_a, connected=True))
    a, request = forward(a, w)
    b, _ = forward(Idle(), events.Incoming(request, B.me, 120_000, 135_000))
    b, _ = forward(b, events.Answer(phrase, B.identity, dice_b))
    b, challenge = forward(b, w)
    a, _ = forward(a, events.Received(challenge))
    a, proof = forward(a, events.GuessCounted())
    b, _ = forward(b, events.Received(proof))
    b, response = forward(b, events.GuessCounted())
    a, _ = forward(a, events.Received(response))
    assert isinstance(a, Confirming)
    a, _ = forward(a, events.Received(Verdict(a.run.h, VerdictStatus.ESTABLISHED).encode()))
    forward(found[Calling], events.Cancel())
    return found, request


FOUND, REQUEST = one_of_each()
COMMANDS: dict[type, events.Event] = {
    type(event): event
    for event in (
        events.Dial(A.me, B.me, Secret(b"x"), A.identity, RequesterDice.roll(DICE.randbytes), connected=True),
        events.Cancel(),
        events.Answer(Secret(b"x"), A.identity, ResponderDice.roll(DICE.randbytes)),
        events.Decline(),
        events.Hush(),
        events.Stretched(Secret(b"\x07" + bytes(31))),
        events.GuessCounted(),
        events.GuessRefused(),
        events.Noted(120_000, 135_000),
        events.Rejected(),
        events.Connected(),
        events.Disconnected(),
        events.Tick(),
        events.Unstretched(),
        events.Incoming(REQUEST, B.me, 120_000, 135_000),
        events.Crossed(bytes(32), same_device=True),
    )
}
SIZES = {"Challenge": 1217, "Proof": 97, "Response": 209, "Confirm": 381}


def staged(kind: type, moment: type) -> tuple[State, events.Event]:
    """Return a state and the event that becomes this moment in it."""
    state = FOUND[kind]
    if moment in COMMANDS:
        return state, COMMANDS[moment]
    h = (
        state.h
        if isinstance(state, Ended)
        else bytes(32)
        if isinstance(state, Idle)
        else state.run.h or bytes(32)
    )
    data = {
        "Repeat": b"taken before",
        "Malformed": b"\x02" + h + b"\x00",
        "Noise": b"\x06" + h + b"\x09",
        "Verdict": Verdict(h, VerdictStatus.NOT_FINISHED).encode(),
        "Abort": Abort(h, AbortCode.NO_SUCH_SESSION).encode(),
        "Request": REQUEST,
    }.get(moment.__name__)
    if data is None:
        kind_byte = bytes([Kind[moment.__name__.upper()]])
        data = (kind_byte + h).ljust(SIZES[moment.__name__], b"\x01")
    if moment is table.Repeat:
        assert isinstance(state, Live | Established)
        state = replace(state, run=state.run.took(data))
    elif moment.__name__ == "Request" and isinstance(state, Live | Established):
        state = replace(state, run=replace(state.run, heard=()))
    return state, events.Received(data)


PAIRS = [
    (state, moment)
    for state in STATES
    for moment in MOMENTS
    if moment is not table.Repeat or state not in {Idle, Ended}
]


def test_the_table_has_a_row_for_every_pair() -> None:
    assert set(FOUND) == set(STATES)
    assert {(state, moment) for state in STATES for moment in MOMENTS} == set(TABLE)
    assert len(TABLE) == len(STATES) * len(MOMENTS)


@pytest.mark.parametrize(
    ("kind", "moment"), PAIRS, ids=[f"{state.__name__}-{moment.__name__}" for state, moment in PAIRS]
)
def test_every_pair_is_a_transition_or_a_stated_refusal(kind: type, moment: type) -> None:
    state, event = staged(kind, moment)
    row = TABLE[kind, moment]
    after, done = step(state, event, NOW)
    if isinstance(row, No):
        assert len(row.reason) > 10
        assert done == (effects.Ignore(row.reason),)
        assert after is state
    else:
        assert type(after) in row.to
        writes = [effect for effect in done if isinstance(effect, effects.Write)]
        acts = [effect for effect in done if isinstance(effect, effects.Act)]
        assert len(writes) + len(acts) == len(done)


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_noise_changes_nothing(kind: type) -> None:
    state, event = staged(kind, table.Noise)
    assert step(state, event, NOW)[0] is state
    assert step(state, events.Received(b""), NOW)[0] is state
    assert step(state, events.Received(b"\x09" + bytes(40)), NOW)[0] is state


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_a_step_changes_nothing_that_was(kind: type) -> None:
    """A rollback is free: the old state is as it was, and the same step gives the same again."""
    for moment in (moment for state, moment in PAIRS if state is kind):
        state, event = staged(kind, moment)
        before = repr(state)
        step(state, event, NOW)
        assert repr(state) == before


def test_connected_and_disconnected_change_nothing_but_the_clock() -> None:
    for state in FOUND.values():
        if isinstance(state, Live):
            cut, _ = step(state, events.Disconnected(), NOW + 1)
            joined, _ = step(cut, events.Connected(), NOW + 2)
            assert without_clock(joined) == without_clock(state)


def test_the_timer_follows_the_state() -> None:
    for (kind, moment), row in TABLE.items():
        if isinstance(row, Go) and (kind, moment) in PAIRS:
            state, event = staged(kind, moment)
            after, done = step(state, event, NOW)
            timers = [effect.at for effect in done if isinstance(effect, effects.SetTimer)]
            assert timers == ([] if deadline(after) == deadline(state) else [deadline(after)])


def test_a_handler_that_leads_elsewhere_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(state: State, _event: object, _now: float) -> Step:
        return Idle(), ()

    monkeypatch.setitem(TABLE, (Preparing, events.Cancel), Go(astray, (Ended,)))
    with pytest.raises(Bug):
        step(FOUND[Preparing], events.Cancel(), NOW)


def test_the_document_shows_this_table() -> None:
    assert f"```mermaid\n{diagram()}```" in DOCUMENT.read_text()


def test_what_a_command_may_do_and_when() -> None:
    """A can cancel until proof leaves, B can refuse until the phrase is typed."""
    allowed = {
        moment: {state.__name__ for state in STATES if isinstance(TABLE[state, moment], Go)}
        for moment in (events.Cancel, events.Decline, events.Answer, events.Dial)
    }
    assert allowed == {
        events.Cancel: {"Preparing", "Calling", "Counting"},
        events.Decline: {"Asked"},
        events.Answer: {"Asked"},
        events.Dial: {"Idle"},
    }


def test_only_a_verdict_a_wrong_m0_or_the_clock_ends_a_pending_run() -> None:
    ends = {
        kind.__name__: {
            moment.__name__
            for moment in MOMENTS
            if isinstance(row := TABLE[kind, moment], Go) and Ended in row.to
        }
        for kind in STATES
        if kind.__name__ in {"Confirming", "Responding", "Established"}
    }
    assert ends == {
        "Confirming": {"Tick", "Verdict"},
        "Responding": {"Tick", "Verdict", "Confirm", "Malformed"},
        "Established": set(),
    }
