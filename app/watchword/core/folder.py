"""The folder of one profile: who holds it, its description, its secret, its store; half-made ones.

Knows nothing of relays or accounts. See `docs/protocol/store.md`, The folder and First start.
"""

import asyncio
import secrets
from contextlib import AsyncExitStack, suppress

from msgspec.structs import replace

from watchword import log
from watchword.core import unlock
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, TroubleWith
from watchword.model.setup import KeyringState, ProfileState
from watchword.paths import Paths
from watchword.store import description, faults
from watchword.store.database import Database
from watchword.store.description import Description, KeptBy
from watchword.system.keyring import Keyring
from watchword.system.lock import ProfileLock
from watchword_wire.errors import Bug

_ID_BYTES = 8
_HOPELESS = {Kind.KEYRING_EMPTIED, Kind.PROFILE_WRONG_SECRET, Kind.PROFILE_DAMAGED, Kind.MASTER_WRONG}
"""A half-made profile that meets one of these will never open."""
_STATES = {KeptBy.KEYRING: ProfileState.KEYRING, KeptBy.PASSPHRASE: ProfileState.PASSPHRASE}


class Folder:
    """What lies there, and how it is made, opened and removed. One program at a time: `hold` first."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._lock = ProfileLock(paths.lock)

    def state(self) -> ProfileState:
        """What the folder holds; raises TroubleWith PROFILE_DAMAGED or PROFILE_NEWER."""
        found = description.load(self._paths.description)
        if found is None and self._paths.database.exists():
            raise TroubleWith(Kind.PROFILE_DAMAGED, file=self._paths.description.name)
        if found is None or not found.made:
            return ProfileState.NEW
        if not self._paths.database.exists():
            raise TroubleWith(Kind.PROFILE_DAMAGED, file=self._paths.database.name)
        return _STATES[found.kept_by]

    @property
    def begun(self) -> bool:
        """Whether a first start was not through."""
        return self._paths.description.exists()

    def hold(self, undo: AsyncExitStack) -> None:
        """Take the lock, until `undo` is gone through or `release` is called.

        Raises:
            TroubleWith: PROFILE_IN_USE, PROFILE_READ_ONLY, DISK_FULL.
        """
        try:
            self._paths.make()
            self._lock.take()
        except OSError as error:
            raise faults.trouble(error, self._paths.lock) from error
        undo.callback(self._lock.release)

    def release(self) -> None:
        """Let another program have the folder."""
        self._lock.release()

    async def keyring(self) -> KeyringState:
        """Ask the OS keyring who it is and whether it works, with a time limit, off the loop."""
        return await self._keyring("check").look()

    def _keyring(self, profile_id: str) -> Keyring:
        return Keyring(f"{self._paths.folder.name} {profile_id}")

    # --- a profile that stands ------------------------------------------------------------

    async def open(self, master: str | None) -> Database:
        """Open the store with the keyring's secret or the master passphrase."""
        found = description.load(self._paths.description)
        if found is None or not found.made:
            raise Bug("a profile is unlocked before it is made")
        return await self._open(found, master)

    async def _open(self, found: Description, master: str | None) -> Database:
        secret = await self._secret(found, master)
        return await Database.open(self._paths.database, unlock.database_key(secret).expose())

    async def _secret(self, found: Description, master: str | None) -> Secret:
        if found.sealed is None:
            return await self._keyring(found.id).fetch()
        if master is None:
            raise TroubleWith(Kind.MASTER_WRONG)
        return await unlock.unseal(found.sealed, master)

    def damaged(self) -> TroubleWith:
        """The store opened, and lacks what no profile lacks."""
        return TroubleWith(Kind.PROFILE_DAMAGED, file=self._paths.database.name)

    # --- first start ----------------------------------------------------------------------

    async def begin(self, master: str | None) -> Database:
        """The store of a new profile, or of one that was begun before and is not through.

        Raises:
            TroubleWith: the keyring or the disk does not play along now.
        """
        if self.state() is not ProfileState.NEW:
            raise Bug("a profile is made where one stands")
        return await self._half_made(master) or await self._make(master)

    async def finish(self) -> None:
        """From now on the profile stands."""
        await self._describe(made=True)

    async def disown(self) -> None:
        """From now on the folder counts as new; what lies there goes by `clear`, or by the next start."""
        await self._describe(made=False)

    async def clear(self) -> None:
        """Remove what counts as nothing; the store is closed."""
        found = description.load(self._paths.description)
        if found is not None:
            await self._remove(found)

    async def _describe(self, *, made: bool) -> None:
        found = description.load(self._paths.description)
        if found is None:
            raise Bug("a profile's description is gone while it is made")
        await asyncio.to_thread(description.save, self._paths.description, replace(found, made=made))

    async def _half_made(self, master: str | None) -> Database | None:
        """The store of a first start that was not through, so that an id it may have registered stays ours.

        None where there is none, or where nothing can open it any more: then it goes.
        """
        found = description.load(self._paths.description)
        if found is None:
            return None
        try:
            if (found.kept_by is KeptBy.PASSPHRASE) is (master is not None):
                return await self._open(found, master)
        except TroubleWith as trouble:
            if trouble.situation.kind not in _HOPELESS:
                raise
            log.trouble("half-made profile does not open", trouble)
        await self._remove(found)
        return None

    async def _remove(self, found: Description) -> None:
        if found.kept_by is KeptBy.KEYRING:
            with suppress(TroubleWith):
                await self._keyring(found.id).remove()
        await asyncio.to_thread(self._remove_files)

    def _remove_files(self) -> None:
        """The description last, because it says what the rest is."""
        beside = [self._paths.database.with_name(self._paths.database.name + end) for end in ("-wal", "-shm")]
        try:
            for path in (self._paths.database, *beside, self._paths.description):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise faults.trouble(error, self._paths.database) from error

    async def _make(self, master: str | None) -> Database:
        """Describe, keep the secret, make the store: in this order each step can be found and undone."""
        secret, profile_id = unlock.new_secret(), secrets.token_hex(_ID_BYTES)
        if master is None:
            new = Description(description.FORMAT, profile_id, made=False, kept_by=KeptBy.KEYRING)
        else:
            sealed = await unlock.seal(secret, master)
            new = Description(description.FORMAT, profile_id, False, KeptBy.PASSPHRASE, sealed)
        await asyncio.to_thread(description.save, self._paths.description, new)
        if master is None:
            await self._keyring(profile_id).keep(secret)
        return await Database.create(self._paths.database, unlock.database_key(secret).expose())
