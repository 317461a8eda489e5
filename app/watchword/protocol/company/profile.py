"""The profile: a company's methods, policy and directory, and what follows from them for one message.

Which keys seal now, which method a tag asks for (the choice by tag, row F4), who can read. Pure: no provider
is called here, the time arrives as an argument. See `docs/protocol/company.md`, The profile.
"""

import enum
from collections.abc import Iterable

import msgspec

from watchword.model.company import Closed, Reason
from watchword.protocol.company import ring as rings
from watchword.protocol.company.ring import MOST_SERIAL, SECRET_BYTES, Ring, is_name
from watchword_wire import limits
from watchword_wire.errors import PeerError
from watchword_wire.ids import account_problem
from watchword_wire.message_data import (
    KEY_NAME_BYTES,
    METHOD_BYTES,
    MODE_CONTENT,
    MODE_WRAP,
    ORGANISATION_BYTES,
    SESSION_METHOD,
    Head,
    Tag,
)

FORMAT = 1
MOST_METHODS = 64
MOST_MEMBERS = 10_000
ADDRESS_CHARACTERS = 512
DETAILS = 16
DETAIL_CHARACTERS = 1_024
ANSWER_METHOD = bytes(METHOD_BYTES - 1) + b"\x01"
"""The method id that stands for the key inside a text, under which its receipts are sealed."""
_RESERVED = frozenset({SESSION_METHOD, ANSWER_METHOD})
_MOST_BITS = 256
_LONGEST_RETENTION = 366 * 24 * 3600
_LAST_RESORTS = (Reason.KEY_UNKNOWN, Reason.UNKNOWN_TAG)


class Kind(enum.StrEnum):
    """Which provider does a method."""

    RING = "ring"
    PKCS11 = "pkcs11"
    PLUGIN = "plugin"


class Revoked(enum.StrEnum):
    """What becomes of a message under a revoked key."""

    OPEN = "open"
    REFUSE = "refuse"


class Pin(enum.StrEnum):
    """How long a token's PIN is remembered."""

    ASK = "ask"
    SESSION = "session"


class Outsiders(enum.StrEnum):
    """How members talk with people who are not in the directory."""

    SESSION = "session"
    """By a passphrase session: company methods are never used with them."""
    REFUSE = "refuse"
    """Not at all."""


class Method(msgspec.Struct, frozen=True, array_like=True):
    """What an opaque method id means. `where` is for the provider alone."""

    id: bytes
    kind: Kind
    mode: int
    where: dict[str, str]


class Auditor(msgspec.Struct, frozen=True, array_like=True):
    """A key under which every message is sealed too, and the name that every conversation shows for it."""

    key: bytes
    name: str


class Policy(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the company decided. A map on the disk: a reader passes over entries it does not know."""

    seals: tuple[bytes, ...]
    auditors: tuple[Auditor, ...]
    session: bool
    """Whether a passphrase session is required besides."""
    phrase: int
    """The least strength of its phrases, in bits."""
    retention: int
    """How long the relay may keep a message, in seconds; 0 leaves it to the relay."""
    revoked: Revoked
    pin: Pin
    roaming: int = 0
    """How long the relay keeps a message for a person's new desktop, in seconds; 0 for not at all."""
    late: bool = False
    """Whether who joins a room later reads what was written before."""
    outsiders: Outsiders = Outsiders.SESSION

    @property
    def gives_the_past(self) -> bool:
        """Whether there is something that who joins a room later is given."""
        return self.late and self.roaming > 0


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One line of the directory."""

    account: str
    name: str
    key: bytes


class Profile(msgspec.Struct, frozen=True, array_like=True):
    """Everything that sets up a desktop but the keys."""

    format: int
    organisation: bytes
    name: str
    serial: int
    relay: str
    """Address of the relay."""
    updates: str
    """Address of the company's own where newer company files lie; empty for none."""
    methods: tuple[Method, ...]
    policy: Policy
    directory: tuple[Member, ...]

    def method(self, method: bytes) -> Method | None:
        """What a method id means here."""
        return next((one for one in self.methods if one.id == method), None)

    def member(self, account: str) -> Member | None:
        """Who this account is. Who is not in the directory cannot write."""
        return next((one for one in self.directory if one.account == account), None)

    @property
    def sealing(self) -> tuple[bytes, ...]:
        """The ids of all keys that each message is sealed under, auditors' behind."""
        return (*self.policy.seals, *(auditor.key for auditor in self.policy.auditors))


class SealingKey(msgspec.Struct, frozen=True):
    """One key to seal under now, and by which method."""

    method: Method
    key: bytes
    version: int


class Choice(msgspec.Struct, frozen=True):
    """A tag that may open a message, and by which method (F4)."""

    method: Method
    tag: Tag


class Reader(msgspec.Struct, frozen=True):
    """Whose key a tag names, for *Message info*."""

    key: str
    version: int
    kind: Kind | None
    """None where the profile does not know the method."""
    auditor: str
    """The auditor's name, or empty."""


_encoder = msgspec.msgpack.Encoder(order="sorted")
_decoder: msgspec.msgpack.Decoder[Profile] = msgspec.msgpack.Decoder(Profile)


def encode(profile: Profile) -> bytes:
    """A profile as bytes."""
    return _encoder.encode(profile)


def decode(data: bytes) -> Profile:
    """Read a profile; what a later version appends is passed over.

    Raises:
        PeerError: the bytes are no profile, or one that breaks the rules.
    """
    try:
        profile = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed profile") from error
    check(profile)
    return profile


def check(profile: Profile) -> None:
    """Check every bound of a profile.

    Raises:
        PeerError: one is not kept.
    """
    if profile.format != FORMAT or len(profile.organisation) != ORGANISATION_BYTES:
        raise PeerError("profile of an unknown version or form")
    if not 1 <= profile.serial <= MOST_SERIAL or not is_name(profile.name):
        raise PeerError("profile of a wrong serial or name")
    if any(len(text) > ADDRESS_CHARACTERS for text in (profile.relay, profile.updates)):
        raise PeerError("address too long in the profile")
    _check_methods(profile.methods)
    _check_policy(profile)
    _check_directory(profile.directory)


def _check_methods(methods: tuple[Method, ...]) -> None:
    if not 0 < len(methods) <= MOST_METHODS or len({one.id for one in methods}) != len(methods):
        raise PeerError("methods of the profile missing, too many or doubled")
    for method in methods:
        if len(method.id) != METHOD_BYTES or method.id in _RESERVED:
            raise PeerError("method id of a wrong form")
        if method.mode not in (MODE_WRAP, MODE_CONTENT):
            raise PeerError("method of an unknown mode")
        if method.kind is Kind.RING and method.mode != MODE_WRAP:
            raise PeerError("the key ring wraps keys only")
        texts = [*method.where, *method.where.values()]
        if len(method.where) > DETAILS or any(len(text) > DETAIL_CHARACTERS for text in texts):
            raise PeerError("details of a method too long")


def _check_policy(profile: Profile) -> None:
    policy, keys = profile.policy, profile.sealing
    if not policy.seals or len(keys) >= limits.TAGS or len(set(keys)) != len(keys):
        raise PeerError("sealing keys of the policy missing, too many or doubled")
    if any(len(key) != KEY_NAME_BYTES for key in keys):
        raise PeerError("key id of a wrong form in the policy")
    if any(not is_name(auditor.name) for auditor in policy.auditors):
        raise PeerError("auditor without a name")
    spans = (policy.retention, policy.roaming)
    if not 0 <= policy.phrase <= _MOST_BITS or not all(0 <= span <= _LONGEST_RETENTION for span in spans):
        raise PeerError("number out of bounds in the policy")


def _check_directory(directory: tuple[Member, ...]) -> None:
    if len(directory) > MOST_MEMBERS:
        raise PeerError("directory too long")
    for member in directory:
        if account_problem(member.account) is not None or not is_name(member.name):
            raise PeerError("member of a wrong form in the directory")
        if len(member.key) != limits.KEY_BYTES:
            raise PeerError("member of a wrong form in the directory")
    accounts, keys = ({one.account for one in directory}, {one.key for one in directory})
    if len(accounts) != len(directory) or len(keys) != len(directory):
        raise PeerError("an account or a member key stands twice in the directory")


def check_together(profile: Profile, ring: Ring) -> None:
    """Check that a profile and a ring fit together.

    Raises:
        PeerError: they do not.
    """
    if profile.organisation != ring.organisation:
        raise PeerError("profile and ring of two organisations")
    methods = {method.id: method for method in profile.methods}
    for key in ring.keys:
        method = methods.get(key.method)
        if method is None:
            raise PeerError("key of a method that the profile lacks")
        if len(key.secret) != (SECRET_BYTES if method.kind is Kind.RING else 0):
            raise PeerError("key with a secret where none belongs, or without one")
    known = {key.id for key in ring.keys}
    if not known.issuperset(profile.sealing):
        raise PeerError("policy seals under a key that the ring lacks")
    alone = [key for key in ring.keys if methods[key.method].mode == MODE_CONTENT]
    if len(profile.sealing) > 1 and {key.id for key in alone}.intersection(profile.sealing):
        raise PeerError("a key of mode content seals alone")


def sealing_keys(profile: Profile, ring: Ring, now: float) -> tuple[SealingKey, ...] | Closed:
    """All keys that a message is sealed under now, of one mode. One that cannot seal stops the message.

    Nothing is ever sent under fewer keys than the policy names.
    """
    chosen: list[SealingKey] = []
    for key in profile.sealing:
        found = rings.sealing_key(ring, key, now)
        if isinstance(found, Closed):
            return found
        method = profile.method(found.method)
        if method is None:
            return Closed(Reason.UNKNOWN_TAG, found.name, found.version, ring.versions(key))
        chosen.append(SealingKey(method, key, found.version))
    return tuple(chosen)


def choices(profile: Profile, ring: Ring, head: Head) -> tuple[Choice | Closed, ...]:
    """F4: for each alternative tag in order the method that opens it, or why this desktop cannot."""
    return tuple(_choice(profile, ring, head.mode, tag) for tag in head.alternatives)


def _choice(profile: Profile, ring: Ring, mode: int, tag: Tag) -> Choice | Closed:
    method = profile.method(tag.method) if tag.organisation == profile.organisation else None
    if method is None or method.mode != mode:
        return Closed(Reason.UNKNOWN_TAG, tag.key.hex(), tag.version)
    revoked_open = profile.policy.revoked is Revoked.OPEN
    found = rings.opening_key(ring, tag.key, tag.version, revoked_open=revoked_open)
    if isinstance(found, Closed):
        return found
    if found.method != tag.method:
        return Closed(Reason.UNKNOWN_TAG, found.name, tag.version, ring.versions(tag.key))
    return Choice(method, tag)


def told(failures: Iterable[Closed]) -> Closed:
    """Of the reasons why no tag opened a message, the one that is told.

    The alarm first; then what a newer ring mends, what is revoked, what a token, PIN or plugin mends; last
    what says only that a tag is not for this desktop.
    """
    order = (Reason.ALTERED, Reason.RING_TOO_OLD, Reason.REVOKED)

    def rank(closed: Closed) -> int:
        if closed.reason in order:
            return order.index(closed.reason)
        return len(order) + 1 if closed.reason in _LAST_RESORTS else len(order)

    return min(failures, key=rank)


def readers(profile: Profile, ring: Ring, head: Head) -> tuple[Reader, ...]:
    """Whose keys open a message, tag by tag; auditors with their names, never hidden."""
    auditors = {auditor.key: auditor.name for auditor in profile.policy.auditors}
    found = []
    for tag in head.alternatives:
        method = profile.method(tag.method)
        kind = None if method is None else method.kind
        found.append(Reader(ring.name(tag.key), tag.version, kind, auditors.get(tag.key, "")))
    return tuple(found)
