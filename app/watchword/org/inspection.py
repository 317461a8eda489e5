"""A message looked at by the key owner: its tags, who can read it, whether signature and certificate fit.

It is opened only where that is asked for, and only by a key that the vault itself holds. See
`docs/protocol/company.md`, Opening.
"""

import base64
import binascii
import time

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_verify
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.org.contents import Contents
from watchword.protocol import content
from watchword.protocol.company import message_data, profile, receipt
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import ANSWER_METHOD, Choice, Kind, Revoked
from watchword.providers.contract import Fault, KeyName, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError, Refused
from watchword_wire.message_data import Head, MessageData

_WHY = {
    Reason.ALTERED: "It was altered: its signature, its place or its session's tag does not fit.",
    Reason.OTHER_ORGANISATION: "It is another organisation's.",
    Reason.UNKNOWN_SENDER: "Its sender is not in the directory.",
    Reason.UNVOUCHED: "Its sender's key did not certify the terminal that wrote it: it is forged, or the "
    "sender had another key then.",
}


_OWN_KINDS = {wire.SESSION_METHOD: "session", ANSWER_METHOD: "receipt"}
"""What the tags are that no company's method has."""


class TagSeen(msgspec.Struct, frozen=True):
    """One tag, by name where the vault knows it."""

    key: str
    version: int
    state: str
    """The state of that version now; empty where the vault does not know it."""
    kind: str
    """Which provider opens it; "session" for the passphrase session's, "receipt" for a text's own key;
    empty where it is not known."""
    auditor: str


class Seen(msgspec.Struct, frozen=True):
    """What a message shows."""

    head: Head
    sealed_bytes: int
    signature_fits: bool
    certificate_fits: bool | None
    """None without a vault: only the directory says whose key it is."""
    why_not: str
    """A sentence, where something does not fit."""
    tags: tuple[TagSeen, ...]


def read(data: bytes) -> MessageData:
    """Message data, as they are or in base64.

    Raises:
        Refused: they are none.
    """
    try:
        return wire.decode(data)
    except PeerError as error:
        try:
            return wire.decode(base64.b64decode(b"".join(data.split()), validate=True))
        except (PeerError, binascii.Error):
            raise Refused(
                f"This is no message data: {error}. It was altered, or is something else."
            ) from error


def look(found: MessageData, contents: Contents | None) -> Seen:
    """What it shows without being opened."""
    head = found.head
    try:
        ed25519_verify(head.terminal_key, found.signature, wire.signed_bytes(head, found.sealed))
        signature_fits = True
    except PeerError:
        signature_fits = False
    if contents is None:
        why = "" if signature_fits else _WHY[Reason.ALTERED]
        return Seen(head, len(found.sealed), signature_fits, None, why, _unnamed(head))
    examined = _examined(found, contents)
    why = "" if isinstance(examined, Examined) else _WHY.get(examined.reason, examined.reason.value)
    return Seen(head, len(found.sealed), signature_fits, not why, why, _named(head, contents))


async def open_(found: MessageData, contents: Contents) -> content.Content:
    """Open by a key that the vault holds. A revoked one opens too: the key owner decides here.

    Raises:
        Refused: no tag is of such a key, or it does not open; a sentence.
    """
    examined = _examined(found, contents)
    if isinstance(examined, Closed):
        raise Refused(_WHY.get(examined.reason, examined.reason.value))
    if receipt.is_one(found.head):
        return _answered(examined, contents)
    if found.head.mode != wire.MODE_WRAP:
        raise Refused("It is sealed by a method of the company's own, not by the vault's keys.")
    policy = replace(contents.profile.policy, revoked=Revoked.OPEN)
    opening = replace(contents.profile, policy=policy)
    ring = OrgRing(contents.ring, Revoked.OPEN, time.time)
    for choice in profile.choices(opening, contents.ring, found.head):
        if not isinstance(choice, Choice) or choice.method.kind is not Kind.RING:
            continue
        tag = choice.tag
        try:
            key = await ring.unwrap(tag.wrapped, context_of(found.head), KeyName(tag.key, tag.version))
        except Fault as fault:
            raise Refused(_WHY[Reason.ALTERED]) from fault
        text = message_data.open_wrapped(examined, Secret(key))
        if isinstance(text, Closed):
            raise Refused(_WHY[Reason.ALTERED])
        return _read_content(text)
    raise Refused(
        "The vault holds none of its keys: they live on a token or in a plugin, or it never had them."
    )


def _answered(examined: Examined, contents: Contents) -> content.Content:
    """A receipt, by the member key of its one target."""
    [writer] = examined.head.targets
    member = contents.seeds.get(writer)
    text = Closed(Reason.NOT_FOR_ME) if member is None else receipt.unseal(examined, member)
    if isinstance(text, Closed):
        raise Refused(f"It is a receipt for {writer}, under a member key that the vault does not hold.")
    return _read_content(text)


def _read_content(text: bytes) -> content.Content:
    try:
        return content.decode(text)
    except PeerError as error:
        raise Refused("It opens, and holds what no desktop writes.") from error


def _examined(found: MessageData, contents: Contents) -> Examined | Closed:
    """As its first target would; of a session's envelope the tag's own word is taken."""
    head = found.head
    inside = None if head.session is None else head.session.key
    return message_data.examine(wire.encode(found), head.targets[0], contents.profile, inside)


def _unnamed(head: Head) -> tuple[TagSeen, ...]:
    kinds = (_OWN_KINDS.get(tag.method, "") for tag in head.tags)
    return tuple(
        TagSeen(tag.key.hex(), tag.version, "", kind, "") for tag, kind in zip(head.tags, kinds, strict=True)
    )


def _named(head: Head, contents: Contents) -> tuple[TagSeen, ...]:
    readers = iter(profile.readers(contents.profile, contents.ring, head))
    seen = []
    for tag in head.tags:
        reader = None if tag.is_session else next(readers)
        if reader is None or tag.method in _OWN_KINDS:
            seen.append(TagSeen(tag.key.hex(), tag.version, "", _OWN_KINDS[tag.method], ""))
            continue
        key = contents.ring.find(tag.key, tag.version)
        state = "" if key is None else key.state.name.lower()
        kind = "" if reader.kind is None else reader.kind.value
        seen.append(TagSeen(reader.key, reader.version, state, kind, reader.auditor))
    return tuple(seen)
