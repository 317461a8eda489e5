"""Finds what blocks an event loop for longer than a person would not notice.

Time during which the thread was ready but the machine ran something else does not count: on a busy
machine every program looks slow. Nor does a sleep while another thread of the program, which may hold what
this one waits for (Python lets one run at a time), was ready and not run. Nor does what Qt waits for, before
it paints, until the display server answers: while that was ready and not run, or while nothing of ours was
called; nor what a virtual machine's host gave to others. On Linux the kernel tells these times; elsewhere
they count.
"""

import asyncio
import functools
import gc
import linecache
import os
import socket
import statistics
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from unittest import mock

LIMIT = 0.050
"""Seconds that anything may keep the loop (figures: never longer)."""

FAILS_AT = 2 * LIMIT
"""Where a test fails: figures in milliseconds are judged at twice their limit on shared machines."""


def too_long(taken: list[float]) -> bool:
    """Judge several tries of one thing, in seconds of work.

    Other programs only ever add to a try: what even the quickest one takes is the thing's own, and keeps the
    limit; the usual one may take twice that on a shared machine.
    """
    return min(taken) > LIMIT or statistics.median(taken) > FAILS_AT


Spot = tuple[str, int, str]
"""File, line and function."""

QTS_LOOP = "run_forever"
"""The function that hands the thread over to Qt."""

DEPTH = 8
"""Callers that are told."""

_LINE = 200
"""More bytes than the first line of any file that is read here."""


@dataclass(frozen=True)
class Block:
    """One thing that kept the loop."""

    seconds: float
    what: str

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.0f} ms: {self.what}"


def waited_for_processor(thread: int) -> float:
    """Seconds that this thread (native id) has been ready without being run."""
    return _times(f"/proc/self/task/{thread}/schedstat")[1]


def display_server() -> int:
    """The process that draws this program's windows; 0 where there is none of ours."""
    number = os.environ.get("DISPLAY", "").removeprefix(":").partition(".")[0]
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - where X servers listen
            credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        except OSError:
            return 0
    process: int = struct.unpack("3i", credentials)[0]
    return process


@dataclass(frozen=True)
class Moment:
    """Where the clocks of a thread stand, in seconds."""

    at: float
    ran: float
    waited: float
    """Ready, but not run."""
    display_waited: float
    """The same of the display server."""
    others_waited: float
    """The same of all other threads of the program together."""
    stolen: float
    """What the host of a virtual machine gave to others, of all its processors; too coarse for one frame."""

    @classmethod
    def of(cls, thread: int, display: int) -> Self:
        """Now."""
        ran, waited = _times(f"/proc/self/task/{thread}/schedstat")
        other = _times(f"/proc/{display}/schedstat")[1] if display else 0.0
        others = sum(waited_for_processor(int(one)) for one in _threads() if int(one) != thread)
        return cls(time.perf_counter(), ran, waited, other, others, _stolen())

    def held(self, until: Self) -> float:
        """Seconds from here until then that the thread's own doing took."""
        whole = until.at - self.at - (until.waited - self.waited)
        asleep = max(0.0, whole - (until.ran - self.ran))
        # Of a thread that has ended since, nothing is known any more.
        others = max(0.0, until.others_waited - self.others_waited)
        return whole - min(asleep, until.display_waited - self.display_waited + others)


def _threads() -> list[str]:
    """The native ids of this program's threads."""
    try:
        return os.listdir("/proc/self/task")  # noqa: PTH208 - some hundred times a second: names will do
    except OSError:
        return []


def _stolen() -> float:
    """Seconds that were stolen from this machine, in steps of a tick."""
    try:
        ticks = int(_line("/proc/stat")[8])
    except (OSError, ValueError, IndexError):
        return 0.0
    return ticks / os.sysconf("SC_CLK_TCK")


def _times(schedstat: str) -> tuple[float, float]:
    """Seconds that were run and that were waited for the processor."""
    try:
        ran, waited, _slices = _line(schedstat)
    except (OSError, ValueError):
        return 0.0, 0.0
    return int(ran) / 1e9, int(waited) / 1e9


def _line(file: str) -> list[bytes]:
    """The words of a file's first line; the kernel writes it anew each time, some hundred times a second."""
    return os.pread(_kept_open(file), _LINE, 0).partition(b"\n")[0].split()


@functools.lru_cache(maxsize=64)
def _kept_open(file: str) -> int:
    """A descriptor for good: to open the file takes ten times as long as to read it."""
    return os.open(file, os.O_RDONLY | os.O_CLOEXEC)


@contextmanager
def watched_callbacks(limit: float = FAILS_AT) -> Iterator[list[Block]]:
    """Record every asyncio callback, in any loop of this process, that runs for longer than the limit.

    What there is already, of other tests for the most part, is not looked through for cycles meanwhile: that
    is no program's, and takes whichever callback Python does it in some hundred milliseconds.
    """
    blocks: list[Block] = []
    original: Callable[[asyncio.Handle], Any] = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        thread = threading.get_native_id()
        start = Moment.of(thread, 0)
        try:
            original(handle)
        finally:
            if time.perf_counter() - start.at > limit:
                end = Moment.of(thread, 0)
                seconds = start.held(end) - (end.stolen - start.stolen)
                if seconds > limit:
                    blocks.append(Block(seconds, repr(handle)))

    # Every loop runs its callbacks through this method.
    with mock.patch.object(asyncio.Handle, "_run", measured):
        gc.freeze()
        try:
            yield blocks
        finally:
            gc.unfreeze()


class Heartbeat:
    """Watches the thread that made it from a second one: what keeps it from beating in time is written down.

    The watched loop calls `beat` every few milliseconds, so this sees painting and slots, not only callbacks.
    """

    def __init__(self, limit: float = FAILS_AT) -> None:
        self.blocks: list[Block] = []
        self._longest = 0.0
        self._limit = limit
        self._thread = threading.get_ident()
        self._native = threading.get_native_id()
        self._display = display_server()
        self._last = self._now()
        self._seen: tuple[float, list[Spot]] = (0.0, [])
        """Where the thread stood, and the beat after which it was seen there."""
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._watcher.start()

    def beat(self) -> None:
        """The loop is alive."""
        now = self._now()
        seconds = self._held(now)
        self._longest = max(self._longest, seconds)
        if seconds > self._limit:
            after, spots = self._seen
            self.blocks.append(Block(seconds, described(spots if after == self._last.at else [])))
        self._last = now

    def _held(self, now: Moment) -> float:
        after, spots = self._seen
        held = self._last.held(now)
        if after == self._last.at and spots and spots[-1][2] == QTS_LOOP:
            # Nothing of ours is called: Qt works, or waits for the display server's answer.
            held = now.ran - self._last.ran
        return max(0.0, held - (now.stolen - self._last.stolen))

    def longest(self) -> float:
        """Seconds of the longest stretch since this was last asked."""
        self.beat()
        longest, self._longest = self._longest, 0.0
        return longest

    def forgive(self) -> None:
        """What kept the loop since the last beat was the watcher's own doing."""
        self._last = self._now()

    def _now(self) -> Moment:
        return Moment.of(self._native, self._display)

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(self._limit / 5):
            last = self._last.at
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
