"""The rows of the table of reliability, and what tries each.

A part takes a folder of its own, a seed, and whether it is to be the long form.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from chaos import (
    bounds,
    canaries,
    clocks,
    databases,
    disks,
    fail_points,
    flood,
    fuzz,
    guesses,
    kills,
    malicious,
    mutants,
    network,
    power,
    sign_ins,
    suites,
    verdicts,
    versions,
)
from chaos.outcome import Outcome
from cluster import failover
from support.ground import shared
from watchword.model.room import RoomKind


class Part(Protocol):
    """Tries one thing."""

    def __call__(self, folder: Path, seed: int, *, long: bool) -> Outcome | Coroutine[Any, Any, Outcome]:
        """Try it."""
        ...


def over_postgres(row: int, part: Callable[..., Coroutine[Any, Any, Outcome]]) -> Part:
    """The same on two nodes over PostgreSQL, which only the long form starts."""

    async def tried(folder: Path, seed: int, *, long: bool) -> Outcome:
        if not long:
            return Outcome(row, part.__name__, seed, long, left_out=["PostgreSQL: the long form tries it"])
        outcome = await part(folder, seed, long=long, on=shared)
        outcome.what += ", two nodes over PostgreSQL"
        return outcome

    return tried


ROWS: dict[str, list[Part]] = {
    "1": [kills.run, suites.MORE_KILLS, suites.KILLED_NODES],
    "2": [fail_points.run, over_postgres(2, fail_points.run)],
    "3": [power.run, suites.MORE_CUTS],
    "4": [failover.killed, failover.partitioned],
    "5": [
        verdicts.in_time,
        verdicts.agree,
        verdicts.cut_off,
        over_postgres(5, verdicts.in_time),
        over_postgres(5, verdicts.agree),
    ],
    "6": [*(partial(kills.in_a_room, kind=kind) for kind in RoomKind), suites.POSTS, suites.POSTS_OF_NODES],
    "7": [bounds.slow, over_postgres(7, bounds.slow)],
    "8": [bounds.broken],
    "9": [fuzz.run],
    "10": [flood.run, over_postgres(10, flood.run)],
    "11": [malicious.run],
    "12": [suites.PEER],
    "13": [clocks.relays, clocks.desktops, over_postgres(13, clocks.relays)],
    "14": [disks.full, databases.full, databases.no_log, suites.DISKS],
    "15": [network.run, network.on_nodes],
    "16": [sign_ins.run, over_postgres(16, sign_ins.run)],
    "17": [
        guesses.alike,
        guesses.limited,
        over_postgres(17, guesses.alike),
        over_postgres(17, guesses.limited),
        suites.PHRASES,
    ],
    "18": [suites.PROVIDERS],
    "19": [canaries.run, canaries.in_database],
    "20": [versions.run, suites.SCHEMAS],
    "desktops": [suites.DESKTOPS],
    "mutants": [mutants.run],
}
