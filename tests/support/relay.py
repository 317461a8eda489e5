"""A real relay in a process of its own on a free loopback port, for every test that needs one.

    with RelayProcess(tmp_path / "relay", t1=12, t2=20) as relay:
        relay.address      # ws://127.0.0.1:PORT#KEY, as people get it
        relay.kill()       # SIGKILL
        relay.start()      # again, same port, same data
        relay.stop()       # SIGTERM; a clean end is checked

The pytest fixture `relay` is one with the default limits.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw
import pytest

from support.home import beside_tests
from support.nursery import Child, started
from support.ports import free_port
from support.processes import completed
from watchword_relay import __file__ as _relay_file

SOURCES = Path(_relay_file).parent.parent
PATIENCE = 20.0


class RelayProcess:
    """One relay.

    Args:
        data: its data folder, made by the relay.
        t1, t2: seconds; the relay's defaults if left out.
        options: further words of its command line.
        listen: where; port 0 is a free one, and the same again after a restart.
        limits: those of the relay's limits that are to be other than usual.
    """

    def __init__(
        self,
        data: Path,
        *,
        t1: float | None = None,
        t2: float | None = None,
        options: Sequence[str] = (),
        listen: str = "127.0.0.1:0",
        limits: Mapping[str, object] | None = None,
        start: bool = True,
    ) -> None:
        self.data = data
        self.log = data.with_name(data.name + ".log")
        self.address = ""
        self._t1 = t1
        self._t2 = t2
        self._options = list(options)
        self._listen = listen
        self._limits = limits
        self._process: subprocess.Popen[bytes] | Child | None = None
        if start:
            self.start()

    @property
    def url(self) -> str:
        """The address without the key."""
        return self.address.partition("#")[0]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rpartition(":")[2])

    @property
    def runs(self) -> bool:
        """Whether it was started and not ended."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def command(self, *words: str) -> list[str]:
        """A command line of the relay."""
        return [sys.executable, "-m", "watchword_relay", *words]

    def surroundings(self) -> dict[str, str]:
        """Its environment, which also says its limits."""
        limits = (self._limits or {}).items()
        said = {f"WATCHWORD_RELAY_LIMITS_{name.upper()}": json.dumps(value) for name, value in limits}
        return {**environment(), **said}

    def start(self) -> None:
        """Start it, or start it again, and wait until it takes connections."""
        assert self._process is None, "it runs"
        host, _, port = self._listen.rpartition(":")
        if port == "0":
            self._listen = f"{host}:{free_port()}"
        words = ["serve", "--data", str(self.data), "--listen", self._listen, *self._options]
        for name, value in (("--t1", self._t1), ("--t2", self._t2)):
            if value is not None:
                words += [name, str(value)]
        with self.log.open("ab") as log:
            self._process = started(self.command(*words), self.surroundings(), output=log.fileno())
        self.address = self._first_line()

    def _first_line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        line = b""
        end = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, end - time.monotonic())):
                    break
                piece = os.read(self._process.stdout.fileno(), 4_096)
                if not piece:
                    break
                line += piece
        if not line.endswith(b"\n"):
            self.kill()
            raise AssertionError(f"the relay did not start:\n{self.log.read_text()}")
        return line.decode().strip()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command, such as `invite` or `realm add acme`, on its data folder."""
        return completed(self.command(*words, "--data", str(self.data)), environment())

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it with SIGTERM; anything but a clean end fails."""
        status = self._end(signal.SIGTERM)
        assert status == 0, f"the relay ended with {status}:\n{self.log.read_text()}"

    def suspend(self) -> None:
        """Let it hang with SIGSTOP until `resume`."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def serve_from(self, seconds: int) -> None:
        """Start again as a relay that has run so long in all."""
        self.stop()
        db = apsw.Connection(str(self.data / "relay.sqlite3"))
        db.execute("UPDATE relay SET served = ?", (seconds,))
        db.close()
        self.start()

    def restart(self) -> None:
        """SIGKILL and start again: same port, same data."""
        self.kill()
        self.start()

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None, "it does not run"
        process, self._process = self._process, None
        process.send_signal(number)
        try:
            return process.wait(PATIENCE)
        except BaseException:
            process.kill()
            process.wait(PATIENCE)
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.runs:
            if kind is None:
                self.stop()
            else:
                self.kill()


def environment() -> dict[str, str]:
    """The environment of a relay: this one's, with the sources found wherever they stand."""
    path = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH", "")]))
    return beside_tests({**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error"})


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    """A relay with the default limits of time."""
    with RelayProcess(tmp_path / "relay") as process:
        yield process
