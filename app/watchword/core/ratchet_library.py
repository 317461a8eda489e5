"""When the library of the ratchet comes: with the first session of a profile, and not before.

It takes 8 MB and a fifth of a second of work, which nobody needs who writes by their company's key alone.
Where sessions stand it is there before the windows answer. Else it comes while the first request runs, a
module at a time: an import that is in a hurry would take each call of the windows its turn.
"""

import asyncio
import importlib
import sys
import threading
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from watchword.store import sessions
from watchword.store.database import Database

MODULE = "watchword.protocol.ratchet_profile"
BREATH = 0.002
"""Seconds that everything else has between two modules."""


_whole: set[str] = set()
"""What was imported to its end: a module has its name among all from its beginning."""


async def bring_for_sessions(db: Database) -> None:
    """Import it, beside the loop, where a session may use it."""
    if MODULE not in _whole and await db.read(sessions.any_stands):
        await be_here()


async def be_here() -> None:
    """Return once it can be used without a wait; the loop goes on meanwhile."""
    if MODULE not in _whole:
        await asyncio.to_thread(_import)


def bring_gently() -> None:
    """Have it imported in a thread of its own, soon."""
    if MODULE not in sys.modules:
        threading.Thread(target=_import_gently, name="ratchet library", daemon=True).start()


def _import() -> None:
    importlib.import_module(MODULE)
    _whole.add(MODULE)


def _import_gently() -> None:
    breath = _Breath(threading.current_thread())
    sys.meta_path.insert(0, breath)
    try:
        _import()
    finally:
        sys.meta_path.remove(breath)


class _Breath(MetaPathFinder):
    """Finds nothing: whoever looks for a module in this one thread stands back first."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread

    def find_spec(
        self, _name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the others have their turn."""
        if threading.current_thread() is self._thread:
            time.sleep(BREATH)
        return None
