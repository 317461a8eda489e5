import asyncio

import pytest

from support.logged import LoggedWarnings
from support.waiting import until
from watchword.core import tasks as module
from watchword.core.tasks import Tasks
from watchword.model.errors import Kind, Situation, TroubleWith


async def test_a_failure_is_logged_and_reported(logged_warnings: LoggedWarnings) -> None:
    reported: list[Situation] = []
    tasks = Tasks(reported.append)

    async def full() -> None:
        raise TroubleWith(Kind.DISK_FULL, folder="here")

    async def mistaken() -> None:
        raise KeyError("a secret must not be shown")

    tasks.spawn("full", full())
    tasks.spawn("mistaken", mistaken())
    await until(lambda: len(reported) == 2, "both are reported")
    assert reported == [Situation(Kind.DISK_FULL, {"folder": "here"}), Situation(Kind.UNEXPECTED)]
    logged_warnings.take("task failed")


async def test_a_task_has_a_name() -> None:
    names: list[str] = []
    tasks = Tasks(lambda _situation: None)

    async def say() -> None:
        task = asyncio.current_task()
        assert task is not None
        names.append(task.get_name())

    await tasks.spawn("sayer", say())
    assert names == ["watchword sayer"]


async def test_close_cancels_and_takes_nothing_more() -> None:
    tasks = Tasks(lambda _situation: None)
    ended: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    tasks.spawn("waits", wait())
    await asyncio.sleep(0)
    await tasks.close()
    assert ended == ["ended"]

    async def late() -> None:
        ended.append("late")

    await tasks.spawn("late", late())
    assert ended == ["ended"]


async def test_a_command_is_carried_out_though_its_caller_goes_away(logged_warnings: LoggedWarnings) -> None:
    reported: list[Situation] = []
    tasks = Tasks(reported.append)
    written, go_on = asyncio.Event(), asyncio.Event()
    followed: list[str] = []

    async def command() -> str:
        written.set()
        await go_on.wait()
        followed.append("memory")
        raise TroubleWith(Kind.DISK_FULL)

    caller = asyncio.create_task(tasks.finish(command()))
    await written.wait()
    caller.cancel()
    await asyncio.wait([caller])
    assert caller.cancelled()
    go_on.set()
    await tasks.close()
    assert followed == ["memory"]
    assert reported == [Situation(Kind.DISK_FULL)]
    logged_warnings.take("task failed")


async def test_a_command_answers_its_caller() -> None:
    reported: list[Situation] = []
    tasks = Tasks(reported.append)

    async def one() -> int:
        return 1

    async def none() -> int:
        raise TroubleWith(Kind.DISK_FULL)

    assert await tasks.finish(one()) == 1
    with pytest.raises(TroubleWith):
        await tasks.finish(none())
    assert reported == []


async def test_closing_waits_for_commands_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FINISHING", 0.05)
    tasks = Tasks(lambda _situation: None)
    command = asyncio.create_task(tasks.finish(asyncio.sleep(3_600)))
    await asyncio.sleep(0)
    await asyncio.wait_for(tasks.close(), 5)
    command.cancel()


async def test_a_command_that_closing_did_not_wait_for_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FINISHING", 0.01)
    tasks, went_on, held = Tasks(lambda _situation: None), [], asyncio.Event()

    async def command() -> None:
        await held.wait()
        went_on.append("into a store that is closed")

    caller = asyncio.ensure_future(tasks.finish(command()))
    await asyncio.sleep(0)
    await tasks.close()
    held.set()
    await asyncio.wait([caller])
    assert caller.cancelled()
    assert went_on == []


async def test_what_fails_in_a_turn_is_told_and_keeps_nothing_else_from_its_work(
    logged_warnings: LoggedWarnings,
) -> None:
    reported: list[Situation] = []

    async def full() -> None:
        raise TroubleWith(Kind.DISK_FULL)

    async def well() -> None:
        pass

    assert not await module.goes_well("turn", full, reported.append)
    assert await module.goes_well("turn", well, reported.append)
    assert [situation.kind for situation in reported] == [Kind.DISK_FULL]
    logged_warnings.take("task failed")
