"""What is known of a method before and after it was used, and how a question for a PIN begins and ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import company
from support.company import PROFILE, RING_METHOD, TOKEN, TOKEN_METHOD
from support.logged import LoggedWarnings
from support.softhsm import PIN, SoftHsm
from support.staff import employed, renewed
from support.waiting import until
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.model.company import MethodState, Reason
from watchword.model.events import Event, PinOver, PinWanted
from watchword.protocol.company.profile import Kind, Method, Pin
from watchword.providers.contract import KeyName
from watchword_wire.message_data import MODE_WRAP

AT = {"module": "libsofthsm2.so", "token": "acme"}


class Place:
    """The providers of one member, what they told, and how often a method changed its state."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.told: list[Event] = []
        self.changes: list[bool] = []
        self.providers = Providers(self.told.append, self.changes.append)

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
async def working(folder: Path, *, pin: Pin = Pin.ASK) -> AsyncIterator[Place]:
    methods = tuple(
        Method(TOKEN_METHOD, Kind.PKCS11, MODE_WRAP, AT) if one.id == TOKEN_METHOD else one
        for one in PROFILE.methods
    )
    profile = replace(PROFILE, methods=methods, policy=replace(PROFILE.policy, pin=pin))
    async with employed(folder) as (_, member):
        there = Place(renewed(member, profile=profile))
        yield there
        await there.providers.close()


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    made = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.configuration))
    return made


async def test_a_method_is_untried_until_it_was_used_and_after_a_newer_file(tmp_path: Path) -> None:
    async with working(tmp_path) as there:
        assert there.state(RING_METHOD) == MethodState(RING_METHOD, "ring", "wrap")
        assert there.state(TOKEN_METHOD).detail == "acme"
        assert there.state(company.OWN_METHOD).detail == "acme"
        tested = await there.test(RING_METHOD)
        assert (tested.tried, tested.fault) == (True, None)
        assert there.changes == [False], "it is told, but nothing waited for it"
        await there.test(RING_METHOD)
        assert there.changes == [False]
        plugin = await there.test(company.OWN_METHOD)
        assert (plugin.tried, plugin.fault, plugin.detail) == (True, Reason.PROVIDER_MISSING, "acme")
        await there.providers.renew(there.member)
        assert not there.state(RING_METHOD).tried


async def test_a_question_for_a_pin_is_over_with_the_call(
    tmp_path: Path, hsm: SoftHsm, logged_warnings: LoggedWarnings
) -> None:
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        assert await there.told_of(1) == PinWanted("acme")
        there.providers.answer_pin("acme", "000000")
        assert await there.told_of(2) == PinWanted("acme", Reason.PIN_WRONG_FEW_LEFT)
        there.providers.answer_pin("acme", PIN)
        state = await test
        assert (state.fault, state.detail) == (None, f"acme {serial}")
        assert await there.told_of(3) == PinOver("acme")
        refused = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(4)
        there.providers.answer_pin("acme", None)
        assert (await refused).fault is Reason.PIN_WANTED
        assert await there.told_of(5) == PinOver("acme", Reason.PIN_WANTED)
        given_up = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(6)
        given_up.cancel()
        assert await there.told_of(7) == PinOver("acme")


async def test_a_newer_file_does_not_wait_for_a_pin(
    tmp_path: Path, hsm: SoftHsm, logged_warnings: LoggedWarnings
) -> None:
    hsm.make_key(hsm.make_token("acme"), KeyName(TOKEN, 1))
    async with working(tmp_path) as there:
        test = asyncio.create_task(there.test(TOKEN_METHOD))
        await there.told_of(1)
        policy = replace(there.member.profile.policy, pin=Pin.SESSION)
        newer = renewed(there.member, profile=replace(there.member.profile, policy=policy))
        async with asyncio.timeout(5):
            await there.providers.renew(newer)
        assert (await test).fault is Reason.PIN_WANTED
        assert await there.told_of(2) == PinOver("acme", Reason.PIN_WANTED)
