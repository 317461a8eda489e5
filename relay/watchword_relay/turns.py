"""Whose turn it is: nothing that was sent later may overtake a message that was refused for now.

One `Turns` a connection. After a refusal that passes, all that follows meets the same refusal, until the
sender says that it has heard of every one. Where a message goes is its target's account here, so that neither
kind of message overtakes the other. `docs/protocol/wire.md`, Messages, Order.
"""

from collections.abc import Iterable

from watchword_wire.errors import PeerError
from watchword_wire.frames import RefusalCode
from watchword_wire.limits import ID_BYTES

_NOBODY: set[str] = set()

MOST_ACCOUNTS = 256
"""With more than so many held, all others are held, too."""


class Turns:
    """What one connection may not send past. Times are monotonic seconds, targets full ids or account ids."""

    __slots__ = ("_accounts", "_everything", "_told", "_unsaid", "in_vain")

    def __init__(self) -> None:
        self._everything: tuple[RefusalCode, float] | None = None
        """Why nothing is taken, and until when it is no use to come again."""
        self._accounts: set[str] = set()
        self.in_vain = 0
        """How many messages were refused, whatever they were, since one was taken."""
        self._told = 0
        """Refusals about a message."""
        self._unsaid: set[bytes] = set()
        """Messages of which it was not said yet that there was no room for some."""

    def refusal(self, targets: Iterable[str], now: float) -> tuple[RefusalCode, int] | None:
        """Why a message is out of its turn, with the milliseconds to wait; None if it may be looked at.

        Args:
            targets: where it goes, if it is taken for all of them or none.
            now: monotonic seconds.
        """
        if self._everything is not None:
            self.in_vain += 1
            code, until = self._everything
            return code, max(0, round((until - now) * 1_000))
        if not self._accounts or not self.held(targets):
            return None
        self.refused_for(targets)
        return RefusalCode.QUOTA, 0

    def held(self, targets: Iterable[str]) -> set[str]:
        """The accounts among a message's targets for which it is out of its turn."""
        return self._accounts.intersection(map(_account, targets)) if self._accounts else _NOBODY

    def refused(self, code: RefusalCode, until: float) -> None:
        """Note that a message was refused for a reason that has nothing to do with where it goes."""
        if self._everything is None:
            self._everything = code, until
            self.in_vain += 1

    def refused_for(self, targets: Iterable[str]) -> None:
        """Note that a message was refused because one of its targets has no room: it waits for all."""
        # What is too long for an id: to be seen as soon as it is looked at.
        self._accounts.update(account for account in map(_account, targets) if len(account) <= ID_BYTES)
        if len(self._accounts) > MOST_ACCOUNTS:
            self._accounts.clear()
            self._everything = RefusalCode.QUOTA, 0.0

    def taken_without(self, accounts: set[str], message_id: bytes) -> None:
        """Note that a message was taken but for these, which is said when it is durable for all others."""
        self.refused_for(accounts)
        self._unsaid.add(message_id)

    def said(self, message_id: bytes) -> None:
        """Note that whatever is to be said of a message is said with what comes now."""
        self._unsaid.discard(message_id)

    def told(self, message_id: bytes) -> None:
        """Note that the sender is told of a refusal, be it for some; without an id it is about no message."""
        self._told += bool(message_id)

    def heard(self, refusals: int) -> None:
        """The sender has heard of so many refusals on this connection; if that is all, it starts over.

        Raises:
            PeerError: of more than there were.
        """
        if not 0 <= refusals <= self._told:
            raise PeerError("heard of refusals that were not sent")
        if refusals == self._told and not self._unsaid:
            self._everything = None
            self._accounts.clear()


def _account(target: str) -> str:
    """The account of a full id, which alone has a slash; an account id is its own."""
    return target.partition("/")[0]
