import asyncio

from support.logged import LoggedWarnings
from support.waiting import until
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
