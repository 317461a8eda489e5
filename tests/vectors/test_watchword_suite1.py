"""Both runs of `watchword_suite1.json`, played through the machines: every message byte for byte."""

from collections.abc import Iterator

import pytest

from support.vectors import RUNS, Vector, suite1
from watchword.crypto import passphrase, primitives
from watchword.crypto.secret import Secret
from watchword.protocol import ratchet
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.states import Idle, Proving, Responding, State
from watchword.protocol.handshake.table import step
from watchword_wire.exchange import Verdict, VerdictStatus


def drawing(monkeypatch: pytest.MonkeyPatch, name: str, values: list[object]) -> None:
    """Give a library's dice: these values in order, and not one more."""
    given: Iterator[object] = iter(values)
    monkeypatch.setattr(primitives, name, lambda *_: next(given))


def sent(state: State, event: events.Event) -> tuple[State, bytes]:
    after, done = step(state, event, 10.0)
    return after, next((effect.data for effect in done if isinstance(effect, effects.Send)), b"")


def opened(state: State, event: events.Event) -> effects.OpenSession:
    _, done = step(state, event, 10.0)
    (opening,) = (effect for effect in done if isinstance(effect, effects.OpenSession))
    return opening


@pytest.mark.parametrize("vector", RUNS, ids=repr)
def test_a_whole_run_and_three_envelopes(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing(monkeypatch, "encapsulate", [(vector["ss"], vector["ct"])])
    keys = [*(vector[f"ratchet_priv_{name}"] for name in ("A", "B", "A2")), b"\x09" * 32]
    drawing(monkeypatch, "x25519_new", keys)  # type: ignore[arg-type]  # bytes are objects
    drawing(monkeypatch, "nonce_new", [vector[f"nonce_{name}"] for name in ("m0", "m1", "m2")])
    phrase = passphrase.normalise(vector.text("passphrase_as_typed"))
    w = events.Stretched(Secret(vector["w_le"]))
    identity_a, identity_b = Secret(vector["ikA_seed"]), Secret(vector["ikB_seed"])

    a, nothing = sent(
        Idle(), events.Dial(vector.a, vector.b, phrase, identity_a, vector.dice_a, connected=True)
    )
    assert nothing == b""
    a, request = sent(a, w)
    assert request == vector["request"]
    b, nothing = sent(Idle(), events.Incoming(request, vector.b, 120_000, 135_000))
    assert nothing == b""
    b, _ = sent(b, events.Answer(phrase, identity_b, vector.dice_b))
    b, challenge = sent(b, w)
    assert challenge == vector["challenge"]
    a, _ = sent(a, events.Received(challenge))
    a, proof = sent(a, events.GuessCounted())
    assert proof == vector["proof"]
    assert isinstance(a, Proving)
    assert a.first.k1 == Secret(vector["first_key"])
    b, _ = sent(b, events.Received(proof))
    b, response = sent(b, events.GuessCounted())
    assert response == vector["response"]
    assert isinstance(b, Responding)
    assert (b.k2, b.exporter) == (Secret(vector["second_key"]), Secret(vector["exporter"]))
    a, confirm = sent(a, events.Received(response))
    assert confirm == vector["confirm"]
    b, _ = sent(b, events.Received(confirm))
    verdict = events.Received(Verdict(vector["h"], VerdictStatus.ESTABLISHED).encode())
    open_a, open_b = opened(a, verdict), opened(b, verdict)
    assert (open_a.peer_key, open_b.peer_key) == (vector["ikB"], vector["ikA"])
    assert open_a.spoken == open_b.spoken == vector.text("spoken_digits")

    at_a, at_b = ratchet.unpack(open_a.session), ratchet.unpack(open_b.session)
    assert at_a.code_key == at_b.code_key == Secret(vector["kenv"])
    at_b, m1 = ratchet.seal(at_b, ratchet.unpad(vector["m1_plaintext"]))
    assert m1 == vector["m1"]
    read = ratchet.unseal(at_a, m1)
    assert isinstance(read, ratchet.Opened)
    _, m2 = ratchet.seal(read.session, ratchet.unpad(vector["m2_plaintext"]))
    assert m2 == vector["m2"]
    answer = ratchet.unseal(at_b, m2)
    assert isinstance(answer, ratchet.Opened)
    assert ratchet.pad(answer.text) == vector["m2_plaintext"]


@pytest.mark.parametrize("vector", RUNS, ids=repr)
@pytest.mark.parametrize("name", ["m0", "m1", "m2"])
def test_padding_of_the_vectors(vector: Vector, name: str) -> None:
    padded = vector[f"{name}_plaintext"]
    assert ratchet.pad(ratchet.unpad(padded)) == padded


def test_nothing_of_the_file_is_left_out() -> None:
    """A value that is added to the file must be looked at somewhere."""
    # fmt: off
    known = {
        "idA", "idB", "passphrase_as_typed", "passphrase_normalised", "nA", "nB", "rA", "rB",
        "x_le", "y_le", "mlkem_seed", "ek", "ct", "ss", "rkB_priv", "rkB", "ikA_seed", "ikB_seed",
        "ikA", "ikB", "w_le", "M", "N", "pA", "pB", "K", "Ke", "request", "h", "challenge", "th1",
        "prk", "kA", "kB", "first_key", "cA", "cB", "proof", "th2", "second_key", "exporter",
        "kenv", "spoken_digits", "identity_key_B", "identity_box_B", "response", "ratchet_priv_A",
        "ratchet_priv_B", "ratchet_priv_A2", "nonce_m0", "nonce_m1", "nonce_m2", "m0_plaintext",
        "m0", "confirm", "m1_plaintext", "m1", "m2_plaintext", "m2",
    }
    # fmt: on
    assert set(suite1()) == {"suite", "runs", "points"}
    assert all(set(run) == known for run in suite1()["runs"])
