"""Why something of a company's encryption did not go, one value per sentence of the window.

Plain data; nothing here is secret. See `docs/protocol/company.md`, Opening.
"""

import enum

import msgspec


class Reason(enum.StrEnum):
    """Why a message stays closed or unsent. The second block has the values of `providers.contract.Cause`."""

    OTHER_ORGANISATION = "other-organisation"
    """Of another organisation than mine."""
    NOT_FOR_ME = "not-for-me"
    """I am not among the targets."""
    UNKNOWN_SENDER = "unknown-sender"
    """Not in the directory: waits for a newer profile."""
    UNVOUCHED = "unvouched"
    """In the directory, but its member key did not certify this terminal: forged, or the member has a newer
    key. Waits for a newer profile."""
    UNKNOWN_TAG = "unknown-tag"
    """No tag is of a method that the profile knows: waits for a newer profile."""
    TOO_LONG = "too-long"
    """Does not fit into message data."""

    ALTERED = "altered"
    """Not as the sender made it: the only alarming one."""
    KEY_UNKNOWN = "key-unknown"
    """The ring has no key of this id."""
    RING_TOO_OLD = "version-unknown"
    """The ring has this key, but not this version: waits for a newer ring."""
    REVOKED = "key-revoked"
    KEY_NOT_VALID = "key-not-valid"
    """No version of the key may seal now."""
    KEY_UNFIT = "key-unfit"
    TOKEN_MISSING = "token-missing"
    TOKEN_AMBIGUOUS = "token-ambiguous"
    PIN_WANTED = "pin-wanted"
    PIN_WRONG = "pin-wrong"
    PIN_WRONG_FEW_LEFT = "pin-wrong-few-left"
    PIN_WRONG_LAST_TRY = "pin-wrong-last-try"
    PIN_LOCKED = "pin-locked"
    PROVIDER_MISSING = "provider-missing"
    PROVIDER_DOWN = "provider-down"
    PROVIDER_SLOW = "provider-slow"
    PROVIDER_WRONG = "provider-wrong"


class Closed(msgspec.Struct, frozen=True):
    """Why a message stays closed or unsent, with what its sentence needs."""

    reason: Reason
    key: str = ""
    """The key's name in the ring, or its id as hexadecimal digits where the ring does not know it."""
    version: int = 0
    """The version asked for; 0 where none was."""
    held: tuple[int, ...] = ()
    """The versions of that key in the ring, ascending."""


class FileReason(enum.StrEnum):
    """Why a company file was not taken."""

    OTHER_COMPANY = "file-other-company"
    """Signed by another root key than the pinned one."""
    OLDER = "file-older"
    """Its serial, or that of its profile or ring, goes back behind what is held."""
    REMOVED = "file-removed"
    """Nothing in it is for this member."""
    TO_JOIN = "file-to-join"
    """A join file, where an update is wanted."""
    NOT_TO_JOIN = "file-not-to-join"
    """An update, where a join file is wanted."""
    PHRASE_WRONG = "file-phrase-wrong"
