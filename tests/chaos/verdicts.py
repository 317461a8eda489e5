"""Row 5: T1 and T2 with relays killed and sides cut off; both sides always agree, and the clock is kept."""

import asyncio
import hashlib
import os
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import SupportsIndex

from websockets.exceptions import ConnectionClosed

from chaos.outcome import Outcome, ms, percentile
from support.ground import Ground, alone
from support.play import Stage
from support.processes import PATIENCE
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword.model.requests import Ending, Phase
from watchword_wire import frames
from watchword_wire.exchange import Abort, AbortCode, Kind
from watchword_wire.limits import ACKS

PLENTY = {"requests": (1e6, 1e6), "steps": (1e6, 1e6), "live_requests": 100_000}
T1, T2 = 1.0, 1.5
LATE = 0.25
LATE_BESIDE_OTHERS = 2.0
"""In the quick form, which runs beside other tests."""
ABORTED = 6
LENGTHS = {2: 1217, 3: 97, 4: 209, 5: 381}
QUICK_CUT, LONG_CUT = 1.0, 60.0


class _Timed(list[frames.FromRelay]):
    """What came, with the moments at which it did."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[tuple[float, frames.FromRelay]] = []

    def append(self, frame: frames.FromRelay, /) -> None:
        self.at.append((time.monotonic(), frame))
        super().append(frame)

    def pop(self, index: SupportsIndex = -1, /) -> frames.FromRelay:
        raise NotImplementedError("nothing is taken out here")


class Side:
    """One terminal over its connections, and the verdicts it was given."""

    def __init__(self, url: str, name: str) -> None:
        self.terminal = Terminal(url, name)
        self.heard = self.terminal.got = _Timed()
        self.statuses: dict[bytes, set[int]] = {}
        self.asked: set[bytes] = set()
        """Of which requests it was told."""

    def look(self) -> None:
        """Sort what came."""
        for _, frame in self.heard.at:
            if not isinstance(frame, frames.StepFrom):
                continue
            if frame.body[0] == Kind.VERDICT:
                self.statuses.setdefault(frame.body[1:33], set()).add(frame.body[33])
            elif frame.body[0] == Kind.REQUEST:
                self.asked.add(hashlib.sha256(frame.body).digest())

    async def acknowledge(self) -> None:
        """Say that the verdicts are on the disk: of more than 256 the relay gives the rest only then."""
        self.look()
        ids = [h[:16] for h in self.statuses]
        for start in range(0, len(ids), ACKS):
            await self.terminal.send(frames.Ack(ids[start : start + ACKS]))

    async def returns(self) -> None:
        """Sign in anew."""
        self.terminal.drop()
        await self.terminal.closed()
        await self.terminal.sign_in()


async def in_time(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Requests that nobody answers end at T1, not before and hardly after, while messages flow."""
    outcome = Outcome(5, "T1: how late a verdict comes, under load", seed, long)
    count = 1_000 if long else 150
    late: list[float] = []
    early = 0
    with on(folder, t1=T1, t2=T2, limits=PLENTY) as nodes:
        ada = Side(nodes[0].url, "ada")
        await ada.terminal.register()
        load = [
            await Terminal(nodes[number % len(nodes)].url, f"load{number}").register() for number in range(4)
        ]
        sent: dict[bytes, float] = {}

        async def messages(one: Terminal, other: Terminal) -> None:
            with suppress(ConnectionClosed):
                while True:
                    for _ in range(10):
                        await one.send(frames.Send(os.urandom(16), [other.name], bytes(300)))
                    await asyncio.sleep(0.02)

        tasks = [asyncio.create_task(messages(*pair)) for pair in zip(load, load[1:] + load[:1], strict=True)]
        for number in range(count):
            if number % 20 == 0:
                await ada.acknowledge()
            request = ada.terminal.request("nobody")
            sent[hashlib.sha256(request).digest()] = time.monotonic()
            await ada.terminal.send(frames.Step("nobody/1", request))
            await asyncio.sleep(0.01)

        async def all_over() -> bool:
            await ada.acknowledge()
            return len(ada.statuses) == count

        await until_found(all_over, "every request ended", T1 + PATIENCE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        noted: dict[bytes, float] = {}
        for at, frame in ada.heard.at:
            if isinstance(frame, frames.StepNoted):
                noted[frame.h] = at + frame.t1_ms / 1_000
            elif isinstance(frame, frames.StepFrom):
                h = frame.body[1:33]
                late.append(at - noted[h])
                early += at < sent[h] + T1
        for terminal in (*load, ada.terminal):
            await terminal.close()
    p99 = percentile(late, 0.99)
    outcome.counts = {"requests": count, "p50_late_ms": ms(percentile(late, 0.5)), "p99_late_ms": ms(p99)}
    outcome.counts |= {"max_late_ms": ms(max(late)), "early": early}
    most = LATE if long else LATE_BESIDE_OTHERS
    outcome.wants(p99 <= most, f"p99 late <= {most:g} s")
    outcome.wants(not early, "none early")
    outcome.wants(all(found == {1} for found in ada.statuses.values()), "every verdict is 01")
    return outcome


async def agree(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Runs at every stage, while the relay is killed and either side cut off: one verdict for both."""
    dice = random.Random(seed)  # noqa: S311 - the same run each time
    outcome = Outcome(5, "T1/T2 with the relay killed and sides cut off: one verdict for both", seed, long)
    rounds, each = (100, 10) if long else (5, 8)
    stages: dict[bytes, int] = {}
    kills = cuts = 0
    with on(folder, t1=T1, t2=T2, limits=PLENTY) as nodes:
        ada, bo = Side(nodes[0].url, "ada"), Side(nodes[-1].url, "bo")
        for side in (ada, bo):
            await side.terminal.register()
        for number in range(rounds):
            with suppress(ConnectionClosed):
                for _ in range(each):
                    h, stage = await plays(ada, bo, dice)
                    stages[h] = stage
                await asyncio.sleep(dice.uniform(0.0, T1))
            if number % 3 == 0:
                await asyncio.to_thread(nodes[kills % len(nodes)].restart)
                kills += 1
            else:
                cuts += 1
                await asyncio.sleep(dice.choice([0.0, T1]))
            for side in (ada, bo):
                if number % 3 != 2 or dice.random() < 0.5:
                    await side.returns()
                    await side.acknowledge()

        await over(ada, bo, stages)
        for side in (ada, bo):
            await side.terminal.close()
    outcome.counts = {"runs": len(stages), "relay_kills": kills, "cuts": cuts}
    compare(outcome, ada, bo, stages)
    return outcome


async def over(ada: Side, bo: Side, stages: Iterable[bytes], patience: float = T2 + PATIENCE) -> None:
    """Wait until each side knows how every run ended that it knows of; for so many seconds at most."""

    async def all_over() -> bool:
        await ada.acknowledge()
        await bo.acknowledge()
        return set(ada.statuses) >= set(stages) and set(bo.statuses) >= bo.asked

    with suppress(AssertionError):
        await until_found(all_over, "every run ended on both sides", patience)


def compare(outcome: Outcome, ada: Side, bo: Side, stages: Iterable[bytes]) -> None:
    """Count the runs of which a side has no verdict, and those of which both were told different things."""
    # Whoever was never given the request is not told how it ended.
    outcome.lost += len(set(stages) - set(ada.statuses)) + len(bo.asked - set(bo.statuses))
    for h in bo.asked & set(ada.statuses) & set(bo.statuses):
        a, b = ada.statuses[h], bo.statuses[h]
        outcome.wants(a == b and len(a) == 1, f"one verdict: {sorted(a)} and {sorted(b)}")
    given = [next(iter(ada.statuses[h])) for h in stages if h in ada.statuses]
    outcome.counts |= {f"verdict_{status:02}": given.count(status) for status in range(4)}


async def plays(ada: Side, bo: Side, dice: random.Random) -> tuple[bytes, int]:
    """One run up to a stage. Each step is sent after the relay has noted the one before."""
    request = ada.terminal.request("bo")
    h = hashlib.sha256(request).digest()
    far = dice.randrange(1, 7)
    await ada.terminal.send(frames.Step("bo/1", request))
    for step in range(2, (dice.randrange(1, 4) if far == ABORTED else far) + 1):
        await noted(bo if step % 2 else ada, h, step - 1)
        sender, target = (ada, "bo/1") if step % 2 else (bo, "ada/1")
        await sender.terminal.send(frames.Step(target, bytes([step]) + h + os.urandom(LENGTHS[step] - 33)))
    if far == ABORTED:
        by, target, code = dice.choice(
            [(ada, "bo/1", AbortCode.WITHDRAWN), (bo, "ada/1", AbortCode.DECLINED)]
        )
        await by.terminal.send(frames.Step(target, Abort(h, code).encode()))
    return h, far


async def noted(side: Side, h: bytes, step: int) -> None:
    """The other side has it, so that its answer is not out of turn."""

    def came() -> bool:
        if side.terminal.socket.close_code is not None:
            raise ConnectionClosed(None, None)
        return any(
            isinstance(frame, frames.StepNoted) and (frame.h, frame.step) == (h, step)
            for _, frame in side.heard.at[-200:]
        )

    await until(came, "a step is noted")


async def cut_off(folder: Path, seed: int, *, long: bool) -> Outcome:
    """A side is cut off, or restarted, between response and verdict; when it is back both show the same."""
    seconds = LONG_CUT if long else QUICK_CUT
    outcome = Outcome(5, f"a side cut off for {seconds:g} s between response and verdict", seed, long)
    endings = []
    for restarted in (False, True):
        where = folder / str(restarted)
        where.mkdir()
        async with Stage(where) as stage, stage.proxy() as proxy:
            ada = await stage.person("ada")
            bo = await stage.person("bo", address=stage.through(proxy))
            ada.before_sending(Kind.CONFIRM, proxy.cut)
            await ada.asks("bo")
            await bo.sees_prompt_of("ada")
            await bo.answers("ada")
            await ada.sees_phase_ended("bo")
            await bo.sees_phase("ada", Phase.RELAY_LOST)
            if restarted:
                await bo.leaves()
                await bo.returns(online=False)
            await asyncio.sleep(seconds)
            proxy.restore()
            await bo.sees_ending("ada", Ending.ACCEPTED, patience=30)
            ended = ada.request("bo").ending
            endings.append(ended)
            outcome.wants(ended is Ending.ACCEPTED, "both sides show the same")
            await ada.sends("bo", "there?")
            await bo.sees_texts("ada", ["there?"])
    outcome.counts = {"runs": len(endings), "seconds": seconds}
    return outcome
