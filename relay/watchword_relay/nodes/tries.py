"""What networks tried at any node without having signed in: each node counts what the others tell, too.

Nodes are told of it at once and nothing is written down. The database passes on marks that only who has the
relay's key can make: it learns no network. `docs/decisions/0090`.
"""

import hashlib

from watchword_relay.identity import RelayIdentity
from watchword_relay.store.nodes import Nodes, Tried

_MARK_BYTES = 16


class Tries:
    """One node's word to the others."""

    def __init__(self, nodes: Nodes, identity: RelayIdentity) -> None:
        self._nodes = nodes
        self._key = identity.key_for(b"watchword relay: networks")

    def mark(self, source: str) -> str:
        """What a network is called among the nodes."""
        return hashlib.blake2b(source.encode(), key=self._key, digest_size=_MARK_BYTES).hexdigest()

    def tell(self, mark: str, *, failed: bool) -> None:
        """Have the others count one try, which was wrong or cost something."""
        self._nodes.tell(Tried(self._nodes.name, mark, failed))
