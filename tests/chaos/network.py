"""Row 15: the network goes and comes, is slow, loses packets; nothing is lost or doubled, all are soon back.

By a proxy (`support.proxy`), not by network namespaces: what TCP makes of a lost packet is a pause until
it is sent again, so that is what the proxy does.
"""

import asyncio
import random
import time
from pathlib import Path
from typing import Self

from chaos.outcome import Outcome, percentile
from support.nodes import over
from support.play import Person, Stage, meet
from support.proxy import Proxy
from support.relay_stores import served
from watchword.model.chat import Delivery

BACK = 5.0
QUICK = (0.3, 1.0, 2.0)
LONG = (0.3, 1.0, 3.0, 8.0, 20.0, 45.0) * 4
DELAY = (0.02, 0.12)
LOSS = 0.02
RESENT_AFTER = (0.2, 0.8)
EACH = 10
"""Texts of each side, for each time that the network goes."""


class _BadNetwork(Proxy):
    """Slow, and now and then a packet is lost."""

    def __init__(self, host: str, port: int, dice: random.Random) -> None:
        super().__init__(host, port)
        self._dice = dice
        self.lost = 0

    async def under_way(self) -> None:
        await asyncio.sleep(self._dice.uniform(*DELAY))
        if self._dice.random() < LOSS:
            self.lost += 1
            await asyncio.sleep(self._dice.uniform(*RESENT_AFTER))

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self


async def on_nodes(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The same with desktops on other nodes than each other."""
    if not long:
        return Outcome(15, "network, nodes over PostgreSQL", seed, long, left_out=["the long form tries it"])
    with served() as server, over(server):
        outcome = await run(folder, seed, long=long)
    outcome.what += ", three nodes over PostgreSQL"
    return outcome


async def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """Ada and bo write to each other over bad networks of their own, which go, by a cut or silently."""
    dice = random.Random(seed)  # noqa: S311 - the same run each time
    outcome = Outcome(15, "network down and up, delay, loss", seed, long)
    outages = LONG if long else QUICK
    total = EACH * len(outages)
    back: list[float] = []
    async with Stage(folder) as stage:
        port = stage.relay.port
        async with _BadNetwork("127.0.0.1", port, dice) as one, _BadNetwork("127.0.0.1", port, dice) as other:
            ada = await stage.person("ada", address=stage.through(one))
            bo = await stage.person("bo", address=stage.through(other))
            await meet(ada, bo)
            texts = [str(number) for number in range(total)]
            for number, seconds in enumerate(outages):
                networks = [one, other] if number % 3 == 2 else [(one, other)[number % 2]]
                writing = asyncio.create_task(_write(ada, bo, texts[number * EACH : (number + 1) * EACH]))
                await asyncio.sleep(dice.uniform(0.0, 0.2))
                for network in networks:
                    if dice.random() < 0.5:
                        network.stall()
                    else:
                        network.cut()
                await asyncio.sleep(seconds)
                for network in networks:
                    network.restore()
                begun = time.monotonic()
                for person in (ada, bo):
                    await person.is_online(patience=90)
                back.append(time.monotonic() - begun)
                await writing
            for person, whom in ((ada, "bo"), (bo, "ada")):
                await person.sees_ticks(whom, Delivery.DELIVERED, patience=60)
            for person, whom in ((ada, "bo"), (bo, "ada")):
                outcome.compare(await person.texts(whom, mine=False), texts)
                outcome.compare(await person.texts(whom, mine=True), texts)
            lost = one.lost + other.lost
    p95 = percentile(back, 0.95)
    outcome.counts = {"outages": len(outages), "longest_s": max(outages), "messages": 2 * total}
    outcome.counts |= {"packets_lost": lost, "p95_back_s": round(p95, 2), "max_back_s": round(max(back), 2)}
    outcome.wants(p95 < BACK, "p95 back < 5 s")
    return outcome


async def _write(ada: Person, bo: Person, texts: list[str]) -> None:
    for text in texts:
        await ada.sends("bo", text)
        await bo.sends("ada", text)
        await asyncio.sleep(0.02)
