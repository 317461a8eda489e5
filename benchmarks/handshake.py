"""CPU of a handshake per side, without the two Argon2id runs (figures: at most 5 ms each).

Pure Python on the product's own machines; the ratchet library is imported before the clock starts.
"""

import secrets
import statistics
import time
from collections.abc import Callable, Iterable

from benchmarks.results import Figure

from watchword.crypto import passphrase
from watchword.crypto.secret import Secret
from watchword.model.requests import Role
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword.protocol.handshake.states import Idle, State
from watchword.protocol.handshake.table import step
from watchword_wire.exchange import Verdict, VerdictStatus, handle
from watchword_wire.ids import FullId

ROUNDS = 60
A, B = FullId("ada", 1), FullId("bo", 1)


class _Side:
    """One side of a run, with the CPU time that its steps took."""

    def __init__(self) -> None:
        self.state: State = Idle()
        self.identity = Secret(secrets.token_bytes(32))
        self.seconds = 0.0
        self.sessions = 0

    def step(self, event: events.Event) -> bytes:
        began = time.process_time()
        self.state, done = step(self.state, event, 1.0)
        self.seconds += time.process_time() - began
        self.sessions += sum(isinstance(effect, effects.OpenSession) for effect in done)
        return next((effect.data for effect in done if isinstance(effect, effects.Send)), b"")


def _run(w: events.Stretched, phrase: Secret) -> dict[Role, float]:
    a, b = _Side(), _Side()
    dice_a, dice_b = RequesterDice.roll(secrets.token_bytes), ResponderDice.roll(secrets.token_bytes)
    a.step(events.Dial(A, B, phrase, a.identity, dice_a, connected=True))
    request = a.step(w)
    b.step(events.Incoming(request, B, 120_000, 135_000))
    b.step(events.Answer(phrase, b.identity, dice_b))
    challenge = b.step(w)
    a.step(events.Received(challenge))
    proof = a.step(events.GuessCounted())
    b.step(events.Received(proof))
    response = b.step(events.GuessCounted())
    confirm = a.step(events.Received(response))
    verdict = events.Received(Verdict(handle(request), VerdictStatus.ESTABLISHED).encode())
    a.step(verdict)
    b.step(events.Received(confirm))
    b.step(verdict)
    if (a.sessions, b.sessions) != (1, 1):
        raise RuntimeError("the measured handshake did not succeed")
    return {Role.ASKING: a.seconds * 1000, Role.ASKED: b.seconds * 1000}


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def measure() -> dict[str, float]:
    """Return medians in milliseconds: CPU per side, and one Argon2id run beside them."""
    phrase = passphrase.normalise("measured words are not secret")
    salt = passphrase.salt(b"\x00\x01", str(A), str(B), bytes(32))
    stretch = [_milliseconds(lambda: passphrase.stretch(phrase, salt)) for _ in range(3)]
    w = events.Stretched(passphrase.stretch(phrase, salt))
    _run(w, phrase)
    runs = [_run(w, phrase) for _ in range(ROUNDS)]
    return {
        "handshake_requester_cpu_ms": statistics.median(run[Role.ASKING] for run in runs),
        "handshake_responder_cpu_ms": statistics.median(run[Role.ASKED] for run in runs),
        "argon2id_ms": statistics.median(stretch),
    }


def figures(say: Callable[[str], None], _leave_out: object) -> Iterable[Figure]:
    """Measure and say what must be reached."""
    say("handshake: CPU per side")
    measured = measure()
    yield Figure("requester, without Argon2id", measured["handshake_requester_cpu_ms"], "ms", at_most=5)
    yield Figure("responder, without Argon2id", measured["handshake_responder_cpu_ms"], "ms", at_most=5)
    yield Figure("Argon2id, once per side", measured["argon2id_ms"], "ms")
