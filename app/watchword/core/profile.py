"""From a folder to an open client: first start in its three ways, unlocking.

The only maker of `Client` and `Applying`. Raises RefusedBy or TroubleWith (`model.errors`). See
`docs/protocol/store.md`, First start.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from watchword import log
from watchword.core import account_id, clock, ratchet_library, unlock
from watchword.core.client import Client
from watchword.core.company import joining
from watchword.core.company.joining import Joining
from watchword.core.folder import Folder
from watchword.core.proxies import Proxies
from watchword.core.terminals import joined
from watchword.core.terminals.applying import Applying
from watchword.crypto import primitives
from watchword.crypto.secret import Secret
from watchword.model.company import CompanyOutside
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.proxy import ProxyTyped
from watchword.model.setup import Availability, CheckResult, KeyringState, ProfileState
from watchword.net import visit
from watchword.net.address import Address, invite_of, parse_address
from watchword.net.check import check
from watchword.net.connection import Way
from watchword.paths import Paths
from watchword.protocol.second_desktop import OPENING_BYTES
from watchword.store import account, application, member_keys, membership
from watchword.store import proxy as kept_proxy
from watchword.store.account import Account
from watchword.store.application import Application
from watchword.store.database import Database
from watchword.store.transaction import Tx
from watchword_wire.errors import Bug
from watchword_wire.ids import FullId

_FIRST_DEVICE = 1
_SEED_BYTES = 32


class Profile:
    """One profile folder, before and while it is unlocked."""

    def __init__(self, paths: Paths) -> None:
        self._folder = Folder(paths)
        self.proxies = Proxies()

    def state(self) -> ProfileState:
        """What the folder holds; raises TroubleWith PROFILE_DAMAGED or PROFILE_NEWER."""
        return self._folder.state()

    async def keyring(self) -> KeyringState:
        """Ask the OS keyring who it is and whether it works, with a time limit, off the loop."""
        return await self._folder.keyring()

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
        relay, who = parse_address(address), account_id.fold(account)
        return await visit.availability(await self._way(relay), who, _invite(relay, invite), clock.now)

    @property
    def begun(self) -> bool:
        """Whether a first start was not through: an id that is taken may be this profile's own."""
        return self._folder.begun

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
        further: bool = False,
    ) -> Client:
        """First start: make the secret (keyring or master passphrase), store and identity; register.

        Can be called again after a failure; nothing half-made stays in the way. With a `company` the profile
        is its member's from the first moment on; name, address and account are what it offers. `further`: the
        company's file makes this another desktop of the account. Raises RefusedBy for what was typed.
        """
        if not name.strip():
            raise RefusedBy(Kind.NAME_EMPTY)
        who, relay = account_id.fold(account), parse_address(address)
        if master is not None:
            unlock.check_master(master)
        async with AsyncExitStack() as undo:
            db = await self._begin(undo, master)
            mine = None if further else await self._first(db, who, name.strip(), relay, invite, company)
            if mine is None and company is not None:
                mine = await self._join(db, who, name.strip(), relay, company)
            if mine is None:
                raise Bug("a further desktop without a company's file is applied for")
            await db.write(lambda tx: self._keep_choices(tx, company))
            await self._finish()
            undo.pop_all()
        return self._client(db, mine)

    async def apply(self, *, address: str, account: str, master: str | None) -> Applying:
        """First start of a further desktop: make the secret and the store; it waits to be approved.

        Can be called again after a failure. From here on the profile stands: `unlock` opens it again.
        """
        who, relay = account_id.fold(account), parse_address(address)
        if master is not None:
            unlock.check_master(master)
        waits = _application(who, relay)
        async with AsyncExitStack() as undo:
            db = await self._begin(undo, master)
            await db.write(lambda tx: self._begin_to_wait(tx, waits))
            await self._finish()
            undo.pop_all()
        return Applying(db, waits, self._way)

    async def unlock(self, master: str | None = None) -> Client | Applying:
        """Open the profile with the keyring's secret or the master passphrase.

        One that another desktop of its account has not approved yet goes on waiting.
        """
        async with AsyncExitStack() as undo:
            self._folder.hold(undo)
            db = await self._folder.open(master)
            undo.push_async_callback(db.close)
            mine, waits = await db.read(lambda tx: (account.get(tx), application.get(tx)))
            self.proxies.kept = await db.read(kept_proxy.get)
            await ratchet_library.bring_for_sessions(db)
            opened = self._opened(db, mine, waits)
            undo.pop_all()
        return opened

    # --- while it waits to be approved ------------------------------------------------------

    async def approved(self, applying: Applying) -> Client:
        """Open the client of a desktop that another one approved: `Applying.wait` has returned."""
        mine = await applying.database.read(account.get)
        if mine is None:
            raise Bug("a desktop was approved and is none")
        return self._client(applying.database, mine)

    async def leave(self, applying: Applying) -> None:
        """Close a profile that waits; it waits on once it is opened again."""
        await applying.database.close()
        self._folder.release()

    async def give_up(self, applying: Applying) -> None:
        """Wait no more: the folder is as if nobody had begun.

        Raises:
            TroubleWith: the disk does not play along; it waits on, and this can be tried again.
        """
        await self._folder.disown()
        await applying.database.close()
        try:
            await self._folder.clear()
        except TroubleWith as trouble:
            log.trouble("profile not removed", trouble)
        self._folder.release()

    # --- parts ------------------------------------------------------------------------

    def _client(self, db: Database, mine: Account) -> Client:
        log.note("profile open", device=str(mine.id))
        return Client(db, mine, self._folder.release, self.proxies)

    def _opened(self, db: Database, mine: Account | None, waits: Application | None) -> Client | Applying:
        if mine is not None:
            return self._client(db, mine)
        if waits is not None:
            return Applying(db, waits, self._way)
        raise self._folder.damaged()

    async def _begin(self, undo: AsyncExitStack, master: str | None) -> Database:
        self._folder.hold(undo)
        db = await self._folder.begin(master)
        undo.push_async_callback(db.close)
        return db

    async def _first(
        self,
        db: Database,
        who: str,
        name: str,
        relay: Address,
        invite: str | None,
        company: Joining | None,
    ) -> Account | None:
        """Be the first desktop of an account; None where a company's member has others already."""
        try:
            return await self._register(db, FullId(who, _FIRST_DEVICE), name, relay, invite)
        except RefusedBy as refused:
            if company is None or refused.situation.kind is not Kind.ID_TAKEN:
                raise
        return None

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
            _invite(relay, invite),
            clock.now,
        )
        return await self._registered(db, hello.relay_key)

    async def _join(self, db: Database, who: str, name: str, relay: Address, company: Joining) -> Account:
        """Be the account's next desktop by the member's certificate; a repeat is the same one."""
        before = await db.read(account.get)
        again = before is not None and (before.id.account, before.relay) == (who, str(relay))
        seed = before.identity_seed if before is not None and again else Secret(os.urandom(_SEED_BYTES))

        async def attempt(full_id: FullId) -> None:
            await db.write(
                lambda tx: account.make(tx, who=full_id, identity_seed=seed, relay=str(relay), name=name)
            )

        way = await self._way(relay)
        relay_key = await joined.as_another(way, who, seed, company.membership, attempt)
        return await self._registered(db, relay_key)

    async def _registered(self, db: Database, relay_key: bytes) -> Account:
        await db.write(lambda tx: account.pin(tx, relay_key))
        made = await db.read(account.get)
        if made is None:
            raise Bug("an account is gone after it was written")
        return made

    def _keep_choices(self, tx: Tx, company: Joining | None) -> None:
        """What was chosen; another try may have left something else."""
        kept_proxy.put(tx, self.proxies.kept)
        application.forget(tx)
        member_keys.forget(tx)
        if company is None:
            membership.forget(tx)
        else:
            membership.keep(tx, company.membership)

    def _begin_to_wait(self, tx: Tx, waits: Application) -> None:
        self._keep_choices(tx, None)
        account.forget(tx)
        application.put(tx, waits)

    async def _finish(self) -> None:
        await self._folder.finish()

    async def _way(self, address: Address, pinned: bytes | None = None) -> Way:
        return Way(address, pinned or address.key, await self.proxies.towards(address))


def _invite(relay: Address, typed: str | None) -> str | None:
    """The invitation: what was typed where one is asked for, else what the relay's link holds."""
    return invite_of(typed) if typed else relay.invite


def _application(who: str, relay: Address) -> Application:
    seed, opening = Secret(os.urandom(_SEED_BYTES)), Secret(os.urandom(OPENING_BYTES))
    return Application(who, seed, opening, str(relay), relay.key)
