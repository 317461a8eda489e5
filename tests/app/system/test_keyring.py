"""The one secret in a real Secret Service, and the four situations in which it cannot be had."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Protocol

import keyring
import pytest
from keyring.backend import KeyringBackend

from support.blocking import Block
from support.keyring import SecretService
from support.prompter import Dismissing
from support.session_bus import SessionBus
from support.waiting import until
from watchword.crypto.secret import Secret
from watchword.model.errors import Kind, TroubleWith
from watchword.system import keyring as module
from watchword.system.keyring import SEEN, SERVICE, Keyring


class Warnings(Protocol):
    """The fixture of the same name."""

    def take(self, part: str) -> None: ...


SECRET = Secret(bytes(range(32)))
ENTRY = "demo-ada 00112233aabbccdd"


@contextmanager
def stopped(service: SecretService) -> Iterator[None]:
    """The daemon is there and does not answer."""
    assert service._program is not None
    os.kill(service._program.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(service._program.pid, signal.SIGCONT)


async def kind_of_fetch(wanted: Keyring) -> Kind:
    with pytest.raises(TroubleWith) as raised:
        await wanted.fetch()
    return raised.value.situation.kind


async def test_the_secret_is_kept_over_a_restart_of_the_keyring(
    secret_service: SecretService, quick_loop: list[Block]
) -> None:
    await Keyring(ENTRY).keep(SECRET)
    secret_service.restore()
    assert await Keyring(ENTRY).fetch() == SECRET


async def test_the_entry_carries_the_profile_s_name(secret_service: SecretService) -> None:
    await Keyring(ENTRY).keep(SECRET)
    [label] = secret_service.labels()
    assert SERVICE in label
    assert "demo-ada" in label


async def test_the_entry_is_removed_and_no_other(secret_service: SecretService) -> None:
    await Keyring(ENTRY).keep(SECRET)
    await Keyring("bo 1").keep(SECRET)
    await Keyring(ENTRY).remove()
    await Keyring(ENTRY).remove()
    assert len(secret_service.labels()) == 1
    assert await Keyring("bo 1").fetch() == SECRET


async def test_a_working_keyring_is_named(secret_service: SecretService) -> None:
    found = await Keyring(ENTRY).look()
    assert (found.name, found.problem) == ("Secret Service", None)
    assert secret_service.labels() == []


async def test_without_a_bus_it_is_missing() -> None:
    """As on a bare server: the tests themselves have no session bus."""
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_MISSING
    found = await Keyring(ENTRY).look()
    assert found.name == ""
    assert found.problem is not None
    assert found.problem.kind is Kind.KEYRING_MISSING


@pytest.mark.usefixtures("session_bus")
async def test_without_a_service_it_is_missing() -> None:
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_MISSING


async def test_a_service_that_goes_away_is_missing(
    secret_service: SecretService, logged_warnings: Warnings
) -> None:
    await Keyring(ENTRY).keep(SECRET)
    secret_service.remove()
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_MISSING
    logged_warnings.take("keyring failed")


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """All that passes for the keyring: the machine may be busy, and a refusal come late by real clocks."""
    passed = [0.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    return passed


@pytest.mark.usefixtures("seconds")
async def test_locked_with_nobody_to_ask(secret_service: SecretService, logged_warnings: Warnings) -> None:
    await Keyring(ENTRY).keep(SECRET)
    secret_service.lock()
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_LOCKED
    found = await Keyring(ENTRY).look()
    assert found.name == "Secret Service"
    assert found.problem is not None
    assert found.problem.kind is Kind.KEYRING_LOCKED
    logged_warnings.take("keyring failed")


async def test_a_locked_keyring_that_takes_long_to_be_found_is_locked(
    secret_service: SecretService,
    monkeypatch: pytest.MonkeyPatch,
    seconds: list[float],
    logged_warnings: Warnings,
) -> None:
    """On a busy machine the first look for a keyring takes longer than a person needs to say no."""
    await Keyring(ENTRY).keep(SECRET)
    secret_service.lock()
    find = keyring.get_keyring

    def find_slowly() -> KeyringBackend:
        seconds[0] += SEEN + 0.1
        return find()

    monkeypatch.setattr(keyring, "get_keyring", find_slowly)
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_LOCKED
    logged_warnings.take("keyring failed")


async def test_refused_by_the_person_who_was_asked(
    secret_service: SecretService,
    session_bus: SessionBus,
    logged_warnings: Warnings,
) -> None:
    await Keyring(ENTRY).keep(SECRET)
    secret_service.lock()
    with Dismissing(session_bus, after=SEEN + 0.2) as prompter:
        assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_REFUSED
        assert prompter.asked == 1
    logged_warnings.take("keyring failed")


async def test_emptied(secret_service: SecretService) -> None:
    await Keyring(ENTRY).keep(SECRET)
    secret_service.empty()
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_EMPTIED


@pytest.mark.parametrize("content", ["", "not base64!", "AAAA", "ä"])
async def test_an_entry_that_is_something_else(secret_service: SecretService, content: str) -> None:
    keyring.set_password(SERVICE, ENTRY, content)
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.PROFILE_WRONG_SECRET


async def test_a_keyring_that_does_not_answer_is_slow(
    secret_service: SecretService, quick_loop: list[Block]
) -> None:
    await Keyring(ENTRY).keep(SECRET)
    with stopped(secret_service):
        assert await kind_of_fetch(Keyring(ENTRY, limit=0.5)) is Kind.KEYRING_SLOW
        found = await Keyring(ENTRY, limit=0.5).look()
        assert found.problem is not None
        assert found.problem.kind is Kind.KEYRING_SLOW
    assert await Keyring(ENTRY).fetch() == SECRET
    # The calls that were given up end now that it answers again; later they would meet no keyring at all.
    await until(lambda: not calls_under_way(), "the keyring's threads have ended")


def calls_under_way() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "keyring"]


# --- what is not the system's -----------------------------------------------------------


class Plaintext(KeyringBackend):
    """Stands for `keyrings.alt`: a file that anybody can read."""

    __module__ = "keyrings.alt.file"

    def __init__(self) -> None: ...

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("trusted")


class Chain(Plaintext):
    """Stands for the library's chainer, which offers every backend that could be used."""

    __module__ = "keyring.backends.chainer"

    def __init__(self, *backends: KeyringBackend) -> None:
        self.backends = list(backends)


# The library would offer these to every test from now on.
KeyringBackend._classes -= {Plaintext, Chain}


def null() -> KeyringBackend:
    """The library's own that keeps nothing."""
    return keyring.core.load_keyring("keyring.backends.null.Keyring")


@pytest.fixture
def set_up() -> Iterator[Callable[[KeyringBackend], None]]:
    """Set up a backend as a user's configuration would."""
    before = keyring.core._keyring_backend
    yield keyring.set_keyring
    keyring.core._keyring_backend = before


@pytest.mark.parametrize("backend", [Plaintext, null, Chain, lambda: Chain(Plaintext(), null())])
async def test_other_backends_are_no_keyring(
    set_up: Callable[[KeyringBackend], None], backend: Callable[[], KeyringBackend]
) -> None:
    set_up(backend())
    assert await kind_of_fetch(Keyring(ENTRY)) is Kind.KEYRING_MISSING
    with pytest.raises(TroubleWith):
        await Keyring(ENTRY).keep(SECRET)


async def test_of_a_chain_the_system_s_is_taken(
    secret_service: SecretService, set_up: Callable[[KeyringBackend], None]
) -> None:
    set_up(Chain(Plaintext(), keyring.get_keyring()))
    await Keyring(ENTRY).keep(SECRET)
    assert await Keyring(ENTRY).fetch() == SECRET
    assert len(secret_service.labels()) == 1
