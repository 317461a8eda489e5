"""What makes a desktop a member's beside the membership: the newest company file, or keys that wait for one.

All of it is sealed by the database. See `docs/protocol/desktops.md`, The parcel.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.store import transaction
from watchword.store.transaction import Tx


class MemberKeys(msgspec.Struct, frozen=True):
    """A member's, from another desktop of theirs; a company file that they open has not come yet."""

    root_key: bytes
    member: Secret
    """Seed of the member key."""
    updates: str
    """Where newer company files lie; may be empty."""


def put(tx: Tx, keys: MemberKeys) -> None:
    """Keep them until a company file comes."""
    tx.execute(
        "insert or replace into member_keys (one, root_key, member, updates) values (1, ?, ?, ?)",
        (keys.root_key, keys.member.expose(), keys.updates),
    )


def get(tx: Tx) -> MemberKeys | None:
    """The keys that wait for a company file; None where none do."""
    row = transaction.one(tx, "select root_key, member, updates from member_keys")
    return None if row is None else MemberKeys(row[0], Secret(row[1]), row[2])


def forget(tx: Tx) -> None:
    """The company file has come."""
    tx.execute("delete from member_keys")


def keep_file(tx: Tx, data: bytes) -> None:
    """Keep a company file for every member, as it came, in the place of the one before."""
    tx.execute("insert or replace into company_file (one, data) values (1, ?)", (data,))


def forget_file(tx: Tx) -> None:
    """The one that was kept is not the newest any more."""
    tx.execute("delete from company_file")


def file(tx: Tx) -> bytes:
    """The newest company file for every member that was taken; empty where none was."""
    row = transaction.one(tx, "select data from company_file")
    return b"" if row is None else bytes(row[0])
