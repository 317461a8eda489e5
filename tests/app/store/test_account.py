"""The one account of a profile."""

import pytest

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind
from watchword.store import account
from watchword.store.account import Account
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

SEED, KEY = bytes(range(32)), bytes([7]) * 32
ADA = FullId("ada", 1)


def make(tx: Tx, name: str = "Ada") -> None:
    account.make(tx, who=ADA, identity_seed=Secret(SEED), relay="ws://localhost:1", name=name)


def test_a_new_account_has_no_relay_s_key(tx: Tx) -> None:
    assert account.get(tx) is None
    make(tx)
    assert account.get(tx) == Account(ADA, Secret(SEED), "ws://localhost:1", None, "Ada", False)


def test_a_second_attempt_takes_the_first_one_s_place(tx: Tx) -> None:
    make(tx)
    make(tx, "Ada Byron")
    found = account.get(tx)
    assert found is not None
    assert found.name == "Ada Byron"


def test_registration_pins_the_relay_s_key(tx: Tx) -> None:
    make(tx)
    account.pin(tx, KEY)
    found = account.get(tx)
    assert found is not None
    assert found.relay_key == KEY


def test_choices_are_kept(tx: Tx) -> None:
    make(tx)
    account.set_relay(tx, "wss://relay.example")
    account.set_contacts_only(tx, True)
    found = account.get(tx)
    assert found is not None
    assert (found.relay, found.contacts_only) == ("wss://relay.example", True)


@pytest.mark.parametrize("why", [Kind.DESKTOP_REMOVED, Kind.RELAY_REALM_GONE])
def test_why_the_relay_lets_nobody_in_is_kept_until_it_does(tx: Tx, why: Kind) -> None:
    make(tx)
    for told in (why, None):
        account.set_cut_off(tx, told)
        found = account.get(tx)
        assert found is not None
        assert found.cut_off is told


def test_an_account_shows_no_key(tx: Tx) -> None:
    make(tx)
    assert SEED.hex() not in repr(account.get(tx))
    assert repr(SEED)[2:12] not in repr(account.get(tx))
