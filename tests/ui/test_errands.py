"""Commands of a window: who hears that nothing came of one, and what is given up with the window."""

import asyncio
from typing import Protocol

from support.waiting import until
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.ui.errands import Errands


class LoggedWarnings(Protocol):
    """The fixture of that name."""

    def take(self, part: str) -> None: ...


async def refused() -> None:
    raise RefusedBy(Kind.NO_SESSION)


async def mistaken() -> None:
    raise ZeroDivisionError


def test_who_asked_hears_of_a_refusal_and_of_our_own_mistakes(logged_warnings: LoggedWarnings) -> None:
    async def play() -> None:
        errands, told, unheard = Errands(), list[Situation](), list[Situation]()
        errands.unheard.connect(unheard.append)
        errands.run("one", refused(), told.append)
        errands.run("two", mistaken(), told.append)
        errands.run("three", refused())
        await until(lambda: len(told) == 2 and unheard, "all three are told")
        assert told == [Situation(Kind.NO_SESSION), Situation(Kind.UNEXPECTED)]
        assert unheard == [Situation(Kind.NO_SESSION)]
        logged_warnings.take("task failed")

    asyncio.run(play())


def test_what_still_runs_ends_with_its_window_but_for_what_was_decided() -> None:
    async def play() -> None:
        errands, done, gate = Errands(), list[str](), asyncio.Event()

        async def work(name: str) -> None:
            await gate.wait()
            done.append(name)

        errands.run("looked up", work("looked up"))
        errands.run("decided", work("decided"), finish=True)
        await asyncio.sleep(0)
        await errands.end()
        gate.set()
        await until(lambda: done, "what was decided happens")
        assert done == ["decided"]

    asyncio.run(play())
