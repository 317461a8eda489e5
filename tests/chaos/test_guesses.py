"""Guessing is limited, and who does not exist is answered like who does; the long form judges times."""

from pathlib import Path

from chaos import guesses


async def test_answers_are_alike(tmp_path: Path) -> None:
    outcome = await guesses.alike(tmp_path, 1, long=False)
    assert outcome.ok, outcome


async def test_sign_ins_are_limited(tmp_path: Path) -> None:
    outcome = await guesses.limited(tmp_path, 1, long=False)
    assert outcome.ok, outcome


def test_the_instrument_tells_apart_what_differs() -> None:
    one = [float(number % 100) for number in range(1_000)]
    other = [value + 10 for value in one]
    assert guesses.likelihood(guesses.told_apart(one, other), 1_000) < 1e-3
    assert guesses.likelihood(guesses.told_apart(one, one[::-1]), 1_000) == 1.0
