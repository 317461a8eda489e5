"""People with real desktops at relays that somebody else starts and ends, in turn at each."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from support.play import Person, Stage
from support.relay import RelayProcess


class Guests(Stage):
    """The people only; each is at one of the relays, which are one relay or its nodes."""

    def __init__(self, folder: Path, nodes: Sequence[RelayProcess]) -> None:
        super().__init__(folder)
        self.nodes = nodes
        self.relay = nodes[0]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.all_leave()

    async def person(self, name: str, *, address: str | None = None) -> Person:
        """Register somebody at the next relay and start their program."""
        return await super().person(
            name, address=address or self.nodes[len(self.people) % len(self.nodes)].address
        )
