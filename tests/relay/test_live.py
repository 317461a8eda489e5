"""Live handshakes: found by h and by side until they are removed, looked at when their time may be up."""

from watchword_relay.handshakes import Live
from watchword_relay.live import LiveRuns

A, B, C = "ada/1", "bo/1", "cy/1"


def run(number: int, a: str, b: str, due: float = 100.0) -> Live:
    return Live(bytes([number]) * 32, a, b, due, due + 10, b"request")


async def test_one_is_found_until_it_is_removed() -> None:
    runs = LiveRuns(lambda: 0.0, lambda: None)
    first, second = run(1, A, B), run(2, B, C)
    runs.keep(first)
    runs.keep(second)
    assert first.h in runs
    assert runs.get(first.h) is first
    assert runs.of(A) == [first]
    assert {one.h for one in runs.of(B)} == {first.h, second.h}
    runs.remove(first.h)
    runs.remove(first.h)
    assert first.h not in runs
    assert (runs.of(A), runs.of(B)) == ([], [second])
    assert runs.stop() == [second]


async def test_one_is_looked_at_at_its_newest_time() -> None:
    now = 0.0
    runs = LiveRuns(lambda: now, lambda: None)
    early = run(1, A, B, 10.0)
    runs.keep(early)
    runs.keep(run(2, A, B, 30.0))
    answered = Live(early.h, A, B, 10.0, 20.0, b"request", challenge=b"c", proof=b"p", response=b"r")
    runs.keep(answered)
    now = 10.0
    assert list(runs.passed()) == [answered]  # too early, which who asks sees from the run itself
    now = 20.0
    assert list(runs.passed()) == [answered]
    assert list(runs.passed()) == []
    runs.stop()
