"""What one message and one connection cost the relay as it grows: as much as ever.

| measure | what |
|---|---|
| message, N connections | 32 messages of 1 KiB under way between each of 5 pairs, spread over N signed in |
| memory, N connections | growth of the relay's memory for each of them |
| stored, N waiting | a message to somebody who is away, while N messages wait for others, until its OK |
| fetched, N waiting | the same when its recipient comes, until it is acknowledged there |

Costs are processor time of all the relay's threads for each message: what else the machine does counts
little. The sizes are measured in turns, from the smallest to the largest and back; figures are medians of the
rounds. Each size's cost must stay below `FLAT` times that of the one it is compared with.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.engine import DRAIN, STORE, Engine, close
from benchmarks.ours import Ours
from benchmarks.relay import memory
from benchmarks.results import Figure, LeftOut

from watchword_relay.store.contract import Batch, Put
from watchword_relay.store.sqlite import FILE_NAME, SqliteStore
from watchword_wire.limits import MESSAGE_ID_BYTES

ROUNDS = 3
CONNECTIONS = (10, 100, 1_000, 10_000)
STORED = (100, 10_000, 1_000_000)
TALKING = 5
"""Pairs who write, however many are there: only the number of connections differs."""
WINDOW = 32
"""Messages of a pair that are under way at once."""
PAIRS = 50
"""Pairs of whom one is away."""
FULL_BOXES = 100
"""Mailboxes in which the stored messages wait."""
AWAY_MESSAGES = 300
BODY = bytes(100)
AT_ONCE = 5_000
"""Stored messages of one transaction, while the store is filled."""
SECONDS = 1.5
SETTLE = 0.5
"""Seconds in which a relay may finish what it does behind the answer: nothing tells when it has."""
FLAT = 1.5

Costs = dict[str, float]


def processor_time(pid: int) -> float:
    """Seconds that all threads of a process have run."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


class Grown:
    """A relay with some users; what of it is measured."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._relay = Ours()

    def connected(self, count: int) -> Costs:
        """What a message and a connection cost with so many connections."""
        senders, recipients = _named(count // 2)
        try:
            self._relay.start()
            time.sleep(SETTLE)
            self._register([*senders, *recipients])
            # Anew: memory that all of them took to register would be taken again.
            self._relay.stop()
            self._relay.go_on()
            time.sleep(SETTLE)
            before = memory(self._relay.pid)
            sending, receiving = self._sign_in(senders), self._sign_in(recipients)
            time.sleep(SETTLE)
            grown = memory(self._relay.pid) - before
            step = len(senders) // TALKING
            cost = self._live(sending[::step], receiving[::step], senders[::step], recipients[::step])
            close([*sending, *receiving])
        finally:
            self._relay.stop()
        return {"message": cost, "memory": grown / count / 1024}

    def _live(
        self, sending: list[int], receiving: list[int], senders: list[str], recipients: list[str]
    ) -> float:
        templates = self._templates(senders, recipients)

        def pumped(seconds: float) -> int:
            wire = self._relay.wire
            return self._engine.pump(
                wire, sending, receiving, templates, window=WINDOW, duration=seconds
            ).delivered

        pumped(SETTLE)
        return self._cost(lambda: pumped(SECONDS))

    def stored(self, count: int) -> Costs:
        """What a message costs that waits for its recipient, while so many wait for others."""
        senders, recipients = _named(PAIRS)
        full = [f"f{number:07d}" for number in range(FULL_BOXES)]
        templates = self._templates(senders, recipients)
        try:
            self._relay.start()
            time.sleep(SETTLE)
            self._register([*senders, *recipients, *full])
            self._relay.stop()
            fill(self._relay.folder / "data" / FILE_NAME, full, count // FULL_BOXES)
            self._relay.go_on()
            time.sleep(SETTLE)
            sending, nobody = self._sign_in(senders), [-1] * PAIRS
            wire, pump = self._relay.wire, self._engine.pump

            def put() -> int:
                return pump(
                    wire, sending, nobody, templates, mode=STORE, messages=AWAY_MESSAGES, timeout=90
                ).acked

            stored = self._cost(put)
            ready = [self._relay.ready_to_drain(user) for user in recipients]
            for connection, data in ready:
                connection.sendall(data)
            back = [connection.detach() for connection, _ in ready]

            def fetch() -> int:
                return pump(
                    wire, nobody, back, templates, mode=DRAIN, messages=AWAY_MESSAGES, timeout=90
                ).delivered

            fetched = self._cost(fetch)
            close([*sending, *back])
        finally:
            self._relay.stop()
        return {"stored": stored, "fetched": fetched}

    def _cost(self, job: Callable[[], int]) -> float:
        """Microseconds of the relay for each message of a job; what it does behind the answer is counted."""
        before = processor_time(self._relay.pid)
        count = job()
        time.sleep(SETTLE)
        if not count:
            raise LeftOut("no message came through")
        return (processor_time(self._relay.pid) - before) / count * 1e6

    def _templates(self, senders: Sequence[str], recipients: Sequence[str]) -> list[bytes]:
        pairs = zip(senders, recipients, strict=True)
        return [self._relay.message(sender, recipient) for sender, recipient in pairs]

    def _register(self, users: list[str]) -> None:
        self._all_in(
            self._engine.sign_in(
                self._relay.port, self._relay.provision(users), self._relay.registered(users)
            )[0],
            keep=False,
        )

    def _sign_in(self, users: list[str]) -> list[int]:
        script, answer = self._relay.steps(users)
        return self._all_in(self._engine.sign_in(self._relay.port, script, answer)[0], keep=True)

    def _all_in(self, connections: list[int], *, keep: bool) -> list[int]:
        lacking = connections.count(-1)
        if lacking or not keep:
            close(connections)
        if lacking:
            raise LeftOut(f"{lacking} of {len(connections)} did not come in")
        return connections


def _named(count: int) -> tuple[list[str], list[str]]:
    """Senders and their recipients."""
    return [f"s{number:07d}" for number in range(count)], [f"r{number:07d}" for number in range(count)]


def fill(path: Path, accounts: Sequence[str], messages: int) -> None:
    """Have so many messages wait in each of these accounts' mailboxes."""
    store = SqliteStore(path)
    try:
        number = 0
        for address in store.of(0).mailboxes(accounts):
            batch = Batch()
            for seq in range(1, messages + 1):
                number += 1
                one = number.to_bytes(MESSAGE_ID_BYTES)
                batch.puts.append(Put(address.mailbox, seq, one, "x/1", BODY, 0, origin=address.mailbox))
                if len(batch.puts) == AT_ONCE or seq == messages:
                    store.commit(batch)
                    batch = Batch()
    finally:
        store.close()


def measured(
    sizes: Sequence[int], measure: Callable[[int], Costs], say: Callable[[str], None]
) -> dict[int, list[Costs]]:
    """Every size in each round, forth and back."""
    seen: dict[int, list[Costs]] = {size: [] for size in sizes}
    for turn in range(ROUNDS):
        for size in sizes if turn % 2 == 0 else reversed(sizes):
            say(f"growth: round {turn + 1} of {ROUNDS}, {size:,}")
            seen[size].append(measure(size))
    return seen


def compared(
    seen: dict[int, list[Costs]], against: int, behind: str, units: dict[str, str]
) -> Iterable[Figure]:
    """The median of each size, with its median ratio to one size within the same rounds."""
    for name, unit in units.items():
        for size, rounds in seen.items():
            each = tuple(costs[name] for costs in rounds)
            value = statistics.median(each)
            if size == against:
                yield Figure(f"{name}, {size:,} {behind}", value, unit, rounds=each)
                continue
            ratio = statistics.median(
                costs[name] / other[name] for costs, other in zip(rounds, seen[against], strict=True)
            )
            bound = FLAT if size > against else None
            yield Figure(
                f"{name}, {size:,} {behind}",
                value,
                unit,
                f"{against:,} {behind}",
                ratio,
                at_most=bound,
                rounds=each,
            )


def figures(say: Callable[[str], None], _leave_out: object) -> Iterable[Figure]:
    """Measure.

    Raises:
        LeftOut: nothing can be measured here.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        raise LeftOut("server and load need a core each")
    grown = Grown(Engine())
    os.sched_setaffinity(0, {1})
    try:
        connected = measured(CONNECTIONS, grown.connected, say)
        stored = measured(STORED, grown.stored, say)
    finally:
        os.sched_setaffinity(0, cores)
    yield from compared(connected, 100, "connections", {"message": "µs", "memory": "KiB"})
    yield from compared(stored, 100, "waiting", {"stored": "µs", "fetched": "µs"})
