"""A key made on a real token is one that desktops take, and never one that could leave."""

import re
from pathlib import Path

import pytest
from pkcs11 import Attribute, KeyType

from support.softhsm import PIN, SoftHsm, identity
from watchword.org import token_keys
from watchword.org.token_keys import generate
from watchword.providers.conformance import sample_context
from watchword.providers.contract import KeyName, Mode, PinWanted
from watchword.providers.pkcs11 import Pkcs11
from watchword_wire.errors import Refused, Trouble

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


@pytest.mark.parametrize(
    ("attributes", "kind", "bits", "says"),
    [
        ({"extractable": True}, KeyType.AES, 256, "can leave the token"),
        ({"sensitive": False}, KeyType.AES, 256, "shows its value"),
        ({"encrypt": False}, KeyType.AES, 256, "may not encrypt"),
        ({"decrypt": False}, KeyType.AES, 256, "may not decrypt"),
        ({}, KeyType.AES, 128, "not 256 bits"),
        ({}, KeyType.GENERIC_SECRET, 256, "not of type AES"),
    ],
)
def test_a_key_that_is_there_and_unfit_is_refused_with_the_reason(
    hsm: SoftHsm, attributes: dict[str, bool], kind: KeyType, bits: int, says: str
) -> None:
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KEY, kind, bits, **attributes)
    with pytest.raises(Refused) as refused:
        generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")
    said = str(refused.value)
    assert says in said
    assert "Nothing was changed" in said
    assert "636f6d70616e792d00000003" in said
    assert "--delete-object" in said


def test_a_key_that_was_brought_in_is_refused_though_desktops_would_take_it(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    hsm.bring_in(serial, identity(KEY), bytes(range(32)))
    with pytest.raises(Refused, match="CKA_LOCAL is false"):
        generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")


def test_two_keys_of_one_id_are_refused(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    for _ in range(2):
        hsm.make_key(serial, KEY)
    with pytest.raises(Refused, match="There are 2 keys"):
        generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")


def test_what_was_deleted_as_told_makes_room(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    hsm.make_key(serial, KEY, extractable=True)
    with pytest.raises(Refused) as refused:
        generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")
    told = re.search(r"--id (\w+)`", str(refused.value))
    assert told
    hsm.delete(serial, bytes.fromhex(told[1]))
    assert generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")


def test_a_token_that_makes_another_key_than_it_is_told_keeps_none(
    hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    hsm.make_token("acme")
    with monkeypatch.context() as disobedient:
        disobedient.setitem(token_keys._TEMPLATE, Attribute.EXTRACTABLE, True)
        with pytest.raises(Trouble, match="does not make such keys: it can leave the token"):
            generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")
    assert generate(hsm.module, "acme", "", PIN, KEY, "hr-2026")
