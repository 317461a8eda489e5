"""Accounts: which ids may be registered, and which look like one that is taken.

What an id may consist of stands in `watchword_wire.ids`; here is only the judgement of looks
(Unicode TR39 skeletons). `docs/protocol/wire.md`, Accounts; why this data: `docs/decisions`.
"""

import hashlib
import secrets
import unicodedata
from importlib import metadata

from confusable_homoglyphs.confusables import confusables_data

from watchword_relay.store.contract import Registered, Store
from watchword_wire import frames
from watchword_wire.errors import Refused
from watchword_wire.ids import fold_account

SKELETON_SOURCE = (
    f"confusable-homoglyphs {metadata.version('confusable-homoglyphs')}, "
    f"Unicode {unicodedata.unidata_version}"
)
"""What skeletons were made with; a relay that starts with other data makes them anew."""

_MARKS = "\u200e\u200f"
_ROUNDS = 4


def _prototypes() -> dict[str, str]:
    """Turn the library's list of pairs into TR39's mapping: confusable → prototype.

    The library keeps each pair in both directions. In TR39 many confusables share one prototype, so of a
    pair the one with more partners is it; of two equals the longer, then the lower.
    """
    partners: dict[str, list[str]] = {
        key.strip(_MARKS): [entry["c"].strip(_MARKS) for entry in entries]
        for key, entries in confusables_data.items()
    }
    mapping = {}
    for key, others in partners.items():
        if len(key) != 1 or len(others) != 1:
            continue
        other = others[0]
        theirs = len(partners.get(other, ()))
        if theirs > 1 or len(other) > 1 or other < key:
            mapping[key] = other
    return mapping


_PROTOTYPES = _prototypes()


def skeleton(account: str) -> str:
    """What an account id looks like: two ids that look alike have the same skeleton.

    TR39's skeleton over case-folded text, because ids that differ in case only look alike too.
    """
    seen = account
    for _ in range(_ROUNDS):
        folded = unicodedata.normalize("NFKC", seen).casefold()
        decomposed = unicodedata.normalize("NFD", folded)
        mapped = "".join(_PROTOTYPES.get(character, character) for character in decomposed)
        following = unicodedata.normalize("NFD", mapped.casefold())
        if following == seen:
            break
        seen = following
    return seen


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


def availability(store: Store, account: str) -> frames.Availability:
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
