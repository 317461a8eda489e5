"""Rows 7 and 8: peers that read slowly, never sign in or come in thousands; frames that break the rules."""

import asyncio
import os
import resource
import socket
import time
import zlib
from contextlib import suppress
from pathlib import Path

from chaos.outcome import Outcome
from support.ground import Ground, alone
from support.raw_peer import BROKEN, RawPeer, masked, upgrade
from support.relay import RelayProcess
from support.terminal import Terminal
from support.waiting import until
from watchword_wire import frames
from watchword_wire.timing import SEND_DEADLINE, SIGN_IN_DEADLINE

SLOWLORIS = ("nothing", "slow header", "slow frame", "pings only")
OF_CONNECTIONS = 10_000
FLAT = 16 * 1024 * 1024
"""Bytes by which the relay may grow over thousands of broken peers."""
_STEP = 50
NOISE = 60


async def slow(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Who does not read is cut, who does not sign in is closed, one connection too many is refused."""
    outcome = Outcome(7, "slow consumer, slowloris, one connection too many", seed, long)
    most = OF_CONNECTIONS if long else 40
    limits = {} if long else {"connections": most}
    with on(folder, limits=limits) as nodes:
        relay = nodes[-1]
        seconds, lost = await slow_consumer(relay, nodes[0])
        outcome.lost = lost
        outcome.counts["slow_consumer_cut_s"] = round(seconds, 2)
        outcome.wants(seconds <= SEND_DEADLINE, "a slow consumer is cut within 10 s")
        closed = await asyncio.gather(*(seconds_until_closed(relay, way) for way in SLOWLORIS))
        for way, taken in zip(SLOWLORIS, closed, strict=True):
            outcome.counts[f"slowloris_{way.replace(' ', '_')}_s"] = round(taken, 2)
            outcome.wants(taken <= SIGN_IN_DEADLINE + 0.5, f"{way}: closed in time")
        code = await _one_too_many(relay, most, outcome)
        outcome.counts |= {"connections": most, "one_too_many": code}
        outcome.wants(code == 1013, f"connection {most + 1} is refused with 1013")
    return outcome


async def slow_consumer(relay: RelayProcess, writers: RelayProcess) -> tuple[float, int]:
    """Seconds until one that does not read is cut, and how much of what it did not get is lost.

    Args:
        relay: where it is.
        writers: where who writes to it is.

    Raises:
        Late: it is not cut by half as much again as it may take.
    """
    peer = await Terminal(relay.url, "slow").register()
    await peer.close()
    await peer.open()
    peer.socket.transport.pause_reading()
    await peer.send(peer.signature())
    peer.socket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    async with await Terminal(writers.url, "writer").register() as writer:
        before, files = memory(relay), open_files(relay)
        body = os.urandom(64_000)
        sent = [await writer.message("slow", body=body) for _ in range(100)]
        start = time.monotonic()
        await until(lambda: open_files(relay) < files, "the slow peer is cut", SEND_DEADLINE + 5)
        seconds = time.monotonic() - start
        assert memory(relay) - before < 64_000_000
        peer.socket.transport.abort()
        again = Terminal(relay.url, "slow", peer.key)
        await again.sign_in()
        got = [(await again.sees(frames.Deliver)).id for _ in sent]
        await again.close()
    return seconds, len(set(sent) - set(got))


async def seconds_until_closed(relay: RelayProcess, way: str) -> float:
    """Connect, do what keeps others from signing in, and wait for the end."""
    start = time.monotonic()
    if way in ("nothing", "slow header"):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    else:
        peer = await RawPeer.open(relay.port)
        reader, writer = peer.reader, peer.writer
    drip = iter(upgrade() if way == "slow header" else masked(bytes(4_000)))
    try:
        while not reader.at_eof():
            if way in ("slow header", "slow frame"):
                writer.write(bytes([next(drip)]))
            elif way == "pings only":
                writer.write(masked(b"", 0x89))
            try:
                async with asyncio.timeout(0.2):
                    while await reader.read(1_000):
                        pass  # an answer to a ping
                    break
            except TimeoutError:
                pass
    except ConnectionError:
        pass
    writer.close()
    return time.monotonic() - start


async def _one_too_many(relay: RelayProcess, most: int, outcome: Outcome) -> int:
    """Open as many connections as there may be, signed in so that they stay; the code of the next one."""
    people = []
    try:
        for start in range(0, most, _STEP):
            names = (f"guest{number}" for number in range(start, min(start + _STEP, most)))
            people += await asyncio.gather(*(Terminal(relay.url, name).register() for name in names))
        outcome.counts["memory_kib_per_connection"] = memory(relay) // 1024 // most
        late = await RawPeer.connected(relay.port)
        code = await late.closed_with()
        # Those who are in are served as before.
        await people[0].message(people[-1].name)
        await people[-1].sees(frames.Deliver)
        return code
    finally:
        for person in people:
            person.drop()


async def broken(folder: Path, seed: int, *, long: bool) -> Outcome:
    """Oversized, malformed, fragmented and compressed frames: the right close code, memory flat."""
    outcome = Outcome(8, "oversized, malformed, fragmented, compressed-bomb frames", seed, long)
    rounds = 60 if long else 2
    wrong: list[str] = []
    with RelayProcess(folder / "relay") as relay:
        bomb = zlib.compressobj(wbits=-15)
        cases = [*BROKEN, (masked(bomb.compress(bytes(3_000_000)) + bomb.flush(), 0xC2), 1002)]
        async with await Terminal(relay.url, "ada").register() as ada:
            for number in range(rounds):
                # What the first half needed at once the second half may need again.
                if number == rounds // 2:
                    before = memory(relay)
                for at, (sent, code) in enumerate(cases):
                    peer = await RawPeer.open(relay.port)
                    peer.writer.write(sent)
                    got = await peer.closed_with()
                    # The bomb's header says which of two rules it breaks first.
                    if got != code and not (at == len(BROKEN) and got == 1009):
                        wrong.append(f"{sent[:8].hex()}: {got} for {code}")
                await _noise(relay, NOISE)
            grown = memory(relay) - before
            await ada.message("ada")
            await ada.sees(frames.Deliver)
        bugs = relay.log.read_text().count(" ERROR ")
    outcome.counts = {"frames": rounds * len(cases), "noise": rounds * NOISE, "grown_kib": grown // 1024}
    outcome.counts["bugs"] = bugs
    outcome.wants(not wrong, f"right close codes: {wrong[:3]}")
    outcome.wants(grown < FLAT, "memory flat")
    outcome.wants(not bugs, "no mistake of the relay's own")
    return outcome


async def _noise(relay: RelayProcess, peers: int) -> None:
    for number in range(peers):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        with suppress(ConnectionError):
            writer.write(upgrade() if number % 2 else b"")
            if number % 2:
                await reader.readuntil(b"\r\n\r\n")
            writer.write(os.urandom(300))
            await writer.drain()
        writer.close()


def memory(relay: RelayProcess) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{relay.pid}/statm").read_text().split()[1]) * resource.getpagesize()


def open_files(relay: RelayProcess) -> int:
    """How many descriptors it has open."""
    return len(list(Path(f"/proc/{relay.pid}/fd").iterdir()))
