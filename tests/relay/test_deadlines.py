"""One timer for all deadlines, on a clock that is set by hand."""

from support.waiting import until
from watchword_relay.deadlines import Deadlines


async def test_names_come_in_the_order_of_their_moments() -> None:
    time = [100.0]
    deadlines = Deadlines(lambda: time[0], lambda: None)
    for due, name in ((103.0, b"c"), (101.0, b"a"), (102.0, b"b")):
        deadlines.add(due, name)
    assert list(deadlines.passed()) == []
    time[0] = 101.999
    assert list(deadlines.passed()) == [b"a"]
    time[0] = 103.0
    assert list(deadlines.passed()) == [b"b", b"c"]
    assert list(deadlines.passed()) == []


async def test_it_looks_by_itself_and_again_when_the_clock_has_not_moved() -> None:
    looks: list[int] = []
    deadlines = Deadlines(lambda: 100.0, lambda: looks.append(len(list(deadlines.passed()))))
    deadlines.add(100.02, b"soon")
    await until(lambda: len(looks) >= 2, "the clock is looked at")
    deadlines.stop()
    assert set(looks) == {0}
