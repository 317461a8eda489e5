"""The one `spawn`: every task of the core has a name, an end, and somebody who hears its failure.

Structured groups inside one coroutine (`asyncio.TaskGroup`) need no spawn; whatever outlives its caller does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from watchword import log
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith

_T = TypeVar("_T")

FINISHING = 5.0
"""Seconds that closing gives commands which are being carried out; what takes longer is given up."""


class Tasks:
    """The tasks of one open client."""

    def __init__(self, report: Callable[[Situation], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[None]] = set()
        self._commands: set[asyncio.Task[object]] = set()
        self._closed = False

    def spawn(self, name: str, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run `work` beside everything else; after `close` it is dropped unrun."""
        if self._closed:
            work.close()
            return asyncio.get_running_loop().create_task(_nothing(), name=name)
        task = asyncio.get_running_loop().create_task(work, name=f"watchword {name}")
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def finish(self, command: Coroutine[object, object, _T]) -> _T:
        """Carry a command out whole: whoever gave it may go away while it is being written.

        Otherwise something could be on the disk that nothing in memory knows of. A failure that nobody hears
        any more is reported.
        """
        task = asyncio.get_running_loop().create_task(command, name="watchword command")
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                task.add_done_callback(self._done)
            raise

    async def close(self) -> None:
        """Let commands come to their end, for a while; cancel what else runs and wait for it."""
        self._closed = True
        if self._commands:
            await asyncio.wait(self._commands, timeout=FINISHING)
        current = asyncio.current_task()
        running = [task for task in (*self._running, *self._commands) if task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(situation_of(task.get_name(), error))


async def goes_well(
    where: str, part: Callable[[], Awaitable[object]], report: Callable[[Situation], None]
) -> bool:
    """Do one part of a task's turn; False if it failed, which is told and keeps no other from its work."""
    try:
        await part()
    except Exception as error:  # noqa: BLE001 - the task's border: it must not die of one message
        report(situation_of(where, error))
        return False
    return True


def situation_of(where: str, error: BaseException) -> Situation:
    """Log an error that nobody was waiting for, and say it in the model's words."""
    match error:
        case TroubleWith() | RefusedBy():
            log.trouble("task failed", error, origin=where)
            return error.situation
        case BaseExceptionGroup() if len(error.exceptions) == 1:
            return situation_of(where, error.exceptions[0])
        case _:
            log.bug("task failed", error, origin=where)
            return Situation(Kind.UNEXPECTED)


async def _nothing() -> None:
    return
