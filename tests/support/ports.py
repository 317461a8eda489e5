"""Loopback ports for programs that are told theirs before they listen, or listen there again after an end.

They lie below what systems hand out for connections and for port 0: nobody else is given one of these in
between. Each process of a run of tests has some of its own, and gives them out one after the other.
"""

import contextlib
import itertools
import os
import random
import socket
from collections.abc import Iterator

RANGE = range(20_000, 32_000)
PROCESSES = 8
"""So many have ports of their own."""


def ports_of(worker: str) -> range:
    """Those of one process, by the name that pytest-xdist gives it; all of them where there is only one."""
    if not worker:
        return RANGE
    each = len(RANGE) // PROCESSES
    number = int(worker.removeprefix("gw")) % PROCESSES
    return RANGE[number * each : (number + 1) * each]


def _in_turn(ports: range) -> Iterator[int]:
    """All of them again and again, from any on: another run beside this one begins elsewhere."""
    begin = random.randrange(len(ports))  # noqa: S311 - not a secret
    return itertools.cycle([*ports[begin:], *ports[:begin]])


_mine = _in_turn(ports_of(os.environ.get("PYTEST_XDIST_WORKER", "")))


def free_port() -> int:
    """A loopback port that nobody listens on."""
    while True:
        port = next(_mine)
        with contextlib.suppress(OSError), socket.socket() as taken:
            taken.bind(("127.0.0.1", port))
            return port
