"""Who is here, told only to those who asked for each other.

A is told of B only while each watches the other; so a relay answers nobody who merely guesses an id.
`docs/protocol/wire.md`, Presence.
"""

from collections.abc import Iterable

_NOBODY: frozenset[str] = frozenset()


class Presence:
    """Which accounts are present and whom each watches.

    A present account's list is the union of its terminals' lists. Commands return the news as pairs
    (account that is to be told, account it is told of), with whether that one is present; which of its
    terminals are there is in `devices`.
    """

    def __init__(self) -> None:
        self._lists: dict[str, dict[str, frozenset[str]]] = {}
        """Account → full id of each present terminal → what it watches."""
        self._watched: dict[str, frozenset[str]] = {}

    def enter(self, account: str, terminal: str) -> list[tuple[str, str, bool]]:
        """A terminal is here; it watches nobody yet."""
        self._lists.setdefault(account, {})[terminal] = _NOBODY
        return self._still(account)

    def watch(self, account: str, terminal: str, accounts: Iterable[str]) -> list[tuple[str, str, bool]]:
        """A terminal replaces its list."""
        before = self._watched.get(account, _NOBODY)
        self._lists[account][terminal] = frozenset(accounts) - {account}
        now = self._merge(account)
        news = [(account, peer, True) for peer in now if self.mutual(account, peer)]
        news += [(peer, account, True) for peer in now - before if self.mutual(account, peer)]
        for peer in before - now:
            if account in self._watched.get(peer, _NOBODY):
                news += [(peer, account, False), (account, peer, False)]
        return news

    def leave(self, account: str, terminal: str) -> list[tuple[str, str, bool]]:
        """A terminal is gone."""
        terminals = self._lists.get(account, {})
        terminals.pop(terminal, None)
        before = self._watched.get(account, _NOBODY)
        if not terminals:
            self._lists.pop(account, None)
        now = self._merge(account)
        gone = [
            (peer, account, False) for peer in before - now if account in self._watched.get(peer, _NOBODY)
        ]
        return gone + self._still(account)

    def _still(self, account: str) -> list[tuple[str, str, bool]]:
        """That an account is present, for all who are told of it: with other terminals than before."""
        watched = self._watched.get(account, _NOBODY)
        return [(peer, account, True) for peer in watched if self.mutual(account, peer)]

    def devices(self, account: str) -> list[int]:
        """The numbers of an account's terminals that are here, in order."""
        return sorted(int(name.rpartition("/")[2]) for name in self._lists.get(account, ()))

    def terminals(self, account: str) -> list[str]:
        """The full ids of an account's terminals that are here."""
        return list(self._lists.get(account, ()))

    def mutual(self, account: str, peer: str) -> bool:
        """Whether two present accounts watch each other."""
        return peer in self._watched.get(account, _NOBODY) and account in self._watched.get(peer, _NOBODY)

    def _merge(self, account: str) -> frozenset[str]:
        merged = _NOBODY.union(*self._lists.get(account, {}).values())
        if merged:
            self._watched[account] = merged
        else:
            self._watched.pop(account, None)
        return merged
