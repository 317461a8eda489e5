"""Microseconds to seal and to open one message of a company, for each provider and mode, whole.

Sealing is what stands between a text and the store: head, provider, content, signature; opening is its
examination, the choice by tag, provider, content. The token is a SoftHSM2, the plugin the Perl sample of the
documentation.
"""

import asyncio
import importlib.util
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.results import Figure
from msgspec.structs import replace

from support import company
from support.plugins.samples import PERL
from support.staff import membership
from watchword.core.company import choice, decryption, message_data
from watchword.core.company.membership import Member
from watchword.core.company.providers import Providers
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.model.events import Event, PinWanted
from watchword.protocol import content
from watchword.protocol.company.profile import Kind, Method, Pin
from watchword.protocol.company.ring import RingKey, State
from watchword.providers.contract import KeyName, Mode
from watchword.providers.pkcs11 import find_module

ROUNDS = 300
TEXT = "x" * 200
MODULE, TOKEN = "libsofthsm2.so", "bench"

LeaveOut = Callable[[str, str], None]


def _members(method: Method) -> tuple[Member, Member]:
    """Ada and bo of a company whose one key is of this method."""
    secret = company.RING.keys[0].secret if method.kind is Kind.RING else Secret(b"")
    key = RingKey(company.HR, "bench", 1, State.ACTIVE, 0, 0, method.id, secret)
    policy = replace(company.POLICY, auditors=(), pin=Pin.SESSION)
    profile = replace(company.PROFILE, methods=(method,), policy=policy)
    ring = replace(company.RING, keys=(key,))
    ada, bo = (
        Member(membership(name, profile=profile, ring=ring), company.author(name)) for name in ("ada", "bo")
    )
    return ada, bo


async def _measure(method: Method, pin: str) -> tuple[float, float]:
    """Medians in microseconds: to seal, to open."""
    ada, bo = _members(method)

    def tell(event: Event) -> None:
        if isinstance(event, PinWanted):
            providers.answer_pin(event.token, pin)

    async def needed(_methods: object) -> bool:
        return True

    providers = Providers(tell, lambda _: None, lambda _name, work: asyncio.create_task(work), needed)
    seals: list[float] = []
    opens: list[float] = []
    try:
        await providers.test(ada, method)  # starts it, and asks for the PIN
        for _ in range(ROUNDS):
            drawn = os.urandom(16)
            said = content.encode(content.Text(drawn, 1, TEXT))
            began = time.perf_counter()
            sealed = await message_data.assemble(ada, providers, drawn, ("bo",), said, time.time())
            middle = time.perf_counter()
            if isinstance(sealed, Closed):
                raise TypeError(f"it did not seal: {sealed.reason}")
            examined = choice.examine(bo, sealed.data, "ada/1", None)
            if isinstance(examined, Closed):
                raise TypeError(f"it was not taken: {examined.reason}")
            choices = choice.choose(bo, examined)
            opened = await decryption.decrypt(bo, providers, examined, choices, {})
            ended = time.perf_counter()
            if opened != said:
                raise TypeError("the measured message did not open")
            seals.append((middle - began) * 1e6)
            opens.append((ended - middle) * 1e6)
    finally:
        await providers.close()
    return statistics.median(seals[1:]), statistics.median(opens[1:])  # the first starts the provider


@contextmanager
def _surroundings(**variables: str) -> Iterator[None]:
    """Variables of the environment, for as long as a provider is measured."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _ring(_folder: Path) -> Iterable[Figure]:
    yield from _figures("key ring", Method(b"by-ring-", Kind.RING, Mode.WRAP, {}))


def _token(folder: Path) -> Iterable[Figure]:
    from support.softhsm import PIN, SoftHsm  # noqa: PLC0415 - needs the extra hsm

    hsm = SoftHsm(folder)
    with _surroundings(SOFTHSM2_CONF=str(hsm.configuration)):
        hsm.make_key(hsm.make_token(TOKEN), KeyName(company.HR, 1))
        for mode in Mode:
            method = Method(b"by-token", Kind.PKCS11, mode, {"module": MODULE, "token": TOKEN})
            yield from _figures("token", method, PIN)


def _plugin(folder: Path) -> Iterable[Figure]:
    keys = folder / "keys"
    keys.write_text(f"{company.HR.hex()} 1 {'07' * 32}\n")
    (folder / "watchword-plugin-bench").symlink_to(PERL)
    with _surroundings(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"):
        for mode in Mode:
            method = Method(b"by-owner", Kind.PLUGIN, mode, {"plugin": "bench", "keys": str(keys)})
            yield from _figures("plugin", method)


def _figures(name: str, method: Method, pin: str = "") -> Iterable[Figure]:
    seal, open_ = asyncio.run(_measure(method, pin))
    mode = Mode(method.mode).name.lower()
    yield Figure(f"{name}, {mode}: seal", seal, "µs")
    yield Figure(f"{name}, {mode}: open", open_, "µs")


def figures(say: Callable[[str], None], leave_out: LeaveOut) -> Iterable[Figure]:
    """Measure; nothing is demanded of these."""
    lacking = {
        "token": not find_module(MODULE)
        or not shutil.which("softhsm2-util")
        or not importlib.util.find_spec("pkcs11"),
        "plugin": not shutil.which("perl"),
    }
    needs = {"token": "needs softhsm2 and the extra hsm", "plugin": "needs perl"}
    for name, part in (("key ring", _ring), ("token", _token), ("plugin", _plugin)):
        if lacking.get(name):
            leave_out(f"company: {name}", needs[name])
            continue
        say(f"company: seal and open by {name}")
        with tempfile.TemporaryDirectory(prefix="watchword-bench-") as folder:
            yield from part(Path(folder))
