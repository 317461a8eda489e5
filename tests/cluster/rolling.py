"""Nodes stopped and started again in turn, as an operator does for a new version, while everybody goes on.

`make cluster ARGS=--rolling`: three nodes behind HAProxy, then one relay with a file.

Terminals write to terminals that are there, two more play handshakes, two desktops write to each other.
Whoever is put off has to be told so and be closed with 1001, and is back through the same address.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from chaos import verdicts
from chaos.outcome import Outcome, percentile
from cluster.failover import PUT_OFF, Sender, signed_in, some_more
from support.balancer import Balancer
from support.cluster import PLENTY, Cluster
from support.play import Person, meet
from support.postgres import scratch
from support.processes import PATIENCE
from support.relay import RelayProcess
from support.standbys import Trio
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword.model.events import Event, LinkChanged, LinkState
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

NODES = 3
ROUNDS = 4
PAIRS = 4
EACH = 30
"""Messages of every pair before a node stops, and again before it comes back."""
T1, T2 = 12.0, 20.0
LIMITS = {**PLENTY, **verdicts.PLENTY, "sends": (1e9, 1e9)}
TOLD = "told, then 1001"
DRAINED = 4.0
"""Seconds that a relay says it takes at most to stop."""
_WRITES = 0.05


class Ways:
    """How connections ended, and how long it took until each terminal had the next."""

    def __init__(self) -> None:
        self.ends = Counter[str]()
        self.away: list[float] = []

    async def end(self, terminal: Terminal) -> None:
        """Note how a connection ended."""
        if terminal.socket.close_code is None:
            self.ends["no answer"] += 1
            return
        code = await terminal.closed()
        told = any(one.code == RefusalCode.STOPPING for one in terminal.all(frames.Refusal))
        self.ends[f"told, then {code}" if told else f"{code} without a word"] += 1


class Writer(Sender):
    """One who writes all the time."""

    def __init__(self, ways: Ways, url: str, name: str, target: str, dice: random.Random) -> None:
        super().__init__([url], name, target, dice)
        self._ways = ways
        self._lost_at: float | None = None

    async def _on_one_connection(self) -> None:
        try:
            await super()._on_one_connection()
        except PUT_OFF:
            if self._lost_at is None:
                self._lost_at = _now()
                await self._ways.end(self.terminal)
            raise

    async def _returns(self) -> None:
        self.terminal.drop()
        self.terminal.got.clear()
        if self._lost_at is not None and await signed_in(self.terminal):
            self._ways.away.append(_now() - self._lost_at)
            self._lost_at = None


async def _stays(ways: Ways, terminal: Terminal) -> None:
    """Be there, and come back whenever put off."""
    while True:
        await terminal.socket.wait_closed()
        lost_at = _now()
        await ways.end(terminal)
        terminal.got[:] = [one for one in terminal.got if not isinstance(one, frames.Refusal)]
        await until_found(partial(signed_in, terminal), "a node takes them")
        ways.away.append(_now() - lost_at)


class Handshakes:
    """Two terminals that play runs up to any stage, one after another."""

    def __init__(self, url: str, dice: random.Random) -> None:
        self._dice = dice
        self.sides = verdicts.Side(url, "ada"), verdicts.Side(url, "bo")
        self.stages: dict[bytes, int] = {}

    async def begin(self) -> None:
        """Have both accounts."""
        for side in self.sides:
            await side.terminal.register()

    async def play(self, enough: asyncio.Event) -> None:
        """Until it is enough."""
        while not enough.is_set():
            try:
                h, stage = await verdicts.plays(*self.sides, self._dice)
                await verdicts.noted(self.sides[0], h, 1)
                self.stages[h] = stage
                if len(self.stages) % 16 == 0:
                    for side in self.sides:
                        await side.acknowledge()
            except ConnectionClosed:
                for side in self.sides:
                    await until_found(partial(_back, side), "a node takes them")
        await verdicts.over(*self.sides, self.stages, T2 + 10)
        for side in self.sides:
            await side.terminal.close()


async def _back(side: verdicts.Side) -> bool:
    try:
        await side.returns()
        await side.acknowledge()
    except PUT_OFF:
        return False
    return True


class Couple:
    """Two desktops with a session, who write to each other all the time."""

    def __init__(self, folder: Path, address: str) -> None:
        self.people = [Person(name, folder / name, address) for name in ("cy", "di")]
        self.away: list[float] = []
        self._lost_at: dict[str, float] = {}

    async def begin(self) -> None:
        """Have the session."""
        for person in self.people:
            await person.registers()
            await person.returns()
        one, other = self.people
        await meet(one, other)
        for person in self.people:
            person.client.listen(partial(self._note, person.name))

    def _note(self, name: str, event: Event) -> None:
        if not isinstance(event, LinkChanged):
            return
        if event.state is LinkState.ONLINE and name in self._lost_at:
            self.away.append(_now() - self._lost_at.pop(name))
        elif event.state is not LinkState.ONLINE:
            self._lost_at.setdefault(name, _now())

    async def write(self, enough: asyncio.Event, outcome: Outcome) -> None:
        """Until it is enough; then each has to have all of the other's, once and in order."""
        one, other = self.people
        written = 0
        while not enough.is_set():
            await one.sends(other.name, str(written))
            await other.sends(one.name, str(written))
            written += 1
            await asyncio.sleep(_WRITES)
        wanted = [str(number) for number in range(written)]
        for me, peer in ((one, other), (other, one)):
            with contextlib.suppress(AssertionError):  # counted right after
                await me.sees_texts(peer.name, wanted, 2 * PATIENCE)
            outcome.compare(await me.texts(peer.name, mine=False), wanted)
        outcome.counts["texts"] = 2 * written

    async def end(self) -> None:
        """Close both programs."""
        for person in self.people:
            if not person.is_away:
                await person.leaves()


async def nodes(folder: Path, seed: int, rounds: int = ROUNDS) -> Outcome:
    """Three nodes over PostgreSQL with standbys, behind HAProxy."""
    outcome = Outcome(0, "three nodes behind HAProxy, stopped and started in turn", seed, long=True)
    with scratch() as place:
        async with Trio(place) as trio:
            cluster = Cluster(folder, trio.url, nodes=NODES, standbys=1, t1=T1, t2=T2, limits=LIMITS)
            await asyncio.to_thread(cluster.start)
            try:
                with Balancer(folder, [node.port for node in cluster.nodes]) as balancer:
                    await rolled(
                        folder, outcome, balancer.url, cluster.nodes, rounds, lambda: balancer.up == NODES
                    )
            finally:
                await asyncio.to_thread(cluster.kill)
    return outcome


async def alone(folder: Path, seed: int, rounds: int = NODES * ROUNDS) -> Outcome:
    """One relay with a file: everybody waits for it, and comes back by themselves."""
    outcome = Outcome(0, "one relay with a file, stopped and started again and again", seed, long=True)
    with RelayProcess(folder / "relay", t1=T1, t2=T2, limits=LIMITS) as relay:
        await rolled(folder, outcome, relay.url, [relay], rounds, lambda: True)
    return outcome


async def rolled(
    folder: Path,
    outcome: Outcome,
    url: str,
    relays: Sequence[RelayProcess],
    rounds: int,
    all_there: Callable[[], bool],
) -> None:
    """Stop and start each of these in turn while everybody goes on; see that nothing was lost."""
    dice = random.Random(outcome.seed)  # noqa: S311 - the same stages of handshakes in each run
    ways, enough = Ways(), asyncio.Event()
    readers = [await Terminal(url, f"to{number}").register() for number in range(PAIRS)]
    writers = [Writer(ways, url, f"from{number}", f"to{number}/1", dice) for number in range(PAIRS)]
    for writer in writers:
        await writer.register()
    handshakes = Handshakes(url, dice)
    couple = Couple(folder, f"{url}#{relays[0].address.partition('#')[2]}")
    stays = [asyncio.create_task(_stays(ways, reader)) for reader in readers]
    try:
        await handshakes.begin()
        await couple.begin()
        async with asyncio.TaskGroup() as tasks:
            for writer in writers:
                tasks.create_task(writer.write())
            tasks.create_task(handshakes.play(enough))
            tasks.create_task(couple.write(enough, outcome))
            stops = [
                await _stopped(relay, writers, all_there, last=len(relays) == 1)
                for _ in range(rounds)
                for relay in relays
            ]
            enough.set()
            for writer in writers:
                writer.stopping = True
        for reader, writer in zip(readers, writers, strict=True):
            await _delivered(reader, writer, outcome)
    finally:
        for task in stays:
            task.cancel()
        await asyncio.gather(*stays, return_exceptions=True)
        await couple.end()
        for terminal in (*readers, *(writer.terminal for writer in writers)):
            await terminal.close()
    outcome.counts |= {
        "stops": len(stops),
        "acknowledged": sum(len(writer.acknowledged) for writer in writers),
        "runs": len(handshakes.stages),
        "put_off": sum(ways.ends.values()),
        "terminals_back_p95_seconds": round(percentile(ways.away, 0.95), 2),
        "desktops_put_off": len(couple.away),
        "desktops_back_p95_seconds": round(percentile(couple.away, 0.95), 2),
        "desktops_back_most_seconds": round(max(couple.away), 2),
        "stop_p50_seconds": round(percentile(stops, 0.5), 2),
        "stop_most_seconds": round(max(stops), 2),
    }
    verdicts.compare(outcome, *handshakes.sides, handshakes.stages)
    outcome.wants(set(ways.ends) == {TOLD}, f"whoever is put off is told, then closed with 1001: {ways.ends}")
    outcome.wants(max(stops) <= DRAINED, f"stopped within {DRAINED:g} s")


async def _stopped(
    relay: RelayProcess, writers: list[Writer], all_there: Callable[[], bool], *, last: bool
) -> float:
    """Stop a relay under load and start it again. Returns how long it took to stop."""
    await some_more(writers, EACH)
    begun = _now()
    await asyncio.to_thread(relay.stop)
    seconds = _now() - begun
    if not last:
        await some_more(writers, EACH)
    await asyncio.to_thread(relay.start)
    await until(all_there, "all are there again")
    return seconds


async def _delivered(reader: Terminal, writer: Writer, outcome: Outcome) -> None:
    wanted = set(writer.acknowledged)
    with contextlib.suppress(AssertionError):  # then it is lost, and counted
        await until(
            lambda: wanted <= {one.id for one in reader.all(frames.Deliver)},
            "all that was acknowledged is delivered",
        )
    shown = list(dict.fromkeys(one.id for one in reader.all(frames.Deliver)))
    outcome.compare(shown, writer.acknowledged_in_order)


def _now() -> float:
    return asyncio.get_running_loop().time()
