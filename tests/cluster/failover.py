"""Row 4: PostgreSQL's primary is killed, or cut off from its standbys, and a standby promoted, under load.

Senders write through two nodes and note what was acknowledged. Recipients who were away then find all of it.
A primary that is cut off is still reached by the nodes until others acknowledge: that it acknowledges nothing
any more is what the quorum is for, and that the nodes leave it.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chaos.outcome import Outcome
from support.cluster import Cluster
from support.postgres import scratch
from support.processes import Late
from support.standbys import Trio
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_wire import frames

QUICK, LONG = 1, 12
PUT_OFF = ConnectionClosed, OSError, TimeoutError, AssertionError, InvalidHandshake
PAIRS = 4
WINDOW = 16


class Refused(Exception):
    """A relay will never take a message that is to be acknowledged."""


def _is_for_good(refusal: frames.Refusal) -> bool:
    return bool(refusal.about) and not refusal.retry_ms


class Sender:
    """One who writes to somebody who is away, at one node or another, and repeats what has no answer."""

    def __init__(self, urls: list[str], name: str, target: str, dice: random.Random) -> None:
        self._urls = urls
        self._target = target
        self._dice = dice
        self.terminal = Terminal(urls[0], name)
        self.sent: list[bytes] = []
        self.acknowledged: list[bytes] = []
        self.stopping = False
        self.trouble: Exception | None = None
        """What nobody foresaw, which ended its writing."""

    async def register(self) -> None:
        """Be there."""
        await self.terminal.register()

    async def write(self) -> None:
        """Write until it is told to stop and all is acknowledged."""
        try:
            await self._write()
        except Exception as error:
            self.trouble = error  # whoever waits for this one raises it, and would else see a silence
            raise

    async def _write(self) -> None:
        while not (self.stopping and len(self.acknowledged) == len(self.sent)):
            try:
                await self._on_one_connection()
            except PUT_OFF:
                # Put off, cut, or no answer: on another connection, perhaps to the other node.
                await asyncio.sleep(0.1)
                self.terminal.url = self._dice.choice(self._urls)
                await self._returns()

    async def _returns(self) -> None:
        self.terminal.drop()
        self.terminal.got.clear()
        await signed_in(self.terminal)

    async def _on_one_connection(self) -> None:
        known = set(self.acknowledged)
        for message_id in [one for one in self.sent if one not in known]:
            await self._send(message_id)
        while not (self.stopping and len(self.acknowledged) == len(self.sent)):
            while not self.stopping and len(self.sent) - len(self.acknowledged) < WINDOW:
                self.sent.append(os.urandom(16))
                await self._send(self.sent[-1])
            ok = await self._answer()
            self.acknowledged += ok.ids

    async def _answer(self) -> frames.Ok:
        """The next Ok, unless the connection ends before.

        Raises:
            ConnectionError: it does.
            Refused: a message is refused for good.
        """
        answer = asyncio.create_task(self.terminal.sees(frames.Ok))
        refused = asyncio.create_task(self.terminal.sees(frames.Refusal, _is_for_good))
        closed = asyncio.create_task(self.terminal.socket.wait_closed())
        try:
            await asyncio.wait([answer, refused, closed], return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            if refused.done():
                code = frames.RefusalCode(refused.result().code)
                raise Refused(f"a message to {self._target}: {code.name}")
            raise ConnectionError
        finally:
            answer.cancel()
            refused.cancel()
            closed.cancel()
            await asyncio.gather(answer, refused, closed, return_exceptions=True)

    @property
    def acknowledged_in_order(self) -> list[bytes]:
        """What was acknowledged, in the order in which it was sent first."""
        known = set(self.acknowledged)
        return [one for one in self.sent if one in known]

    async def _send(self, message_id: bytes) -> None:
        await self.terminal.send(frames.Send(message_id, [self._target], message_id * 20))


class Blow(NamedTuple):
    """Something that is broken under load, what follows once everybody goes on, and what mends it."""

    strike: Callable[[], Awaitable[None]]
    follow: Callable[[], Awaitable[None]]
    mend: Callable[[], Awaitable[None]]


async def killed(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The primary's processes end all at once."""
    outcome = Outcome(4, "PostgreSQL: primary killed, a standby promoted", seed, long)
    await _run(folder, outcome, kills)
    return outcome


async def partitioned(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The primary runs on, and nodes reach it, but no standby does."""
    outcome = Outcome(4, "PostgreSQL: primary cut off from its standbys, one of them promoted", seed, long)
    await _run(folder, outcome, _cuts_off)
    return outcome


def kills(trio: Trio, _: random.Random) -> Blow:
    """The primary dies, and a standby takes its place."""

    async def strike() -> None:
        await trio.kill_primary()
        await trio.promote()

    return Blow(strike, nothing, trio.rejoin)


def _cuts_off(trio: Trio, dice: random.Random) -> Blow:
    old = trio.primary

    async def strike() -> None:
        nonlocal old
        old = trio.primary
        trio.cut_off_primary()
        await asyncio.sleep(dice.uniform(0.05, 0.3))
        await trio.promote()

    async def follow() -> None:
        await asyncio.to_thread(old.server.kill)  # what was only there is lost now

    return Blow(strike, follow, trio.rejoin)


async def nothing() -> None:
    """Nothing follows."""


async def _run(folder: Path, outcome: Outcome, blow: Callable[[Trio, random.Random], Blow]) -> None:
    dice = random.Random(outcome.seed)  # noqa: S311 - the same moments in each run
    with scratch() as place:
        async with Trio(place) as trio:
            cluster = Cluster(folder, trio.url, nodes=2, standbys=1)
            await asyncio.to_thread(cluster.start)
            try:
                blows = [blow(trio, dice)] * (LONG if outcome.long else QUICK)
                await played([node.url for node in cluster.nodes], outcome, dice, blows)
            finally:
                await asyncio.to_thread(cluster.kill)


async def played(urls: list[str], outcome: Outcome, dice: random.Random, blows: Sequence[Blow]) -> None:
    """Write through these, blow after blow; then see that all is there that was acknowledged."""
    recipients = [
        await Terminal(urls[number % len(urls)], f"to{number}").register() for number in range(PAIRS)
    ]
    senders = [Sender(urls, f"from{number}", f"to{number}/1", dice) for number in range(PAIRS)]
    for recipient, sender in zip(recipients, senders, strict=True):
        await recipient.close()
        await sender.register()
    tasks = [asyncio.create_task(sender.write()) for sender in senders]
    back: list[float] = []
    for nth, blow in enumerate(blows, 1):
        await some_more(senders, 50)
        await asyncio.sleep(dice.uniform(0.05, 0.5))
        begun = asyncio.get_running_loop().time()
        await blow.strike()
        await some_more(senders, 20)
        back.append(asyncio.get_running_loop().time() - begun)
        await blow.follow()
        if nth < len(blows):
            await blow.mend()
    for sender in senders:
        sender.stopping = True
    async with asyncio.timeout(60):
        await asyncio.gather(*tasks)
    for recipient, sender in zip(recipients, senders, strict=True):
        await until_found(partial(signed_in, recipient), "a node takes them")
        with contextlib.suppress(Late):  # then it is lost, and counted
            await until(
                lambda recipient=recipient, sender=sender: (
                    set(sender.acknowledged)  # type: ignore[misc]  # used at once
                    <= {one.id for one in recipient.all(frames.Deliver)}
                ),
                "all that was acknowledged is delivered",
            )
        shown = list(dict.fromkeys(one.id for one in recipient.all(frames.Deliver)))
        outcome.compare(shown, sender.acknowledged_in_order)
        await recipient.close()
        await sender.terminal.close()
    outcome.counts = {
        "blows": len(blows),
        "acknowledged": sum(len(sender.acknowledged) for sender in senders),
        "slowest_back_seconds": round(max(back), 2),
    }


async def signed_in(terminal: Terminal) -> bool:
    """Try to sign in, as a desktop does that is put off."""
    try:
        await terminal.sign_in()
    except PUT_OFF:
        return False
    return True


async def some_more(senders: Sequence[Sender], many: int) -> None:
    """Wait until each has so much more acknowledged."""
    wanted = [len(sender.acknowledged) + many for sender in senders]

    def all_have() -> bool:
        for sender in senders:
            if sender.trouble is not None:
                raise sender.trouble
        return all(len(sender.acknowledged) >= most for sender, most in zip(senders, wanted, strict=True))

    await until(all_have, "everybody's messages are acknowledged", 60)
