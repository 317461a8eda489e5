"""Row 2: relay and desktops die at every named fail point (`chaos.dying`), again and again, under load."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from chaos.dying import DESKTOP, NODE, ON_A_NODE, RELAY
from chaos.guests import Guests
from chaos.outcome import Outcome
from support.ground import Ground, alone
from support.headless import ENOUGH
from support.killed import Process, desktops_environment
from support.play import Person
from support.processes import Late
from support.relay import RelayProcess
from support.waiting import until

QUICK, LONG = 1, 3
"""How often the relay dies at each of its points; each of the two desktops as often at each of theirs."""
PAUSE = 0.02
_MANY = 100_000
"""Texts of each side: they write until all have died often enough."""
_PATIENCE = 120.0


class DyingRelay(RelayProcess):
    """A relay that dies at a fail point, if `armed` has words for `chaos.dying`."""

    armed: tuple[str, ...] = ()

    def command(self, *words: str) -> list[str]:
        if not self.armed:
            return super().command(*words)
        return [sys.executable, "-m", "chaos.dying", *self.armed, "watchword_relay.__main__", *words]

    def surroundings(self) -> dict[str, str]:
        return {**super().surroundings(), "PYTHONPATH": desktops_environment()["PYTHONPATH"]}

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self._process is not None and self._process.poll() is not None


class _Victim:
    """One program that is to die at all of its points."""

    def __init__(self, program: Process | DyingRelay, points: list[str], folder: Path) -> None:
        self.program = program
        self.points = points
        self.hits: list[str] = []
        self._folder = folder
        self._mark = folder / "mark"

    def start(self, dice: random.Random) -> None:
        """Start it, armed for the next point."""
        armed: tuple[str, ...] = ()
        if self.points:
            armed = (self.points[-1], str(dice.randrange(2, 6)), str(self._mark))
        if isinstance(self.program, Process):
            self.program.start(armed)
        else:
            self.program.armed = armed
            self.program.start()

    def look(self, dice: random.Random) -> None:
        """Start it again if it is dead."""
        if not (self.points and self.program.has_ended):
            return
        if isinstance(self.program, Process):
            self.program.buried()
        else:
            self.program.kill()
        assert self._mark.exists(), f"it died before it came to {self.points[-1]!r}"
        self._mark.unlink()
        self.hits.append(self.points.pop())
        self.start(dice)


async def _die(
    victims: list[_Victim], people: Sequence[Person], dice: random.Random, patience: float
) -> None:
    """Let them die until all have died often enough, then finish what they were at."""

    def often_enough() -> bool:
        for victim in victims:
            victim.look(dice)
        return not any(victim.points for victim in victims)

    desktops = [victim.program for victim in victims if isinstance(victim.program, Process)]
    try:
        for victim in victims:
            victim.start(dice)
        await until(often_enough, "every point is reached", patience)
        for person in people:
            (person.folder / ENOUGH).touch()
        await until(lambda: all(one.is_done for one in desktops), "all arrived", patience)
        for desktop in desktops:
            desktop.end()
    except Late as error:
        raise Late(f"{error}; left: {[victim.points[-1:] for victim in victims]}") from error
    finally:
        for desktop in desktops:
            desktop.clear()


async def run(folder: Path, seed: int, *, long: bool, on: Ground = alone) -> Outcome:
    """Ada and bo write to each other until relay and desktops have died at each point often enough."""
    rounds = LONG if long else QUICK
    dice = random.Random(seed)  # noqa: S311 - the same deaths in each run
    outcome = Outcome(2, "named fail points: before and after commit, send and ack on each side", seed, long)
    with on(folder, made=DyingRelay) as nodes:
        relays = [relay for relay in nodes if isinstance(relay, DyingRelay)]
        of_relay = [f"{name}{ON_A_NODE}" for name in NODE] if len(relays) > 1 else [*RELAY]
        hits, total = await _run(Guests(folder, relays), dice, rounds, of_relay, outcome)
    for relay in relays:
        outcome.wants(" ERROR " not in relay.log.read_text(), "no mistake of the relay's own")
    least = min(hits.count(point) for point in (*of_relay, *DESKTOP))
    outcome.counts = {
        "points": len(set(hits)),
        "deaths": len(hits),
        "least_hits": least,
        "messages": total,
    }
    if long:
        outcome.wants(least >= LONG, f"each point hit at least {LONG} times")
    return outcome


async def _run(
    stage: Guests, dice: random.Random, rounds: int, of_relay: Sequence[str], outcome: Outcome
) -> tuple[list[str], int]:
    """Returns at which points somebody died, and how many texts were written."""
    folder = stage.folder
    async with stage:
        ada, bo = await stage.couple()
        await ada.leaves()
        await bo.leaves()
        for relay in stage.nodes:
            relay.kill()
        programs: list[tuple[Process | DyingRelay, Sequence[str]]] = [
            *((relay, of_relay) for relay in stage.nodes if isinstance(relay, DyingRelay)),
            (Process(ada, "bo", _MANY, pause=PAUSE), [*DESKTOP]),
            (Process(bo, "ada", _MANY, pause=PAUSE), [*DESKTOP]),
        ]
        victims = []
        for number, (program, points) in enumerate(programs):
            (folder / str(number)).mkdir()
            order = [*points] * rounds
            dice.shuffle(order)
            victims.append(_Victim(program, order, folder / str(number)))
        await _die(victims, (ada, bo), dice, _PATIENCE * (1 + rounds))
        await ada.returns()
        await bo.returns()
        total = 0
        for one, other in ((ada, bo), (bo, ada)):
            written = await one.texts(other.name, mine=True)
            total += len(written)
            wanted = [str(number) for number in range(len(written))]
            outcome.compare(written, wanted)
            outcome.compare(await other.texts(one.name, mine=False), wanted)
        return [point for victim in victims for point in victim.hits], total
