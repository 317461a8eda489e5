"""Programs that a test starts beside itself, each ended by its own id, whatever happens.

Every program leads a process group of its own, so what it starts in turn ends with it; nothing is ever ended
by name. A program that ends too early is reported with the last lines it wrote.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from support.nursery import started

PATIENCE = 30.0
"""Seconds until something that should have come counts as failed.

Nothing but a failure waits so long. A first start, compiled on a busy machine, has taken thirteen.
"""


class Late(AssertionError):
    """What was waited for did not come."""


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Look every 5 ms whether the condition holds.

    Raises:
        Late: after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise Late(f"not within {patience:g} s: {what}")
        time.sleep(0.005)


def completed(
    command: Sequence[str], environment: Mapping[str, str], *, folder: Path | None = None, said: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, as `subprocess.run` does, in its nursery if it has one.

    Args:
        command: its command line.
        environment: all of it.
        folder: where it runs; here, if that is not said.
        said: what it reads from its standard input.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = started(
            command, environment, output=err.fileno(), stdout=out.fileno(), folder=folder, own_group=True
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(said.encode())
            process.stdin.close()
        try:
            code = process.wait(4 * PATIENCE)
        except BaseException:
            process.kill()
            process.wait()
            raise
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess([*command], code, out.read(), err.read())


class Program:
    """One started program; its output goes into a file in `folder`."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        hand_over: Sequence[int] = (),
        stdin: bytes = b"",
    ) -> None:
        self.name = Path(command[0]).name
        self.log = folder / f"{self.name}.log"
        with self.log.open("ab") as log:
            self._process = started(
                command,
                environment,
                output=log.fileno(),
                stdout=log.fileno(),
                hand_over=hand_over,
                own_group=True,
            )
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(stdin)
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        """The id of the process and of its group."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs; minus the signal's number where a signal ended it."""
        return self._process.poll()

    def last_words(self, lines: int = 40) -> str:
        """The end of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_until(self, condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Wait for a condition while the program lives.

        Raises:
            Late: it did not come in time, or the program ended before.
        """

        def met_or_over() -> bool:
            return bool(condition()) or self.exit_code is not None

        wait_until(met_or_over, f"{self.name}: {what}", patience)
        if not condition():
            raise Late(f"{self.name} ended with {self.exit_code} before: {what}\n{self.last_words()}")

    def ended(self, patience: float = PATIENCE) -> int:
        """Wait for its own end and give the exit code."""
        return self._process.wait(patience)

    def kill(self) -> None:
        """End it at once, as a crash would, with all that it started."""
        self._signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """Ask it to end; after five seconds end it."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        # The group may outlive its leader.
        self._signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()
