"""A message for very many: how long until the last has it, and what each delivery costs the relay.

| measure | what |
|---|---|
| last delivery | a text of 1 KiB for accounts that are there: from sending until the last has it, median |
| relay CPU for a delivery | with its acknowledgement: processor time of all the relay's threads, median |
| others wait | the longest that the relay took to answer somebody else's ping meanwhile |
| away | the same message for accounts that are away: from sending it until its OK, median |

Each message is a real one: said to a room, sealed, signed and put into its frame by the desktop's own code.
From 10 to 1,000 accounts time and processor time must grow in proportion to the number: by no more than the
power `GROWTH` of it.
"""

import asyncio
import hashlib
import math
import os
import selectors
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.engine import Engine, close
from benchmarks.ours import Ours, key_of, websocket
from benchmarks.results import Figure, LeftOut
from msgspec.structs import replace

from support import company
from support.staff import membership
from watchword.core.company import message_data
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.protocol import content
from watchword.protocol.company import certificate
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Member as Entry
from watchword_wire.frames import Ack, Post

ROUNDS = {10: 30, 100: 15, 1_000: 6}
"""Messages for each number of accounts; the first is not counted. Nobody answers pings, which come
after 20 s of silence and end a connection 20 s later."""
MOST = max(ROUNDS)
TEXT = "x" * 1_024
ROOM = b"room of a thousa"
KEPT = 30 * 86_400
PATIENCE = 60.0
PING, PONG = b"\x89\x80\0\0\0\0", b"\x8a\x00"
GROWTH = 1.2
"""The most by which anything may grow with the number of accounts, as a power of it: 1 is in proportion."""
SETTLE = 0.3
"""Seconds in which a relay may finish what it does behind the answer: nothing tells when it has."""


class Message:
    """What one text is on the wire."""

    def __init__(self, message_id: bytes, data: bytes) -> None:
        self.frame = websocket(Post(data, KEPT))
        self.end = data[-64:]
        """Its signature, the last of what is delivered."""
        self.ack = websocket(Ack([message_id]))


class Writer:
    """A member of a company who writes to a room."""

    def __init__(self, account: str, members: list[str]) -> None:
        seed = company.MEMBERS["ada"]
        named = [*members, account]
        keys = {one: hashlib.sha256(one.encode()).digest() for one in named} | {
            account: ed25519_public(seed.expose())
        }
        directory = tuple(Entry(one, one, keys[one]) for one in named)
        profile = replace(company.PROFILE, directory=directory)
        key, full_id = key_of(account), f"{account}/1"
        certified = certificate.issue(
            seed, profile.organisation, full_id, key.public_key().public_bytes_raw()
        )
        held = replace(membership(profile=profile), account=account)
        self._member = Member(held, Author(full_id, certified, Secret(key.private_bytes_raw())))

    def write(self, count: int, targets: list[str]) -> list[Message]:
        """So many texts for these."""
        return asyncio.run(self._write(count, tuple(targets)))

    async def _write(self, count: int, targets: tuple[str, ...]) -> list[Message]:
        async def needed(_methods: object) -> bool:
            return True

        providers = Providers(
            lambda _: None, lambda _: None, lambda _name, work: asyncio.create_task(work), needed
        )
        made = []
        try:
            for _ in range(count):
                drawn = os.urandom(16)
                text = content.encode(content.Text(drawn, 1, TEXT))
                said = content.encode(content.RoomMessage(ROOM, bytes(32), bytes(8), text))
                sealed = await message_data.assemble(
                    self._member, providers, drawn, targets, said, time.time(), room=ROOM
                )
                if isinstance(sealed, Closed):
                    raise LeftOut(f"it did not seal: {sealed.reason}")
                made.append(Message(drawn, sealed.data))
        finally:
            await providers.close()
        return made


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

    def send(self, message: Message, count: int) -> tuple[float, float, float]:
        """Send one message.

        Returns:
            Seconds until the last delivery, of the relay's processor, and until a pong at most.
        """
        heard: dict[int, bytes] = {}
        missing, end = count, message.end
        self._read(0.05)
        before = processor_time(self._pid)
        start = pinged = time.perf_counter()
        os.write(self._bystander, PING)
        longest = 0.0
        _write(self._sender, message.frame)
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
                        os.write(descriptor, message.ack)
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
        writer = Writer(users[0], members)
        spent: dict[str, dict[int, float]] = {"processor time": {}, "time until the last has it": {}}
        for count, rounds in ROUNDS.items():
            say(f"rooms: {count} accounts that are there")
            written = writer.write(rounds, members[:count])
            descriptors = _sign_in(engine, server, users[: count + 2])
            crowd = Crowd(server.pid, descriptors[0], descriptors[1], descriptors[2:])
            seen = [crowd.send(message, count) for message in written][1:]
            close(descriptors)
            took, processor, pong = (list(column) for column in zip(*seen, strict=True))
            spent["processor time"][count] = statistics.median(processor) / count
            spent["time until the last has it"][count] = statistics.median(took) / count
            yield Figure(f"message data, {count:,}", len(written[0].frame), "bytes")
            yield Figure(f"last delivery, {count:,}", statistics.median(took) * 1e3, "ms")
            yield Figure(f"relay CPU for a delivery, {count:,}", spent["processor time"][count] * 1e6, "µs")
            yield Figure(f"others wait, {count:,}", max(pong) * 1e3, "ms")
        for what, each in spent.items():
            yield _growth(what, each)
        kept: dict[int, float] = {}
        for count, rounds in ROUNDS.items():
            say(f"rooms: {count} accounts that are away")
            written = writer.write(rounds, members[:count])
            sender = _sign_in(engine, server, users[:1])
            away = [until_ok(sender[0], message.frame) for message in written][1:]
            close(sender)
            kept[count] = statistics.median(away) / count
            yield Figure(f"away, {count:,}", statistics.median(away) * 1e3, "ms")
        yield _growth("time until it is kept", kept)
    finally:
        server.stop()
        os.sched_setaffinity(0, cores)


def _growth(what: str, each: dict[int, float]) -> Figure:
    """With which power of the number the whole grows: the slope of a line through the logarithms."""
    slope, _ = statistics.linear_regression(
        [math.log(count) for count in each], [math.log(count * cost) for count, cost in each.items()]
    )
    return Figure(f"{what}: power of the number", slope, "", at_most=GROWTH)


def _sign_in(engine: Engine, server: Ours, users: list[str]) -> list[int]:
    script, answer = server.steps(users)
    descriptors, _ = engine.sign_in(server.port, script, answer)
    time.sleep(SETTLE)
    return descriptors
