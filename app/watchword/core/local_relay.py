"""*Run a relay on this computer*: the bundled relay as a child process.

The child is this same program with a switch that is read before Qt is imported; its standard input is our
pipe, and it stops at EOF unless told to stay (desktop facts, Packaging).
"""

from pathlib import Path

from watchword.model.setup import LocalRelay


class LocalRelayRunner:
    """Starts, watches and stops the bundled relay of one profile."""

    def __init__(self, data: Path) -> None:
        self._data = data

    @property
    def state(self) -> LocalRelay:
        """Whether it runs, and the address to give to others."""
        raise NotImplementedError

    async def start(self, *, keep: bool, port: int = 0, this_computer_only: bool = False) -> LocalRelay:
        """Start it for the people on this network, or only for this computer; returns once it answers.

        Raises:
            TroubleWith: LOCAL_RELAY, with the relay's own reason.
        """
        raise NotImplementedError

    async def stop(self) -> None:
        """Stop it cleanly; with `keep` it is left running when the program ends."""
        raise NotImplementedError
