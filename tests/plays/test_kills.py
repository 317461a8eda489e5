"""SIGKILL of relay, sender and receiver under load: nothing lost, nothing twice, nothing out of order."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from support.play import Person, Stage
from support.relay import environment
from support.waiting import until

KILLS = int(os.environ.get("WATCHWORD_KILLS", "12"))
TOTAL = max(200, 40 * KILLS)
"""Texts of each side: with more kills they go on for longer."""
HERE = Path(__file__).parents[2]


class Process:
    """The program of one person, which can be killed at any moment."""

    def __init__(self, person: Person, peer: str) -> None:
        self._command = [
            sys.executable, "-m", "support.headless",
            str(person.folder), person.key.hex(), peer, str(TOTAL),
        ]  # fmt: skip
        self._output = person.folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        sources = os.pathsep.join([str(HERE / "app"), str(HERE / "tests"), environment()["PYTHONPATH"]])
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": sources},
            )

    @property
    def is_done(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._output.read_text()
        return self._output.read_bytes() == b"done\n"

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.poll() is None, self._output.read_text()
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(15) == 0, self._output.read_text()


async def test_kills_under_load(tmp_path: Path) -> None:
    dice = random.Random(2)  # noqa: S311 - the same kills in each run
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await ada.leaves()
        await bo.leaves()
        processes = [Process(ada, "bo"), Process(bo, "ada")]
        for process in processes:
            process.start()
        try:
            for number in range(KILLS):
                await asyncio.sleep(dice.uniform(0.4, 1.2))
                if number % 3 == 2:
                    await asyncio.to_thread(stage.relay.restart)
                else:
                    victim = processes[number % 3]
                    victim.kill()
                    victim.start()
            await until(lambda: all(process.is_done for process in processes), "all arrived", 60 + KILLS)
        except BaseException:
            for process in processes:
                process.kill()
            raise
        for process in processes:
            process.end()
        await ada.returns()
        await bo.returns()
        wanted = [str(number) for number in range(TOTAL)]
        for one, other in ((ada, "bo"), (bo, "ada")):
            assert await one.texts(other, mine=True) == wanted
            assert await one.texts(other, mine=False) == wanted
