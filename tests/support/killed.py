"""The program of a person without a window (`support.headless`), which can be killed at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.nursery import Child, started
from support.play import Person
from support.processes import PATIENCE
from support.relay import environment

HERE = Path(__file__).parents[2]


def desktops_environment() -> dict[str, str]:
    """The environment of a program that imports what a desktop is made of."""
    sources = os.pathsep.join([str(HERE / "app"), str(HERE / "tests"), environment()["PYTHONPATH"]])
    return {**os.environ, "PYTHONPATH": sources}


class Process:
    """The program of one person, which can be killed at any moment."""

    def __init__(self, person: Person, chat: str, total: int, others: int = 1, pause: float = 0.004) -> None:
        """Not started yet.

        Args:
            person: whose, who is away.
            chat: whom they write to, an account or the name of a room.
            total: how many texts each writes.
            others: how many others do.
            pause: seconds between two texts.
        """
        self._words = [str(person.folder), person.key.hex(), chat, str(total), str(others), str(pause)]
        self._output = person.folder / "output.log"
        self._process: subprocess.Popen[bytes] | Child | None = None

    def start(self, armed: Sequence[str] = ()) -> None:
        """Start it; `armed` with words for `chaos.dying`, to die by itself."""
        modules = ["chaos.dying", *armed, "support.headless"] if armed else ["support.headless"]
        with self._output.open("wb") as output:
            self._process = started(
                [sys.executable, "-m", *modules, *self._words],
                desktops_environment(),
                output=output.fileno(),
                stdout=output.fileno(),
            )

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        assert self._process is not None
        return self._process.poll() is not None

    def buried(self) -> None:
        """It died by itself."""
        assert self._process is not None
        assert self._process.wait(PATIENCE) == -signal.SIGKILL, self._output.read_text()
        assert self._process.stdin is not None
        self._process.stdin.close()

    @property
    def is_done(self) -> bool:
        """Whether all has come, on either side."""
        assert self._process is not None
        assert self._process.poll() is None, self._output.read_text()
        return self._output.read_bytes() == b"done\n"

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        assert self._process.poll() is None, self._output.read_text()
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        """Close it in good order."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(PATIENCE) == 0, self._output.read_text()

    def clear(self) -> None:
        """End it whatever state it is in, if it was started."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
