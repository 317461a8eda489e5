"""What the user chose, applied to the program and kept in the settings file."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from watchword.settings import Settings
from watchword.ui.i18n import Languages
from watchword.ui.rounds import Rounds
from watchword.ui.theme import Theme


class Choices(QObject):
    """The settings in use; `change` applies and keeps others.

    Args:
        application: what they are applied to.
        save: writes settings; blocks, so it runs in a thread; raises nothing.
        chosen: what holds at start.
    """

    changed = Signal(object)

    def __init__(self, application: QApplication, save: Callable[[Settings], None], chosen: Settings) -> None:
        super().__init__(application)
        self._save = save
        self._saving: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self.settings = chosen
        self._theme = Theme(application, chosen.theme)
        self._languages = Languages(application, chosen.language)
        self._rounds = Rounds(application)

    def change(self, chosen: Settings) -> None:
        """Use other settings from now on, and keep them."""
        before, self.settings = self.settings, chosen
        if chosen == before:
            return
        if chosen.theme is not before.theme:
            self._theme.choose(chosen.theme)
        if chosen.language is not before.language:
            self._languages.choose(chosen.language)
            self._rounds.begin()
        self.changed.emit(chosen)
        task = asyncio.get_running_loop().create_task(self._write(), name="watchword save settings")
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    async def saved(self) -> None:
        """Wait until everything is kept."""
        await asyncio.gather(*self._saving)

    async def _write(self) -> None:
        """Write what holds now, one after the other."""
        async with self._turn:
            await asyncio.to_thread(self._save, self.settings)
