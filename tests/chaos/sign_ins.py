"""Row 16: a terminal signs in again and again while messages come; the newest wins, no ack is lost."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from chaos.outcome import Outcome
from support.ground import Ground, alone
from support.terminal import Terminal
from support.waiting import until
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

QUICK, LONG = 15, 300
_EACH = 6


async def run(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Bo signs in on a new connection while the old one stands, and acknowledges all that comes on any."""
    dice = random.Random(seed)  # noqa: S311 - the same run each time
    outcome = Outcome(16, "duplicate sign-in", seed, long)
    count = LONG if long else QUICK
    sent: list[bytes] = []
    shown: list[bytes] = []
    codes = Counter[int | None]()
    replaced = 0
    with on(folder) as nodes:
        ada = await Terminal(nodes[0].url, "ada").register()
        bo = await Terminal(nodes[0].url, "bo").register()
        connections = [bo]
        for number in range(1, count + 1):
            for _ in range(_EACH):
                sent.append(dice.randbytes(16))
                await ada.send(frames.Send(sent[-1], ["bo/1"], b"sealed" * 20))
            if dice.random() < 0.5:
                await asyncio.sleep(dice.uniform(0.0, 0.01))
            again = Terminal(nodes[number % len(nodes)].url, "bo", bo.key)
            with suppress(ConnectionClosed):
                await again.sign_in()
            connections.append(again)
        told: set[bytes] = set()

        def all_told() -> bool:
            for ok in ada.all(frames.Ok):
                told.update(ok.ids)
            return len(told) == len(sent)

        await until(all_told, "the relay has all")
        newest = connections[-1]
        wanted = set(sent)

        def all_came() -> bool:
            return {got.id for one in connections for got in one.all(frames.Deliver)} >= wanted

        with suppress(AssertionError):
            await until(all_came, "all came")
        for old in connections[:-1]:
            codes[await old.closed()] += 1
            replaced += any(refusal.code == RefusalCode.REPLACED for refusal in old.all(frames.Refusal))
        for one in connections:
            # Each connection has its own order; what came twice was not acknowledged before.
            seqs = [got.seq for got in one.all(frames.Deliver)]
            outcome.out_of_order += seqs != sorted(set(seqs))
            shown += [got.id for got in one.all(frames.Deliver)]
        outcome.compare(list(dict.fromkeys(shown)), sent)
        # Every ack has been taken once a ping of the same connection is answered.
        await (await newest.socket.ping())
        await newest.close()
        newest.got.clear()
        await newest.sign_in()
        await (await newest.socket.ping())
        again_there = len(newest.all(frames.Deliver))
        await newest.close()
        await ada.close()
    outcome.counts = {"sign_ins": count, "messages": len(sent), "delivered_again": len(shown) - len(sent)}
    outcome.counts["acks_lost"] = again_there
    outcome.wants(not again_there, "what was acknowledged does not come again")
    outcome.wants(codes == {1008: count}, f"the older connection is closed with 1008, not with {dict(codes)}")
    outcome.wants(replaced == count, f"the older one is told why, {replaced} of {count} were")
    return outcome
