"""The one row of a desktop that waits: put, pinned, replaced, forgotten."""

from msgspec.structs import replace

from watchword.crypto.secret import Secret
from watchword.store import application
from watchword.store.application import Application
from watchword.store.transaction import Tx

WAITS = Application("ada", Secret(bytes(range(32))), Secret(bytes(range(32, 64))), "ws://127.0.0.1:9", None)


def test_it_waits_until_it_does_not(tx: Tx) -> None:
    assert application.get(tx) is None
    application.put(tx, WAITS)
    assert application.get(tx) == WAITS
    application.pin(tx, b"r" * 32)
    assert application.get(tx) == replace(WAITS, relay_key=b"r" * 32)
    other = replace(WAITS, account="bo")
    application.put(tx, other)
    assert application.get(tx) == other
    application.forget(tx)
    assert application.get(tx) is None


def test_its_key_and_what_its_words_come_from_are_not_shown() -> None:
    for secret in (WAITS.identity_seed, WAITS.opening):
        assert secret.expose().hex() not in repr(WAITS)
        assert repr(secret.expose()) not in repr(WAITS)
