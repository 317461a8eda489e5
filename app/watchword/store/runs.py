"""What outlasts a restart of an exchange itself: pending runs, nonces seen, endings. Each at most 24 h.

Never a phrase, w, x or y: what a pending run may hold says handshake, Flow 2, 3 and 5. Times are
milliseconds of the wall clock; what they decide is only how long something is kept.
"""

from typing import Literal

import msgspec

from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId


class PendingRun(msgspec.Struct, frozen=True):
    """A run whose own check has passed and whose verdict is not here; `state` is the protocol's."""

    h: bytes
    peer: FullId
    role: Literal["A", "B"]
    state: bytes
    at: int

    def __repr__(self) -> str:
        return f"PendingRun({self.role})"


class EndedRun(msgspec.Struct, frozen=True):
    """All that is left of a run or a session that ended: whose it was, and how."""

    h: bytes
    peer: FullId
    ending: str
    at: int


def keep(tx: Tx, run: PendingRun) -> None:
    """Keep a pending run, or its newer state."""
    tx.execute(
        "insert into runs (h, account, device, role, state, at) values (?, ?, ?, ?, ?, ?)"
        " on conflict do update set state = excluded.state",
        (run.h, run.peer.account, run.peer.device, run.role, run.state, run.at),
    )


def every(tx: Tx) -> list[PendingRun]:
    """All pending runs, oldest first."""
    rows = transaction.every(tx, "select h, account, device, role, state, at from runs order by at, h")
    return [PendingRun(h, FullId(account, device), *rest) for h, account, device, *rest in rows]


def get(tx: Tx, h: bytes) -> PendingRun | None:
    """One pending run."""
    row = transaction.one(tx, "select account, device, role, state, at from runs where h = ?", (h,))
    return None if row is None else PendingRun(h, FullId(row[0], row[1]), *row[2:])


def end(tx: Tx, h: bytes, peer: FullId, ending: str, at: int) -> None:
    """Erase everything of a run but its h and how it ended; the first ending stands."""
    tx.execute("delete from runs where h = ?", (h,))
    tx.execute(
        "insert into endings (h, account, device, ending, at) values (?, ?, ?, ?, ?) on conflict do nothing",
        (h, peer.account, peer.device, ending, at),
    )


def ended(tx: Tx, h: bytes) -> EndedRun | None:
    """How an exchange, or the session it opened, ended."""
    row = transaction.one(tx, "select account, device, ending, at from endings where h = ?", (h,))
    return None if row is None else EndedRun(h, FullId(row[0], row[1]), row[2], row[3])


def ended_by_prefix(tx: Tx, prefix: bytes) -> list[EndedRun]:
    """What ended and has an h that begins with these 8 bytes, as an envelope does."""
    room = 32 - len(prefix)
    rows = transaction.every(
        tx,
        "select h, account, device, ending, at from endings where h between ? and ?",
        (prefix + bytes(room), prefix + b"\xff" * room),
    )
    return [EndedRun(h, FullId(account, device), *rest) for h, account, device, *rest in rows]


def see_nonce(tx: Tx, nonce: bytes, h: bytes, at: int) -> bytes:
    """Remember a request's nA; returns the h it first came with: another one is a replay."""
    tx.execute("insert into nonces (nonce, h, at) values (?, ?, ?) on conflict do nothing", (nonce, h, at))
    found: bytes = tx.execute("select h from nonces where nonce = ?", (nonce,)).get
    return found


def forget(tx: Tx, before: int) -> int:
    """Forget nonces and endings that are older (ms); pending runs are ended by name. Returns how many."""
    gone = 0
    for table in ("nonces", "endings"):
        tx.execute(f"delete from {table} where at < ?", (before,))  # noqa: S608 - fixed words
        gone += tx.changes()
    return gone
