"""The provider of each method, from a profile to a key that is sealed and opened."""

import os
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.company import NOW, POLICY, RING, RING_METHOD
from support.plugins.samples import KEY, PERL, settings_in
from support.softhsm import PIN, SoftHsm
from watchword.protocol.company.profile import Kind, Method, Pin, Policy
from watchword.providers.choose import Provider, choose
from watchword.providers.conformance import sample_context
from watchword.providers.contract import Cause, Fault, KeyName, Mode, PinWanted
from watchword.providers.org_ring import OrgRing
from watchword.providers.pkcs11 import Pkcs11
from watchword.providers.plugin import Plugin

CONTEXT = sample_context(Mode.WRAP)
DATA = bytes(range(32))


class Person:
    asked = 0

    async def __call__(self, wanted: PinWanted) -> bytearray:
        self.asked += 1
        return bytearray(PIN.encode())


def chosen(
    kind: Kind, where: dict[str, str], person: Person | None = None, policy: Policy = POLICY
) -> Provider:
    method = Method(RING_METHOD, kind, int(Mode.WRAP), where)
    return choose(method, RING, policy, person or Person(), lambda: NOW)


async def works(provider: Provider, under: KeyName) -> None:
    wrapped = await provider.wrap(DATA, CONTEXT, under)
    if isinstance(provider, Pkcs11):
        await provider.rest()
    assert await provider.unwrap(wrapped, CONTEXT, under) == DATA
    await provider.close()


async def test_the_key_ring() -> None:
    provider = chosen(Kind.RING, {})
    assert isinstance(provider, OrgRing)
    await works(provider, (await provider.health()).keys[0])


@pytest.mark.parametrize(("pin", "questions"), [(Pin.ASK, 2), (Pin.SESSION, 1)])
async def test_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: Pin, questions: int) -> None:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KEY)
    person = Person()
    where = {"module": hsm.module.name, "token": "acme", "serial": serial}
    provider = chosen(Kind.PKCS11, where, person, replace(POLICY, pin=pin))
    assert isinstance(provider, Pkcs11)
    await works(provider, KEY)
    assert person.asked == questions


async def test_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(PERL, tmp_path / "watchword-plugin-acme")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    provider = chosen(Kind.PLUGIN, {"plugin": "acme", **settings_in(tmp_path)})
    assert isinstance(provider, Plugin)
    await works(provider, KEY)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (Kind.PKCS11, {}),
        (Kind.PKCS11, {"module": "nothing.so", "token": "acme"}),
        (Kind.PLUGIN, {}),
        (Kind.PLUGIN, {"plugin": "nobody"}),
    ],
)
def test_what_is_not_installed_is_missing(kind: Kind, where: dict[str, str]) -> None:
    with pytest.raises(Fault) as caught:
        chosen(kind, where)
    assert caught.value.cause is Cause.PROVIDER_MISSING
