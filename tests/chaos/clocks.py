"""Row 13: wall clocks of relay and desktops jump by hours, and machines sleep; no deadline moves."""

import asyncio
import hashlib
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

from chaos.outcome import Outcome, ms
from chaos.verdicts import LATE, LATE_BESIDE_OTHERS
from support.ground import Ground, alone
from support.killed import desktops_environment
from support.play import Stage
from support.relay import RelayProcess
from support.terminal import Terminal
from watchword.core import clock
from watchword.model.chat import Delivery
from watchword.model.requests import Ending
from watchword_wire import frames

HOUR = 3_600.0
JUMPS = (HOUR * 5, -HOUR * 7, HOUR * 24 * 400, -HOUR * 24 * 900)
T1 = 1.0


class JumpyRelay(RelayProcess):
    """A relay whose wall clock can be set (`chaos.jumpy`)."""

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "chaos.jumpy", str(_shift(self)), *words]

    def surroundings(self) -> dict[str, str]:
        return {**super().surroundings(), "PYTHONPATH": desktops_environment()["PYTHONPATH"]}

    def start(self) -> None:
        if not _shift(self).exists():
            _jumps(self, 0)
        super().start()


def _shift(relay: RelayProcess) -> Path:
    """Holds by how much a relay's wall clock is wrong."""
    return relay.data.with_name(f"{relay.data.name}.shift")


def _jumps(relay: RelayProcess, seconds: float) -> None:
    """Set its wall clock wrong by so much."""
    _shift(relay).write_text(str(seconds))


async def relays(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """The relay's wall clock jumps while requests wait, and it sleeps past T1."""
    outcome = Outcome(13, "the relay's wall clock jumps by hours; suspend", seed, long)
    late: list[float] = []
    since_asked: list[float] = []
    rounds = 5 if long else 1
    with on(folder, made=JumpyRelay, t1=T1, t2=T1 + 1) as nodes:
        ada = await Terminal(nodes[0].url, "ada").register()
        bo = await Terminal(nodes[-1].url, "bo").register()
        await bo.close()
        kept = await ada.message("bo")
        for nth, jump in enumerate(JUMPS * rounds):
            one_late, one_since_asked = await _asks(ada, partial(_jumps, nodes[nth % len(nodes)], jump))
            late.append(one_late)
            since_asked.append(one_since_asked)
        # A machine that sleeps past T1 ends the request as soon as it wakes.
        request = ada.request("nobody")
        await ada.send(frames.Step("nobody/1", request))
        await ada.sees(frames.StepNoted)
        for node in nodes:
            node.suspend()
        await asyncio.sleep(T1)
        for node in nodes:
            node.resume()
        woke = time.monotonic()
        await ada.sees(frames.StepFrom)
        late.append(time.monotonic() - woke)
        for node in nodes:
            await asyncio.to_thread(node.restart)
        await ada.closed()
        await bo.sign_in()
        outcome.lost += (await bo.sees(frames.Deliver)).id != kept
        await bo.close()
    outcome.counts = {
        "jumps": len(JUMPS) * rounds,
        "max_late_ms": ms(max(late)),
        "least_ms": ms(min(since_asked)),
    }
    most = LATE if long else LATE_BESIDE_OTHERS
    outcome.wants(max(late) <= most, f"deadlines unaffected, late <= {most:g} s")
    outcome.wants(min(since_asked) >= T1, "none early")
    return outcome


async def _asks(ada: Terminal, jump: Callable[[], None]) -> tuple[float, float]:
    """How late a request ends by what was said of it, and how long after it was sent.

    What is said is heard a moment later: by it alone a verdict that hurries more would be early.
    """
    request = ada.request("nobody")
    begun = time.monotonic()
    await ada.send(frames.Step("nobody/1", request))
    noted = await ada.sees(frames.StepNoted)
    deadline = time.monotonic() + noted.t1_ms / 1_000
    jump()
    h = hashlib.sha256(request).digest()
    await ada.sees(frames.StepFrom, lambda step: step.body[1:33] == h)
    now = time.monotonic()
    return now - deadline, now - begun


async def desktops(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The desktops' wall clocks jump between messages, and during a passphrase request."""
    dice = random.Random(seed)  # noqa: S311 - the same jumps in each run
    outcome = Outcome(13, "the desktops' wall clocks jump by hours", seed, long)
    count = 200 if long else 20
    wrong = 0.0

    def jumpy() -> int:
        return time.time_ns() // 1_000_000 + int(wrong * 1_000)

    with mock.patch.object(clock, "wall_ms", jumpy):
        async with Stage(folder, t1=5, t2=6) as stage:
            ada, bo = await stage.enter("ada", "bo")
            await ada.asks("bo")
            await bo.sees_prompt_of("ada")
            wrong = JUMPS[0]
            await bo.answers("ada")
            await ada.sees_ending("bo", Ending.ACCEPTED)
            await bo.sees_ending("ada", Ending.ACCEPTED)
            texts = [str(number) for number in range(count)]
            for text in texts:
                wrong = dice.choice(JUMPS)
                await ada.sends("bo", text)
                wrong = dice.choice(JUMPS)
                await bo.sends("ada", text)
            await bo.sees_ticks("ada", Delivery.DELIVERED)
            await ada.sees_ticks("bo", Delivery.DELIVERED)
            for one, other in ((ada, "bo"), (bo, "ada")):
                outcome.compare(await one.texts(other, mine=False), texts)
                outcome.compare(await one.texts(other, mine=True), texts)
            # A request that nobody answers still ends when T1 is over.
            wrong = 0.0
            begun = time.monotonic()
            await ada.asks("nobody.there")
            wrong = JUMPS[3]
            await ada.sees_ending("nobody.there", Ending.NO_ANSWER)
            took = time.monotonic() - begun
    outcome.counts = {"jumps": 2 * count, "messages": 2 * count, "no_answer_after_s": round(took, 2)}
    outcome.wants(5.0 <= took < 5.0 + LATE_BESIDE_OTHERS, "a request ends at T1")
    return outcome
