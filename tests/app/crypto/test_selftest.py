"""The program tests its cryptography at start and refuses to run where it fails."""

import time

import pytest

from watchword.crypto import primitives, schedule, selftest, spake2
from watchword.crypto.selftest import SelfTestFailed


def test_it_passes_here_and_is_quick() -> None:
    selftest.run()
    times = []
    for _ in range(3):
        began = time.thread_time()  # whatever else the machine does meanwhile
        selftest.run()
        times.append(time.thread_time() - began)
    assert sorted(times)[1] < 0.05


@pytest.mark.parametrize("answer", [True, False])
def test_points_that_are_judged_wrongly_stop_the_program(
    answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spake2, "crypto_core_ed25519_is_valid_point", lambda point: answer)
    with pytest.raises(SelfTestFailed, match="points"):
        selftest.run()


@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (primitives, "hmac_sha256", lambda key, data: bytes(32)),
        (schedule, "expand", lambda prk, name, context, length: bytes(length)),
        (primitives, "decapsulate", lambda seed, ct: bytes(32)),
        (spake2, "crypto_core_ed25519_add", lambda one, other: one),
        (spake2, "crypto_core_ed25519_from_uniform", lambda drawn: bytes(32)),
    ],
)
def test_a_wrong_answer_anywhere_stops_the_program(
    module: object, name: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, wrong)
    if name == "hmac_sha256":
        monkeypatch.setattr(schedule, name, wrong)
    with pytest.raises(SelfTestFailed):
        selftest.run()
