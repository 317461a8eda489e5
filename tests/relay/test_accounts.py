"""Which ids can be had, and what becomes of an invitation."""

from pathlib import Path

from watchword_relay import accounts
from watchword_relay.store.contract import OWN
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire.frames import Availability
from watchword_wire.looks import skeleton


def test_availability_has_four_answers(tmp_path: Path) -> None:
    opened = SqliteStore(tmp_path / "relay.sqlite3")
    store = opened.of(OWN)
    store.register("bob", skeleton("bob"), b"k" * 32, None, 1)
    assert accounts.availability(store, "ada") is Availability.FREE
    assert accounts.availability(store, "bob") is Availability.TAKEN
    assert accounts.availability(store, "b0b") is Availability.LOOKS_ALIKE
    for account in ("b b", "Bo", "ЬоЬ", "ｂｏ"):
        assert accounts.availability(store, account) is Availability.FORM
    opened.close()


def test_invites_cannot_be_guessed_and_are_kept_as_hashes() -> None:
    invites = {accounts.new_invite() for _ in range(100)}
    assert len(invites) == 100
    assert all(len(invite) == 20 for invite in invites)
    assert len({accounts.invite_hash(invite) for invite in invites}) == 100
    assert accounts.invite_hash("abc").hex().startswith("ba7816bf8f01cfea")  # SHA-256 of "abc", FIPS 180
