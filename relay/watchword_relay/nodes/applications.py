"""New desktops that ask on other nodes to be a terminal of an account: as long as those nodes say so.

`docs/protocol/wire.md`, More terminals.
"""

from typing import Final

from watchword_relay.nodes.asking import asked
from watchword_relay.store.contract import Terminal
from watchword_relay.store.nodes import Applying, Gone, Nodes

HEARD_SECONDS: Final = 15.0
"""A node says again every few seconds who waits there; after so long it is gone."""


class Elsewhere:
    """All that stand on other nodes, and what those are told of this one. Times are monotonic seconds.

    Args:
        realm: whose.
        nodes: the store's part for several nodes; None if there are no others.
    """

    def __init__(self, realm: int, nodes: Nodes | None) -> None:
        self._realm = realm
        self._nodes = nodes
        self._by_account: dict[str, dict[bytes, tuple[float, float, bytes]]] = {}
        """By account and key: when it is over, until when that counts, its proof."""

    def tell(
        self, account: str, key: bytes, left_ms: int, proof: bytes = b"", *, admitted: bool = False
    ) -> None:
        """Tell the other nodes of a desktop that waits here, or waits no more, or was admitted."""
        if self._nodes is not None:
            name = self._nodes.name
            self._nodes.tell(Applying(self._realm, name, account, key, left_ms, proof, admitted))

    def tell_gone(self, terminal: Terminal) -> None:
        """Tell the other nodes of a terminal that is no more."""
        if self._nodes is not None:
            self._nodes.tell(Gone(self._realm, terminal.full_id, terminal.mailbox))

    async def here(self, account: str) -> list[str]:
        """The terminals of an account that are signed in on any node.

        Raises:
            StoreTrouble: nobody can say now.
        """
        nodes = self._nodes
        if nodes is None:
            return []
        found = await asked(nodes, lambda: nodes.here(self._realm, [account]))
        return [f"{account}/{one.device}" for one in found]

    def heard(self, event: Applying, now: float) -> bool:
        """Take what another node says. Returns whether it is news."""
        if self._nodes is None or event.node == self._nodes.name:
            return False
        standing = self._by_account.setdefault(event.account, {})
        known = standing.pop(event.key, None)
        if event.left_ms:
            standing[event.key] = now + event.left_ms / 1_000, now + HEARD_SECONDS, event.proof
        if not standing:
            del self._by_account[event.account]
        return (known is None) == bool(event.left_ms)

    def stands(self, account: str, key: bytes) -> bool:
        """Whether a desktop with this key asks."""
        return key in self._by_account.get(account, ())

    def of(self, account: str, now: float) -> list[tuple[bytes, int, bytes]]:
        """Those of an account: key, milliseconds left, proof."""
        return [
            (key, max(1, int((until - now) * 1_000)), proof)
            for key, (until, _, proof) in self._by_account.get(account, {}).items()
        ]

    def over(self, now: float) -> list[tuple[str, bytes]]:
        """Forget those of which nothing was heard for long. Returns account and key of each."""
        gone = [
            (account, key)
            for account, standing in self._by_account.items()
            for key, (until, counts, _) in standing.items()
            if min(until, counts) <= now
        ]
        for account, key in gone:
            del self._by_account[account][key]
            if not self._by_account[account]:
                del self._by_account[account]
        return gone
