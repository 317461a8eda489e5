"""*Check*: try a relay step by step and say which step fails: DNS, TCP, TLS, version, sign-in, write, read.

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


async def check(address: Address, now: Callable[[], float]) -> AsyncIterator[CheckResult]:
    """Try the relay at `address`; each step comes as it is done, and a failure is the last."""
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
        await _touch(address, secure=False)
    except OSError as error:
        yield _failed(CheckStep.TCP, began, now(), _situation(error, address))
        return
    yield CheckResult(CheckStep.TCP, _since(began, now()))

    began = now()
    if address.secure:
        try:
            await _touch(address, secure=True)
        except OSError as error:
            yield _failed(CheckStep.TLS, began, now(), _situation(error, address))
            return
    tls_took = _since(began, now())
    began = now()
    throw_away = Ed25519PrivateKey.generate()
    data = secrets.token_bytes(_PROBE_BYTES)
    key = throw_away.public_key().public_bytes_raw()
    visited = await visit(Way(address, address.key), ToProbe(key, data), throw_away.sign, now)
    if visited.problem is not None and visited.problem.kind is Kind.RELAY_KEY:
        # The key is the relay's proof of the certificate, so this failure belongs to TLS.
        yield CheckResult(CheckStep.TLS, tls_took, problem=visited.problem)
        return
    yield CheckResult(CheckStep.TLS, tls_took, left_out=not address.secure)
    for result in _rest(visited, data, _since(began, now())):
        yield result


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


async def _touch(address: Address, *, secure: bool) -> None:
    """Open a TCP or TLS connection and close it again."""
    context = await tls.context_for(address) if secure else None
    async with asyncio.timeout(_STEP_DEADLINE):
        _reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    writer.transport.abort()


def _failed(step: CheckStep, began: float, ended: float, problem: Situation) -> CheckResult:
    return CheckResult(step, _since(began, ended), problem=problem)


def _since(began: float, ended: float) -> float:
    return (ended - began) * 1000


def _situation(error: Exception, address: Address) -> Situation:
    try:
        fail(error, address)
    except TroubleWith as trouble:
        return trouble.situation
