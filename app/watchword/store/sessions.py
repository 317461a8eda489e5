"""Which sessions are there, and with what keys? One alive per peer device; ended ones keep no key.

The ratchet's state is bytes here: `protocol.ratchet` reads and writes them. See handshake, Flow 5 to 7.
"""

from typing import Literal

import msgspec

from watchword.model.chat import SessionState
from watchword.store import transaction
from watchword.store.transaction import Tx, Values, changed
from watchword_wire.ids import FullId

Role = Literal["A", "B"]
PREFIX_BYTES = 8
_SELECT = "select h, account, device, role, state, identity, th2, kx, kenv, ratchet, opened_at from sessions "
_ADD = """
insert into sessions (h, account, device, role, state, identity, th2, kx, kenv, ratchet, opened_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_END = """
update sessions set state = 'ended', th2 = null, kx = null, kenv = null, ratchet = null, ended_at = ?
    where h = ? and state <> 'ended'
"""


class Session(msgspec.Struct, frozen=True):
    """A session that is open or held. Its fields are secret: it is never shown or logged."""

    h: bytes
    peer: FullId
    role: Role
    """Which side this desktop was in the exchange."""
    state: SessionState
    identity: bytes
    """The peer's Ed25519 key as signed in this exchange."""
    th2: bytes
    kx: bytes
    kenv: bytes
    ratchet: bytes
    opened_at: int

    def __repr__(self) -> str:
        return f"Session({self.state.value})"


def begin(tx: Tx, session: Session) -> bytes | None:
    """Keep a new session; an older one with the same peer device ends. Returns that one's h."""
    older = of_device(tx, session.peer)
    if older is not None:
        end(tx, older.h, session.opened_at)
    tx.execute(
        _ADD,
        (
            session.h,
            session.peer.account,
            session.peer.device,
            session.role,
            session.state.value,
            session.identity,
            session.th2,
            session.kx,
            session.kenv,
            session.ratchet,
            session.opened_at,
        ),
    )
    return None if older is None else older.h


def by_h(tx: Tx, h: bytes) -> Session | None:
    """The living session of an exchange."""
    return _one(tx, "h = ?", (h,))


def by_prefix(tx: Tx, prefix: bytes) -> list[Session]:
    """Living sessions whose h begins with these 8 bytes, as an envelope does; more than one is possible."""
    last = prefix + b"\xff" * (32 - len(prefix))
    return _every(tx, "h between ? and ?", (prefix + bytes(32 - len(prefix)), last))


def of_device(tx: Tx, peer: FullId) -> Session | None:
    """The living session with one terminal."""
    return _one(tx, "account = ? and device = ?", (peer.account, peer.device))


def of_account(tx: Tx, account: str) -> list[Session]:
    """The living sessions with all terminals of an account, by device."""
    return _every(tx, "account = ?", (account,))


def every(tx: Tx) -> list[Session]:
    """All living sessions."""
    return _every(tx, "1", ())


def save_ratchet(tx: Tx, h: bytes, ratchet: bytes) -> bool:
    """Keep the state after an encrypt or decrypt; False if the session has ended meanwhile."""
    tx.execute("update sessions set ratchet = ? where h = ? and state <> 'ended'", (ratchet, h))
    return changed(tx)


def release(tx: Tx, h: bytes) -> bool:
    """A held session opens: the user said yes. False if it is not held."""
    tx.execute("update sessions set state = 'open' where h = ? and state = 'held'", (h,))
    return changed(tx)


def end(tx: Tx, h: bytes, at: int) -> bool:
    """End a session and erase its keys; False if it is not alive."""
    tx.execute(_END, (at, h))
    return changed(tx)


def _one(tx: Tx, where: str, values: Values) -> Session | None:
    found = _every(tx, where, values)
    return found[0] if found else None


def _every(tx: Tx, where: str, values: Values) -> list[Session]:
    rows = transaction.every(
        tx, _SELECT + "where " + where + " and state <> 'ended' order by account, device", values
    )
    return [
        Session(h, FullId(account, device), role, SessionState(state), *rest)
        for h, account, device, role, state, *rest in rows
    ]
