"""Which company does this desktop belong to? One row: pinned root key, member key, profile and ring, packed.

It holds secrets; the database seals it as all else. See `docs/protocol/company.md`, The company file.
"""

from watchword.crypto.secret import Secret
from watchword.protocol.company import company_file
from watchword.protocol.company.company_file import Membership
from watchword.store import transaction
from watchword.store.transaction import Tx


def get(tx: Tx) -> Membership | None:
    """The membership; None before a company file was taken.

    Raises:
        PeerError: the row is damaged.
    """
    row = transaction.one(tx, "select packed from membership")
    return None if row is None else company_file.unpack(Secret(row[0]))


def keep(tx: Tx, membership: Membership) -> None:
    """Keep a membership in the place of the one before."""
    packed = company_file.pack(membership).expose()
    session = int(membership.profile.policy.session)
    tx.execute("insert or replace into membership (one, session, packed) values (1, ?, ?)", (session, packed))


def forget(tx: Tx) -> None:
    """Belong to no company: what a first start that was not through has left."""
    tx.execute("delete from membership")
