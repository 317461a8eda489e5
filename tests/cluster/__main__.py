"""A whole cluster on this machine, played with and broken: `make cluster`.

Three nodes, PostgreSQL with two standbys and quorum commit, HAProxy in front. Senders write through the
balancer; a node is killed, then the database's primary; at the end all that was acknowledged has to be there.
With --speed it is measured what one, two and three nodes carry instead, with --move how long people are cut
off while a relay with so many messages moves to PostgreSQL; with --patroni Patroni promotes. Prints JSON, a
line for each; with --rolling each node is stopped and started again in turn, and then a relay that is alone.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from chaos.outcome import Outcome
from cluster import failover, moving, patroni, rolling, speed
from support.balancer import Balancer
from support.cluster import Cluster
from support.home import environment_of
from support.nursery import nurseries
from support.postgres import scratch
from support.standbys import Trio

NODES = 3


async def played(folder: Path, seed: int) -> Outcome:
    """Bring it up, play, break, count."""
    outcome = Outcome(4, "three nodes behind HAProxy: a node and the primary killed", seed, long=True)
    dice = random.Random(seed)  # noqa: S311 - the same moments in each run
    with scratch() as place:
        async with Trio(place) as trio:
            _say(f"PostgreSQL: {trio.primary.name} is the primary, one of {trio.standbys[0].name} and"
                 f" {trio.standbys[1].name} has to have each commit")  # fmt: skip
            cluster = Cluster(folder, trio.url, nodes=NODES, standbys=1)
            await asyncio.to_thread(cluster.start)
            try:
                with Balancer(folder, [node.port for node in cluster.nodes]) as balancer:
                    _say(f"{NODES} nodes behind {balancer.url}")
                    blows = [_node_killed(cluster), failover.kills(trio, dice)]
                    await failover.played([balancer.url], outcome, dice, blows)
            finally:
                await asyncio.to_thread(cluster.kill)
    return outcome


def _node_killed(cluster: Cluster) -> failover.Blow:
    node = cluster.nodes[0]

    async def strike() -> None:
        _say("a node is killed")
        await asyncio.to_thread(node.kill)

    async def mend() -> None:
        _say("it comes back; then the primary is killed, and a standby promoted")
        await asyncio.to_thread(node.start)

    return failover.Blow(strike, failover.nothing, mend)


async def _measured(seconds: float) -> None:
    async for point in speed.measured(seconds, NODES):
        print(msgspec.json.encode(point).decode(), flush=True)  # noqa: T201 - what the command is for


def _plays(asked: argparse.Namespace, folder: Path) -> Iterator[Coroutine[Any, Any, Outcome]]:
    if asked.move:
        yield moving.moved(folder, asked.move, asked.seed)
    elif asked.rolling:
        for name, play in (("nodes", rolling.nodes), ("alone", rolling.alone)):
            (folder / name).mkdir()
            yield play(folder / name, asked.seed)
    else:
        yield (patroni.played if asked.patroni else played)(folder, asked.seed)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what the command is for


def main(words: Sequence[str]) -> int:
    """Play, or measure; 0 if nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m cluster")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true", help="measure one, two and three nodes instead")
    parser.add_argument("--move", type=int, metavar="MESSAGES", help="move a relay with so many instead")
    parser.add_argument("--patroni", action="store_true", help="have Patroni look after PostgreSQL")
    parser.add_argument("--rolling", action="store_true", help="stop and start each node in turn instead")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        os.environ.update(environment_of(Path(folder)))
        with nurseries():
            if asked.speed:
                asyncio.run(_measured(asked.seconds))
                return 0
            good = True
            for play in _plays(asked, Path(folder)):
                outcome = asyncio.run(play)
                print(outcome.line(), flush=True)  # noqa: T201 - the same
                good &= outcome.ok
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
