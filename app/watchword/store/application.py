"""Does this profile wait to become another desktop of an account? One row, until it is one.

See `docs/protocol/wire.md`, More terminals, and `docs/protocol/store.md`, First start.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.store import transaction
from watchword.store.transaction import Tx


class Application(msgspec.Struct, frozen=True):
    """What a desktop is that waits. `identity_seed` is the 32-byte Ed25519 private key it will have."""

    account: str
    identity_seed: Secret
    opening: Secret
    """32 bytes, drawn for its words; with the key they make them."""
    relay: str
    """The address as given, with its key."""
    relay_key: bytes | None
    """The relay's Ed25519 key, pinned when it was first met."""


def put(tx: Tx, application: Application) -> None:
    """Wait from now on, in the place of an attempt before."""
    tx.execute(
        "insert or replace into application (one, account, identity_seed, opening, relay, relay_key)"
        " values (1, ?, ?, ?, ?, ?)",
        (
            application.account,
            application.identity_seed.expose(),
            application.opening.expose(),
            application.relay,
            application.relay_key,
        ),
    )


def get(tx: Tx) -> Application | None:
    """What waits; None where nothing does."""
    row = transaction.one(tx, "select account, identity_seed, opening, relay, relay_key from application")
    if row is None:
        return None
    account, seed, opening, relay, relay_key = row
    return Application(account, Secret(seed), Secret(opening), relay, relay_key)


def pin(tx: Tx, relay_key: bytes) -> None:
    """Keep the key by which the relay is known from now on."""
    tx.execute("update application set relay_key = ?", (relay_key,))


def forget(tx: Tx) -> None:
    """It waits no more."""
    tx.execute("delete from application")
