"""The relay against the bare forwarder and what people run today, in one run on this machine.

| measure | what |
|---|---|
| w32 | 50 pairs, 32 messages of 1 KiB under way for each: messages a second, end to end |
| w1 | the same with one message under way: little to batch |
| alone | one pair, one message under way: median from sender to recipient |
| ack | 1,000 messages a second over 50 pairs: median until the sender has the acknowledgement |
| sign-ins | 1,000 of them, 32 at a time: seconds |
| store, drain | 50 x 200 messages for people who are away, then they sign in: messages a second |
| idle | growth of memory for each of 2,000 connections that do nothing: KiB |
| base | memory after the start: MB |

A window's slot is free again when the recipient has the message and, where the server acknowledges, the
sender has the acknowledgement. Servers are measured in turns, A B C A B C; figures are medians of the rounds.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from benchmarks.engine import DRAIN, STORE, Engine, close
from benchmarks.ours import Ours
from benchmarks.results import Figure, LeftOut
from benchmarks.servers import ACCOUNTS, Ejabberd, Forwarder, Mosquitto, Prosody, Server

ROUNDS = 3
PAIRS = 50
AWAY_MESSAGES = 200
SETTLE = 0.7
"""Seconds in which a server may finish what it does behind the answer."""

Seen = dict[str, float]
"""Measures of one server in one round, by name."""

LIMITS = {
    ("w32", "Prosody"): 8.0,
    ("w32", "ejabberd"): 3.0,
    ("w32", "mosquitto"): 0.75,
    ("w1", "Prosody"): 5.0,
    ("w1", "ejabberd"): 2.0,
}
"""The least ratio of ours to theirs."""

BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "ack": (None, 3.0),
    "store": (14_000, None),
    "drain": (13_000, None),
    "idle": (None, 20.0),
    "sign-ins": (None, 1.0),
    "base": (None, 60.0),
}
"""Least and most of ours, where no ratio is asked."""

UNITS = {
    "w32": "msg/s",
    "w1": "msg/s",
    "alone": "ms",
    "ack": "ms",
    "sign-ins": "s",
    "store": "msg/s",
    "drain": "msg/s",
    "idle": "KiB",
    "base": "MB",
}


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += family(int(child))
    return found


def memory(pid: int) -> float:
    """Resident bytes of a process and all that it started."""
    total = 0
    for member in family(pid):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{member}/status").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("VmRSS")).split()[1])
    return total * 1024.0


class Round:
    """One server, measured once from its start to its end."""

    def __init__(self, engine: Engine, server: Server) -> None:
        self._engine = engine
        self._server = server
        self._senders = [f"s{number:07d}" for number in range(ACCOUNTS)]
        self._recipients = [f"r{number:07d}" for number in range(ACCOUNTS)]
        self._templates = [
            server.message(sender, recipient)
            for sender, recipient in zip(self._senders[:PAIRS], self._recipients[:PAIRS], strict=True)
        ]

    def run(self, *, live: bool, away: bool, idle: bool) -> Seen:
        """Measure what is asked; the server is fresh at the start of each kind."""
        seen: Seen = {}
        try:
            self._server.start()
            time.sleep(SETTLE)
            seen["base"] = memory(self._server.pid) / 1e6
            self._fresh()
            if live:
                seen.update(self._live())
                seen["sign-ins"] = self._sign_ins()
            if away and self._server.stores:
                seen.update(self._away())
            if idle:
                self._fresh()
                seen["idle"] = self._idle()
        finally:
            self._server.stop()
        return seen

    def _fresh(self) -> None:
        self._server.stop()
        self._server.start()
        users = [*self._senders, *self._recipients]
        script = self._server.provision(users)
        if script:
            answer = self._server.registered(users) if isinstance(self._server, Ours) else None
            connections, _seconds = self._engine.sign_in(self._server.port, script, answer)
            close(connections)
            if -1 in connections:
                raise LeftOut(
                    f"{self._server.name} made only {len(connections) - connections.count(-1)} accounts"
                )
        time.sleep(SETTLE)

    def _sign_in(self, users: list[str], at_once: int = 50) -> tuple[list[int], float]:
        script, answer = self._server.steps(users)
        connections, seconds = self._engine.sign_in(self._server.port, script, answer, at_once=at_once)
        if -1 in connections:
            close(connections)
            raise LeftOut(
                f"{self._server.name} let only {len(users) - connections.count(-1)} of {len(users)} in"
            )
        return connections, seconds

    def _live(self) -> Seen:
        self._engine.forget_stream_counts()
        senders, _ = self._sign_in(self._senders[:PAIRS])
        recipients, _ = self._sign_in(self._recipients[:PAIRS])
        time.sleep(0.3)
        wire, templates, pump = self._server.wire, self._templates, self._engine.pump
        pump(wire, senders, recipients, templates, window=8, duration=SETTLE)
        alone = pump(wire, senders[:1], recipients[:1], templates[:1], window=1, duration=1.0)
        steady = pump(wire, senders, recipients, templates, rate=1000.0, duration=1.5)
        one = pump(wire, senders, recipients, templates, window=1, duration=1.5)
        many = pump(wire, senders, recipients, templates, window=32, duration=2.0)
        close([*senders, *recipients])
        time.sleep(SETTLE)
        seen = {"w32": many.rate, "w1": one.rate}
        if alone.p50 is not None:
            seen["alone"] = alone.p50 * 1e3
        if steady.ack_p50 is not None and self._server.wire.has_ack:
            seen["ack"] = steady.ack_p50 * 1e3
        return seen

    def _sign_ins(self) -> float:
        connections, seconds = self._sign_in(self._recipients, at_once=32)
        close(connections)
        time.sleep(SETTLE)
        return seconds

    def _away(self) -> Seen:
        # A recipient who was there once has a queue.
        recipients, _ = self._sign_in(self._recipients[:PAIRS])
        time.sleep(0.3)
        close(recipients)
        time.sleep(1.0)
        self._engine.forget_stream_counts()
        senders, _ = self._sign_in(self._senders[:PAIRS])
        nobody = [-1] * PAIRS
        wire = self._server.wire
        stored = self._engine.pump(
            wire, senders, nobody, self._templates, mode=STORE, messages=AWAY_MESSAGES, timeout=90
        )
        time.sleep(0.3)
        close(senders)
        ready = [self._server.ready_to_drain(user) for user in self._recipients[:PAIRS]]
        time.sleep(0.3)
        for connection, data in ready:
            connection.sendall(data)
        back = [connection.detach() for connection, _data in ready]
        drained = self._engine.pump(wire, nobody, back, self._templates, mode=DRAIN, messages=AWAY_MESSAGES)
        close(back)
        if drained.delivered < PAIRS * AWAY_MESSAGES:
            raise LeftOut(
                f"{self._server.name} brought {drained.delivered} of {PAIRS * AWAY_MESSAGES} messages"
            )
        return {"store": stored.rate, "drain": drained.rate}

    def _idle(self) -> float:
        # Anew: memory that all of them took to register would be taken again.
        self._server.stop()
        self._server.go_on()
        time.sleep(SETTLE)
        before = memory(self._server.pid)
        connections, _ = self._sign_in([*self._recipients, *self._senders])
        time.sleep(1.0)
        growth = memory(self._server.pid) - before
        close(connections)
        return growth / len(connections) / 1024


Rounds = dict[str, tuple[float, ...]]
"""Measures of one server in each round that has them, by name."""


def gathered(rounds: list[Seen]) -> Rounds:
    """Each measure with its values of all rounds that have it."""
    names = {name: None for seen in rounds for name in seen}
    return {name: tuple(seen[name] for seen in rounds if name in seen) for name in names}


def compared(measured: dict[str, Rounds]) -> Iterable[Figure]:
    """Medians of every measure of every server, ours first; each other one with the ratio of ours to it."""
    ours = measured.get(Ours.name, {})
    for measure, unit in UNITS.items():
        own = statistics.median(ours[measure]) if measure in ours else None
        if own is not None:
            least, most = BOUNDS.get(measure, (None, None))
            yield Figure(
                f"{measure}: {Ours.name}", own, unit, at_least=least, at_most=most, rounds=ours[measure]
            )
        for name, seen in measured.items():
            if name == Ours.name or measure not in seen:
                continue
            value = statistics.median(seen[measure])
            ratio = own / value if own is not None and value else None
            yield Figure(
                f"{measure}: {name}",
                value,
                unit,
                Ours.name if ratio else "",
                ratio,
                None if ratio is None else LIMITS.get((measure, name)),
                rounds=seen[measure],
            )


def figures(say: Callable[[str], None], leave_out: Callable[[str, str], None]) -> Iterable[Figure]:
    """Measure everything that can run here.

    Args:
        say: told how it goes.
        leave_out: told what could not be measured, and why.

    Raises:
        LeftOut: nothing can be measured here.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        raise LeftOut("server and load need a core each")
    engine = Engine()
    plain: list[Server] = [Forwarder(), Ours(), Prosody(), Ejabberd(), Mosquitto()]
    keeping: list[Server] = [Prosody(managed=True), Ejabberd(managed=True)]
    servers = []
    for server in [*plain, *keeping]:
        try:
            server.check()
            servers.append(server)
        except LeftOut as reason:
            leave_out(f"relay: {server.name}", str(reason))
    rounds: dict[str, list[Seen]] = {server.name: [] for server in servers}
    os.sched_setaffinity(0, {1})
    try:
        for turn in range(ROUNDS):
            for server in servers:
                say(f"relay: round {turn + 1} of {ROUNDS}, {server.name}")
                try:
                    seen = Round(engine, server).run(
                        live=server in plain, away=True, idle=turn == 0 and server in plain
                    )
                    rounds[server.name].append(seen)
                except (LeftOut, OSError) as reason:
                    leave_out(f"relay: {server.name}, round {turn + 1}", str(reason))
    finally:
        os.sched_setaffinity(0, cores)
    return list(compared({name: gathered(seen) for name, seen in rounds.items() if seen}))
