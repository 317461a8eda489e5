"""Row 17: guessing is counted and limited; who does not exist is answered like who does.

Forms and sizes are compared exactly. Times are compared by the two-sample test of Kolmogorov and Smirnov on
answers that take turns: a relay that tells the two apart by less than the noise of loopback tells nobody.
"""

import math
import os
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chaos.outcome import Outcome, ms, percentile
from support.cluster import PLENTY as WRITES
from support.ground import Ground, alone
from support.posts import post
from support.terminal import Terminal
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode

QUICK, LONG = 30, 1_000
LIKELY = 0.01
"""Two samples of one kind differ so much in one of a hundred runs."""
KNOWN = [f"kay{number}" for number in range(10)]
UNKNOWN = [f"una{number}" for number in range(10)]
PLENTY = {
    **WRITES,
    "failed_sign_ins": (1e9, 1e9),
    "requests": (1e9, 1e9),
    "steps": (1e9, 1e9),
    "live_requests": 10**6,
}

Ask = Callable[[], Awaitable[tuple[float, bytes]]]


async def alike(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Sign-ins, messages of either kind and requests for people who exist and for others, at another node.

    The answers have the same form and size, and take the same time.
    """
    dice = random.Random(seed)  # noqa: S311 - the same order in each run
    outcome = Outcome(17, "user enumeration: same answer, size and time for unknown ids", seed, long)
    count = LONG if long else QUICK
    with on(folder, limits=PLENTY) as nodes:
        for name in KNOWN:
            await (await Terminal(nodes[0].url, name).register()).close()
        ada = await Terminal(nodes[-1].url, "ada").register()

        async def sign_in(name: str) -> tuple[float, bytes]:
            guest = Terminal(nodes[-1].url, name, Ed25519PrivateKey.generate())
            await guest.open()
            signature = guest.signature()
            begun = time.perf_counter()
            await guest.send(signature)
            answer = codec.encode(await guest.read())
            took = time.perf_counter() - begun
            guest.drop()
            return took, answer

        async def message(name: str) -> tuple[float, bytes]:
            begun = time.perf_counter()
            await ada.send(frames.Send(os.urandom(16), [f"{name}/1"], bytes(300)))
            ok = await ada.sees(frames.Ok)
            return time.perf_counter() - begun, bytes([len(ok.ids)])

        async def data(name: str) -> tuple[float, bytes]:
            sent = post("ada/1", name, sealed=bytes(300))
            begun = time.perf_counter()
            await ada.send(sent)
            ok = await ada.sees(frames.Ok)
            return time.perf_counter() - begun, bytes([len(ok.ids)])

        async def request(name: str) -> tuple[float, bytes]:
            body = ada.request(name)
            begun = time.perf_counter()
            await ada.send(frames.Step(f"{name}/1", body))
            noted = await ada.sees(frames.StepNoted)
            return time.perf_counter() - begun, bytes([noted.step, noted.t1_ms > 0])

        asks = {"sign_in": sign_in, "message": message, "data": data, "request": request}
        for what, ask in asks.items():
            known: list[tuple[float, bytes]] = []
            unknown: list[tuple[float, bytes]] = []
            for _ in range(count):
                # In pairs whose order is drawn, so that whatever else the machine does meets both alike.
                pair = [(known, dice.choice(KNOWN)), (unknown, dice.choice(UNKNOWN))]
                dice.shuffle(pair)
                for sample, name in pair:
                    sample.append(await ask(name))
            outcome.wants(
                {answer for _, answer in known} == {answer for _, answer in unknown}, f"{what}: same form"
            )
            one, other = ([took for took, _ in sample] for sample in (known, unknown))
            apart = told_apart(one, other)
            p = likelihood(apart, count)
            outcome.counts |= {
                f"{what}_known_p50_ms": ms(percentile(one, 0.5)),
                f"{what}_unknown_p50_ms": ms(percentile(other, 0.5)),
                f"{what}_apart": round(apart, 3),
                f"{what}_p": round(p, 3),
            }
            if long:
                outcome.wants(p >= LIKELY, f"{what}: times are indistinguishable")
        await ada.close()
    outcome.counts["asked"] = 2 * len(asks) * count
    return outcome


def told_apart(one: Sequence[float], other: Sequence[float]) -> float:
    """By how much better than by guessing the two are told apart at best (Kolmogorov, Smirnov)."""
    points = sorted([(value, 1) for value in one] + [(value, 0) for value in other])
    first = second = 0
    widest = 0.0
    for at, (value, which) in enumerate(points):
        first += which
        second += 1 - which
        if at + 1 == len(points) or points[at + 1][0] != value:
            widest = max(widest, abs(first / len(one) - second / len(other)))
    return widest


def likelihood(widest: float, each: int) -> float:
    """How likely two samples of one kind, so large each, are told apart so well (asymptotic)."""
    size = math.sqrt(each / 2)
    x = (size + 0.12 + 0.11 / size) * widest
    if x < 0.2:  # below it the sum converges slowly, to 1
        return 1.0
    return min(1.0, 2.0 * sum((1.0 if k % 2 else -1.0) * math.exp(-2 * (k * x) ** 2) for k in range(1, 101)))


async def limited(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Wrong sign-ins of one address are limited, whatever the id and node, and the limit fails closed."""
    outcome = Outcome(17, "guessing of sign-ins: counted and limited", seed, long)
    answers: list[int] = []
    begun = time.monotonic()
    with on(folder) as nodes:
        bo = await Terminal(nodes[0].url, "bo").register()
        for number in range(30):
            url, name = nodes[number // 2 % len(nodes)].url, "bo" if number % 2 else "nobody"
            guest = Terminal(url, name, Ed25519PrivateKey.generate())
            await guest.open()
            await guest.send(guest.signature())
            refusal = await guest.read()
            assert isinstance(refusal, frames.Refusal)
            answers.append(refusal.code)
            guest.drop()
        # Also who has the right key waits then, and gets in once the time is over; who is in stays in.
        await bo.message("bo")
    refused = answers.count(RefusalCode.UNKNOWN_TERMINAL)
    outcome.counts = {"tried": len(answers), "looked_at": refused, "limited": len(answers) - refused}
    most = 21 + (time.monotonic() - begun) / 3
    outcome.wants(20 <= refused <= most, "20 wrong sign-ins are looked at, then one in 3 s")
    outcome.wants(refused + answers.count(RefusalCode.RETRY_LATER) == len(answers), "told when to try again")
    return outcome
