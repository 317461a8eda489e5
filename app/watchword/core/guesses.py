"""Counted guesses in the store: the rules of `protocol.guesses` applied inside a transaction.

Wall clock in milliseconds; a clock that was set back makes no wait shorter, and none that was asked for
endless. See `docs/protocol/exchange.md`, section Guesses.
"""

from watchword.model.requests import GuessLimit
from watchword.protocol import guesses as rules
from watchword.protocol.guesses import NOTICE_AT, Guess, Limit, Tally
from watchword.store import guesses
from watchword.store.transaction import Tx


def count(tx: Tx, own: str, peer: str, at: int) -> int:
    """How many guesses are counted for an account and not taken back."""
    return rules.eased(guesses.load(tx, own, peer), at / 1000).count


def limit(tx: Tx, own: str, peer: str, at: int) -> GuessLimit | None:
    """Why an account cannot be asked now, and cannot ask; None where it can."""
    tally = guesses.load(tx, own, peer)
    standing = rules.standing(tally, at / 1000)
    if standing.limit is Limit.OPEN:
        return None
    number = rules.eased(tally, at / 1000).count
    if standing.limit is Limit.BLOCKED:
        return GuessLimit(peer, number, 0, blocked=True)
    return GuessLimit(peer, number, at + round(standing.wait_s * 1000), blocked=False)


def count_one(tx: Tx, own: str, peer: str, h: bytes, at: int) -> bool:
    """Check the limit and add one for a run; False, and nothing added, where the limit says no."""
    return guesses.count(tx, own, peer, h, at / 1000).limit is Limit.OPEN


def phrase_may_be_kept(counted: int, retries: int, *, inside_first_t2: bool) -> bool:
    """Whether the next run may use the phrase as it was typed."""
    tally = Tally(tuple(Guess(bytes([number]), 0.0) for number in range(counted)))
    return rules.phrase_may_be_kept(tally, retries, inside_first_t2)


__all__ = ["NOTICE_AT", "count", "count_one", "limit", "phrase_may_be_kept"]
