"""Who is here where an account's terminals may be on any node: what was told is compared with the store.

A is told of B only while each watches the other, as on one node. Each change is written to the seat of the
terminal it is about; the nodes of those it watches hear that something moved, and read what stands there now.
`docs/protocol/wire.md`, Presence.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from watchword_relay.presence import Presence
from watchword_relay.store.nodes import Here, Moved, Nodes

LOOKED_AT = 512
"""Accounts that are looked at again at a time."""
_Announce = Callable[[list[tuple[str, str, bool]]], None]


class SharedPresence(Presence):
    """The terminals of this node, and what they were told of all others.

    Args:
        realm: whose.
        nodes: the store's part for several nodes.
        write: has a terminal's list written to its seat, then calls back.
        announce: tells terminals of this node the news.
    """

    def __init__(
        self,
        realm: int,
        nodes: Nodes,
        write: Callable[[str, list[str], Callable[[], None]], None],
        announce: _Announce,
    ) -> None:
        super().__init__()
        self._realm = realm
        self._nodes = nodes
        self._write = write
        self._announce = announce
        self._loop = asyncio.get_running_loop()
        self._watchers: dict[str, set[str]] = defaultdict(set)
        """Watched account → the accounts of this node that watch it."""
        self._told: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        """Of whom → who was told → the devices."""
        self._wanted: set[str] = set()
        self._round: list[str] = []
        self._busy = False

    def enter(self, account: str, terminal: str) -> list[tuple[str, str, bool]]:
        """A terminal is here; it watches nobody yet."""
        self._keep(account, lambda: super(SharedPresence, self).enter(account, terminal))
        return []

    def watch(self, account: str, terminal: str, accounts: Iterable[str]) -> list[tuple[str, str, bool]]:
        """A terminal replaces its list."""
        wanted = sorted(set(accounts) - {account})
        before = self._watched.get(account, frozenset())
        self._keep(account, lambda: super(SharedPresence, self).watch(account, terminal, wanted))
        concerned = sorted(before.union(wanted))
        self._write(terminal, wanted, lambda: self._moved(account, concerned))
        return []

    def leave(self, account: str, terminal: str) -> list[tuple[str, str, bool]]:
        """A terminal is gone; the store has heard, or will."""
        self._keep(account, lambda: super(SharedPresence, self).leave(account, terminal))
        return []

    def _keep(self, account: str, change: Callable[[], object]) -> None:
        """Change what this node's terminals watch, and who has to be looked at for whom."""
        before = self._watched.get(account, frozenset())
        change()
        now = self._watched.get(account, frozenset())
        for peer in before - now:
            self._watchers[peer].discard(account)
            if not self._watchers[peer]:
                del self._watchers[peer]
        for peer in now - before:
            self._watchers[peer].add(account)
        if account not in self._lists:
            for peer in before:
                self._told.get(peer, {}).pop(account, None)

    def watched_by(self, account: str, terminal: str) -> list[str]:
        """What a terminal of this node watches."""
        return sorted(self._lists.get(account, {}).get(terminal, ()))

    def _moved(self, account: str, concerned: list[str]) -> None:
        """Something about an account stands in the store: these may have to be told."""
        if concerned:
            self._nodes.tell(Moved(self._realm, account), accounts=concerned)
        self._look(concerned)

    def moved(self, account: str) -> None:
        """An account's terminals came, went, or watch others, here or elsewhere."""
        if account in self._watchers:
            self._look([account])

    def look_again(self) -> None:
        """Look at some who are watched here, by and by at all: hints may have been lost."""
        if not self._round:
            self._round = list(self._watchers)
        some, self._round = self._round[:LOOKED_AT], self._round[LOOKED_AT:]
        self._look(some)

    # --- looking ------------------------------------------------------------------------------

    def _look(self, accounts: Iterable[str]) -> None:
        self._wanted.update(accounts)
        if self._wanted and not self._busy:
            self._busy = True
            self._loop.call_soon(self._ask)

    def _ask(self) -> None:
        asked, self._wanted = sorted(self._wanted), set()
        if not asked:
            self._busy = False
            return

        def read() -> None:
            try:
                found = self._nodes.here(self._realm, asked)
            except Exception:  # a mistake of ours too: nobody would be asked about again
                self._loop.call_soon_threadsafe(self._failed, asked)
                raise
            else:
                self._loop.call_soon_threadsafe(self._found, asked, found)

        self._nodes.read(read)

    def _failed(self, asked: list[str]) -> None:
        self._wanted.update(asked)  # at the next look, which is soon
        self._busy = False

    def _found(self, asked: list[str], found: list[Here]) -> None:
        seats: dict[str, list[Here]] = defaultdict(list)
        for one in found:
            seats[one.account].append(one)
        for peer in asked:
            devices = tuple(one.device for one in seats[peer])
            mutual = {account for one in seats[peer] for account in one.watches}
            mutual &= self._watchers.get(peer, set())
            told = self._told[peer]
            for account in [one for one in told if one not in mutual]:
                del told[account]
                self._announce([(account, peer, False)])
            for account in [one for one in mutual if told.get(one) != devices]:
                told[account] = devices
                self._announce([(account, peer, True)])
            if not told:
                del self._told[peer]
        self._ask()

    def devices(self, account: str) -> list[int]:
        """The devices of an account that is watched here, on all nodes."""
        return list(next(iter(self._told[account].values()), ()))
