from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from support.desk import Place, place
from watchword.core import clock, guesses
from watchword.core.requests import Requests
from watchword.core.runs import Runs
from watchword.model.errors import RefusedBy
from watchword.model.requests import GuessLimit
from watchword.store import guesses as kept_guesses
from watchword.store.transaction import Tx

AT = 1_800_000_000_000
MINUTE = 60_000


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path, "ada") as desk:
        yield desk


async def count(ada: Place, times: int, at: int = AT) -> list[bool]:
    def work(tx: Tx) -> list[bool]:
        return [guesses.count_one(tx, "ada", "bo", bytes([number]) * 32, at) for number in range(times)]

    return await ada.db.write(work)


async def limit(ada: Place, at: int) -> GuessLimit | None:
    return await ada.db.read(lambda tx: guesses.limit(tx, "ada", "bo", at))


async def test_two_are_free_the_third_waits_a_minute(ada: Place) -> None:
    assert await count(ada, 2) == [True, True]
    assert await limit(ada, AT) is None
    assert await count(ada, 3) == [True, True, True]
    assert await limit(ada, AT) == GuessLimit("bo", 3, AT + MINUTE, blocked=False)
    assert await limit(ada, AT + MINUTE) is None


async def test_no_guess_is_counted_while_waiting(ada: Place) -> None:
    assert await count(ada, 4) == [True, True, True, False]
    assert await ada.db.read(lambda tx: guesses.count(tx, "ada", "bo", AT)) == 3


async def test_ten_are_the_end(ada: Place) -> None:
    at = AT
    for number in range(10):
        h = bytes([number]) * 32
        counted = await ada.db.write(partial(guesses.count_one, own="ada", peer="bo", h=h, at=at))
        assert counted
        at += 300 * MINUTE
    assert await limit(ada, at) == GuessLimit("bo", 10, 0, blocked=True)


async def test_a_clock_set_back_makes_no_wait_shorter(ada: Place) -> None:
    await count(ada, 3)
    assert await count(ada, 1, AT - 3_600_000) == [False]


@pytest.mark.parametrize("ahead", [3_600_000, 5 * 365 * 24 * 3_600_000])
async def test_a_clock_that_was_ahead_once_makes_no_wait_endless(
    ada: Place, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(ada, lambda: None)
    requests = Requests(ada, runs, lambda _account: None, lambda _account: None)
    now = [AT]
    monkeypatch.setattr(clock, "wall_ms", lambda: now[0])
    await count(ada, 3, AT + ahead)
    with pytest.raises(RefusedBy) as caught:
        await requests.ask("bo", "correct horse", "", "")
    assert caught.value.situation.facts["until"] == AT + MINUTE
    now[0] = AT + MINUTE
    assert await requests.limit("bo") is None
    await requests.ask("bo", "correct horse", "", "")
    await ada.tasks.close()
    runs.close()


async def test_upkeep_sets_right_what_a_clock_that_was_ahead_dated(ada: Place) -> None:
    await count(ada, 3, AT + 3_600_000)
    await ada.db.write(lambda tx: kept_guesses.set_all_right(tx, AT / 1000))
    assert await limit(ada, AT + MINUTE) is None


@pytest.mark.parametrize(
    ("counted", "retries", "inside", "kept"),
    [(1, 0, True, True), (2, 1, True, True), (2, 2, True, False), (3, 0, True, False), (1, 0, False, False)],
)
def test_a_phrase_is_kept_for_two_retries_inside_t2(
    counted: int, retries: int, inside: bool, kept: bool
) -> None:
    assert guesses.phrase_may_be_kept(counted, retries, inside_first_t2=inside) is kept
