"""A member's keys that wait for a company file, and the newest file for all as it came."""

from watchword.crypto.secret import Secret
from watchword.store import member_keys
from watchword.store.member_keys import MemberKeys
from watchword.store.transaction import Tx


def test_keys_wait_for_a_file(tx: Tx) -> None:
    assert member_keys.get(tx) is None
    for updates in ("", "https://acme.example/files"):
        keys = MemberKeys(b"r" * 32, Secret(b"m" * 32), updates)
        member_keys.put(tx, keys)
        assert member_keys.get(tx) == keys
    assert "mmmm" not in repr(member_keys.get(tx))
    member_keys.forget(tx)
    assert member_keys.get(tx) is None


def test_the_newest_file_stands(tx: Tx) -> None:
    assert member_keys.file(tx) == b""
    for data in (b"one", b"two"):
        member_keys.keep_file(tx, data)
        assert member_keys.file(tx) == data
