"""What one account may keep waiting for ids that nobody has: when it is looked at, and what is too much."""

from watchword_relay.store.allowances import PARTS, Allowances
from watchword_relay.store.contract import Level
from watchword_relay.store.history import Bounds


def test_an_account_is_looked_at_after_each_part_of_the_bounds() -> None:
    allowances = Allowances(Bounds(awaited_messages=10 * PARTS))
    for terminal in range(1, 3):
        for _ in range(5):
            allowances.add(0, f"ada/{terminal}", 1)
            allowances.add(1, f"ada/{terminal}", 1)
            assert allowances.due() == []
    allowances.add(0, "bo/1", 1)
    allowances.add(0, "ada/1", 1)
    assert allowances.due() == [(0, "ada")]
    assert allowances.due() == []
    for _ in range(10):
        allowances.add(0, "ada/1", 1)
    assert allowances.due() == []
    allowances.add(0, "ada/1", 1)
    assert allowances.due() == [(0, "ada")]


def test_many_bytes_count_as_well() -> None:
    allowances = Allowances(Bounds(awaited_bytes=10 * PARTS))
    allowances.add(0, "ada/1", 10)
    assert allowances.due() == []
    allowances.add(0, "ada/1", 1)
    assert allowances.due() == [(0, "ada")]


def test_what_is_within_the_bounds_stays() -> None:
    allowances = Allowances(Bounds(awaited_messages=5, awaited_bytes=50))
    assert allowances.over(5, 50) is None
    assert allowances.over(7, 50) == Level(2, 0)
    assert allowances.over(1, 51) == Level(-4, 1)
