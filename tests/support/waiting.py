"""Waiting for a condition inside a running event loop, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from support.processes import PATIENCE, Late


async def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Look every 5 ms whether the condition holds.

    Raises:
        Late: after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise Late(f"not within {patience:g} s: {what}")
        await asyncio.sleep(0.005)


async def until_found(
    condition: Callable[[], Awaitable[object]], what: str, patience: float = PATIENCE
) -> None:
    """Ask whether the condition holds, after 10 ms and then less and less often: asking takes a while itself.

    Raises:
        Late: after `patience` seconds.
    """
    deadline, pause = time.monotonic() + patience, 0.01
    while not await condition():
        if time.monotonic() > deadline:
            raise Late(f"not within {patience:g} s: {what}")
        await asyncio.sleep(pause)
        pause = min(0.1, pause * 1.25)
