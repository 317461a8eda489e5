"""How much one, two and three nodes carry, over a PostgreSQL with standbys or alone.

Everything runs on this machine: the nodes, three servers of PostgreSQL and the load share its cores, so that
what more nodes gain shows only where cores are left. The load is bare terminals of this process.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from support.cluster import Cluster
from support.postgres import Server, scratch
from support.standbys import Trio
from support.terminal import Terminal
from watchword_wire import codec, frames

PAIRS = 20
BODY = 1_024


class Point(msgspec.Struct):
    """One measurement."""

    nodes: int
    standbys: int
    window: int
    messages_per_second: int
    nodes_cpu_us: int
    """Of all nodes together, for one message; whatever else runs on the machine does not count."""
    postgres_cpu_us: int
    """Of all servers of PostgreSQL together."""
    load_cpu_us: int
    """Of the terminals that write and read it."""
    cores_allow: int
    """Messages per second that the cores of this machine have room for at these costs."""
    ok_p50_ms: float
    ok_p99_ms: float


async def measured(seconds: float, most_nodes: int) -> AsyncIterator[Point]:
    """All points, as they come."""
    for standbys in (0, 1):
        for nodes in range(1, most_nodes + 1):
            for window in (1, 32):
                yield await _point(nodes, standbys, window, seconds)


async def _point(nodes: int, standbys: int, window: int, seconds: float) -> Point:
    with scratch() as place:
        folder = place / "nodes"
        folder.mkdir()
        if standbys:
            async with Trio(place, can_be_cut_off=False) as trio:
                servers = [member.server.pid for member in trio.members]
                return await _of_nodes(folder, trio.url, servers, nodes, standbys, window, seconds)
        with Server(place / "pg") as server:
            url = server.database("relay")
            return await _of_nodes(folder, url, [server.pid], nodes, standbys, window, seconds)


async def _of_nodes(
    folder: Path, url: str, servers: list[int], nodes: int, standbys: int, window: int, seconds: float
) -> Point:
    cluster = Cluster(folder, url, nodes=nodes, standbys=standbys)
    await asyncio.to_thread(cluster.start)
    try:
        urls, pids = [node.url for node in cluster.nodes], [node.pid for node in cluster.nodes]
        return await _loaded(urls, pids, servers, standbys, window, seconds)
    finally:
        await asyncio.to_thread(cluster.kill)


async def _loaded(
    urls: list[str], nodes: list[int], servers: list[int], standbys: int, window: int, seconds: float
) -> Point:
    pairs = []
    for number in range(PAIRS):
        # The two of a pair are on different nodes, where there are several.
        sender = await Terminal(urls[number % len(urls)], f"from{number}").register()
        recipient = await Terminal(urls[(number + 1) % len(urls)], f"to{number}").register()
        pairs.append((sender, recipient))
    times: list[float] = []
    before = _cpu(nodes), _cpu(servers), time.process_time()
    until = time.monotonic() + seconds
    begun = time.monotonic()
    counts = await asyncio.gather(*(_pair(*pair, window, until, times) for pair in pairs))
    took = time.monotonic() - begun
    after = _cpu(nodes), _cpu(servers), time.process_time()
    for pair in pairs:
        for one in pair:
            await one.close()
    times.sort()
    costs = [(now - then) * 1_000_000 / sum(counts) for now, then in zip(after, before, strict=True)]
    return Point(
        len(urls),
        standbys,
        window,
        round(sum(counts) / took),
        round(costs[0]),
        round(costs[1]),
        round(costs[2]),
        round(len(os.sched_getaffinity(0)) * 1_000_000 / sum(costs)),
        round(times[len(times) // 2] * 1_000, 2),
        round(times[int(len(times) * 0.99)] * 1_000, 2),
    )


def _cpu(pids: list[int]) -> float:
    """Seconds of the processor that these, and what they started, have used so far."""
    ticks = 0
    for pid in pids:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *children):
            with contextlib.suppress(FileNotFoundError):  # it has ended: its parent has its time
                fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def _pair(sender: Terminal, recipient: Terminal, window: int, until: float, times: list[float]) -> int:
    """Keep so many messages in flight. Returns how many were delivered and acknowledged."""
    body = os.urandom(BODY)
    waiting: dict[bytes, float] = {}
    sent = 0
    while waiting or time.monotonic() < until:
        while len(waiting) < window and time.monotonic() < until:
            message_id = os.urandom(16)
            waiting[message_id] = time.monotonic()
            sent += 1
            await sender.socket.send(codec.encode(frames.Send(message_id, [recipient.name], body)))
        ok = await sender.sees(frames.Ok)
        now = time.monotonic()
        times += [now - waiting.pop(message_id) for message_id in ok.ids]
        recipient.got.clear()
    return sent
