"""Nothing that tests start outlives them, also where nobody can tidy up any more."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support import relay as relays
from support.killed import desktops_environment
from support.processes import wait_until
from support.relay import RelayProcess

TESTS = """
import os, signal, sys
from pathlib import Path
from support.nursery import nurseries
from support.processes import Program
from support.relay import RelayProcess

folder = Path(sys.argv[1])
with nurseries():
    relay = RelayProcess(folder / "relay")
    program = Program(["sleep", "600"], os.environ, folder)
    print(relay.pid, program.pid, flush=True)
    signal.pause()
"""


def runs(pid: int) -> bool:
    """Whether a process does anything still: one that has ended may wait to be looked at."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("end", [os.kill, os.killpg], ids=["one", "its group"])
def test_what_is_killed_takes_its_programs_with_it(tmp_path: Path, end: Callable[[int, int], None]) -> None:
    """The group is that of a job: nurseries are in it, what they begin is not."""
    with subprocess.Popen(
        [sys.executable, "-c", TESTS, str(tmp_path)],
        env=desktops_environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as tests:
        assert tests.stdout is not None
        pids = [int(word) for word in tests.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(runs, pids))
        end(tests.pid, signal.SIGKILL)
    try:
        wait_until(lambda: not any(map(runs, pids)), "both have ended with it")
    finally:
        for pid in filter(runs, pids):
            os.kill(pid, signal.SIGKILL)


def test_a_relay_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = RelayProcess(tmp_path / "relay")
    pid = relay.pid
    relay.suspend()
    monkeypatch.setattr(relays, "PATIENCE", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        relay.stop()
    assert not runs(pid)
