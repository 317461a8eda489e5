"""What an idle connection over TLS costs the relay in memory.

The connections are signed in, as a desktop that is there. The relay's memory is taken before they come, after
a restart: what all of them took to register would be taken again.
"""

import socket
import ssl
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack

from benchmarks.engine import Answer
from benchmarks.ours import Ours
from benchmarks.relay import memory
from benchmarks.results import Figure
from benchmarks.servers import Steps

from watchword_relay import certificate

ROUNDS = 3
CONNECTIONS = 1_000
MOST = 64.0
SETTLE = 1.0
"""Seconds in which a relay may finish what it does behind the answer, before its memory is read."""
PATIENCE = 10.0


class OursOverTls(Ours):
    """The relay with a certificate, which on loopback has it speak TLS."""

    name = "Watchword over TLS"

    def __init__(self) -> None:
        super().__init__()
        self._trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusting.check_hostname = False
        self._trusting.verify_mode = ssl.CERT_NONE

    def command(self) -> list[str]:
        pair = self.folder / "certificate.pem", self.folder / "certificate.key"
        if not pair[0].exists():
            certificate.make(*pair)
        return [*super().command(), "--cert", str(pair[0]), "--key", str(pair[1])]

    def connected(self, script: Steps, answer: Answer) -> ssl.SSLSocket:
        """A connection over TLS that has done these steps."""
        plain = socket.create_connection(("127.0.0.1", self.port))
        channel = self._trusting.wrap_socket(plain)
        channel.settimeout(PATIENCE)
        seen = b""
        for send, expect in script:
            channel.sendall(send if send is not None else answer(0, seen))
            seen = b""
            while expect not in seen:
                seen += channel.recv(65_536) or _gone()
        return channel


def _gone() -> bytes:
    raise ConnectionError("the relay closed the connection")


def idle() -> float:
    """KiB of each of many connections."""
    users = [f"u{number:07d}" for number in range(CONNECTIONS)]
    relay = OursOverTls()
    try:
        relay.start()
        for user in users:
            relay.connected(relay.provision([user])[0], relay.registered([user])).close()
        relay.stop()
        relay.go_on()
        time.sleep(SETTLE)
        before = memory(relay.pid)
        with ExitStack() as held:
            for user in users:
                (script,), answer = relay.steps([user])
                assert answer is not None
                held.enter_context(relay.connected(script, answer))
            time.sleep(SETTLE)
            return (memory(relay.pid) - before) / CONNECTIONS / 1024
    finally:
        relay.stop()


def figures(say: Callable[[str], None], _leave_out: object) -> Iterable[Figure]:
    """Measure."""
    seen = []
    for turn in range(ROUNDS):
        say(f"tls: round {turn + 1} of {ROUNDS}")
        seen.append(idle())
    yield Figure("idle connection", statistics.median(seen), "KiB", at_most=MOST, rounds=tuple(seen))
