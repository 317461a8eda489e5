"""Why something of a company's encryption did not go, one value per sentence of the window.

Plain data; nothing here is secret. See `docs/protocol/company.md`, Opening.
"""

import enum

import msgspec

from watchword.model.errors import Situation
from watchword.model.roaming import TakenBack
from watchword.model.room import Unreached


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
    FORMER_KEY = "former-key"
    """Certified by a member key from before its sender joined anew: final."""
    UNKNOWN_TAG = "unknown-tag"
    """No tag is of a method that the profile knows: waits for a newer profile."""
    TOO_LONG = "too-long"
    """Does not fit into message data."""
    NOT_JOINED = "not-joined"
    """This desktop belongs to no company yet: waits for a company file."""
    MEMBER_GONE = "member-gone"
    """Somebody it is for is not in the directory any more."""
    SESSION_WANTED = "session-wanted"
    """The policy asks for a passphrase session besides, and somebody it is for has none with this desktop."""

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


class Withheld(msgspec.Struct, frozen=True):
    """Messages that came and wait closed, all for one reason."""

    closed: Closed
    count: int


class FileReason(enum.StrEnum):
    """Why a company file was not taken."""

    DAMAGED = "file-damaged"
    """It is no company file, not as its root key signed it, or breaks the rules."""
    OTHER_MEMBER = "file-other-member"
    """A join file for another account than this desktop's."""

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


class LinkReason(enum.StrEnum):
    """Why a company file could not be read from where it lies: a link, or a file on this computer."""

    FORM = "link-form"
    """Neither a link that can be followed nor the name of a file."""
    PLAIN = "link-plain"
    """Not protected on its way: http:// to anything but this computer. [host]"""
    REDIRECTS = "link-redirects"
    """Sent on too often, or to where nobody may be sent. [host]"""
    NAME = "link-name"
    """Nobody knows the name of the server. [host]"""
    UNREACHABLE = "link-unreachable"
    """[host]"""
    PROXY = "link-proxy"
    """The proxy cannot reach it. [proxy, host]"""
    TLS = "link-tls"
    """What answers there does not speak TLS. [host]"""
    CERTIFICATE = "link-certificate"
    """Nobody vouches for its certificate. [host]"""
    CERTIFICATE_DATE = "link-certificate-date"
    """[host]"""
    CERTIFICATE_NAME = "link-certificate-name"
    """[host]"""
    SLOW = "link-slow"
    """[host]"""
    MISSING = "link-missing"
    """There is no such file. [host]"""
    CLOSED = "link-closed"
    """It gives the file to nobody who has not signed in. [host]"""
    FAILED = "link-failed"
    """It answered, but with another status. [host, status]"""
    NONSENSE = "link-nonsense"
    """No web server, or it broke off. [host]"""
    LONG = "link-long"
    """Larger than any company file."""
    FILE_MISSING = "link-file-missing"
    """[file]"""
    FILE_UNREADABLE = "link-file-unreadable"
    """[file]"""


class ReaderKey(msgspec.Struct, frozen=True):
    """A key that a message is sealed under: who holds it can read."""

    name: str
    version: int
    method: str
    """ring, pkcs11 or plugin; empty where the profile does not know the method."""
    auditor: str = ""
    """The auditor's name; empty for a key of the members'."""


class Sealing(msgspec.Struct, frozen=True):
    """How a message was sealed, kept with it."""

    sender: str
    """Full id."""
    mode: str
    """wrap or content."""
    readers: tuple[ReaderKey, ...]
    session: bool
    """Whether a passphrase session's envelope was around it."""
    size: int
    """Bytes of the message data."""


class Recipient(msgspec.Struct, frozen=True):
    """How far an own message has come to one member."""

    account: str
    name: str
    delivered: bool
    no_room: bool = False
    """Their mailbox at the relay is full: it waits here for them, and goes when there is room."""


class Missed(msgspec.Struct, frozen=True):
    """Somebody who was in a room when an own text went out, and whom it did not reach."""

    account: str
    name: str
    why: Unreached | None = None
    """The reason at that time; None where it was not kept."""


class MessageInfo(msgspec.Struct, frozen=True):
    """What *Message info* shows of a message of a company chat."""

    organisation: str
    sender: str
    """The name of the writer."""
    sealing: Sealing | None
    """None while an own message is not sealed yet."""
    recipients: tuple[Recipient, ...] = ()
    """Own messages only."""
    unsent: Closed | None = None
    """Why an own message waits."""
    revoked: tuple[tuple[str, int], ...] = ()
    """Keys of the ring, by name and version, that are revoked by now."""
    missed: tuple[Missed, ...] = ()
    """Who was in the room and could not be reached; own messages only."""
    taken_back: TakenBack | None = None
    """What the relay counted when this user took it back."""


class KeyState(msgspec.Struct, frozen=True):
    """One version of a key of the ring. Times are seconds since 1970, 0 for none."""

    name: str
    version: int
    state: str
    """active, retired or revoked."""
    method: bytes
    begins: int
    ends: int
    auditor: str = ""
    seals: bool = False
    """Whether messages are sealed under it now."""


class MethodState(msgspec.Struct, frozen=True):
    """A method of the company and how its provider is. `fault` is the last one, None while it works."""

    id: bytes
    kind: str
    """ring, pkcs11 or plugin."""
    mode: str
    """wrap or content."""
    detail: str = ""
    """Label of a token, name of a plugin and, known after a test, its version."""
    fault: Reason | None = None
    tried: bool = False
    """Whether it was tried since this company file was taken."""


class CompanyPolicy(msgspec.Struct, frozen=True):
    """What the company decided, as far as people are told."""

    session: bool
    phrase: int
    retention: int
    revoked_opens: bool
    pin_remembered: bool
    auditors: tuple[str, ...]
    refuses_outsiders: bool = False
    """Whether there are no conversations with people outside the company, instead of passphrase sessions."""
    roaming: int = 0
    """Seconds for which the relay keeps messages for a member's further computers; 0 for not at all."""
    late: bool = False
    """Whether somebody who joins a room reads what is kept of what was written there before."""


class Lookout(msgspec.Struct, frozen=True):
    """How looking for newer company files at the company's address goes.

    Times are milliseconds since 1970, 0 for not yet since the program was started.
    """

    tried: int = 0
    taken: int = 0
    """When a newer file was taken."""
    trouble: Situation | None = None
    """Why nothing came of the last try."""


class Organisation(msgspec.Struct, frozen=True):
    """The company that this desktop belongs to."""

    name: str
    digits: str
    """The root key's 20 digits, for comparing by voice."""
    serial: int
    """Of the company file held."""
    ring_serial: int
    profile_serial: int
    relay: str
    updates: str
    keys: tuple[KeyState, ...]
    methods: tuple[MethodState, ...]
    policy: CompanyPolicy
    waiting: tuple[Withheld, ...] = ()
    """All that came and cannot be opened yet, also from senders who have no chat here."""
    lookout: Lookout = Lookout()
    removed: bool = False
    """Whether a newer company file came that has nothing for this member."""


class DirectoryMember(msgspec.Struct, frozen=True):
    """Somebody of the company who can be picked as a target (F6)."""

    account: str
    name: str


class CompanyOutside(msgspec.Struct, frozen=True):
    """What a company file shows before it is opened: to be compared by voice before the first import."""

    digits: str
    serial: int
    joins: str
    """The account that a join file is for; empty for an update."""


class CompanyOffer(msgspec.Struct, frozen=True):
    """What a join file holds for who is about to join: shown, and used to set the desktop up."""

    company: str
    digits: str
    account: str
    name: str
    """The member's, by the company's directory."""
    relay: str
