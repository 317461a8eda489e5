"""How many guesses are counted per (own account, peer account)? Rules: `protocol.guesses`; rows: here.

Counting checks the limit in the same transaction, before anything is revealed (handshake, Guesses).
"""

import msgspec

from watchword.protocol import guesses
from watchword.protocol.guesses import Limit, Standing, Tally
from watchword.store import transaction
from watchword.store.transaction import Tx

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Tally)


def load(tx: Tx, own: str, peer: str) -> Tally:
    """The tally of a peer account; an empty one where nothing was ever counted."""
    row = transaction.one(tx, "select tally from guesses where own = ? and peer = ?", (own, peer))
    return Tally() if row is None else _decoder.decode(row[0])


def count(tx: Tx, own: str, peer: str, h: bytes, now: float) -> Standing:
    """Check the limit and, where it is open, count one guess for the run h at `now` (wall clock, seconds).

    Returns the standing that decided: anything but OPEN means that nothing was added.
    """
    tally = set_right(tx, own, peer, now)
    standing = guesses.standing(tally, now)
    if standing.limit is Limit.OPEN:
        _save(tx, own, peer, guesses.counted(tally, h, now))
    return standing


def set_right(tx: Tx, own: str, peer: str, now: float) -> Tally:
    """Keep the tally as it stands now: what a clock that was ahead dated into the future happened now.

    Otherwise a wait would begin anew at every look, until that future came.
    """
    tally = load(tx, own, peer)
    eased = guesses.eased(tally, now)
    if eased != tally:
        _save(tx, own, peer, eased)
    return eased


def set_all_right(tx: Tx, now: float) -> None:
    """Do as `set_right` does for every account."""
    for own, peer in transaction.every(tx, "select own, peer from guesses"):
        set_right(tx, own, peer, now)


def take_back(tx: Tx, own: str, peer: str, h: bytes) -> None:
    """A valid code takes back the one guess that was counted for its run."""
    _save(tx, own, peer, guesses.taken_back(load(tx, own, peer), h))


def agree_new_phrase(tx: Tx, own: str, peer: str) -> None:
    """The user says that a new phrase was agreed: from 3 on, the count goes to 0."""
    _save(tx, own, peer, guesses.new_phrase_agreed(load(tx, own, peer)))


def _save(tx: Tx, own: str, peer: str, tally: Tally) -> None:
    if not tally.count:
        tx.execute("delete from guesses where own = ? and peer = ?", (own, peer))
        return
    tx.execute(
        "insert into guesses (own, peer, tally) values (?, ?, ?)"
        " on conflict do update set tally = excluded.tally",
        (own, peer, _encoder.encode(tally)),
    )
