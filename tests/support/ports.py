"""Loopback ports for programs that are told theirs before they listen."""

import contextlib
import random
import socket

# Below what systems hand out for connections and for port 0: nobody else is given one of these in between.
RANGE = range(20000, 32000)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    while True:
        port = random.choice(RANGE)  # noqa: S311 - not a secret
        with contextlib.suppress(OSError), socket.socket() as taken:
            taken.bind(("127.0.0.1", port))
            return port
