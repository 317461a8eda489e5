"""An external program while it runs: its process, its pipes, its empty folder, and its end.

It inherits nothing but a few variables that name places and languages: no descriptor, no secret of the
environment, no folder. What it writes to its standard error is not kept. One request at a time is under way.
See `docs/protocol/plugin.md`, The process.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from watchword.providers.framing import frame, read_frame
from watchword.providers.lane import Lane

INHERITED = frozenset(
    {"HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER"}
    | {"APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "TEMP", "USERPROFILE"}
)
"""The variables that the program finds, if they are set; the second row is Windows'."""

CLOSE_LIMIT = 2.0
"""Seconds that a program has to end after the end of its input."""

_ROOM = 65_536


class Child:
    """One process of a plugin. It is made with `start`; after `kill` or `close` it is done with."""

    def __init__(self, name: str) -> None:
        self._lane = Lane(name)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._burial: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return None if self._process is None else self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it ended by itself. It is not reaped yet, so its id and its group's stay its own."""
        if self._process is None:
            return False
        if hasattr(os, "waitid"):
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._process.pid, look) is not None
        return self._process.poll() is not None

    async def start(self, command: Sequence[str], limit: float, errors: int = subprocess.DEVNULL) -> None:
        """Start the program.

        Raises:
            OSError: it is not there, or may not be run.
            TimeoutError: the system does not start it in time.
        """
        await self._lane.run(lambda: self._start(command, errors), limit)

    async def ask(self, request: bytes, limit: float) -> bytes:
        """Send one request and return the JSON of the answer.

        Raises:
            EOFError: it ended before it answered.
            OSError: its input is closed.
            PeerError: what it writes is no frame.
            TimeoutError: no answer in `limit` seconds.
        """
        return await self._lane.run(lambda: self._exchange(request), limit)

    def kill(self) -> None:
        """End the process, and what it started, at once; who waits for an answer is told EOF."""
        if self._burial is None:
            self._strike()
            self._burial = self._lane.afterwards(self._bury)
            self._lane.close()

    async def close(self) -> None:
        """Tell it that no more will come, and wait for its end; kill it if that does not come soon."""
        if self._burial is None:
            with contextlib.suppress(TimeoutError):
                await self._lane.run(self._see_off, CLOSE_LIMIT)
            self.kill()
        if self._burial is not None:
            await asyncio.wait([self._burial], timeout=CLOSE_LIMIT)

    def _strike(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)

    # --- in the thread --------------------------------------------------------------------

    def _start(self, command: Sequence[str], errors: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="watchword-plugin-"))
        self._process = subprocess.Popen(  # noqa: S603 - the program that this user's administrator installed
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=self._folder,
            env={name: value for name, value in os.environ.items() if name.upper() in INHERITED},
            start_new_session=True,
        )

    def _exchange(self, request: bytes) -> bytes:
        stdin, stdout = self._pipes()
        stdin.write(frame(request))
        stdin.flush()
        return read_frame(stdout.read)

    def _see_off(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            stdin, stdout = self._pipes()
            stdin.close()
            while stdout.read(_ROOM):
                pass

    def _bury(self) -> None:
        self._strike()
        if self._process is not None:
            self._process.wait()
            for pipe in self._pipes():
                with contextlib.suppress(OSError):
                    pipe.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        return process.stdin, process.stdout
