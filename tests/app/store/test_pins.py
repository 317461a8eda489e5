"""Pins are per terminal."""

from watchword.store import pins
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

ONE, OTHER = bytes(32), bytes([1]) * 32


def test_a_pin_is_kept_per_full_id(tx: Tx) -> None:
    assert pins.get(tx, FullId("bo", 1)) is None
    pins.keep(tx, FullId("bo", 2), OTHER, 6)
    pins.keep(tx, FullId("bo", 1), ONE, 5)
    pins.keep(tx, FullId("bob", 1), OTHER, 5)
    assert pins.get(tx, FullId("bo", 1)) == ONE
    assert pins.of_account(tx, "bo") == {FullId("bo", 1): ONE, FullId("bo", 2): OTHER}
    assert pins.of_account(tx, "nobody") == {}


def test_another_key_takes_its_place_on_demand(tx: Tx) -> None:
    pins.keep(tx, FullId("bo", 1), ONE, 5)
    pins.keep(tx, FullId("bo", 1), OTHER, 6)
    assert pins.of_account(tx, "bo") == {FullId("bo", 1): OTHER}
