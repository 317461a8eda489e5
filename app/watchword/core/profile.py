"""From a folder to an open client: what the folder holds, first start, unlocking.

The only maker of `Client`. Raises RefusedBy or TroubleWith (`model.errors`).
"""

from collections.abc import AsyncIterator

from watchword.core.client import Client
from watchword.model.setup import Availability, CheckResult, KeyringState, ProfileState
from watchword.paths import Paths


class Profile:
    """One profile folder, before and while it is unlocked."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def state(self) -> ProfileState:
        """What the folder holds; raises TroubleWith PROFILE_DAMAGED or PROFILE_NEWER."""
        raise NotImplementedError

    async def keyring(self) -> KeyringState:
        """Ask the OS keyring who it is and whether it works, with a time limit, off the loop."""
        raise NotImplementedError

    def check_relay(self, address: str) -> AsyncIterator[CheckResult]:
        """*Check*: DNS, TCP, TLS, version, sign-in, write, read, each as it is done; ends at a failure."""
        raise NotImplementedError

    async def availability(self, address: str, account: str, invite: str | None = None) -> Availability:
        """Whether an account id (folded) is free on that relay."""
        raise NotImplementedError

    async def create(
        self, *, name: str, address: str, account: str, invite: str | None, master: str | None
    ) -> Client:
        """First start: make the secret (keyring, or master passphrase), the store and the identity, register.

        Can be called again after a failure; nothing half-made stays in the way.
        """
        raise NotImplementedError

    async def unlock(self, master: str | None = None) -> Client:
        """Open the profile with the keyring's secret or the master passphrase."""
        raise NotImplementedError
