"""What every provider must do, as code: for the tests, and for `watchword-provider-check` on anybody's.

A check that fails raises `Failed`, whose text says in plain words what the provider did. The expectations are
those of `contract` and of `docs/protocol/company.md`; no check knows how a provider works.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import msgspec

from watchword.providers.contract import (
    CONTENT_BYTES,
    CONTENT_KEY_BYTES,
    SEALED_GROWTH,
    WRAPPED_BYTES,
    Cause,
    Context,
    Fault,
    KeyName,
    Mode,
    Sealing,
    Wrapping,
)
from watchword_wire.errors import PeerError

SIZES = (0, 1, 15, 16, 17, 255, 256, 4_096, 65_535, 65_536, CONTENT_BYTES)
PARALLEL = 32
_SMALL = 48
_LOOK = 0.002


class Failed(Exception):
    """A check failed; the text is for whoever wrote the provider."""


class Disturbance(Protocol):
    """How a provider is disturbed from outside, and mended again as a person would."""

    when_cut: Cause
    """What a call must say that was cut."""

    async def stall(self) -> None:
        """From now on no call is answered."""

    def under_way(self) -> bool:
        """Whether a call has begun and not ended."""

    async def cut(self) -> None:
        """End what answers, in the middle of a call that does not get its answer any more."""

    async def mend(self) -> None:
        """Undo both."""


class Subject(msgspec.Struct, frozen=True):
    """A provider under test, in one mode, with a key that it has."""

    provider: Wrapping | Sealing
    mode: Mode
    key: KeyName
    disturbance: Disturbance | None = None
    """None for a provider that is only a computation."""

    async def seal(self, data: bytes, context: Context, under: KeyName | None = None) -> bytes:
        """Wrap or seal."""
        key = under or self.key
        if self.mode is Mode.WRAP:
            return await self.provider.wrap(data, context, key)  # type: ignore[union-attr]  # by its mode
        return await self.provider.seal(data, context, key)  # type: ignore[union-attr]  # by its mode

    async def open(self, data: bytes, context: Context, under: KeyName | None = None) -> bytes:
        """Unwrap or open."""
        key = under or self.key
        if self.mode is Mode.WRAP:
            return await self.provider.unwrap(data, context, key)  # type: ignore[union-attr]  # by its mode
        return await self.provider.open(data, context, key)  # type: ignore[union-attr]  # by its mode


class Check(msgspec.Struct, frozen=True):
    """One thing that must hold."""

    name: str
    says: str
    """In plain words, as it is printed."""
    run: Callable[[Subject], Awaitable[None]]
    disturbs: bool = False
    """Whether it needs a `Disturbance`; without one it says nothing."""


def sample_context(mode: Mode, **changed: object) -> Context:
    """A context like those of messages; its digest covers every field, as company.md's does.

    The fields are covered in another way than there: to a provider the digest is 32 bytes of any origin.
    """
    fields: dict[str, object] = {
        "organisation": bytes(range(16)),
        "conversation": bytes(range(16, 32)),
        "sender": "ada/1",
        "targets": ("bo", "cy"),
        "message": bytes(range(32, 48)),
        **changed,
    }
    digest = hashlib.sha256(msgspec.json.encode([int(mode), *fields.values()])).digest()
    return msgspec.convert({"digest": digest, **fields}, Context)


def _data(subject: Subject) -> bytes:
    return secrets.token_bytes(CONTENT_KEY_BYTES if subject.mode is Mode.WRAP else _SMALL)


async def _health(subject: Subject) -> None:
    health = await subject.provider.health()
    if health.fault is not None:
        raise Failed(f"health says {health.fault.value}")
    if health.keys and subject.key not in health.keys:
        raise Failed("health does not name the key under test among the keys it can seal with")


async def _round_trip(subject: Subject) -> None:
    context = sample_context(subject.mode)
    sizes = (CONTENT_KEY_BYTES,) if subject.mode is Mode.WRAP else SIZES
    for size in sizes:
        data = secrets.token_bytes(size)
        closed = await _well(subject.seal(data, context), f"sealing {size} bytes")
        if await _well(subject.open(closed, context), f"opening {size} bytes") != data:
            raise Failed(f"{size} bytes came back as others")


async def _hidden(subject: Subject) -> None:
    """Not a proof that it is encryption, but the mistake that a stub makes."""
    for data in (bytes(CONTENT_KEY_BYTES), _data(subject)):
        closed = await subject.seal(data, sample_context(subject.mode))
        if any(data[at : at + 8] in closed for at in range(0, len(data) - 7, 8)):
            raise Failed("what was sealed stands in the clear in what came back")
        most = WRAPPED_BYTES if subject.mode is Mode.WRAP else len(data) + SEALED_GROWTH
        if len(closed) > most:
            raise Failed(f"{len(closed)} bytes came back, more than the {most} that there is room for")


async def _never_the_same(subject: Subject) -> None:
    context, data = sample_context(subject.mode), _data(subject)
    seen = {await subject.seal(data, context) for _ in range(8)}
    if len(seen) != 8:  # noqa: PLR2004 - of the line above
        raise Failed("sealing the same twice gave the same bytes")


async def _other_context(subject: Subject) -> None:
    mode = subject.mode
    context, data = sample_context(mode), _data(subject)
    closed = await subject.seal(data, context)
    others = {
        "organisation": sample_context(mode, organisation=bytes(16)),
        "conversation": sample_context(mode, conversation=bytes(16)),
        "sender": sample_context(mode, sender="ada/2"),
        "targets (one more)": sample_context(mode, targets=("bo", "cy", "di")),
        "targets (one less)": sample_context(mode, targets=("bo",)),
        "targets (another order)": sample_context(mode, targets=("cy", "bo")),
        "message": sample_context(mode, message=bytes(16)),
        "digest": msgspec.structs.replace(context, digest=bytes(32)),
    }
    for field, other in others.items():
        await _refused(subject.open(closed, other), f"another {field} in the context")
    if await subject.open(closed, context) != data:
        raise Failed("after refusals it does not open what it sealed")


async def _other_key(subject: Subject) -> None:
    context = sample_context(subject.mode)
    closed = await subject.seal(_data(subject), context)
    key = subject.key
    unknown = KeyName(bytes(byte ^ 0xA5 for byte in key.id), key.version)
    newer = KeyName(key.id, key.version + 1_000)
    for name, cause in ((unknown, Cause.KEY_UNKNOWN), (newer, Cause.VERSION_UNKNOWN)):
        what = "a key that it does not have" if name is unknown else "a version that it does not have"
        await _refused(subject.open(closed, context, name), f"opening under {what}", {cause, Cause.ALTERED})
        await _refused(subject.seal(_data(subject), context, name), f"sealing under {what}", {cause})
    for name in (await subject.provider.health()).keys:
        if name != key:
            await _refused(subject.open(closed, context, name), "opening under another of its keys")


async def _damaged(subject: Subject) -> None:
    context = sample_context(subject.mode)
    closed = await subject.seal(_data(subject), context)
    for at in range(len(closed)):
        bad = closed[:at] + bytes([closed[at] ^ (1 << at % 8)]) + closed[at + 1 :]
        await _refused(subject.open(bad, context), f"byte {at} of {len(closed)} altered")
    for length in range(len(closed)):
        await _refused(subject.open(closed[:length], context), f"cut to {length} of {len(closed)} bytes")
    for more in (b"\0", closed):
        await _refused(subject.open(closed + more, context), f"{len(more)} bytes more at the end")


async def _parallel(subject: Subject) -> None:
    async def one(number: int) -> None:
        context = sample_context(subject.mode, message=number.to_bytes(16, "big"))
        data = _data(subject)
        if await subject.open(await subject.seal(data, context), context) != data:
            raise Failed("calls at the same time get each other's answers")

    outcomes = await asyncio.gather(*map(one, range(PARALLEL)), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


async def _used_again(subject: Subject) -> None:
    context, data = sample_context(subject.mode), _data(subject)
    closed = await subject.seal(data, context)
    await subject.provider.close()
    if await _well(subject.open(closed, context), "after close, opening") != data:
        raise Failed("after close it opens something else")


async def _slow(subject: Subject) -> None:
    disturbance = subject.disturbance
    if disturbance is None:
        return
    context, data = sample_context(subject.mode), _data(subject)
    closed = await subject.seal(data, context)
    await disturbance.stall()
    await _refused(subject.seal(data, context), "sealing while it hangs", {Cause.PROVIDER_SLOW})
    await disturbance.mend()
    if await _well(subject.open(closed, context), "after it hung, opening") != data:
        raise Failed("after it hung it opens something else")


async def _cut(subject: Subject) -> None:
    disturbance = subject.disturbance
    if disturbance is None:
        return
    context, data = sample_context(subject.mode), _data(subject)
    closed = await subject.seal(data, context)
    await disturbance.stall()
    call = asyncio.create_task(subject.seal(data, context))
    while not call.done() and not disturbance.under_way():  # noqa: ASYNC110 - it happens in another thread
        await asyncio.sleep(_LOOK)
    await disturbance.cut()
    await _refused(call, "ended in mid-call", {disturbance.when_cut})
    await disturbance.mend()
    if await _well(subject.open(closed, context), "after it was ended, opening") != data:
        raise Failed("after it was ended it opens something else")


CHECKS = (
    Check("health", "It says that it works, and names the key under test if it names any", _health),
    Check("round trip", "What it sealed it opens, in every size", _round_trip),
    Check("hidden", "What comes back is sealed, and not longer than there is room for", _hidden),
    Check("never the same", "The same sealed twice is not the same", _never_the_same),
    Check(
        "other context",
        "Each field of the context is bound: another one is refused as altered",
        _other_context,
    ),
    Check("other key", "Other keys and versions open nothing, and unknown ones are said to be", _other_key),
    Check("damaged", "Every altered byte, every cut and every addition is refused as altered", _damaged),
    Check("parallel", f"{PARALLEL} callers at the same time each get their own answer", _parallel),
    Check("used again", "After close it can be used again", _used_again),
    Check(
        "slow", "A call without an answer ends in time, and it works again afterwards", _slow, disturbs=True
    ),
    Check("cut", "Ended in mid-call, it says so, and works again afterwards", _cut, disturbs=True),
)
"""Every check. The order is that in which they are told; none needs another to have run."""

Result = TypeVar("Result")


async def _well(call: Awaitable[Result], what: str) -> Result:
    try:
        return await call
    except Fault as fault:
        raise Failed(f"{what} failed: {_told(fault)}") from fault


async def _refused(
    call: Awaitable[bytes], what: str, causes: frozenset[Cause] | set[Cause] = frozenset({Cause.ALTERED})
) -> None:
    try:
        await call
    except Fault as fault:
        if fault.cause not in causes:
            expected = " or ".join(sorted(causes))
            raise Failed(f"{what}: {_told(fault)} instead of {expected}") from fault
    else:
        raise Failed(f"{what} is not refused")


async def examine(subject: Subject, check: Check) -> str | None:
    """Run one check.

    Returns:
        None if it holds, else what the provider did, in plain words.
    """
    try:
        await check.run(subject)
    except Failed as failed:
        return str(failed)
    except Fault as fault:
        return f"a call that must work failed: {_told(fault)}"
    return None


def _told(fault: Fault) -> str:
    """The cause, and what was wrong with an answer that no provider may give."""
    wrong = fault.__cause__
    return f"{fault.cause.value} ({wrong})" if isinstance(wrong, PeerError) else fault.cause.value
