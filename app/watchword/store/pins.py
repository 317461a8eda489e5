"""Whose identity key does this user trust? One Ed25519 public key per full id (handshake, Identity)."""

from watchword.store import transaction
from watchword.store.transaction import Tx
from watchword_wire.ids import FullId


def get(tx: Tx, peer: FullId) -> bytes | None:
    """The pinned key of one terminal."""
    row = transaction.one(
        tx, "select identity from pins where account = ? and device = ?", (peer.account, peer.device)
    )
    return None if row is None else row[0]


def of_account(tx: Tx, account: str) -> dict[FullId, bytes]:
    """Every pinned key of an account: a device that is not among them is new."""
    rows = transaction.every(
        tx, "select device, identity from pins where account = ? order by device", (account,)
    )
    return {FullId(account, device): identity for device, identity in rows}


def keep(tx: Tx, peer: FullId, identity: bytes, at: int) -> None:
    """Pin a 32-byte key, in the place of an older one."""
    tx.execute(
        "insert into pins (account, device, identity, at) values (?, ?, ?, ?)"
        " on conflict do update set identity = excluded.identity, at = excluded.at",
        (peer.account, peer.device, identity, at),
    )
