"""An envelope is taken once."""

from watchword.store import inbox
from watchword.store.transaction import Tx

ONE, OTHER = bytes(32), bytes([1]) * 32


def test_an_envelope_is_kept_once(tx: Tx) -> None:
    assert not inbox.seen(tx, ONE)
    assert inbox.keep(tx, ONE, 5)
    assert inbox.seen(tx, ONE)
    assert not inbox.keep(tx, ONE, 6)
    assert not inbox.seen(tx, OTHER)


def test_old_ones_are_forgotten_and_newer_ones_are_not(tx: Tx) -> None:
    inbox.keep(tx, ONE, 5)
    inbox.keep(tx, OTHER, 10)
    assert inbox.forget(tx, 10) == 1
    assert not inbox.seen(tx, ONE)
    assert inbox.seen(tx, OTHER)
