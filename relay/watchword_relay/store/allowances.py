"""What one account may keep waiting for ids that nobody has, in all. No database here.

How much waits is counted in the store only now and then, after an account has sent so much more: a message to
an id that nobody has must cost what one to somebody does. `docs/decisions/0073`.
"""

from watchword_relay.store.contract import Level
from watchword_relay.store.history import Bounds
from watchword_wire.ids import account_of

PARTS = 20
"""It is looked at after so small a part of the bounds, by which an account may be over them."""


class Allowances:
    """What accounts sent to ids that nobody has since it was looked at."""

    def __init__(self, bounds: Bounds) -> None:
        self._most = Level(bounds.awaited_messages, bounds.awaited_bytes)
        self._since: dict[tuple[int, str], Level] = {}
        """By realm and account."""
        self._due: list[tuple[int, str]] = []

    def add(self, realm: int, sender: str, size: int) -> None:
        """A terminal, by its full id, sent one more of so many bytes."""
        account = realm, account_of(sender)
        messages, bytes_ = self._since.get(account, Level(0, 0))
        since = self._since[account] = Level(messages + 1, bytes_ + size)
        if since.messages > self._most.messages // PARTS or since.size > self._most.size // PARTS:
            self._due.append(account)
            del self._since[account]

    def due(self) -> list[tuple[int, str]]:
        """Accounts of which it is to be looked at now, each a realm and an id."""
        due, self._due = self._due, []
        return due

    def over(self, messages: int, size: int) -> Level | None:
        """By how many messages or bytes too much waits; None if it does not."""
        over = Level(messages - self._most.messages, size - self._most.size)
        return over if over.messages > 0 or over.size > 0 else None
