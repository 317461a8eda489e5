"""Which sessions are there, and with what keys? One alive per peer device; ended ones keep no key.

The session itself is bytes here: `protocol.ratchet` packs and unpacks them. See handshake, Flow 5 to 7.
"""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.chat import SessionState
from watchword.store import transaction
from watchword.store.transaction import Tx, Values, changed
from watchword_wire.ids import FullId

_H_BYTES = 32
_SELECT = "select h, account, device, state, identity, opened_at, packed from sessions "


class Session(msgspec.Struct, frozen=True):
    """A session that is open or held."""

    h: bytes
    peer: FullId
    state: SessionState
    identity: bytes
    """The peer's Ed25519 key as signed in this exchange."""
    opened_at: int
    """Wall clock, milliseconds."""
    packed: Secret
    """`protocol.ratchet.pack`: th2, kx, kenv and the ratchet."""


def begin(tx: Tx, session: Session) -> bytes | None:
    """Keep a new session; an older one with the same peer device ends. Returns that one's h."""
    older = of_device(tx, session.peer)
    if older is not None:
        end(tx, older.h, session.opened_at)
    tx.execute(
        "insert into sessions (h, account, device, state, identity, opened_at, packed)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            session.h,
            session.peer.account,
            session.peer.device,
            session.state.value,
            session.identity,
            session.opened_at,
            session.packed.expose(),
        ),
    )
    return None if older is None else older.h


def by_h(tx: Tx, h: bytes) -> Session | None:
    """The living session of an exchange."""
    return _one(tx, "h = ?", (h,))


def by_prefix(tx: Tx, prefix: bytes) -> list[Session]:
    """Living sessions whose h begins with these bytes, as an envelope does; more than one is possible."""
    room = _H_BYTES - len(prefix)
    return _every(tx, "h between ? and ?", (prefix + bytes(room), prefix + b"\xff" * room))


def of_device(tx: Tx, peer: FullId) -> Session | None:
    """The living session with one terminal."""
    return _one(tx, "account = ? and device = ?", (peer.account, peer.device))


def of_account(tx: Tx, account: str) -> list[Session]:
    """The living sessions with all terminals of an account, by device."""
    return _every(tx, "account = ?", (account,))


def any_stands(tx: Tx) -> bool:
    """Whether a session with anybody is kept, open or held."""
    return tx.execute("select exists (select 1 from sessions)").fetchone() == (1,)


def every_open(tx: Tx) -> list[Session]:
    """All sessions in which messages go out, by account and device."""
    return _every(tx, "state = ?", (SessionState.OPEN.value,))


def save(tx: Tx, h: bytes, packed: Secret) -> bool:
    """Keep the state after an encrypt or decrypt; False if the session has ended meanwhile."""
    tx.execute("update sessions set packed = ? where h = ? and state <> 'ended'", (packed.expose(), h))
    return changed(tx)


def release(tx: Tx, h: bytes) -> bool:
    """A held session opens: the user said yes. False if it is not held."""
    tx.execute("update sessions set state = 'open' where h = ? and state = 'held'", (h,))
    return changed(tx)


def end(tx: Tx, h: bytes, at: int) -> bool:
    """End a session and erase its keys; False if it is not alive."""
    tx.execute(
        "update sessions set state = 'ended', packed = null, ended_at = ? where h = ? and state <> 'ended'",
        (at, h),
    )
    return changed(tx)


def loosen(tx: Tx, h: bytes) -> int:
    """One more envelope may be taken back; returns how many were sealed since one that stays."""
    row = transaction.one(tx, "update sessions set loose = loose + 1 where h = ? returning loose", (h,))
    return 0 if row is None else int(row[0])


def fasten(tx: Tx, h: bytes) -> None:
    """An envelope was sealed that stays."""
    tx.execute("update sessions set loose = 0 where h = ?", (h,))


def _one(tx: Tx, where: str, values: Values) -> Session | None:
    found = _every(tx, where, values)
    return found[0] if found else None


def _every(tx: Tx, where: str, values: Values) -> list[Session]:
    alive = " and state <> 'ended' order by account, device"
    return [
        Session(h, FullId(account, device), SessionState(state), identity, opened_at, Secret(packed))
        for h, account, device, state, identity, opened_at, packed in transaction.every(
            tx, _SELECT + "where " + where + alive, values
        )
    ]
