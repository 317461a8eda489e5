"""The notification server of a screen (`dunst`), asked by its own tool."""

import asyncio
import json
import subprocess

from support.screen import Screen
from support.waiting import until_found


class Server:
    """What a person would see of notifications, and click on."""

    def __init__(self, screen: Screen) -> None:
        self._environment = screen.environment

    async def do(self, *words: str) -> str:
        """Run one command of it; returns what it says."""
        done = await asyncio.to_thread(
            subprocess.run,
            ["dunstctl", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    async def count(self) -> int:
        """How many are on the screen."""
        return int(await self.do("count", "displayed"))

    async def shows(self, number: int) -> None:
        """Wait until so many are on the screen."""

        async def so_many() -> bool:
            return await self.count() == number

        await until_found(so_many, f"{number} notifications are shown")

    async def last(self) -> tuple[str, str]:
        """Close what is shown, and read title and body of the latest from the history."""
        await self.do("close-all")
        await self.shows(0)
        [[entry, *_]] = json.loads(await self.do("history"))["data"]
        return entry["summary"]["data"], entry["body"]["data"]
