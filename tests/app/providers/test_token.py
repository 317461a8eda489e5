"""What a token must have made of content, seen without the provider: the format, and where keys are found."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from support.softhsm import PIN, SoftHsm
from watchword.providers.contract import Cause, Fault, KeyName
from watchword.providers.token import Card
from watchword.providers.token_state import Gone, Standing

SECRET = bytes(range(32))
KEY = KeyName(b"company-", 0x01020304)


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    hsm = SoftHsm(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.configuration))
    return hsm


def test_what_it_seals_is_aes_gcm_over_the_place(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    hsm.bring_in(serial, b"company-\x01\x02\x03\x04", SECRET)
    card = Card(hsm.module, "acme", serial)
    assert card.look() == Standing("acme", serial, wants_pin=True, warning=None)
    card.log_in(bytearray(PIN.encode()))
    sealed = card.encrypt(b"content", b"place", KEY)
    assert len(sealed) == 12 + 7 + 16
    assert AESGCM(SECRET).decrypt(sealed[:12], sealed[12:], b"place") == b"content"
    nonce = bytes(12)
    assert card.decrypt(nonce + AESGCM(SECRET).encrypt(nonce, b"other", b"place"), b"place", KEY) == b"other"
    card.leave()


def test_keys_with_other_ids_are_not_the_companys(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    for identity in (b"", b"company-", b"company-\x01\x02\x03\x04\x05"):
        hsm.bring_in(serial, identity, SECRET)
    card = Card(hsm.module, "acme", serial)
    card.log_in(bytearray(PIN.encode()))
    with pytest.raises(Fault) as caught:
        card.keys()
    assert caught.value.cause is Cause.KEY_UNKNOWN
    card.leave()


def test_a_closed_card_is_gone(hsm: SoftHsm) -> None:
    serial = hsm.make_token("acme")
    card = Card(hsm.module, "acme", serial)
    card.log_in(bytearray(PIN.encode()))
    card.close()
    with pytest.raises(Gone):
        card.encrypt(b"content", b"place", KEY)
    card.leave()
