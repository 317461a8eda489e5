"""Row 11: the relay as a machine that does what it likes (`property.test_malicious_relay`), for long."""

from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from chaos.outcome import Outcome
from property.test_malicious_relay import MaliciousRelay

QUICK, LONG = 50, 1_500
STEPS = 40


def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """What must hold is asserted after each step; a story that breaks it is told, made as short as can be."""
    outcome = Outcome(11, "malicious relay: replay, reorder, drop, re-route, tamper, forge, lie", seed, long)
    del folder  # nothing of it is written
    stories = LONG if long else QUICK
    steps = 0

    class Counted(MaliciousRelay):
        def teardown(self) -> None:
            nonlocal steps
            steps += 1
            super().teardown()

    run_state_machine_as_test(
        hypothesis.seed(seed)(Counted),
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    outcome.counts = {"stories": steps, "steps_each": STEPS, "forged": 0, "false_established": 0}
    return outcome
