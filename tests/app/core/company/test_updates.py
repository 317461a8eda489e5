"""Looking for newer company files: when, how often at most, and what is told of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.desk import Place, place
from support.waiting import until
from support.web import WebServer
from watchword.core.company import updates as module
from watchword.core.company.updates import (
    LEAST_GAP_S,
    MOST_GAP_S,
    PERIOD_S,
    Round,
    Updates,
    asked,
    due,
    looked,
)
from watchword.core.proxies import Proxies
from watchword.model.company import FileReason, LinkReason
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.events import LinkChanged, LinkState

HERE = "https://acme.example/update"


def after(*vain: bool, wanted: bool = True) -> Round:
    """After so many looks, 10 s apart; each says whether it failed."""
    state = Round()
    for at, failed in enumerate(vain):
        state = asked(state, wanted)
        state = looked(state, HERE, 10.0 * at, 0.5, took=False, failed=failed)
    return asked(state, wanted)


# --- when -----------------------------------------------------------------------------


def test_an_address_that_was_not_looked_at_is_looked_at_at_once() -> None:
    assert due(Round(), HERE) == 0.0
    state = looked(Round(), HERE, 1000.0, 0.5, took=True, failed=False)
    assert due(state, HERE) > 1000.0
    assert due(state, HERE + "2") == 0.0


def test_where_nothing_waits_some_hours_pass_more_for_some_and_less_for_others() -> None:
    waits = []
    for roll in (0.0, 0.5, 1.0):
        state = looked(Round(), HERE, 0.0, roll, took=False, failed=False)
        waits.append(due(asked(state, wanted=False), HERE))
    assert waits == [0.75 * PERIOD_S, PERIOD_S, 1.25 * PERIOD_S]
    assert waits[0] >= 2 * 3600


def test_what_newly_waits_is_looked_for_after_a_minute_and_then_more_and_more_seldom() -> None:
    state, now, gaps = after(False, wanted=False), 0.0, []
    for _ in range(10):
        state = asked(state, wanted=True)
        gaps.append(due(state, HERE) - now)
        now = due(state, HERE)
        state = looked(state, HERE, now, 0.5, took=False, failed=False)
    assert gaps[:4] == [60, 120, 240, 480]
    assert gaps[-1] == MOST_GAP_S
    assert min(gaps) == LEAST_GAP_S >= 60
    state = asked(asked(state, wanted=False), wanted=True)
    assert due(state, HERE) == now + LEAST_GAP_S, "something else waits"


def test_what_was_taken_ends_the_seldomness() -> None:
    state = after(False, False, False)
    assert state.gap > LEAST_GAP_S
    state = looked(state, HERE, 100.0, 0.5, took=True, failed=False)
    assert due(state, HERE) == 100.0 + LEAST_GAP_S, "something waits still"


def test_a_failure_is_tried_again_soon_and_then_more_and_more_seldom() -> None:
    assert due(after(True, wanted=False), HERE) == LEAST_GAP_S
    assert due(after(True, True, True, wanted=False), HERE) == 20.0 + 4 * LEAST_GAP_S
    assert due(after(*[True] * 20, wanted=False), HERE) == 190.0 + MOST_GAP_S
    assert due(after(*[False] * 20, True, wanted=False), HERE) == 200.0 + LEAST_GAP_S, "it worked before"


# --- what ------------------------------------------------------------------------------


class Office:
    """Updates of one desk, and what was taken."""

    def __init__(self, desk: Place, address: str) -> None:
        self.address = address
        self.taken: list[bytes] = []
        self.kept: list[bytes] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.refuses: RefusedBy | None = None
        self.told = 0
        self.newer = True
        self.desk = desk
        self.updates = Updates(
            desk, Proxies(), address=lambda: self.address, take=self._take, changed=self._changed
        )

    async def _take(self, data: bytes) -> bool:
        self.taken.append(data)
        await self.goes_on.wait()
        if self.refuses is not None:
            raise self.refuses
        self.kept.append(data)
        return self.newer

    def _changed(self) -> None:
        self.told += 1


@asynccontextmanager
async def office(folder: Path, address: str) -> AsyncIterator[Office]:
    async with place(folder, "ada") as desk:
        made = Office(desk, address)
        desk.tasks.spawn("updates", made.updates.run())
        try:
            yield made
        finally:
            made.updates.close()


async def test_at_the_start_the_file_is_fetched_and_taken(tmp_path: Path) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.gives("/update", b"newer")) as here:
            await until(lambda: here.told, "looked")
            assert here.taken == [b"newer"]
            state = here.updates.state
            assert state.trouble is None
            assert 0 < state.tried <= state.taken


async def test_what_is_held_already_is_passed_over_quietly(tmp_path: Path) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.gives("/update", b"same", ETag='"1"')) as here:
            here.newer = False
            await until(lambda: here.told, "looked")
            again = await here.updates.look()
            assert (again.taken, again.trouble) == (0, None)
            assert here.taken == [b"same"], "the server said that nothing changed"
            assert not here.desk.events, "no alarm"
            web.gives("/update", b"newer", ETag='"2"')
            here.newer = True
            assert (await here.updates.look()).taken


@pytest.mark.parametrize("reason", [FileReason.REMOVED, FileReason.OLDER, FileReason.TO_JOIN])
async def test_a_file_that_is_not_taken_is_told_and_fetched_anew(tmp_path: Path, reason: FileReason) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.gives("/update", b"odd", ETag='"1"')) as here:
            here.refuses = RefusedBy(Kind.COMPANY_FILE, reason=reason.value)
            await until(lambda: here.told, "looked")
            assert here.updates.state.trouble == Situation(Kind.COMPANY_FILE, {"reason": reason.value})
            here.refuses = None
            assert (await here.updates.look()).trouble is None
            assert here.taken == [b"odd", b"odd"]
            assert not here.desk.events


async def test_an_address_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    async with office(tmp_path, "http://acme.example/update") as here:
        await until(lambda: here.told, "looked")
        trouble = here.updates.state.trouble
        assert trouble is not None
        assert trouble.facts["reason"] == LinkReason.PLAIN.value


async def test_without_an_address_nothing_happens_until_there_is_one(tmp_path: Path) -> None:
    with WebServer() as web:
        async with office(tmp_path, "") as here:
            here.updates.stir()
            assert (await here.updates.look()).tried == 0
            here.address = web.gives("/update", b"newer")
            here.updates.stir()
            await until(lambda: here.taken, "the new address is looked at")


async def test_what_failed_without_a_network_is_tried_again_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.answers("/update", status=503)) as here:
            await until(lambda: here.told, "looked")
            web.gives("/update", b"newer")
            here.updates._round = replace(here.updates._round, gap=MOST_GAP_S)
            monkeypatch.setattr(module, "LEAST_GAP_S", 0.0)
            here.desk.tell(LinkChanged(LinkState.ONLINE))
            await until(lambda: here.taken, "the network is there again")


async def test_the_network_that_comes_back_while_the_store_is_asked_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.answers("/update", status=503)) as here:
            wanted, news = here.updates._wanted, asyncio.Event()

            async def wanted_slowly() -> bool:
                if here.updates._round.failed and not news.is_set():
                    news.set()
                    monkeypatch.setattr(module, "LEAST_GAP_S", 0.0)
                    web.gives("/update", b"newer")
                    here.desk.tell(LinkChanged(LinkState.ONLINE))
                return await wanted()

            monkeypatch.setattr(here.updates, "_wanted", wanted_slowly)
            await until(lambda: here.taken, "it is looked for again")


async def test_stirring_asks_the_server_no_more_often(tmp_path: Path) -> None:
    with WebServer() as web:
        async with office(tmp_path, web.gives("/update", b"newer")) as here:
            await until(lambda: here.told, "looked")
            count = _counted(here)
            for turn in range(1, 5):
                here.updates.stir()
                await until(partial(_at_least, count, turn), "it thought about it")
            assert len(web.asked) == 1


def _at_least(count: list[int], wanted: int) -> bool:
    return len(count) >= wanted


def _counted(here: Office) -> list[int]:
    count: list[int] = []
    wanted = here.updates._wanted

    async def counting() -> bool:
        count.append(1)
        return await wanted()

    here.updates._wanted = counting  # type: ignore[method-assign] # to see that it was asked
    return count


async def test_two_looks_at_once_are_one_after_the_other(tmp_path: Path) -> None:
    with WebServer() as web:
        async with place(tmp_path, "ada") as desk:
            here = Office(desk, web.gives("/update", b"newer"))
            states = await asyncio.gather(here.updates.look(), here.updates.look())
            assert all(state.trouble is None for state in states)
            assert here.taken == [b"newer", b"newer"]
            here.updates.close()


async def test_a_file_that_came_is_taken_whole_whoever_goes_away_meanwhile(tmp_path: Path) -> None:
    """The window that asked may be closed: what is on the disk by then must be known in memory too."""
    with WebServer() as web:
        async with place(tmp_path, "ada") as desk:
            here = Office(desk, web.gives("/update", b"newer"))
            here.goes_on.clear()
            look = asyncio.get_running_loop().create_task(here.updates.look())
            await until(lambda: here.taken, "the file came")
            look.cancel()
            await asyncio.wait([look])
            assert look.cancelled()
            here.goes_on.set()
            await until(lambda: here.kept == [b"newer"], "it is taken to the end")
            here.updates.close()
