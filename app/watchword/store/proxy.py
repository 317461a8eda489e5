"""Which proxy this profile uses, and its password: the settings file is not sealed, this one is."""

import msgspec

from watchword.crypto.secret import Secret
from watchword.model.proxy import ProxyChoice
from watchword.store import transaction
from watchword.store.transaction import Tx


class KeptProxy(msgspec.Struct, frozen=True):
    """The choice, and the proxy that was named last, whichever is chosen."""

    choice: ProxyChoice = ProxyChoice.SYSTEM
    address: str = ""
    user: str = ""
    password: Secret | None = None


def get(tx: Tx) -> KeptProxy:
    """What was chosen, or what holds until something is."""
    row = transaction.one(tx, "select choice, address, user, password from proxy")
    if row is None:
        return KeptProxy()
    choice, address, user, password = row
    return KeptProxy(ProxyChoice(choice), address, user, None if password is None else Secret(password))


def put(tx: Tx, kept: KeptProxy) -> None:
    """Keep a choice."""
    password = None if kept.password is None else kept.password.expose()
    tx.execute(
        "insert or replace into proxy (one, choice, address, user, password) values (1, ?, ?, ?, ?)",
        (kept.choice.value, kept.address, kept.user, password),
    )
