import time

import pytest

from support.hostile import HostileRelay, Visit
from watchword.model.errors import Kind
from watchword.model.setup import CheckStep
from watchword.net import check as module
from watchword.net.address import parse_address
from watchword_wire.frames import Probe, Probed, Refusal, RefusalCode

FINE = [(step, None) for step in CheckStep]


async def results(address: str) -> list[tuple[CheckStep, Kind | None]]:
    found = [result async for result in module.check(parse_address(address), time.monotonic)]
    return [(one.step, None if one.problem is None else one.problem.kind) for one in found]


async def probe_answered(reached: str, *, right: bool = True) -> list[tuple[CheckStep, Kind | None]]:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        frame = await visit.hears()
        assert isinstance(frame, Probe)
        await visit.says(Probed(reached, frame.data if right else b"other"))

    async with HostileRelay(script) as hostile:
        return await results(hostile.address)


async def test_all_seven_steps() -> None:
    assert await probe_answered("read") == FINE


async def test_tls_is_left_out_on_loopback() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        frame = await visit.hears()
        assert isinstance(frame, Probe)
        await visit.says(Probed("read", frame.data))

    async with HostileRelay(script) as hostile:
        found = [result async for result in module.check(parse_address(hostile.address), time.monotonic)]
    assert [result.step for result in found if result.left_out] == [CheckStep.TLS]


@pytest.mark.parametrize(
    ("reached", "right", "step", "kind"),
    [
        ("nowhere", True, CheckStep.SIGN_IN, Kind.RELAY_SIGN_IN),
        ("sign-in", True, CheckStep.WRITE, Kind.RELAY_WRITE),
        ("write", True, CheckStep.READ, Kind.RELAY_READ),
        ("read", False, CheckStep.READ, Kind.RELAY_READ),
    ],
)
async def test_how_far_a_probe_gets(reached: str, right: bool, step: CheckStep, kind: Kind) -> None:
    found = await probe_answered(reached, right=right)
    assert found == [*FINE[: [*CheckStep].index(step)], (step, kind)]


async def test_nobody_listens() -> None:
    assert await results("ws://127.0.0.1:9") == [(CheckStep.DNS, None), (CheckStep.TCP, Kind.RELAY_TCP)]


async def test_an_unknown_name() -> None:
    assert await results("wss://no-such-relay.invalid") == [(CheckStep.DNS, Kind.RELAY_DNS)]


async def test_no_tls_where_tls_should_be() -> None:
    async def script(visit: Visit) -> None:
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile:
        found = await results(f"wss://127.0.0.1:{hostile.port}")
    assert found == [*FINE[:2], (CheckStep.TLS, Kind.RELAY_TLS)]


async def test_another_version_and_another_program() -> None:
    async def newer(visit: Visit) -> None:
        await visit.says(visit.hello(versions=[7]))
        await visit.connection.wait_closed()

    async with HostileRelay(newer) as hostile:
        assert await results(hostile.address) == [*FINE[:3], (CheckStep.VERSION, Kind.RELAY_VERSION)]
    async with HostileRelay(newer, subprotocol=None) as hostile:
        assert await results(hostile.address) == [*FINE[:3], (CheckStep.VERSION, Kind.RELAY_PROTOCOL)]


async def test_a_full_relay_fails_at_sign_in_with_its_reason() -> None:
    async def script(visit: Visit) -> None:
        await visit.says(visit.hello())
        await visit.hears()
        await visit.says(Refusal(RefusalCode.FULL))
        await visit.connection.wait_closed()

    async with HostileRelay(script) as hostile:
        assert await results(hostile.address) == [*FINE[:4], (CheckStep.SIGN_IN, Kind.RELAY_FULL)]
