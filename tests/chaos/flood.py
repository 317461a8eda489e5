"""Row 10: five accounts send as much as they can; how long one other person's messages take meanwhile.

In turns with the same relay without a flood, so that both meet what else the machine has to do.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chaos.flooder import NOW, TOLD
from chaos.outcome import Outcome, ms, percentile
from support.ground import Ground, alone
from support.killed import desktops_environment
from support.terminal import Terminal
from watchword_wire import frames

FLOODERS = 5
QUICK, LONG = (1, 60), (8, 125)
"""Turns, and messages in each."""
TWICE = 2.0
AT_FULL_SPEED = 0.5
MOST_MS = 5_000.0
"""However busy the machine is; without a bound on what waits for the disk it was ten seconds."""


async def run(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Ada's messages to bo on an idle relay, and on one that five accounts flood, at each node in turn."""
    outcome = Outcome(10, f"flood of {FLOODERS} accounts against 1", seed, long)
    turns, count = LONG if long else QUICK
    idle, flooded = _Times(), _Times()
    sent = refused = told = 0
    begun = time.monotonic()
    with on(folder, limits=None) as nodes:
        urls = [node.url for node in nodes]
        ada = await Terminal(urls[0], "ada").register()
        bo = await Terminal(urls[-1], "bo").register()
        await _Times().take(ada, bo, 20)
        for turn in range(turns):
            await idle.take(ada, bo, count)
            until = TOLD if long and turn == turns - 1 else NOW
            async with _flood(urls, f"flood{turn}-", until) as said:
                await flooded.take(ada, bo, count)
            sent, refused, told = sent + said["sent"], refused + said["refused"], told + said["retry_after"]
        await ada.close()
        await bo.close()
    ratios = []
    for what in ("delivered", "ok"):
        p99 = []
        for name, times in (("idle", getattr(idle, what)), ("flooded", getattr(flooded, what))):
            for part in (0.5, 0.99):
                outcome.counts[f"{what}_{name}_p{part * 100:.0f}_ms"] = ms(percentile(times, part))
            p99.append(percentile(times, 0.99))
        ratios.append(p99[1] / p99[0])
        outcome.counts[f"{what}_ratio"] = round(ratios[-1], 2)
    outcome.counts |= {"messages": 2 * turns * count, "seconds": round(time.monotonic() - begun, 1)}
    outcome.counts |= {"sent": sent, "refused": refused, "retry_after": told}
    if long:
        outcome.wants(max(ratios) < TWICE, "the one's p99 < 2x idle")
        outcome.wants(told > 0, "who floods is told when to come back")
    return outcome


class _Times:
    """Seconds from each SEND to its delivery, and to its OK."""

    def __init__(self) -> None:
        self.delivered: list[float] = []
        self.ok: list[float] = []

    async def take(self, ada: Terminal, bo: Terminal, count: int) -> None:
        """So many messages more from ada to bo."""
        for _ in range(count):
            begun = time.monotonic()
            await ada.send(frames.Send(os.urandom(16), [bo.name], bytes(300)))
            await bo.sees(frames.Deliver)
            self.delivered.append(time.monotonic() - begun)
            await ada.sees(frames.Ok)
            self.ok.append(time.monotonic() - begun)
            await asyncio.sleep(0.005)


@asynccontextmanager
async def _flood(urls: list[str], names: str, until: str) -> AsyncIterator[dict[str, int]]:
    """A flood, until it is left, or until it was told to wait; gives what it came to, once it is over."""
    said: dict[str, int] = {}
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else is to happen meanwhile
        [sys.executable, "-m", "chaos.flooder", ",".join(urls), str(FLOODERS), names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=desktops_environment(),
    ) as flooder:
        assert flooder.stdin is not None
        assert flooder.stdout is not None
        await asyncio.to_thread(flooder.stdout.readline)
        await asyncio.sleep(AT_FULL_SPEED)
        yield said
        flooder.stdin.write(f"{until}\n".encode())
        flooder.stdin.close()
        said |= json.loads(await asyncio.to_thread(flooder.stdout.readline))
