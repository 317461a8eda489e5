import time

import pytest

from support.hostile import HostileRelay, Visit
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.net import visit as module
from watchword.net.address import parse_address
from watchword.net.connection import Way
from watchword_wire.frames import (
    AskAvailable,
    Availability,
    Available,
    Refusal,
    RefusalCode,
    Register,
    Welcome,
)


def way(relay: HostileRelay) -> Way:
    return Way(parse_address(relay.address), None)


async def register(relay: HostileRelay) -> bytes:
    hello = await module.register(
        way(relay), "ada/1", b"k" * 32, lambda _d: bytes(64), "come", time.monotonic
    )
    return hello.relay_key


async def test_registering_brings_the_relays_key() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        frame = await visit.hears()
        assert isinstance(frame, Register)
        assert (frame.id, frame.key, frame.invite) == ("ada/1", b"k" * 32, "come")
        await visit.says(Welcome("ada/1", 120_000, 135_000, 1))
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile:
        assert await register(hostile) == hostile.key.public_key().public_bytes_raw()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.ID_TAKEN, Kind.ID_TAKEN),
        (RefusalCode.ID_LOOKS_ALIKE, Kind.ID_LOOKS_ALIKE),
        (RefusalCode.INVITE_WRONG, Kind.INVITE_WRONG),
        (RefusalCode.CLOSED, Kind.RELAY_CLOSED),
    ],
)
async def test_what_the_rules_forbid_is_refused(code: RefusalCode, kind: Kind) -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        await visit.hears()
        await visit.says(Refusal(code))
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile:
        with pytest.raises(RefusedBy) as caught:
            await register(hostile)
    assert caught.value.situation.kind is kind


async def test_a_relay_out_of_reach_is_trouble() -> None:
    with pytest.raises(TroubleWith) as caught:
        await module.availability(Way(parse_address("ws://127.0.0.1:9"), None), "ada", None, time.monotonic)
    assert caught.value.situation.kind is Kind.RELAY_TCP


async def test_is_an_id_free() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        assert await visit.hears() == AskAvailable("ada", None)
        await visit.says(Available("ada", Availability.LOOKS_ALIKE))

    async with HostileRelay(script) as hostile:
        found = await module.availability(way(hostile), "ada", None, time.monotonic)
    assert found is Availability.LOOKS_ALIKE
