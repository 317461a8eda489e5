"""Commands that a window gives to the core: run beside the window, answered where they were given.

A command's refusal goes to whoever asked; where nobody asked to be told it goes to `unheard`. Every window
has one of these and stops it when it goes away; nothing here waits in a nested loop.
"""

import asyncio
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, Signal

from watchword.core.tasks import Tasks, situation_of
from watchword.model.errors import RefusedBy, Situation, TroubleWith

Told = Callable[[Situation], None]


class Errands(QObject):
    """The commands of one window."""

    unheard = Signal(object)
    """A Situation that nobody was waiting for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = Tasks(self.unheard.emit)
        self._running: set[asyncio.Task[None]] = set()
        self._stopped = False

    def run(
        self,
        name: str,
        command: Coroutine[object, object, None],
        told: Told | None = None,
        *,
        finish: bool = False,
    ) -> asyncio.Task[None]:
        """Run a command; `told` hears why nothing came of it.

        With `finish` it runs to its end even when the window goes away meanwhile: what a person decided
        happens. Such a command touches no widget.
        """
        self._stopped = False
        task = self._tasks.spawn(name, command if told is None else self._answered(name, command, told))
        task.add_done_callback(lambda _task: command.close())  # one that was given up before its first step
        if finish:
            return task
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def stop(self) -> None:
        """Give up what still runs; the window is gone and nobody hears it."""
        self._stopped = True
        for task in tuple(self._running):
            task.cancel()

    async def end(self) -> None:
        """Give up what still runs, and wait until it is given up."""
        self.stop()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _answered(self, name: str, command: Coroutine[object, object, None], told: Told) -> None:
        try:
            await command
        except (RefusedBy, TroubleWith) as refused:
            situation = refused.situation
        except Exception as error:  # noqa: BLE001 - whoever asked must not wait for ever for our mistake
            situation = situation_of(name, error)
        else:
            return
        if not self._stopped:
            told(situation)
