"""A real Secret Service for one test, in each of the states in which a person's computer may have it.

Runs without a screen and never asks: nobody could answer. Unlocked is the state at the start; `lock`, `hang`,
`empty` and `remove` make the others; `unlock`, `go_on`, `put_back` and `restore` mend them with what it held.
"""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import secretstorage
from secretstorage.util import DBusAddressWrapper, format_secret, open_session

from support.processes import Late, Program
from support.session_bus import SessionBus

NAME = "org.freedesktop.secrets"
LOGIN_PASSWORD = b"the password of a test's login"


_LOGIN = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
"""How the desktop's own login unlocks the collection."""


class Entry(NamedTuple):
    """One entry of the collection."""

    label: str
    attributes: dict[str, str]
    secret: bytes


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

    def unlock(self) -> None:
        """Unlock the collection, as the person does somewhere else on their desktop."""
        with self._bus.connect() as connection:
            collection = secretstorage.get_default_collection(connection)
            password = format_secret(open_session(connection), LOGIN_PASSWORD, "text/plain")
            service = DBusAddressWrapper("/org/freedesktop/secrets", _LOGIN, connection)
            service.call("UnlockWithMasterPassword", "o(oayays)", collection.collection_path, password)
            assert not collection.is_locked()

    def hang(self) -> None:
        """From now on nobody gets an answer, until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again, first what was asked meanwhile."""
        self._signal(signal.SIGCONT)

    def empty(self) -> list[Entry]:
        """Take out every entry, as a person tidying up might; returns what `put_back` needs."""
        with self._bus.connect() as connection:
            items = [*secretstorage.get_default_collection(connection).get_all_items()]
            kept = [Entry(item.get_label(), item.get_attributes(), item.get_secret()) for item in items]
            for item in items:
                item.delete()
        return kept

    def put_back(self, entries: list[Entry]) -> None:
        """Put entries into the collection, over those with the same attributes."""
        with self._bus.connect() as connection:
            collection = secretstorage.get_default_collection(connection)
            for entry in entries:
                collection.create_item(entry.label, entry.attributes, entry.secret, replace=True)

    def labels(self) -> list[str]:
        """The labels of all entries, sorted."""
        with self._bus.connect() as connection:
            items = secretstorage.get_default_collection(connection).get_all_items()
            return sorted(item.get_label() for item in items)

    def _signal(self, number: signal.Signals) -> None:
        assert self._program is not None, "there is no Secret Service"
        os.kill(self._program.pid, number)

    def _unlocked(self) -> bool:
        with self._bus.connect() as connection, suppress(secretstorage.ItemNotFoundException):
            return not secretstorage.get_collection_by_alias(connection, "default").is_locked()
        return False
