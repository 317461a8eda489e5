"""Whom the operator keeps out: accounts of a realm, and networks; as the store said it last."""

from collections.abc import Sequence

from watchword_relay.addresses import Networks
from watchword_relay.store.queues import EVERYWHERE, Blocked


class Blocks:
    """Looked up at each sign-in and each new connection.

    Args:
        found: what the store says.
    """

    def __init__(self, found: Sequence[Blocked]) -> None:
        self._accounts: frozenset[tuple[int, str]] = frozenset()
        self._networks = Networks(())
        self.are_now(found)

    def are_now(self, found: Sequence[Blocked]) -> bool:
        """Take what the store says now. Returns whether it is anybody else than before."""
        before = self._accounts, self._networks
        self._accounts = frozenset((one.realm, one.name) for one in found if one.realm != EVERYWHERE)
        self._networks = Networks(one.name for one in found if one.realm == EVERYWHERE)
        return before != (self._accounts, self._networks)

    def account(self, realm: int, account: str) -> bool:
        """Whether an account is kept out."""
        return (realm, account) in self._accounts

    def address(self, address: str) -> bool:
        """Whether an address is, by any network that it is in."""
        return address in self._networks
