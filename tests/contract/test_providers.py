"""What every provider of company encryption must do, run against each of ours and the sample plugins."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conftest import LoggedWarnings
from support.company import HR, NOW, RING
from support.plugins.samples import KEY, KEYS, NODE, PERL, settings_in
from support.softhsm import PIN, Faults, SoftHsm
from watchword.protocol.company.profile import Revoked
from watchword.providers.check import PluginDisturbance
from watchword.providers.conformance import CHECKS, Check, Subject, examine
from watchword.providers.contract import CALL_LIMIT, KeyName, Mode, PinWanted
from watchword.providers.org_ring import OrgRing
from watchword.providers.pkcs11 import Pkcs11
from watchword.providers.plugin import Plugin

SOON = 1.5
"""The limit of a call in the one check that waits for it; the others have the product's."""

PLUGINS = {"perl": PERL, "node": NODE}
PROVIDERS = ["ring wrap", *(f"{name} {mode}" for name in ("token", *PLUGINS) for mode in ("wrap", "content"))]


async def type_pin(wanted: PinWanted) -> bytearray:
    return bytearray(PIN.encode())


@pytest.fixture
def soft_hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    return hsm


@pytest.fixture
def faults(soft_hsm: SoftHsm) -> Iterator[Faults]:
    found = Faults(soft_hsm.module)
    yield found
    found.restore()


@pytest.fixture
async def subject(
    request: pytest.FixtureRequest, tmp_path: Path, check: Check, provider_name: str
) -> AsyncIterator[Subject]:
    """A provider in one mode, with a key that it has and others beside it."""
    name, _, mode_name = provider_name.partition(" ")
    mode = Mode[mode_name.upper()]
    limit = SOON if check.name == "slow" else CALL_LIMIT
    if name == "ring":
        yield Subject(OrgRing(RING, Revoked.OPEN, lambda: NOW), mode, KeyName(HR, 2))
    elif name == "token":
        hsm: SoftHsm = request.getfixturevalue("soft_hsm")
        serial = hsm.make_token("acme")
        for key in KEYS:
            hsm.make_key(serial, key)
        faults: Faults = request.getfixturevalue("faults")
        token = Pkcs11(hsm.module, "acme", serial, type_pin, remember=True, limit=limit)
        faults.hangs = lambda: token.hangs
        yield Subject(token, mode, KEY, faults)
        await token.close()
    else:
        plugin = Plugin([str(PLUGINS[name])], settings_in(tmp_path), mode, limit=limit)
        yield Subject(plugin, mode, KEY, PluginDisturbance(plugin))
        await plugin.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@pytest.mark.parametrize("provider_name", PROVIDERS)
async def test_provider(subject: Subject, check: Check, logged_warnings: LoggedWarnings) -> None:
    assert await examine(subject, check) is None
    if check.disturbs and isinstance(subject.provider, Plugin):
        logged_warnings.take("plugin lost")
