"""Whom the operator keeps out: accounts of a realm, and networks; as the store said it last."""

from watchword_relay.addresses import Networks
from watchword_relay.store.contract import Store
from watchword_relay.store.queues import EVERYWHERE


class Blocks:
    """Looked up at each sign-in and each new connection; `look` asks the store again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._accounts: frozenset[tuple[int, str]] = frozenset()
        self._networks = Networks(())

    def look(self) -> bool:
        """Ask the store who it is now. Returns whether it is anybody else than before.

        Raises:
            StoreTrouble: it cannot say; what it said last counts on.
        """
        found, before = self._store.blocked(), (self._accounts, self._networks)
        self._accounts = frozenset((one.realm, one.name) for one in found if one.realm != EVERYWHERE)
        self._networks = Networks(one.name for one in found if one.realm == EVERYWHERE)
        return before != (self._accounts, self._networks)

    def account(self, realm: int, account: str) -> bool:
        """Whether an account is kept out."""
        return (realm, account) in self._accounts

    def address(self, address: str) -> bool:
        """Whether an address is, by any network that it is in."""
        return address in self._networks
