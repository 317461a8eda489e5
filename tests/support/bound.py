"""Programs that end with whoever started them, however that ended: tests that are killed leave none.

Tests that end in good order end them themselves; this is for a SIGKILL, for a signal to a whole process group
and for what a test forgets. Linux only; elsewhere a program may be left over.
"""

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_setpriv = shutil.which("setpriv") if sys.platform == "linux" else None


def end_with(parent: int) -> None:
    """In a process that was just forked: be killed when its parent ends, or end now if it has already.

    Args:
        parent: its number; the thread of it that forked has to live as long as it does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def bound(command: Sequence[str]) -> list[str]:
    """The command line of a program that is killed when the thread that starts it ends."""
    return [*command] if _setpriv is None else [_setpriv, "--pdeathsig", "KILL", "--", *command]
