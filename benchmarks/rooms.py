"""A message for very many: how long until the last has it, and what each delivery costs the relay.

| measure | what |
|---|---|
| last delivery | a message of 1 KiB for accounts that are there: from sending until the last has it, median |
| relay CPU for a delivery | with its acknowledgement: processor time of all the relay's threads, median |
| others wait | the longest that the relay took to answer somebody else's ping meanwhile |
| away | the same message for accounts that are away: from sending it until its OK, median |

Among 1,000 a delivery must not cost much more than among 100: the whole grows with the number, and no faster.
"""

import os
import selectors
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.engine import Engine, close
from benchmarks.ours import Ours, key_of, websocket
from benchmarks.results import Figure, LeftOut

from watchword_wire import message_data
from watchword_wire.frames import Ack, Post
from watchword_wire.message_data import Head, MessageData, Tag

ROUNDS = {10: 30, 100: 15, 1_000: 6}
"""Messages for each number of accounts; the first is not counted. Nobody answers pings, which come
after 20 s of silence and end a connection 20 s later."""
MOST = max(ROUNDS)
CONTENT = 1_024
PATIENCE = 60.0
PING, PONG = b"\x89\x80\0\0\0\0", b"\x8a\x00"
GROWTH = 1.5
"""The most that a delivery among 1,000 may cost more than one among 100."""
SETTLE = 0.3


def posted(sender: str, targets: list[str]) -> tuple[bytes, bytes, bytes]:
    """A message as it stands on the wire, the end of its data, and what acknowledges it."""
    tag = Tag(b"a-method", b"organisation 16b", b"some-key", 1, b"wrapped")
    place = b"organisation 16b", b"conversation 16b", os.urandom(16), f"{sender}/1"
    key, signature = key_of(sender).public_key().public_bytes_raw(), os.urandom(64)
    head = Head(1, 1, *place, key, bytes(64), message_data.in_order(targets), (tag,), bytes(32))
    data = message_data.encode(MessageData(head, os.urandom(CONTENT), signature))
    return websocket(Post(data)), signature, websocket(Ack([head.id]))


def processor_time(pid: int) -> float:
    """Seconds that all threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


class Crowd:
    """People who are there, one who writes to some of them, and one who only pings."""

    def __init__(self, pid: int, sender: int, bystander: int, members: list[int]) -> None:
        self._pid = pid
        self._sender, self._bystander = sender, bystander
        self._selector = selectors.DefaultSelector()
        for descriptor in (sender, bystander, *members):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)

    def send(self, post: bytes, end: bytes, ack: bytes, count: int) -> tuple[float, float, float]:
        """Send one message.

        Returns:
            Seconds until the last delivery, of the relay's processor, and until a pong at most.
        """
        heard: dict[int, bytes] = {}
        missing = count
        self._read(0.05)
        before = processor_time(self._pid)
        start = pinged = time.perf_counter()
        os.write(self._bystander, PING)
        longest = 0.0
        _write(self._sender, post)
        while missing:
            if time.perf_counter() - start > PATIENCE:
                raise LeftOut(f"{missing} of {count} did not get a message in time")
            for descriptor, came in self._read(1.0):
                if descriptor == self._bystander:
                    longest = max(longest, time.perf_counter() - pinged)
                    pinged = time.perf_counter()
                    os.write(descriptor, PING)
                elif descriptor != self._sender:
                    heard[descriptor] = heard.get(descriptor, b"")[-len(end) :] + came
                    if end in heard[descriptor]:
                        del heard[descriptor]
                        missing -= 1
                        os.write(descriptor, ack)
        took = time.perf_counter() - start
        time.sleep(SETTLE)
        return took, processor_time(self._pid) - before, longest

    def _read(self, wait: float) -> list[tuple[int, bytes]]:
        found = []
        for key, _ in self._selector.select(wait):
            assert isinstance(key.fileobj, int)
            found.append((key.fileobj, os.read(key.fileobj, 1 << 16)))
        return found


def _write(descriptor: int, data: bytes) -> None:
    os.set_blocking(descriptor, True)
    while data:
        data = data[os.write(descriptor, data) :]
    os.set_blocking(descriptor, False)


def until_ok(sender: int, post: bytes) -> float:
    """Send one message to whoever is away; gives the seconds until the sender hears that it is kept."""
    os.set_blocking(sender, True)
    start = time.perf_counter()
    _write(sender, post)
    os.set_blocking(sender, True)
    os.read(sender, 1 << 16)
    return time.perf_counter() - start


def figures(say: Callable[[str], None], leave_out: Callable[[str, str], None]) -> Iterable[Figure]:
    """Measure one relay; processor time is Linux's alone.

    Raises:
        LeftOut: it cannot be measured here.
    """
    del leave_out
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        raise LeftOut("server and load need a core each")
    server, engine = Ours(), Engine()
    members = [f"r{number:07d}" for number in range(MOST)]
    users = ["s0000000", "s0000001", *members]
    os.sched_setaffinity(0, {1})
    try:
        server.start()
        descriptors, _ = engine.sign_in(server.port, server.provision(users), server.registered(users))
        close(descriptors)
        if -1 in descriptors:
            raise LeftOut("not all accounts could be made")
        cost: dict[int, float] = {}
        for count, rounds in ROUNDS.items():
            say(f"rooms: {count} accounts that are there")
            descriptors = _sign_in(engine, server, users[: count + 2])
            crowd = Crowd(server.pid, descriptors[0], descriptors[1], descriptors[2:])
            seen = [crowd.send(*posted(users[0], members[:count]), count) for _ in range(rounds)][1:]
            close(descriptors)
            took, processor, pong = (list(column) for column in zip(*seen, strict=True))
            cost[count] = statistics.median(processor) / count
            yield Figure(f"last delivery, {count:,}", statistics.median(took) * 1e3, "ms")
            yield Figure(f"relay CPU for a delivery, {count:,}", cost[count] * 1e6, "µs")
            yield Figure(f"others wait, {count:,}", max(pong) * 1e3, "ms")
        yield Figure("a delivery among 1,000 to one among 100", cost[1_000] / cost[100], "", at_most=GROWTH)
        for count, rounds in ROUNDS.items():
            say(f"rooms: {count} accounts that are away")
            sender = _sign_in(engine, server, users[:1])
            away = [until_ok(sender[0], posted(users[0], members[:count])[0]) for _ in range(rounds)][1:]
            close(sender)
            yield Figure(f"away, {count:,}", statistics.median(away) * 1e3, "ms")
    finally:
        server.stop()
        os.sched_setaffinity(0, cores)


def _sign_in(engine: Engine, server: Ours, users: list[str]) -> list[int]:
    script, answer = server.steps(users)
    descriptors, _ = engine.sign_in(server.port, script, answer)
    time.sleep(SETTLE)
    return descriptors
