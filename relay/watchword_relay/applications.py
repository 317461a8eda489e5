"""New desktops that ask to be a terminal of an account: at most four of an account at a time, in memory.

Whether there is such an account is not known here. `docs/protocol/wire.md`, More terminals.
"""

from watchword_relay.connection import RelayConnection
from watchword_wire.limits import APPLICATIONS
from watchword_wire.timing import APPLICATION_KEPT

_OF_ONE_SOURCE = 2
"""So many of an account's four at most come from one address: nobody keeps all others out alone."""


class Application:
    """One that stands."""

    __slots__ = ("account", "connection", "key", "proof", "source", "until")

    def __init__(
        self,
        account: str,
        key: bytes,
        proof: bytes,
        connection: RelayConnection,
        source: str,
        until: float,
    ) -> None:
        self.account = account
        self.key = key
        self.proof = proof
        """For the account's terminals; nothing here can read it."""
        self.connection = connection
        self.source = source
        self.until = until

    def left_ms(self, now: float) -> int:
        """Milliseconds left, at least 1 while it stands."""
        return max(1, int((self.until - now) * 1_000))


class Applications:
    """All that stand in one realm; a connection has one."""

    def __init__(self) -> None:
        self._by_account: dict[str, list[Application]] = {}
        self._by_connection: dict[RelayConnection, Application] = {}

    def stand(
        self,
        account: str,
        key: bytes,
        proof: bytes,
        connection: RelayConnection,
        source: str,
        now: float,
    ) -> Application | None:
        """Let one stand, unless as many do as may, or one with this key."""
        standing = self._by_account.get(account, [])
        if (
            len(standing) >= APPLICATIONS
            or any(one.key == key for one in standing)
            or sum(one.source == source for one in standing) >= _OF_ONE_SOURCE
        ):
            return None
        one = Application(account, key, proof, connection, source, now + APPLICATION_KEPT)
        self._by_account.setdefault(account, []).append(one)
        self._by_connection[connection] = one
        return one

    def of(self, account: str) -> list[Application]:
        """Those of an account, the oldest first."""
        return list(self._by_account.get(account, ()))

    def all(self) -> list[Application]:
        """Those of everybody."""
        return list(self._by_connection.values())

    def end(self, connection: RelayConnection) -> Application | None:
        """End the one of a connection, if it has any. Returns it."""
        one = self._by_connection.pop(connection, None)
        if one is not None:
            standing = self._by_account[one.account]
            standing.remove(one)
            if not standing:
                del self._by_account[one.account]
        return one
