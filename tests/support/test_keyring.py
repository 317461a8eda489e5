"""The four situations of a person's keyring are real ones, as the keyring library sees them."""

import keyring
import keyring.errors
import pytest

from support.keyring import SecretService
from support.session_bus import SessionBus


def test_an_unlocked_one_keeps_an_entry_over_a_restart(secret_service: SecretService) -> None:
    keyring.set_password("Watchword test", "ada", "kept")
    assert len(secret_service.labels()) == 1
    secret_service.restore()
    assert keyring.get_password("Watchword test", "ada") == "kept"


def test_a_locked_one_refuses(secret_service: SecretService) -> None:
    keyring.set_password("Watchword test", "ada", "kept")
    secret_service.lock()
    with pytest.raises(keyring.errors.KeyringLocked):
        keyring.get_password("Watchword test", "ada")


def test_one_that_was_locked_and_unlocked_gives_what_it_holds(secret_service: SecretService) -> None:
    keyring.set_password("Watchword test", "ada", "kept")
    secret_service.lock()
    secret_service.unlock()
    assert keyring.get_password("Watchword test", "ada") == "kept"


def test_an_emptied_one_answers_but_holds_nothing_until_it_is_put_back(secret_service: SecretService) -> None:
    keyring.set_password("Watchword test", "ada", "kept")
    entries = secret_service.empty()
    assert keyring.get_password("Watchword test", "ada") is None
    secret_service.put_back(entries)
    assert keyring.get_password("Watchword test", "ada") == "kept"


@pytest.mark.usefixtures("session_bus")
def test_without_one_there_is_no_backend() -> None:
    with pytest.raises(keyring.errors.NoKeyringError):
        keyring.get_password("Watchword test", "ada")


def test_one_that_goes_away_is_an_error(secret_service: SecretService, session_bus: SessionBus) -> None:
    keyring.set_password("Watchword test", "ada", "kept")
    secret_service.remove()
    assert not session_bus.has("org.freedesktop.secrets")
    with pytest.raises(keyring.errors.InitError):
        keyring.get_password("Watchword test", "ada")
