"""A message looked at by the key owner: tags, who can read it, whether signature and certificate fit.

With a vault it is tried whether one of its keys opens the message; whoever asks for what it says has that
written down. See `docs/protocol/company.md`, Opening.
"""

import time

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_verify
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.org.contents import Contents
from watchword.org.listing import place_of
from watchword.protocol import content
from watchword.protocol.company import message_data, profile, receipt
from watchword.protocol.company.message_data import Examined
from watchword.protocol.company.profile import ANSWER_METHOD, Choice, Kind, Revoked
from watchword.protocol.content import Content
from watchword.providers.contract import Fault, KeyName, context_of
from watchword.providers.org_ring import OrgRing
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError
from watchword_wire.ids import parse_full_id
from watchword_wire.message_data import Head, MessageData, Tag

_WHY = {
    Reason.ALTERED: "It was ALTERED: its signature, its place or its session's tag does not fit. No desktop "
    "shows it.",
    Reason.OTHER_ORGANISATION: "It is another organisation's: none of this vault's keys belongs to it.",
    Reason.UNKNOWN_SENDER: "Its sender is not in the directory: never was, or was removed (`watchword-org "
    "journal` says). No desktop shows it.",
    Reason.UNVOUCHED: "Its sender's key did not certify the terminal that wrote it: it is forged, or the "
    "sender had another key then. No desktop shows it.",
}

_UNFIT = (
    "The key that its tag names did not seal it: its sender's desktop made it wrong, or the vault's key is "
    "another one of that name. Desktops tell it as ALTERED."
)
_NO_KEY = "The vault holds none of its keys: they live on a token or in a plugin, or it never had them."
_OWN_KINDS = {wire.SESSION_METHOD: "session", ANSWER_METHOD: "receipt"}
"""What the tags are that no company's method has."""
_OWN_METHODS = {"session": "passphrase session besides", "receipt": "key inside the text it is for"}


class TagSeen(msgspec.Struct, frozen=True):
    """One tag, by name where the vault knows it."""

    key: str
    id: str
    """The key's, as the relay sees it: 16 hexadecimal digits."""
    version: int
    state: str
    """The state of that version now; empty where the vault does not know it."""
    kind: str
    """Which provider opens it; "session" for the passphrase session's, "receipt" for a text's own key;
    empty where it is not known."""
    method: str
    """Where such keys live, by the profile; the method's opaque id where it is not known."""
    auditor: str


class Opening(msgspec.Struct, frozen=True):
    """Whether a key of the vault opened a message."""

    by: str
    """The key and its version; empty where none did."""
    content: Content | None
    why_not: str = ""
    """A sentence, where none did."""
    holds: bool = True
    """False where the message itself is to blame, not what the vault lacks."""


class Seen(msgspec.Struct, frozen=True):
    """What a message shows."""

    head: Head
    size: int
    """In bytes, as it lies on a relay."""
    sealed_bytes: int
    signature_fits: bool
    certificate_fits: bool | None
    """None where it was not checked: only the directory of its organisation says whose key it is."""
    why_not: str
    """A sentence, where something does not fit."""
    tags: tuple[TagSeen, ...]


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
        return Seen(
            head, len(wire.encode(found)), len(found.sealed), signature_fits, None, why, _unnamed(head)
        )
    examined = _examined(found, contents)
    reason = None if isinstance(examined, Examined) else examined.reason
    why = "" if reason is None else _WHY.get(reason, reason.value)
    certified = {None: True, Reason.UNVOUCHED: False}.get(reason)
    return Seen(
        head,
        len(wire.encode(found)),
        len(found.sealed),
        signature_fits,
        certified,
        why,
        _named(head, contents),
    )


async def open_(found: MessageData, contents: Contents) -> Opening:
    """Try the keys that the vault holds. A revoked one opens too: the key owner decides here."""
    examined = _examined(found, contents)
    if isinstance(examined, Closed):
        return Opening("", None, _WHY.get(examined.reason, examined.reason.value), holds=False)
    if receipt.is_one(found.head):
        return _answered(examined, contents)
    if found.head.mode != wire.MODE_WRAP:
        return Opening("", None, "It is sealed by a method of the company's own, not by the vault's keys.")
    policy = replace(contents.profile.policy, revoked=Revoked.OPEN)
    opening = replace(contents.profile, policy=policy)
    ring = OrgRing(contents.ring, Revoked.OPEN, time.time)
    altered = False
    for choice in profile.choices(opening, contents.ring, found.head):
        if not isinstance(choice, Choice) or choice.method.kind is not Kind.RING:
            continue
        tag = choice.tag
        try:
            key = await ring.unwrap(tag.wrapped, context_of(found.head), KeyName(tag.key, tag.version))
        except Fault:
            altered = True
            continue
        text = message_data.open_wrapped(examined, Secret(key))
        if isinstance(text, Closed):
            return Opening("", None, _WHY[Reason.ALTERED], holds=False)
        return _read_content(text, f"{contents.ring.name(tag.key)}, version {tag.version}")
    if altered:
        return Opening("", None, _UNFIT, holds=False)
    return Opening("", None, _NO_KEY)


def _answered(examined: Examined, contents: Contents) -> Opening:
    """A receipt, by the member key of its one target; or a note, by its sender's."""
    [writer] = examined.head.targets
    if receipt.is_note(examined.head):
        writer = parse_full_id(examined.head.sender).account
    member = contents.seeds.get(writer)
    text = Closed(Reason.NOT_FOR_ME) if member is None else receipt.unseal(examined, member)
    if isinstance(text, Closed):
        return Opening(
            "", None, f"It is a receipt for {writer}, under a member key that the vault does not hold."
        )
    return _read_content(text, f"the member key of {writer}")


def _read_content(text: bytes, by: str) -> Opening:
    try:
        return Opening(by, content.decode(text))
    except PeerError:
        return Opening(by, None, "It opens, and holds what no desktop writes.", holds=False)


def _examined(found: MessageData, contents: Contents) -> Examined | Closed:
    """As its first target would; of a session's envelope the tag's own word is taken."""
    head = found.head
    inside = None if head.session is None else head.session.key
    return message_data.examine(wire.encode(found), head.targets[0], contents.profile, inside)


def _unnamed(head: Head) -> tuple[TagSeen, ...]:
    return tuple(_unknown(tag) for tag in head.tags)


def _unknown(tag: Tag) -> TagSeen:
    """One of which no vault says more than what stands in the clear; or one that is no company's."""
    key, kind = tag.key.hex(), _OWN_KINDS.get(tag.method, "")
    return TagSeen(key, key, tag.version, "", kind, _OWN_METHODS.get(kind, tag.method.hex()), "")


def _named(head: Head, contents: Contents) -> tuple[TagSeen, ...]:
    readers = iter(profile.readers(contents.profile, contents.ring, head))
    seen = []
    for tag in head.tags:
        reader = None if tag.is_session else next(readers)
        if reader is None or tag.method in _OWN_KINDS:
            seen.append(_unknown(tag))
            continue
        key = contents.ring.find(tag.key, tag.version)
        state = "" if key is None else key.state.name.lower()
        kind = "" if reader.kind is None else reader.kind.value
        method = contents.profile.method(tag.method)
        place = tag.method.hex() if method is None else place_of(method)
        seen.append(TagSeen(reader.key, tag.key.hex(), tag.version, state, kind, place, reader.auditor))
    return tuple(seen)
