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
    """Ask every 10 ms whether the condition holds, where asking takes a while itself.

    Raises:
        Late: after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while not await condition():
        if time.monotonic() > deadline:
            raise Late(f"not within {patience:g} s: {what}")
        await asyncio.sleep(0.01)
