"""Mistakes that the tests must find still apply; those found quickly are tried here, all by `make chaos`."""

from pathlib import Path

import pytest

from chaos import mutants

QUICK = {
    "ack-before-commit",
    "desktop-without-dedupe",
    "forged-receipt",
    "new-id-on-resend",
    "no-replay-check",
    "ok-before-commit",
    "relay-without-dedupe",
    "session-without-associated-data",
}


def test_every_mutant_applies(tmp_path: Path) -> None:
    outcome = mutants.run(tmp_path, 1, long=False)
    assert outcome.ok, outcome
    assert int(outcome.counts["mutants"]) >= 13


@pytest.mark.parametrize(
    "mutant", [one for one in mutants.mutants() if one.name in QUICK], ids=lambda one: one.name
)
def test_a_mutant_is_caught(mutant: mutants.Mutant, tmp_path: Path) -> None:
    tree = mutants.copied(tmp_path)
    assert mutants.applies(mutant, tree) == ""
    code, said = mutants.tested(mutant.caught_by, tree)
    assert code == 1, said
