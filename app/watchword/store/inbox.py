"""Which envelopes were taken already? SHA-256 of each, kept in the transaction that keeps its content.

A redelivery is found here before the ratchet sees it, where it would look like a forgery.
"""

from watchword.store import transaction
from watchword.store.transaction import Tx, changed


def seen(tx: Tx, digest: bytes) -> bool:
    """Whether an envelope with this SHA-256 was taken."""
    return transaction.one(tx, "select 1 from inbox where hash = ?", (digest,)) is not None


def keep(tx: Tx, digest: bytes, at: int) -> bool:
    """Remember an envelope at time `at` (ms); False if it was taken before."""
    tx.execute("insert into inbox (hash, at) values (?, ?) on conflict do nothing", (digest, at))
    return changed(tx)


def forget(tx: Tx, before: int) -> int:
    """Forget what is older than any relay keeps (ms); returns how many."""
    tx.execute("delete from inbox where at < ?", (before,))
    return tx.changes()
