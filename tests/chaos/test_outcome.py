"""What is counted as lost, duplicated and out of order."""

import json

import pytest

from chaos.outcome import Outcome, ms, percentile


@pytest.mark.parametrize(
    ("shown", "counted"),
    [
        ([1, 2, 3, 4], (0, 0, 0)),
        ([1, 3, 4], (1, 0, 0)),
        ([1, 2, 2, 3, 4], (0, 1, 0)),
        ([1, 2, 3, 4, 9], (0, 1, 0)),
        ([1, 3, 2, 4], (0, 0, 2)),
        ([], (4, 0, 0)),
    ],
)
def test_what_was_shown_is_compared_with_what_was_to_be(
    shown: list[int], counted: tuple[int, int, int]
) -> None:
    outcome = Outcome(1, "any", 7, True)
    outcome.compare(shown, [1, 2, 3, 4])
    assert (outcome.lost, outcome.duplicated, outcome.out_of_order) == counted
    assert outcome.ok is not any(counted)


def test_a_missed_target_is_not_ok_and_stands_in_the_line() -> None:
    outcome = Outcome(1, "any", 7, True, {"kills": 3})
    outcome.wants(True, "met")
    assert outcome.ok
    outcome.wants(False, "not met")
    line = json.loads(outcome.line())
    assert (line["missed"], line["ok"], line["counts"]) == (["not met"], False, {"kills": 3})


def test_percentiles() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0)) == (50, 99, 100)
    assert percentile([4.0], 0.99) == 4.0
    assert ms(0.0123456) == 12.35
