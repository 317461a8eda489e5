"""Accounts: which ids may be registered, and which look like one that is taken.

What an id may consist of stands in `watchword_wire.ids`, how looks are judged in `watchword_wire.looks`. See
`docs/protocol/wire.md`, Accounts.
"""

import hashlib
import secrets

from watchword_relay.store.contract import RealmStore, Registered
from watchword_wire import frames
from watchword_wire.errors import Refused
from watchword_wire.ids import fold_account
from watchword_wire.looks import skeleton


def invite_hash(invite: str) -> bytes:
    """What the relay keeps of an invite: its SHA-256."""
    return hashlib.sha256(invite.encode()).digest()


def new_invite() -> str:
    """A new invite's text: 120 random bits, easy to copy."""
    return secrets.token_urlsafe(15)


def may_be_registered(account: str) -> bool:
    """Whether an account id has the form of one, and is folded as every desktop folds what is typed.

    An id in capitals, which nobody could type, might look like another one in ways that only capitals do.
    """
    try:
        return fold_account(account) == account
    except Refused:
        return False


def availability(store: RealmStore, account: str) -> frames.Availability:
    """Whether an account id can be registered."""
    if not may_be_registered(account):
        return frames.Availability.FORM
    match store.availability(account, skeleton(account)):
        case Registered.TAKEN:
            return frames.Availability.TAKEN
        case Registered.LOOKS_ALIKE:
            return frames.Availability.LOOKS_ALIKE
        case _:
            return frames.Availability.FREE
