"""*Check*: try a relay step by step and say which step fails: DNS, TCP, TLS, version, sign-in, write, read.

Where a proxy is on the way, the proxy comes first and looks the name up.

The last three go through a probe: a throw-away key signs in, the relay writes a few bytes durably, reads
them back and forgets them. See `docs/protocol/wire.md`, section Probe.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchword.model.errors import Kind, Situation, TroubleWith
from watchword.model.setup import CheckResult, CheckStep
from watchword.net import tls
from watchword.net.address import Address
from watchword.net.connection import Way, fail
from watchword.net.proxy import ProxyAddress
from watchword.net.tunnel import open_tunnel
from watchword.net.visit import Visited, visit
from watchword.protocol.relaylink import ToProbe
from watchword_wire.frames import Probed

_STEP_DEADLINE = 8.0
_PROBE_BYTES = 32
_REACHED = [CheckStep.SIGN_IN, CheckStep.WRITE, CheckStep.READ]
_KIND_OF_STEP = {
    CheckStep.SIGN_IN: Kind.RELAY_SIGN_IN,
    CheckStep.WRITE: Kind.RELAY_WRITE,
    CheckStep.READ: Kind.RELAY_READ,
}


async def check(
    address: Address, now: Callable[[], float], proxy: ProxyAddress | None = None
) -> AsyncIterator[CheckResult]:
    """Try the relay at `address`; each step comes as it is done, and a failure is the last."""
    steps = _reach(address, now) if proxy is None else _reach_through(proxy, address, now)
    async for result in steps:
        yield result
        if result.problem is not None:
            return

    began = now()
    if address.secure:
        try:
            await _touch(address, proxy, secure=True)
        except (OSError, TroubleWith) as error:
            yield _failed(CheckStep.TLS, began, now(), _situation(error, address))
            return
    tls_took = _since(began, now())
    began = now()
    throw_away = Ed25519PrivateKey.generate()
    data = secrets.token_bytes(_PROBE_BYTES)
    key = throw_away.public_key().public_bytes_raw()
    visited = await visit(Way(address, address.key, proxy), ToProbe(key, data), throw_away.sign, now)
    if visited.problem is not None and visited.problem.kind is Kind.RELAY_KEY:
        # The key is the relay's proof of the certificate, so this failure belongs to TLS.
        yield CheckResult(CheckStep.TLS, tls_took, problem=visited.problem)
        return
    yield CheckResult(CheckStep.TLS, tls_took, left_out=not address.secure)
    for result in _rest(visited, data, _since(began, now())):
        yield result


async def _reach(address: Address, now: Callable[[], float]) -> AsyncIterator[CheckResult]:
    """DNS and TCP."""
    loop = asyncio.get_running_loop()
    began = now()
    try:
        async with asyncio.timeout(_STEP_DEADLINE):
            await loop.getaddrinfo(address.host, address.port)
    except OSError as error:
        yield _failed(CheckStep.DNS, began, now(), _situation(error, address))
        return
    yield CheckResult(CheckStep.DNS, _since(began, now()))

    began = now()
    try:
        await _touch(address, None, secure=False)
    except OSError as error:
        yield _failed(CheckStep.TCP, began, now(), _situation(error, address))
        return
    yield CheckResult(CheckStep.TCP, _since(began, now()))


async def _reach_through(
    proxy: ProxyAddress, address: Address, now: Callable[[], float]
) -> AsyncIterator[CheckResult]:
    """PROXY and TCP: whether the proxy lets us through, and whether it reaches the relay."""
    began = now()
    problem: Situation | None = None
    try:
        (await open_tunnel(proxy, address.host, address.port)).close()
    except TroubleWith as trouble:
        problem = trouble.situation
    took = _since(began, now())
    if problem is not None and problem.kind is not Kind.PROXY_RELAY:
        yield CheckResult(CheckStep.PROXY, took, problem=problem)
        return
    yield CheckResult(CheckStep.PROXY, took)
    yield CheckResult(CheckStep.DNS, 0.0, left_out=True)
    yield CheckResult(CheckStep.TCP, took, problem=problem)


def _rest(visited: Visited, data: bytes, took: float) -> list[CheckResult]:
    """Version, sign-in, write and read from one probe; the time stands at the version and the last."""
    if visited.hello is None:
        problem = visited.problem or Situation(Kind.RELAY_NONSENSE)
        return [CheckResult(CheckStep.VERSION, took, problem=problem)]
    results = [CheckResult(CheckStep.VERSION, took)]
    answer = visited.answer
    if not isinstance(answer, Probed):
        problem = visited.problem or Situation(Kind.RELAY_SIGN_IN)
        return [*results, CheckResult(CheckStep.SIGN_IN, 0.0, problem=problem)]
    reached = [step.value for step in _REACHED]
    passed = reached.index(answer.reached) + 1 if answer.reached in reached else 0
    if passed == len(_REACHED) and answer.data != data:
        passed -= 1
    results += [CheckResult(step, 0.0) for step in _REACHED[:passed]]
    if passed < len(_REACHED):
        step = _REACHED[passed]
        results.append(CheckResult(step, 0.0, problem=Situation(_KIND_OF_STEP[step])))
    return results


async def _touch(address: Address, proxy: ProxyAddress | None, *, secure: bool) -> None:
    """Open a TCP or TLS connection and close it again."""
    context = await tls.context_for(address) if secure else None
    if proxy is None:
        async with asyncio.timeout(_STEP_DEADLINE):
            _reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    else:
        tunnel = await open_tunnel(proxy, address.host, address.port)
        async with asyncio.timeout(_STEP_DEADLINE):
            _reader, writer = await asyncio.open_connection(
                sock=tunnel, ssl=context, server_hostname=address.host
            )
    writer.transport.abort()


def _failed(step: CheckStep, began: float, ended: float, problem: Situation) -> CheckResult:
    return CheckResult(step, _since(began, ended), problem=problem)


def _since(began: float, ended: float) -> float:
    return (ended - began) * 1000


def _situation(error: Exception, address: Address) -> Situation:
    if isinstance(error, TroubleWith):
        return error.situation
    try:
        fail(error, address)
    except TroubleWith as trouble:
        return trouble.situation
