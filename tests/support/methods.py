"""The providers of one member of the tests' company, with two tokens more, and what they told."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from support.company import PROFILE, TOKEN_METHOD
from support.staff import employed, renewed
from support.waiting import until
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.model.company import MethodState
from watchword.model.events import Event
from watchword.protocol.company.profile import Kind, Method, Pin
from watchword_wire.message_data import MODE_CONTENT, MODE_WRAP

BESIDE = b"2ndtoken"
AT = {"module": "libsofthsm2.so", "token": "acme"}


class Place:
    """The providers of one member, what they told, and how often a method changed its state."""

    def __init__(
        self, member: Member, spawn: Callable[[str, Coroutine[object, object, None]], object]
    ) -> None:
        self.member = member
        self.told: list[Event] = []
        self.changes: list[bool] = []
        self.busy = False
        self.needed = True
        self.providers = Providers(
            self.told.append, self.changes.append, spawn, self._needed, lambda: self.busy
        )

    async def _needed(self, _methods: frozenset[bytes]) -> bool:
        return self.needed

    def method(self, wanted: bytes) -> Method:
        found = self.member.profile.method(wanted)
        assert found is not None
        return found

    def state(self, wanted: bytes) -> MethodState:
        return self.providers.state(self.method(wanted))

    async def test(self, wanted: bytes) -> MethodState:
        return await self.providers.test(self.member, self.method(wanted))

    async def told_of(self, count: int) -> Event:
        await until(lambda: len(self.told) >= count, f"{count} events")
        assert len(self.told) == count, self.told
        return self.told[-1]


@asynccontextmanager
async def working(
    folder: Path, *, pin: Pin = Pin.ASK, at: dict[str, str] = AT, beside: dict[str, str] = AT
) -> AsyncIterator[Place]:
    """The company's methods; two are tokens, of mode wrap and of mode content."""
    methods = tuple(
        Method(TOKEN_METHOD, Kind.PKCS11, MODE_WRAP, at) if one.id == TOKEN_METHOD else one
        for one in PROFILE.methods
    )
    methods = (*methods, Method(BESIDE, Kind.PKCS11, MODE_CONTENT, beside))
    profile = replace(PROFILE, methods=methods, policy=replace(PROFILE.policy, pin=pin))
    async with employed(folder) as (desk, member):
        there = Place(renewed(member, profile=profile), desk.tasks.spawn)
        yield there
        await there.providers.close()
