"""A key made on a real token is one that desktops take, and never one that could leave."""

from pathlib import Path

import pytest

from support.softhsm import PIN, SoftHsm
from watchword.org.token_keys import generate
from watchword.providers.conformance import sample_context
from watchword.providers.contract import KeyName, Mode, PinWanted
from watchword.providers.pkcs11 import Pkcs11
from watchword_wire.errors import Refused

KEY = KeyName(b"company-", 3)


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    return hsm


async def typed(wanted: PinWanted) -> bytearray:
    assert wanted.token == "acme"
    return bytearray(PIN.encode())


async def test_a_desktop_seals_under_it(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    assert generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")
    assert not generate(hsm.module, "acme", serial, PIN, KEY, "hr-2026")
    provider = Pkcs11(hsm.module, "acme", serial, typed, remember=False)
    context = sample_context(Mode.WRAP)
    assert (await provider.health()).keys == (KEY,)
    wrapped = await provider.wrap(bytes(32), context, KEY)
    assert await provider.unwrap(wrapped, context, KEY) == bytes(32)
    await provider.close()


def test_what_stands_in_the_way_is_said(hsm: SoftHsm) -> None:
    hsm.make_token("acme")
    with pytest.raises(Refused, match="“other” is not here"):
        generate(hsm.module, "other", "", PIN, KEY, "hr")
    with pytest.raises(Refused, match="PIN is wrong"):
        generate(hsm.module, "acme", "", "000000", KEY, "hr")
    hsm.make_token("acme")
    with pytest.raises(Refused, match="--token-serial"):
        generate(hsm.module, "acme", "", PIN, KEY, "hr")
