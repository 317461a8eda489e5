"""A `Plugin` that runs `bent.py`."""

import sys
from pathlib import Path

from watchword.providers.contract import CALL_LIMIT, KeyName, Mode
from watchword.providers.plugin import Plugin

PROGRAM = Path(__file__).with_name("bent.py")
KEY = KeyName(bytes(range(8)), 1)


def bent(way: str, mode: Mode = Mode.WRAP, *more: str, limit: float = CALL_LIMIT) -> Plugin:
    """A plugin with this fault; -S and -E let Python start quickly."""
    return Plugin([sys.executable, "-S", "-E", str(PROGRAM), way, *more], {}, mode, limit=limit)


def lives(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
