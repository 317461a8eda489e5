"""What the program does on the way through a piece of code, call by call: to show that two ways are one.

Times on a shared machine say nothing about equal work; the sequence of calls does. The library's own work on
bytes of one length is taken to be equal.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import watchword
import watchword_wire

_OURS = tuple(str(Path(package.__path__[0])) for package in (watchword, watchword_wire))


def calls_of(work: Callable[[], object]) -> list[str]:
    """Every call that our own code makes and gets during `work`, in order."""
    found: list[str] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        code: CodeType = frame.f_code
        if not code.co_filename.startswith(_OURS):
            return
        if event == "call":
            found.append(f"{Path(code.co_filename).stem}.{code.co_qualname}")
        elif event == "c_call":
            found.append(f"{Path(code.co_filename).stem}: {argument.__qualname__}")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found
