"""HAProxy in front of several nodes, as an operator has it: one TCP port, sick nodes left out."""

import csv
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from support.bound import bound
from support.ports import free_port
from support.postgres import PATIENCE

CONFIG = """global
    maxconn 4000
    stats socket {told}
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    retries 2
    option redispatch
frontend relay
    bind 127.0.0.1:{port}
    default_backend nodes
backend nodes
    balance leastconn
    default-server check inter 200ms fall 1 rise 1
{servers}
"""


class Balancer:
    """One that runs."""

    def __init__(self, folder: Path, ports: Iterable[int]) -> None:
        self.port = free_port()
        self._file = folder / "haproxy.cfg"
        servers = "\n".join(f"    server node{nth} 127.0.0.1:{port}" for nth, port in enumerate(ports))
        self._told = folder / "haproxy.sock"
        self._file.write_text(CONFIG.format(port=self.port, servers=servers, told=self._told))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where desktops connect."""
        return f"ws://127.0.0.1:{self.port}/"

    @property
    def up(self) -> int:
        """How many nodes it leads to now."""
        with socket.socket(socket.AF_UNIX) as line, line.makefile("rw") as asked:
            line.connect(str(self._told))
            asked.write("show stat -1 4 -1\n")
            asked.flush()
            rows = csv.DictReader(asked)
            return sum(row["status"] == "UP" for row in rows)

    def __enter__(self) -> Self:
        program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert program, "HAProxy is not installed: python packaging/system_packages.py balancer"
        words = [program, "-db", "-f", str(self._file)]
        self._process = subprocess.Popen(bound(words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while not _answers(self.port):
            assert self._process.poll() is None, "HAProxy did not start"
            assert time.monotonic() < end, "HAProxy does not answer"
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True
