"""The vault as bytes: opens by its passphrase alone, and no byte of it may differ."""

import pytest

from support.company import PROFILE, RING, ROOT
from watchword.org import vault
from watchword.org.contents import Contents
from watchword_wire.errors import PeerError, Refused

ACME = Contents(1, ROOT, PROFILE, RING, {})
ENTRY = b"the last line"
SALT = bytes(16)
LOCK = vault.lock("four words are enough", SALT)


def test_it_opens_by_its_passphrase_alone() -> None:
    shell = vault.look(vault.close(ACME, ENTRY, LOCK))
    assert (shell.root_key, shell.entry) == (ACME.root_key, ENTRY)
    assert vault.open_(shell, vault.lock("  four words  are enough", SALT)) == ACME
    with pytest.raises(Refused, match="passphrase does not open"):
        vault.open_(shell, vault.lock("four words are enoughs", SALT))


def test_two_sealings_differ_and_show_nothing() -> None:
    one, other = vault.close(ACME, ENTRY, LOCK), vault.close(ACME, ENTRY, LOCK)
    assert one != other
    for secret in (ROOT, *(key.secret for key in RING.keys)):
        assert len(secret) == 0 or secret.expose() not in one


def test_any_byte_that_differs_is_damage_and_not_a_wrong_passphrase() -> None:
    data = vault.close(ACME, ENTRY, LOCK)
    for at in range(len(data)):
        with pytest.raises(PeerError):
            vault.look(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    for cut in (b"", data[:-1], data + b"\0"):
        with pytest.raises(PeerError):
            vault.look(cut)


@pytest.mark.parametrize(
    ("passphrase", "good"),
    [
        ("one two three four", True),
        ("sixteen-letters-", True),
        ("one two three", False),
        ("fifteen-letters", False),
    ],
)
def test_a_new_passphrase_stands_guessing(passphrase: str, good: bool) -> None:
    if good:
        vault.check_passphrase(passphrase)
        return
    with pytest.raises(Refused, match="too short"):
        vault.check_passphrase(passphrase)
