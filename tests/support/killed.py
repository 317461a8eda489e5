"""The program of a person without a window (`support.headless`), which can be killed at any moment."""

import os
import subprocess
import sys
from pathlib import Path

from support.play import Person
from support.relay import environment

HERE = Path(__file__).parents[2]


class Process:
    """The program of one person, which can be killed at any moment."""

    def __init__(self, person: Person, chat: str, total: int, others: int = 1) -> None:
        """Not started yet.

        Args:
            person: whose, who is away.
            chat: whom they write to, an account or the name of a room.
            total: how many texts each writes.
            others: how many others do.
        """
        self._command = [
            sys.executable, "-m", "support.headless",
            str(person.folder), person.key.hex(), chat, str(total), str(others),
        ]  # fmt: skip
        self._output = person.folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        sources = os.pathsep.join([str(HERE / "app"), str(HERE / "tests"), environment()["PYTHONPATH"]])
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": sources},
            )

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
        assert self._process.wait(15) == 0, self._output.read_text()
