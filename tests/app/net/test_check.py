import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hostile import HostileRelay, Visit
from support.ports import free_port
from support.proxies import Microsocks, Tinyproxy, odd_proxy, outside, pass_on
from support.relay import RelayProcess
from watchword.model.errors import Kind
from watchword.model.setup import CheckStep
from watchword.net import check as module
from watchword.net.address import parse_address
from watchword.net.proxy import parse_proxy
from watchword_wire.frames import Probe, Probed, Refusal, RefusalCode

DIRECT: list[CheckStep] = [step for step in CheckStep if step is not CheckStep.PROXY]
FINE: list[tuple[CheckStep, Kind | None]] = [(step, None) for step in DIRECT]


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
    assert found == [*FINE[: DIRECT.index(step)], (step, kind)]


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


# --- through proxies ------------------------------------------------------------------

THROUGH: list[tuple[CheckStep, Kind | None]] = [(step, None) for step in CheckStep]
REAL = [Tinyproxy, Microsocks]


async def through(url: str, address: str) -> list[tuple[CheckStep, Kind | None]]:
    steps = module.check(parse_address(address), time.monotonic, parse_proxy(url))
    return [(one.step, None if one.problem is None else one.problem.kind) async for one in steps]


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with RelayProcess(tmp_path / "relay", listen="0.0.0.0:0", options=["--registration", "open"]) as started:
        yield started


@pytest.mark.parametrize("kind", REAL)
async def test_through_a_proxy_tls_is_the_relays_own(
    tmp_path: Path, relay: RelayProcess, kind: type[Tinyproxy] | type[Microsocks]
) -> None:
    with kind(tmp_path, ("ada", "pa55")) as proxy:
        url = proxy.url.replace("://", "://ada:pa55@")
        assert await through(url, outside(relay.address)) == THROUGH
        other_key = outside(relay.address).partition("#")[0] + "#" + "A" * 43
        assert await through(url, other_key) == [*THROUGH[:3], (CheckStep.TLS, Kind.RELAY_KEY)]
        no_key = outside(relay.address).partition("#")[0]
        assert await through(url, no_key) == [*THROUGH[:3], (CheckStep.TLS, Kind.RELAY_CERTIFICATE)]


@pytest.mark.parametrize("kind", REAL)
async def test_each_failure_of_a_proxy_has_its_step(
    tmp_path: Path, kind: type[Tinyproxy] | type[Microsocks]
) -> None:
    address = f"wss://0.0.0.0:{free_port()}"
    with kind(tmp_path, ("ada", "pa55")) as proxy:
        assert await through(proxy.url, address) == [(CheckStep.PROXY, Kind.PROXY_SIGN_IN)]
        wrong = proxy.url.replace("://", "://ada:wrong@")
        assert await through(wrong, address) == [(CheckStep.PROXY, Kind.PROXY_SIGN_IN_WRONG)]
        right = proxy.url.replace("://", "://ada:pa55@")
        assert await through(right, address) == [*THROUGH[:2], (CheckStep.TCP, Kind.PROXY_RELAY)]
        proxy.kill()
        assert await through(right, address) == [(CheckStep.PROXY, Kind.PROXY_UNREACHABLE)]


async def test_a_proxy_that_refuses(tmp_path: Path) -> None:
    with Tinyproxy(tmp_path, only_port=443) as proxy:
        found = await through(proxy.url, "wss://0.0.0.0:8765")
    assert found == [(CheckStep.PROXY, Kind.PROXY_REFUSED)]


async def test_a_proxy_that_speaks_tls_itself_is_found_out(tmp_path: Path) -> None:
    """What opens the tunnel is no relay: nothing but the key of the address is believed."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await pass_on(reader, writer, impostor.port)

    options = ["--registration", "open"]
    with (
        RelayProcess(tmp_path / "right", listen="0.0.0.0:0", options=options) as right,
        RelayProcess(tmp_path / "impostor", listen="0.0.0.0:0", options=options) as impostor,
    ):
        async with odd_proxy(script) as port:
            found = await through(f"http://127.0.0.1:{port}", outside(right.address))
    assert found == [*THROUGH[:3], (CheckStep.TLS, Kind.RELAY_KEY)]
