"""What an account has at the relay beside its queues, as windows show it: history, what is taken back.

Plain data. See `docs/protocol/wire.md`, Recall and History.
"""

import enum

import msgspec


class HistoryShown(msgspec.Struct, frozen=True):
    """How far the messages are here that came before this desktop was there."""

    fetching: bool = False
    """Whether more is on its way."""
    done: int = 0
    total: int = 0
    """Of so many messages `done` are here, opened or not."""
    withheld: int = 0
    """So many of them are here and cannot be opened yet."""


class RecallOutcome(enum.StrEnum):
    """What became of taking a message back."""

    TAKEN_BACK = "taken-back"
    PARTLY = "partly"
    """Some have it already."""
    LATE = "late"
    """Everybody has it, or is being given it."""


class TakenBack(msgspec.Struct, frozen=True):
    """What the relay counted when a message was taken back: people's desktops."""

    taken: int
    """From the queues of so many it was taken; 0 where it had not left this computer."""
    left: int
    """To so many it was on its way."""
