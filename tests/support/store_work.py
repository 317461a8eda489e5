"""How much work SQLite does: counted in its own steps, because time says little on a busy machine."""

from collections.abc import Callable

import apsw
import pytest


class Work:
    """Counts the steps of all connections that are opened from now on, by tens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._done = 0
        monkeypatch.setattr(apsw, "connection_hooks", [self._watch])

    def _watch(self, connection: apsw.Connection) -> None:
        connection.set_progress_handler(self._step, 10)

    def _step(self) -> bool:
        self._done += 1
        return False

    def of(self, deed: Callable[[], object]) -> int:
        """How much a deed is."""
        before = self._done
        deed()
        return self._done - before
