"""A real Secret Service for one test, in each of the states in which a person's computer may have it.

Runs without a screen and never asks: nobody could answer. Unlocked is the state at the start; `lock`, `empty`
and `remove` make the others, `restore` brings an unlocked one back with what it held.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import secretstorage

from support.processes import Late, Program
from support.session_bus import SessionBus

NAME = "org.freedesktop.secrets"
LOGIN_PASSWORD = b"the password of a test's login"


class SecretService:
    """gnome-keyring's Secret Service on a bus of its own; files below `environment["HOME"]`."""

    def __init__(self, bus: SessionBus, environment: Mapping[str, str], folder: Path) -> None:
        self._bus = bus
        self._environment = dict(environment)
        self._folder = folder
        self._program: Program | None = None
        self.restore()

    def restore(self) -> None:
        """Start it if it is not there, with an unlocked collection."""
        self.remove()
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"]
        program = Program(command, self._environment, self._folder, stdin=LOGIN_PASSWORD)
        self._program = program
        try:
            program.wait_until(lambda: self._bus.has(NAME) and self._unlocked(), "an unlocked Secret Service")
        except Late:
            self.remove()
            raise

    def remove(self) -> None:
        """From now on the computer has no Secret Service."""
        if self._program is not None:
            self._program.stop()
            self._program = None

    def lock(self) -> None:
        """Lock the collection; with nobody to answer its prompt it stays so."""
        with self._bus.connect() as connection:
            secretstorage.get_default_collection(connection).lock()

    def empty(self) -> None:
        """Take out every entry, as a person tidying up might."""
        with self._bus.connect() as connection:
            for item in secretstorage.get_default_collection(connection).get_all_items():
                item.delete()

    def labels(self) -> list[str]:
        """The labels of all entries, sorted."""
        with self._bus.connect() as connection:
            items = secretstorage.get_default_collection(connection).get_all_items()
            return sorted(item.get_label() for item in items)

    def _unlocked(self) -> bool:
        with self._bus.connect() as connection, suppress(secretstorage.ItemNotFoundException):
            return not secretstorage.get_collection_by_alias(connection, "default").is_locked()
        return False
