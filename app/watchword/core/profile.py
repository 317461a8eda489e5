"""From a folder to an open client: what the folder holds, first start, unlocking.

The only maker of `Client`. Raises RefusedBy or TroubleWith (`model.errors`). See `docs/protocol/store.md`,
The folder and First start.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

from msgspec.structs import replace

from watchword import log
from watchword.core import account_id, clock, unlock
from watchword.core.client import Client
from watchword.core.company import joining
from watchword.core.company.joining import Joining
from watchword.core.proxies import Proxies
from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.company import CompanyOutside
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.proxy import ProxyTyped
from watchword.model.setup import Availability, CheckResult, KeyringState, ProfileState
from watchword.net import visit
from watchword.net.address import Address, parse_address
from watchword.net.check import check
from watchword.net.connection import Way
from watchword.paths import Paths
from watchword.store import account, description, faults, membership
from watchword.store import proxy as kept_proxy
from watchword.store.account import Account
from watchword.store.database import Database
from watchword.store.description import Description, KeptBy
from watchword.store.transaction import Tx
from watchword.system.keyring import Keyring
from watchword.system.lock import ProfileLock
from watchword_wire.errors import Bug
from watchword_wire.ids import FullId

_FIRST_DEVICE = 1
_SEED_BYTES = 32
_ID_BYTES = 8
_HOPELESS = {Kind.KEYRING_EMPTIED, Kind.PROFILE_WRONG_SECRET, Kind.PROFILE_DAMAGED, Kind.MASTER_WRONG}
"""A half-made profile that meets one of these will never open."""
_STATES = {KeptBy.KEYRING: ProfileState.KEYRING, KeptBy.PASSPHRASE: ProfileState.PASSPHRASE}


class Profile:
    """One profile folder, before and while it is unlocked."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._lock = ProfileLock(paths.lock)
        self.proxies = Proxies()

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

    async def keyring(self) -> KeyringState:
        """Ask the OS keyring who it is and whether it works, with a time limit, off the loop."""
        return await self._keyring("check").look()

    async def check_relay(self, address: str, trial: ProxyTyped | None = None) -> AsyncIterator[CheckResult]:
        """*Check*: DNS, TCP, TLS, version, sign-in, write, read, each as it is done; ends at a failure.

        A proxy on the way comes first: the one that is chosen, or the one of `trial`.
        """
        way = parse_address(address)
        proxy = await self.proxies.towards(way, trial)
        async for result in check(way, clock.now, proxy):
            yield result

    def try_proxy(self, typed: ProxyTyped) -> None:
        """First start: use this proxy from now on; it is kept with the rest once there is a store.

        Raises:
            RefusedBy: PROXY_FORM, PROXY_SCHEME.
        """
        self.proxies.kept = self.proxies.read(typed)

    async def availability(self, address: str, account: str, invite: str | None = None) -> Availability:
        """Whether an account id (folded) is free on that relay."""
        return await visit.availability(
            await self._way(parse_address(address)), account_id.fold(account), invite, clock.now
        )

    @property
    def begun(self) -> bool:
        """Whether a first start was not through: an id that is taken may be this profile's own."""
        return self._paths.description.exists()

    async def company_file(self, source: str) -> bytes:
        """First start: the company file that a link leads to, or that lies on this computer.

        Raises:
            RefusedBy: COMPANY_LINK [reason]; PROXY_FORM, PROXY_SCHEME.
            TroubleWith: COMPANY_LINK [reason]; PROXY_*.
        """
        return await joining.obtain(source, self.proxies)

    def look_at_company(self, data: bytes) -> CompanyOutside:
        """First start: what a company file shows before it is opened; raises RefusedBy COMPANY_FILE."""
        return joining.look(data)

    async def open_company(self, data: bytes, phrase: str) -> Joining:
        """First start: open a join file by its phrase; raises RefusedBy COMPANY_FILE [reason]."""
        return await joining.opened(data, phrase)

    async def create(
        self,
        *,
        name: str,
        address: str,
        account: str,
        invite: str | None,
        master: str | None,
        company: Joining | None = None,
    ) -> Client:
        """First start: make the secret (keyring, or master passphrase), the store and the identity, register.

        Can be called again after a failure; nothing half-made stays in the way. With a `company` the profile
        is its member's from the first moment on; name, address and account are then what it offers.
        """
        if not name.strip():
            raise RefusedBy(Kind.NAME_EMPTY)
        who = FullId(account_id.fold(account), _FIRST_DEVICE)
        relay = parse_address(address)
        if master is not None:
            unlock.check_master(master)
        async with AsyncExitStack() as undo:
            self._take_lock(undo)
            if self.state() is not ProfileState.NEW:
                raise Bug("a profile is made where one stands")
            db = await self._half_made(master) or await self._make_store(master)
            undo.push_async_callback(db.close)
            mine = await self._register(db, who, name.strip(), relay, invite)
            await db.write(lambda tx: self._keep_choices(tx, company))
            await self._finish()
            undo.pop_all()
        return self._client(db, mine)

    async def unlock(self, master: str | None = None) -> Client:
        """Open the profile with the keyring's secret or the master passphrase."""
        async with AsyncExitStack() as undo:
            self._take_lock(undo)
            found = description.load(self._paths.description)
            if found is None or not found.made:
                raise Bug("a profile is unlocked before it is made")
            secret = await self._secret(found, master)
            db = await Database.open(self._paths.database, unlock.database_key(secret).expose())
            undo.push_async_callback(db.close)
            mine = await db.read(account.get)
            if mine is None:
                raise TroubleWith(Kind.PROFILE_DAMAGED, file=self._paths.database.name)
            self.proxies.kept = await db.read(kept_proxy.get)
            undo.pop_all()
        return self._client(db, mine)

    # --- parts ------------------------------------------------------------------------

    def _client(self, db: Database, mine: Account) -> Client:
        log.note("profile open", device=str(mine.id))
        return Client(db, mine, self._lock.release, self.proxies)

    def _take_lock(self, undo: AsyncExitStack) -> None:
        try:
            self._paths.make()
            self._lock.take()
        except OSError as error:
            raise faults.trouble(error, self._paths.lock) from error
        undo.callback(self._lock.release)

    def _keyring(self, profile_id: str) -> Keyring:
        return Keyring(f"{self._paths.folder.name} {profile_id}")

    async def _secret(self, found: Description, master: str | None) -> Secret:
        if found.sealed is None:
            return await self._keyring(found.id).fetch()
        if master is None:
            raise TroubleWith(Kind.MASTER_WRONG)
        return await unlock.unseal(found.sealed, master)

    async def _half_made(self, master: str | None) -> Database | None:
        """The store of a first start that was not through, so that an id it may have registered stays ours.

        None where there is none, or where nothing can open it any more: then it goes.

        Raises:
            TroubleWith: the keyring or the disk does not play along now.
        """
        found = description.load(self._paths.description)
        if found is None:
            return None
        try:
            if (found.kept_by is KeptBy.PASSPHRASE) is (master is not None):
                secret = await self._secret(found, master)
                return await Database.open(self._paths.database, unlock.database_key(secret).expose())
        except TroubleWith as trouble:
            if trouble.situation.kind not in _HOPELESS:
                raise
            log.trouble("half-made profile does not open", trouble)
        if found.kept_by is KeptBy.KEYRING:
            with suppress(TroubleWith):
                await self._keyring(found.id).remove()
        await asyncio.to_thread(self._remove_store)
        return None

    def _remove_store(self) -> None:
        """Remove a half-made profile; the description last, because it says what the rest is."""
        beside = [self._paths.database.with_name(self._paths.database.name + end) for end in ("-wal", "-shm")]
        try:
            for path in (self._paths.database, *beside, self._paths.description):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise faults.trouble(error, self._paths.database) from error

    async def _make_store(self, master: str | None) -> Database:
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

    async def _register(
        self, db: Database, who: FullId, name: str, relay: Address, invite: str | None
    ) -> Account:
        """Write the identity down, then register it: a repeat after a lost answer is taken like the first."""
        before = await db.read(account.get)
        again = before is not None and (before.id, before.relay) == (who, str(relay))
        seed = before.identity_seed if before is not None and again else Secret(os.urandom(_SEED_BYTES))
        await db.write(lambda tx: account.make(tx, who=who, identity_seed=seed, relay=str(relay), name=name))
        hello = await visit.register(
            await self._way(relay),
            str(who),
            primitives.ed25519_public(seed.expose()),
            lambda data: primitives.ed25519_sign(seed.expose(), data),
            invite,
            clock.now,
        )
        await db.write(lambda tx: account.mark_registered(tx, hello.relay_key))
        made = await db.read(account.get)
        if made is None:
            raise Bug("an account is gone after it was written")
        return made

    def _keep_choices(self, tx: Tx, company: Joining | None) -> None:
        kept_proxy.put(tx, self.proxies.kept)
        if company is None:
            membership.forget(tx)  # another try may have left one
        else:
            membership.keep(tx, company.membership)

    async def _finish(self) -> None:
        found = description.load(self._paths.description)
        if found is None:
            raise Bug("a profile's description is gone while it is made")
        await asyncio.to_thread(description.save, self._paths.description, replace(found, made=True))

    async def _way(self, address: Address) -> Way:
        return Way(address, address.key, await self.proxies.towards(address))
