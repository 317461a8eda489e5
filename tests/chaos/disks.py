"""Row 14, the relay's part: its disk fills up under load; nothing acknowledged is lost, and it says so."""

import os
from functools import partial
from pathlib import Path

from chaos.outcome import Outcome
from support.disks import tiny_disk
from support.relay import RelayProcess
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

KILOBYTES = 64 * 1024
LOW = 24 * 1024 * 1024
"""Database and log file alone come to leave less: then what is free within them has to do."""
QUICK, LONG = 1, 5


class Writer:
    """Ada, who writes to bo as the relay lets her."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.told: list[bytes] = []
        self.refusals: list[frames.Refusal] = []

    async def write(self, target: str, size: int) -> bool:
        """Send one message and wait for its answer. Returns whether it was taken."""
        await self.terminal.send(frames.Heard(len(self.refusals)))
        message_id = os.urandom(16)
        await self.terminal.send(frames.Send(message_id, [target], os.urandom(size)))
        await until(lambda: self.terminal.got, "an answer")
        answer = self.terminal.got.pop(0)
        if isinstance(answer, frames.Refusal):
            self.refusals.append(answer)
            return False
        assert answer == frames.Ok([message_id])
        if target == "bo/1":
            self.told.append(message_id)
        return True


async def full(folder: Path, seed: int, *, long: bool) -> Outcome:
    """A sender that obeys goes on writing while the disk fills up and is cleared, again and again."""
    outcome = Outcome(14, "the relay's disk fills up under load", seed, long)
    rounds = LONG if long else QUICK
    with tiny_disk(folder / "disk", KILOBYTES) as disk:
        relay = RelayProcess(
            disk.folder / "relay", limits={"low_water_bytes": LOW, "low_water_part": 1.0}, start=False
        )
        relay.log = folder / "relay.log"
        with relay:
            relay.start()
            ada = Writer(await Terminal(relay.url, "ada").register())
            bo = await Terminal(relay.url, "bo").register()
            got: list[bytes] = []
            for _ in range(rounds):
                await bo.close()
                disk.leave(LOW + 256 * 1024)
                while await ada.write("bo/1", 4_000):
                    pass
                disk.fill()
                # Full to the last byte: what waits can be fetched, and what is acknowledged be deleted.
                await bo.sign_in()
                await until(partial(_has, bo, len(ada.told) - len(got)), "all came", 30)
                got += [deliver.id for deliver in bo.all(frames.Deliver)]
                bo.got.clear()
                await (await bo.socket.ping())
                disk.clear()
                await until_found(partial(ada.write, "nobody/1", 1), "there is room again", 30)
            await bo.close()
            await bo.sign_in()
            await bo.sees_nothing(frames.Deliver)
            await bo.close()
            await ada.terminal.close()
    bugs = relay.log.read_text().count(" ERROR ")
    outcome.compare(got, ada.told)
    codes = {refusal.code for refusal in ada.refusals}
    outcome.counts = {"rounds": rounds, "acknowledged": len(ada.told), "bugs": bugs}
    outcome.counts["refusals"] = len(ada.refusals)
    outcome.wants(codes <= {RefusalCode.FULL, RefusalCode.RETRY_LATER}, f"refused in words: {codes}")
    outcome.wants(RefusalCode.FULL in codes, "told that the disk is full")
    outcome.wants(not bugs, "no mistake of the relay's own")
    return outcome


def _has(terminal: Terminal, count: int) -> bool:
    return len(terminal.all(frames.Deliver)) >= count
