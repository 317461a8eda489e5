"""Who is this profile? Its id, identity key, relay, and the few choices that belong to the account."""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.errors import Kind
from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId

_SELECT = """
select account, device, identity_seed, relay, relay_key, name, contacts_only, cut_off from account
"""


class Account(msgspec.Struct, frozen=True):
    """The one account of a profile. `identity_seed` is the 32-byte Ed25519 private key."""

    id: FullId
    identity_seed: Secret
    relay: str
    """The address as given, with its key."""
    relay_key: bytes | None
    """The relay's Ed25519 key, pinned at the first sign-in."""
    name: str
    contacts_only: bool
    cut_off: Kind | None = None
    """Why the relay lets this desktop in no more: DESKTOP_REMOVED or RELAY_REALM_GONE."""


def make(tx: Tx, *, who: FullId, identity_seed: Secret, relay: str, name: str) -> None:
    """Write the account of a new profile, or another attempt's in its place; no relay has it yet."""
    tx.execute(
        "insert or replace into account (one, account, device, identity_seed, relay, name)"
        " values (1, ?, ?, ?, ?, ?)",
        (who.account, who.device, identity_seed.expose(), relay, name),
    )


def get(tx: Tx) -> Account | None:
    """The account; None before the first start is through."""
    row = transaction.one(tx, _SELECT)
    if row is None:
        return None
    account, device, seed, relay, relay_key, name, contacts_only, cut_off = row
    choices = bool(contacts_only), None if cut_off is None else Kind(cut_off)
    return Account(FullId(account, device), Secret(seed), relay, relay_key, name, *choices)


def pin(tx: Tx, relay_key: bytes) -> None:
    """The relay has the account, and this is the key by which it is known from now on."""
    tx.execute("update account set relay_key = ?", (relay_key,))


def forget(tx: Tx) -> None:
    """Have no account: what a first start that was not through has left."""
    tx.execute("delete from account")


def set_relay(tx: Tx, relay: str) -> None:
    """Keep another address of the same relay."""
    tx.execute("update account set relay = ?", (relay,))


def set_cut_off(tx: Tx, why: Kind | None) -> None:
    """Why the relay lets this desktop in no more; None as soon as it did."""
    tx.execute("update account set cut_off = ?", (None if why is None else why.value,))


def set_contacts_only(tx: Tx, value: bool) -> None:
    """Whether requests from unknown ids are met with silence."""
    tx.execute("update account set contacts_only = ?", (int(value),))
