"""Whose turn it is: nothing that was sent later may overtake a message that was refused for now.

One `Turns` a connection. After a refusal that passes, all that follows meets the same refusal, until the
sender has heard of it and starts over. Where a message goes is its target's account here, so that neither
kind of message overtakes the other. `docs/protocol/wire.md`, Messages, Order.
"""

from collections.abc import Iterable

from watchword_wire.frames import RefusalCode
from watchword_wire.limits import ID_BYTES

LAPSE_SECONDS = 30.0
"""A sender that starts over with something else altogether does not wait for longer."""

MOST_IDS = 64
MOST_ACCOUNTS = 256


class _Hold:
    """A refusal that stands, and what met it: any of that sent again means that it was heard of."""

    __slots__ = ("at", "code", "ids", "until")

    def __init__(self, code: RefusalCode, at: float, until: float) -> None:
        self.code = code
        self.at = at
        self.until = until
        self.ids: set[bytes] = set()

    def add(self, message_id: bytes) -> None:
        if len(self.ids) < MOST_IDS:
            self.ids.add(message_id)

    def is_over(self, message_id: bytes, now: float) -> bool:
        return message_id in self.ids or now - self.at >= LAPSE_SECONDS


class Turns:
    """What one connection may not send past. Times are monotonic seconds, targets full ids or account ids."""

    __slots__ = ("_accounts", "_everything")

    def __init__(self) -> None:
        self._everything: _Hold | None = None
        self._accounts: dict[str, _Hold] = {}

    def __len__(self) -> int:
        """How many ids are kept in memory."""
        holds = [*self._accounts.values(), *filter(None, [self._everything])]
        return sum(len(hold.ids) for hold in holds)

    def refusal(
        self, message_id: bytes, targets: Iterable[str], now: float
    ) -> tuple[RefusalCode, int] | None:
        """Why a message is out of its turn, with the milliseconds to wait; None if it may be looked at."""
        hold = self._everything
        if hold is not None and hold.is_over(message_id, now):
            self._everything = hold = None
        if hold is None and self._accounts:
            accounts = [*map(_account, targets)]
            known = [self._accounts[account] for account in accounts if account in self._accounts]
            hold = next((one for one in known if not one.is_over(message_id, now)), None)
            if hold is None:
                for account in accounts:
                    self._accounts.pop(account, None)
            else:
                self.refused_for(targets, message_id, now)
        if hold is None:
            return None
        hold.add(message_id)
        return hold.code, max(0, round((hold.until - now) * 1_000))

    def refused(self, code: RefusalCode, message_id: bytes, now: float, wait: float) -> None:
        """Note that a message was refused for a reason that has nothing to do with where it goes."""
        if self._everything is None:
            self._everything = _Hold(code, now, now + wait)
        self._everything.add(message_id)

    def refused_for(self, targets: Iterable[str], message_id: bytes, now: float) -> None:
        """Note that a message was refused because one of its targets has no room: it waits for all."""
        held = self._accounts
        for account in map(_account, targets):
            if len(account) > ID_BYTES:
                continue  # no id: to be seen as soon as it is looked at
            if account not in held and len(held) >= MOST_ACCOUNTS:
                del held[next(iter(held))]
            held.setdefault(account, _Hold(RefusalCode.QUOTA, now, now)).add(message_id)


def _account(target: str) -> str:
    """The account of a full id, which alone has a slash; an account id is its own."""
    return target.partition("/")[0]
