"""Message data of company encryption: all that a relay may see of them (rows F2, F3).

The head with its tags and targets, sealed bytes, a signature; exactly one encoding is valid. Nothing here
opens or seals, and no name, method or key of a company stands here. See `docs/protocol/company.md`.
"""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from watchword_wire import limits
from watchword_wire.digests import hashed, lv
from watchword_wire.errors import PeerError
from watchword_wire.ids import account_problem, parse_full_id

FORMAT: Final = 1
MODE_WRAP: Final = 1
"""Providers seal a content key; `sealed` is Watchword's."""
MODE_CONTENT: Final = 2
"""One provider seals the content; `sealed` is its own."""

ORGANISATION_BYTES = 16
CONVERSATION_BYTES = 16
METHOD_BYTES = 8
KEY_NAME_BYTES = 8
COMMITMENT_BYTES = 32
SESSION_METHOD = bytes(METHOD_BYTES)
"""The method id that stands for the passphrase session around the data; no company's method has it."""
MOST_VERSION = 2**32 - 1

_SIGNED = lv(b"watchword/1 message data")


class Tag(msgspec.Struct, frozen=True, array_like=True):
    """What opens the data (F2): an opaque method, whose key, which version, the content key sealed by it."""

    method: bytes
    organisation: bytes
    key: bytes
    version: int
    wrapped: bytes

    @property
    def is_session(self) -> bool:
        """Whether it says that a passphrase session's envelope is around the data."""
        return self.method == SESSION_METHOD


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What stands in the clear: the place of a message, its tags, who wrote it, for whom."""

    format: int
    mode: int
    organisation: bytes
    conversation: bytes
    id: bytes
    sender: str
    """Full id."""
    terminal_key: bytes
    certificate: bytes
    targets: tuple[str, ...]
    """Account ids (F3), sorted by their bytes."""
    tags: tuple[Tag, ...]
    commitment: bytes

    @property
    def alternatives(self) -> tuple[Tag, ...]:
        """The tags of which each alone opens the content: all but the session's."""
        return tuple(tag for tag in self.tags if not tag.is_session)

    @property
    def session(self) -> Tag | None:
        """The session's tag: a condition, not an alternative."""
        return next((tag for tag in self.tags if tag.is_session), None)


class MessageData(msgspec.Struct, frozen=True):
    """Head, sealed content, and the sending terminal's signature over both."""

    head: Head
    sealed: bytes
    signature: bytes


class _Parts(msgspec.Struct, frozen=True, array_like=True):
    """The outer array."""

    head: bytes
    sealed: bytes
    signature: bytes


_encoder = msgspec.msgpack.Encoder()
_parts_decoder: msgspec.msgpack.Decoder[_Parts] = msgspec.msgpack.Decoder(_Parts)
_head_decoder: msgspec.msgpack.Decoder[Head] = msgspec.msgpack.Decoder(Head)


def encode_head(head: Head) -> bytes:
    """The one encoding of a head: what is signed, and the associated data of the content."""
    return _encoder.encode(head)


def encode(data: MessageData) -> bytes:
    """The one encoding of message data."""
    return _encoder.encode(_Parts(encode_head(data.head), data.sealed, data.signature))


def decode(data: bytes) -> MessageData:
    """Read message data: form, bounds, the one encoding. Says nothing about signatures.

    Raises:
        PeerError: the bytes are no message data, or not the only encoding of them.
    """
    if len(data) > limits.DATA_BYTES:
        raise PeerError("message data too long")
    try:
        parts = _parts_decoder.decode(data)
        head = _head_decoder.decode(parts.head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed message data") from error
    if len(parts.signature) != limits.SIGNATURE_BYTES or not 0 < len(parts.sealed) <= limits.SEALED_BYTES:
        raise PeerError("message data of a wrong size")
    check_head(head)
    found = MessageData(head, parts.sealed, parts.signature)
    if encode(found) != data:
        raise PeerError("message data in another encoding")
    return found


def check_head(head: Head) -> None:
    """Check every bound of a head.

    Raises:
        PeerError: one is not kept.
    """
    check_place(head)
    _check_tags(head)
    if len(head.commitment) != (COMMITMENT_BYTES if head.mode == MODE_WRAP else 0):
        raise PeerError("commitment of a wrong size")


def check_place(head: Head) -> None:
    """Check the bounds of a head but for tags and commitment, which a draft has none of.

    Raises:
        PeerError: one is not kept.
    """
    sizes = (
        (head.organisation, ORGANISATION_BYTES),
        (head.conversation, CONVERSATION_BYTES),
        (head.id, limits.MESSAGE_ID_BYTES),
        (head.terminal_key, limits.KEY_BYTES),
        (head.certificate, limits.SIGNATURE_BYTES),
    )
    if head.format != FORMAT or head.mode not in (MODE_WRAP, MODE_CONTENT):
        raise PeerError("message data of an unknown version or mode")
    if any(len(value) != size for value, size in sizes):
        raise PeerError("head of a wrong form")
    _check_targets(head)


def _check_targets(head: Head) -> None:
    sender = parse_full_id(head.sender)
    if not 0 < len(head.targets) <= limits.DATA_TARGETS:
        raise PeerError("head with too few or too many targets")
    if any(account_problem(target) is not None for target in head.targets):
        raise PeerError("target of a wrong form")
    if head.targets != in_order(head.targets) or sender.account in head.targets:
        raise PeerError("targets out of order, doubled, or with the sender among them")


def _check_tags(head: Head) -> None:
    if len(head.tags) > limits.TAGS:
        raise PeerError("head with too many tags")
    opening = head.alternatives
    if not opening or (head.mode == MODE_CONTENT and len(opening) != 1):
        raise PeerError("head with too few or too many tags")
    if len(head.tags) - len(opening) > 1 or head.session not in (None, head.tags[-1]):
        raise PeerError("a session's tag that is not the last")
    if len({(tag.method, tag.organisation, tag.key, tag.version) for tag in opening}) != len(opening):
        raise PeerError("a tag stands twice")
    for tag in head.tags:
        _check_tag(tag, wrapping=head.mode == MODE_WRAP and not tag.is_session)
        if tag.is_session and (tag.organisation != head.organisation or tag.version != 1):
            raise PeerError("a session's tag of a wrong form")


def _check_tag(tag: Tag, *, wrapping: bool) -> None:
    lengths = (len(tag.method), len(tag.organisation), len(tag.key))
    if lengths != (METHOD_BYTES, ORGANISATION_BYTES, KEY_NAME_BYTES) or not 1 <= tag.version <= MOST_VERSION:
        raise PeerError("tag of a wrong form")
    if not (0 < len(tag.wrapped) <= limits.WRAPPED_BYTES if wrapping else not tag.wrapped):
        raise PeerError("wrapped key of a wrong size")


def in_order(accounts: Iterable[str]) -> tuple[str, ...]:
    """Account ids as they stand in a head: each once, sorted by their bytes of UTF-8."""
    return tuple(sorted(set(accounts), key=str.encode))


def mark(targets: tuple[str, ...], sender: str, meant: Collection[str]) -> bytes:
    """Say which accounts are meant, of those that message data go to: a bit for each, the first the highest.

    The targets in the order of the head, then the account of the sender, a full id, for its other terminals.
    Bits that are left over are 0.
    """
    bits = "".join("01"[account in meant] for account in _everybody(targets, sender))
    size = -(-len(bits) // 8)
    return int(bits.ljust(8 * size, "0"), 2).to_bytes(size)


def marked(targets: tuple[str, ...], sender: str, bits: bytes) -> tuple[str, ...]:
    """The accounts of which `mark` said that they are meant, at least one.

    Raises:
        PeerError: the bits are of another number, mean nobody, or more than there are.
    """
    everybody = _everybody(targets, sender)
    flags = f"{int.from_bytes(bits):0{8 * len(bits)}b}"
    found = tuple(account for account, flag in zip(everybody, flags, strict=False) if flag == "1")
    if not found or mark(targets, sender, found) != bits:
        raise PeerError("bits that mean nobody, or more than there are")
    return found


def _everybody(targets: tuple[str, ...], sender: str) -> tuple[str, ...]:
    return *targets, parse_full_id(sender).account


def organisation_id(root_key: bytes) -> bytes:
    """The 16 bytes that name an organisation: it certifies itself."""
    return hashed("organisation", root_key)[:ORGANISATION_BYTES]


def conversation_id(organisation: bytes, members: Iterable[str]) -> bytes:
    """The 16 bytes that name a conversation without a room. Members: the accounts of sender and targets."""
    return hashed("conversation", organisation, *map(str.encode, in_order(members)))[:CONVERSATION_BYTES]


def conversation_of(head: Head) -> bytes:
    """The conversation that a head's sender and targets give."""
    return conversation_id(head.organisation, (parse_full_id(head.sender).account, *head.targets))


def context(head: Head) -> bytes:
    """What binds a wrapped key or a provider's content to its place: 32 bytes. Tags are no part of it."""
    place = (bytes([head.mode]), head.organisation, head.conversation, head.id)
    return hashed("company context", *place, head.sender.encode(), *map(str.encode, head.targets))


def signed_bytes(head: Head, sealed: bytes) -> bytes:
    """What the sending terminal signs."""
    return _SIGNED + lv(encode_head(head)) + lv(sealed)


def digest(data: bytes) -> bytes:
    """What the inbox keeps, so that a repeat is only acknowledged: 32 bytes."""
    return hashed("message data", data)
