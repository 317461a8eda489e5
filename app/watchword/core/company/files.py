"""Company files of one open client: fetch, look, join, update, one at a time; and the newer ones that come.

See `docs/protocol/company.md`, The company file and Fetching.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from watchword.core.company import joining, membership
from watchword.core.company.membership import Member
from watchword.core.company.updates import Updates
from watchword.core.desk import Desk
from watchword.core.proxies import Proxies
from watchword.model.company import CompanyOutside, FileReason, Lookout, Organisation
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.company.company_file import Membership
from watchword.store import member_keys
from watchword.store.member_keys import MemberKeys

Changed = Callable[[Member], Awaitable[Organisation]]
"""Has everything follow another membership."""


class _Overtaken(Exception):
    """Another file was taken since this one was compared with what was held."""


class Files:
    """What a window can do with company files; `Company` has the commands that change something."""

    def __init__(
        self,
        desk: Desk,
        proxies: Proxies,
        member: Callable[[], Member | None],
        *,
        changed: Changed,
        looked: Callable[[], None],
    ) -> None:
        """Take nothing yet. `looked`: what `lookout` says is another."""
        self._desk = desk
        self._proxies = proxies
        self._member = member
        self._changed = changed
        self._taking = asyncio.Lock()
        self._keys: MemberKeys | None = None
        """From another desktop of the member, for the first company file."""
        self.updates = Updates(desk, proxies, address=self._address, take=self._take, changed=looked)

    async def start(self) -> None:
        """Know where to look before there is a membership."""
        self._keys = await self._desk.db.read(member_keys.get)

    @property
    def waiting(self) -> bool:
        """Whether this is a member's desktop by keys from another one, and no company file has come yet."""
        return self._keys is not None and self._member() is None

    @property
    def lookout(self) -> Lookout:
        """How looking for newer files at the company's address goes."""
        return self.updates.state

    async def obtain(self, source: str) -> bytes:
        """The company file that a link leads to, or that lies on this computer.

        Raises:
            RefusedBy: COMPANY_LINK [reason]; PROXY_FORM, PROXY_SCHEME.
            TroubleWith: COMPANY_LINK [reason]; PROXY_*.
        """
        return await joining.obtain(source, self._proxies)

    def look(self, data: bytes) -> CompanyOutside:
        """What a company file shows before it is opened.

        Raises:
            RefusedBy: COMPANY_FILE [DAMAGED].
        """
        return joining.look(data)

    async def look_for_update(self) -> Lookout:
        """Look at the company's address for a newer file now; what came of it."""
        return await self.updates.look()

    async def join(self, data: bytes, phrase: str, keeping: Callable[[], None]) -> Organisation:
        """Join by a join file; takes a second, off the loop.

        Whoever gives up before `keeping` is called has joined nothing; from then on it is done whole.

        Raises:
            RefusedBy: COMPANY_FILE [reason].
        """
        while True:
            held = self._member()
            opened = await membership.opened(data, phrase, self._desk.me.account, held)
            keeping()
            with contextlib.suppress(_Overtaken):
                return await self._desk.tasks.finish(self._join(held, opened))

    async def _join(self, held: Member | None, opened: Membership) -> Organisation:
        async with self._taking:
            if self._member() is not held:
                raise _Overtaken
            return await self._changed(await membership.keep(self._desk, opened))

    async def update(self, data: bytes) -> Organisation:
        """Take a newer file. Raises RefusedBy COMPANY_MISSING, COMPANY_FILE [reason]."""
        async with self._taking:
            renewed = await self._renewed(data) or self._member()
            if renewed is None:
                raise RefusedBy(Kind.COMPANY_MISSING)
            return await self._changed(renewed)

    async def _take(self, data: bytes) -> bool:
        """Take what the company's address brought; whether it is newer."""
        async with self._taking:
            renewed = await self._renewed(data)
            if renewed is not None:
                await self._changed(renewed)
            return renewed is not None

    async def _renewed(self, data: bytes) -> Member | None:
        """The membership by another file; None if it is the one that is held. Being removed is kept."""
        held = self._member()
        try:
            return await membership.update(self._desk, held, data)
        except RefusedBy as refused:
            if held is not None and refused.situation.facts.get("reason") == FileReason.REMOVED.value:
                await self._changed(await membership.removed(self._desk, held, data))
            raise

    def _address(self) -> str:
        member = self._member()
        if member is not None:
            return member.profile.updates
        return "" if self._keys is None else self._keys.updates
