"""What room a store has within itself, for a relay whose disk has little left. No SQL here."""

from typing import NamedTuple, Protocol


class Space(NamedTuple):
    """What a store can take in beside what the disk has left, in bytes."""

    freed: int = 0
    """Of its own file, what nothing is in any more."""
    log: int = 0
    """What writing there may still ask of the disk."""


class SpaceStore(Protocol):
    """A store's room."""

    def space(self) -> Space:
        """How much there is; without end if its disk is another than the relay's."""
        ...
