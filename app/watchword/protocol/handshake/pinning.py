"""Whose identity key is this: the rule that opens a session or holds it (handshake, Identity).

The pins are kept per full id; the core reads them in the transaction that opens the session.
"""

import enum
from collections.abc import Mapping

from watchword_wire.ids import FullId


class Standing(enum.StrEnum):
    """What an identity key is to this desktop."""

    FIRST = "first"
    """Nothing is pinned for the account: pin it, the session opens."""
    SAME = "same"
    """The pinned key: the session opens."""
    NEW_DEVICE = "new-device"
    """A known account with a device that is not pinned: the session is held."""
    OTHER_KEY = "other-key"
    """A pinned full id with another key: the session is held."""


def standing(peer: FullId, key: bytes, pins: Mapping[FullId, bytes]) -> Standing:
    """Judge a key that a run has authenticated against the pins of the peer's account."""
    pinned = pins.get(peer)
    if pinned is not None:
        return Standing.SAME if pinned == key else Standing.OTHER_KEY
    known = any(pin.account == peer.account for pin in pins)
    return Standing.NEW_DEVICE if known else Standing.FIRST
