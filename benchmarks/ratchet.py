"""Microseconds to seal and to open one message of a session, state read and written as for the store."""

import secrets
import statistics
import time
from collections.abc import Callable, Iterable

from benchmarks.results import Figure

from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.protocol import ratchet
from watchword.protocol.ratchet import Opened, Root, Session

ROUNDS = 300
TEXT = b"x" * 200


def _opened(session: Session, data: bytes) -> Opened:
    opened = ratchet.unseal(session, data)
    if not isinstance(opened, Opened):
        raise TypeError("the measured message did not open")
    return opened


def measure() -> dict[str, float]:
    """Return medians in microseconds: along one chain, and for an open that turns the ratchet."""
    rk = Secret(secrets.token_bytes(32))
    k2, exporter = Secret(secrets.token_bytes(32)), Secret(secrets.token_bytes(32))
    root = Root(secrets.token_bytes(32), secrets.token_bytes(32), k2, exporter)
    one, m0 = ratchet.seal_first(root, primitives.x25519_public(rk.expose()), TEXT)
    other, _ = ratchet.open_first(root, rk, m0)
    seals: list[float] = []
    opens: list[float] = []
    turns: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        one, sealed = ratchet.seal(one, TEXT)
        middle = time.perf_counter()
        other = _opened(other, sealed).session
        seals.append((middle - began) * 1e6)
        opens.append((time.perf_counter() - middle) * 1e6)
    for _ in range(ROUNDS):
        one, other = other, one
        one, sealed = ratchet.seal(one, TEXT)
        began = time.perf_counter()
        other = _opened(other, sealed).session
        turns.append((time.perf_counter() - began) * 1e6)
    return {
        "ratchet_seal_us": statistics.median(seals),
        "ratchet_open_us": statistics.median(opens),
        "ratchet_open_and_turn_us": statistics.median(turns),
        "ratchet_state_bytes": float(len(ratchet.pack(other))),
    }


def figures(say: Callable[[str], None], _leave_out: object) -> Iterable[Figure]:
    """Measure; nothing is demanded of these."""
    say("ratchet: seal and open")
    measured = measure()
    yield Figure("seal", measured["ratchet_seal_us"], "µs")
    yield Figure("open", measured["ratchet_open_us"], "µs")
    yield Figure("open, turning the ratchet", measured["ratchet_open_and_turn_us"], "µs")
    yield Figure("state in the store", measured["ratchet_state_bytes"], "bytes")
