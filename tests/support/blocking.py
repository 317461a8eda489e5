"""Finds what blocks an event loop for longer than a person would not notice.

Time during which the thread was ready but the machine ran something else does not count: on a busy machine
every program looks slow. On Linux the kernel tells that time per thread; elsewhere it counts.
"""

import asyncio
import linecache
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

LIMIT = 0.050
"""Seconds that anything may keep the loop (figures: never longer)."""

FAILS_AT = 2 * LIMIT
"""Where a test fails: figures in milliseconds are judged at twice their limit on shared machines."""

Spot = tuple[str, int, str]
"""File, line and function."""

DEPTH = 8
"""Callers that are told."""

HANGS_AT = 5 * LIMIT
"""Where a play through windows fails: its one run on a shared machine also waits for the screen."""


@dataclass(frozen=True)
class Block:
    """One thing that kept the loop."""

    seconds: float
    what: str

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.0f} ms: {self.what}"


def waited_for_processor(thread: int) -> float:
    """Seconds that this thread (native id) has been ready without being run."""
    try:
        _run, waited, _slices = Path(f"/proc/self/task/{thread}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return int(waited) / 1e9


@contextmanager
def watched_callbacks(limit: float = FAILS_AT) -> Iterator[list[Block]]:
    """Record every asyncio callback, in any loop of this process, that runs for longer than the limit."""
    blocks: list[Block] = []
    original: Callable[[asyncio.Handle], Any] = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        thread = threading.get_native_id()
        waited, start = waited_for_processor(thread), time.perf_counter()
        try:
            original(handle)
        finally:
            seconds = time.perf_counter() - start
            if seconds > limit:
                seconds -= waited_for_processor(thread) - waited
                if seconds > limit:
                    blocks.append(Block(seconds, repr(handle)))

    # Every loop runs its callbacks through this method.
    with mock.patch.object(asyncio.Handle, "_run", measured):
        yield blocks


class Heartbeat:
    """Watches the thread that made it from a second one: what keeps it from beating in time is written down.

    The watched loop calls `beat` every few milliseconds, so this sees painting and slots, not only callbacks.
    """

    def __init__(self, limit: float = HANGS_AT) -> None:
        self.blocks: list[Block] = []
        self._limit = limit
        self._thread = threading.get_ident()
        self._native = threading.get_native_id()
        self._last = time.perf_counter()
        self._waited = waited_for_processor(self._native)
        self._seen: tuple[float, list[Spot]] = (0.0, [])
        """Where the thread stood, and the beat after which it was seen there."""
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._watcher.start()

    def beat(self) -> None:
        """The loop is alive."""
        now = time.perf_counter()
        if now - self._last > self._limit:
            seconds = now - self._last - (waited_for_processor(self._native) - self._waited)
            if seconds > self._limit:
                after, spots = self._seen
                self.blocks.append(Block(seconds, described(spots if after == self._last else [])))
        self._waited = waited_for_processor(self._native)
        self._last = now

    def forgive(self) -> None:
        """What kept the loop since the last beat was the watcher's own doing."""
        self._waited = waited_for_processor(self._native)
        self._last = time.perf_counter()

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(self._limit / 5):
            last = self._last
            if time.perf_counter() - last > self._limit * 0.8 and self._seen[0] != last:
                self._seen = (last, places(self._thread))


def places(thread: int) -> list[Spot]:
    """Where a thread stands: file, line and function, the innermost last.

    Lets the frames go at once: a frame that is held keeps what its function made, a painter for instance.
    """
    found: list[Spot] = []
    frame = sys._current_frames().get(thread)
    while frame is not None and len(found) < DEPTH:
        found.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    return found[::-1]


def described(found: list[Spot]) -> str:
    """The same for people, with the line of code."""
    if not found:
        return "(ended before it was seen)"
    return "\n".join(
        f"{file}:{line} {name}: {linecache.getline(file, line).strip()}" for file, line, name in found
    )
