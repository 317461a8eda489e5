"""How guesses are counted per peer account, and what the count forbids (handshake, Guesses).

Pure rules over wall-clock seconds; the core keeps one `Tally` per peer account and applies them in one
transaction, before anything is revealed. Nobody but a valid code takes a guess back.
"""

import enum

import msgspec

NOTICE_AT = 3
"""From here on a plain notice, and waiting between runs."""
BLOCKED_AT = 10
_FALL_S = 30 * 24 * 3600
"""The count falls by one every 30 days."""
_MINUTE_S = 60
_RETRIES = 2
"""How many new runs may keep the typed phrase inside the first run's T2."""


class Guess(msgspec.Struct, frozen=True):
    """One addition: the run it was counted for, and when (wall clock, seconds)."""

    h: bytes
    at: float


class Tally(msgspec.Struct, frozen=True):
    """All that is counted for one peer account, oldest first."""

    guesses: tuple[Guess, ...] = ()
    falls_from: float = 0.0
    """From when the next fall by one is measured."""

    @property
    def count(self) -> int:
        """How many are counted: n."""
        return len(self.guesses)


class Limit(enum.StrEnum):
    """What the count says to a request to, and a prompt from, the account."""

    OPEN = "open"
    WAIT = "wait"
    BLOCKED = "blocked"


class Standing(msgspec.Struct, frozen=True):
    """The limit now, and how many seconds of waiting are left."""

    limit: Limit
    wait_s: float = 0.0


def eased(tally: Tally, now: float) -> Tally:
    """Return the tally after the falls that are due: one for every 30 days, the oldest first.

    A wall clock that was set back must not lengthen anything: moments in the future become now.
    """
    guesses = tuple(msgspec.structs.replace(guess, at=min(guess.at, now)) for guess in tally.guesses)
    falls_from = min(tally.falls_from, now)
    falls = min(int((now - falls_from) // _FALL_S), len(guesses))
    if len(guesses) == falls:
        return Tally()
    return Tally(guesses[falls:], falls_from + falls * _FALL_S)


def standing(tally: Tally, now: float) -> Standing:
    """Say whether a run with this account may begin or go on: n ≥ 3 waits 2^(n−3) minutes, n ≥ 10 never."""
    tally = eased(tally, now)
    if tally.count >= BLOCKED_AT:
        return Standing(Limit.BLOCKED)
    if tally.count < NOTICE_AT:
        return Standing(Limit.OPEN)
    wait_s = 2 ** (tally.count - NOTICE_AT) * _MINUTE_S
    left = wait_s - (now - tally.guesses[-1].at)
    return Standing(Limit.WAIT, left) if left > 0 else Standing(Limit.OPEN)


def counted(tally: Tally, h: bytes, now: float) -> Tally:
    """Add one for a run, whose standing must be open. A run that was counted is not counted again."""
    tally = eased(tally, now)
    if any(guess.h == h for guess in tally.guesses):
        return tally
    falls_from = tally.falls_from if tally.guesses else now
    return Tally((*tally.guesses, Guess(h, now)), falls_from)


def taken_back(tally: Tally, h: bytes) -> Tally:
    """Remove a run's own addition; the others stay, with the waiting they cause."""
    guesses = tuple(guess for guess in tally.guesses if guess.h != h)
    return Tally(guesses, tally.falls_from) if guesses else Tally()


def new_phrase_agreed(tally: Tally) -> Tally:
    """The user says that a new phrase was agreed: zero, which is offered from the third on."""
    return Tally() if tally.count >= NOTICE_AT else tally


def phrase_may_be_kept(tally: Tally, retries: int, inside_first_t2: bool) -> bool:
    """Say whether the requester's next run may use the phrase as typed, without typing it anew.

    Args:
        tally: of the peer's account, eased.
        retries: runs that kept this phrase already.
        inside_first_t2: whether T2 of the first run with it has not passed.
    """
    return inside_first_t2 and retries < _RETRIES and tally.count < NOTICE_AT
