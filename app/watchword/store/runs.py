"""What outlasts a restart of an exchange itself: pending runs, nonces seen, endings. Each at most 24 h.

Never a phrase, w, x or y: what a pending run may hold says handshake, Flow 2, 3 and 5. Times are
milliseconds of the wall clock; what they decide is only how long something is kept.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.requests import Ending
from watchword.store import transaction
from watchword.store.transaction import Tx

_H_BYTES = 32


class PendingRun(msgspec.Struct, frozen=True):
    """A run whose own check has passed and whose verdict is not here; `packed` is the protocol's."""

    h: bytes
    packed: Secret
    at: int
    """When it was first kept."""


class EndedRun(msgspec.Struct, frozen=True):
    """All that is left of a run, or of the session it opened: h, and how it ended."""

    h: bytes
    ending: Ending
    at: int


def keep(tx: Tx, h: bytes, packed: Secret, at: int) -> None:
    """Keep a pending run at time `at` (ms), or its newer state with the time of the first."""
    tx.execute(
        "insert into runs (h, packed, at) values (?, ?, ?)"
        " on conflict do update set packed = excluded.packed",
        (h, packed.expose(), at),
    )


def every(tx: Tx) -> list[PendingRun]:
    """All pending runs, oldest first."""
    rows = transaction.every(tx, "select h, packed, at from runs order by at, h")
    return [PendingRun(h, Secret(packed), at) for h, packed, at in rows]


def drop(tx: Tx, h: bytes) -> None:
    """A pending run has become a session."""
    tx.execute("delete from runs where h = ?", (h,))


def end(tx: Tx, h: bytes, ending: Ending, at: int) -> None:
    """Erase everything of a run but its h and how it ended; a later ending corrects the earlier one."""
    drop(tx, h)
    tx.execute(
        "insert into endings (h, ending, at) values (?, ?, ?)"
        " on conflict do update set ending = excluded.ending, at = excluded.at",
        (h, ending.value, at),
    )


def ended(tx: Tx, h: bytes) -> EndedRun | None:
    """How an exchange, or the session it opened, ended."""
    row = transaction.one(tx, "select ending, at from endings where h = ?", (h,))
    return None if row is None else EndedRun(h, Ending(row[0]), row[1])


def ended_by_prefix(tx: Tx, prefix: bytes) -> list[EndedRun]:
    """What ended and has an h that begins with these bytes, as an envelope does."""
    room = _H_BYTES - len(prefix)
    rows = transaction.every(
        tx,
        "select h, ending, at from endings where h between ? and ?",
        (prefix + bytes(room), prefix + b"\xff" * room),
    )
    return [EndedRun(h, Ending(ending), at) for h, ending, at in rows]


def nonce_seen(tx: Tx, nonce: bytes) -> bytes | None:
    """The h that a request's nA came with before; None for a fresh one."""
    row = transaction.one(tx, "select h from nonces where nonce = ?", (nonce,))
    return None if row is None else row[0]


def keep_nonce(tx: Tx, nonce: bytes, h: bytes, at: int) -> None:
    """Remember a request's nA with its h; the first one stands."""
    tx.execute("insert into nonces (nonce, h, at) values (?, ?, ?) on conflict do nothing", (nonce, h, at))


def forget(tx: Tx, before: int) -> int:
    """Forget nonces and endings that are older (ms); pending runs are ended by name. Returns how many."""
    tx.execute("delete from nonces where at < ?", (before,))
    gone = tx.changes()
    tx.execute("delete from endings where at < ?", (before,))
    return gone + tx.changes()
