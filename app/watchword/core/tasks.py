"""The one `spawn`: every task of the core has a name, an end, and somebody who hears its failure.

Structured groups inside one coroutine (`asyncio.TaskGroup`) need no spawn; whatever outlives its caller does.
"""

import asyncio
from collections.abc import Callable, Coroutine

from watchword import log
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith


class Tasks:
    """The tasks of one open client."""

    def __init__(self, report: Callable[[Situation], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[None]] = set()
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

    async def close(self) -> None:
        """Cancel what runs and wait for it."""
        self._closed = True
        current = asyncio.current_task()
        running = [task for task in self._running if task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(situation_of(task.get_name(), error))


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
