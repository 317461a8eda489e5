"""Message data made and opened (rows F1, F2, F4): all but what a provider does between two calls.

Sending: `draft` → a provider wraps a fresh key or seals the padded content → `seal` or `assemble`. Receiving:
`examine` → `profile.choices` → a provider → `open_wrapped` or `open_provided`. Pure; a key, an id come drawn.
See `docs/protocol/company.md`, Message data.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import (
    ed25519_public,
    ed25519_sign,
    ed25519_verify,
    equal,
    expand,
    hmac_sha256,
    unseal,
)
from watchword.crypto.primitives import seal as aead
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company import certificate
from watchword.protocol.company.profile import Profile, SealingKey
from watchword.protocol.content import DATA_BYTES, Asked, Content, RoomMessage, Statements, Unknown
from watchword.protocol.ratchet import pad, unpad
from watchword_wire import limits
from watchword_wire import message_data as wire
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import parse_full_id
from watchword_wire.message_data import SESSION_METHOD, Head, MessageData, Tag

H8_BYTES = 8
IN_ENVELOPE_BYTES = DATA_BYTES

_KEY_BYTES = 32
_NONCE = bytes(12)
"""A seal key seals once, so the nonce is constant."""


class Author(msgspec.Struct, frozen=True):
    """The terminal that writes: its full id, its certificate, the seed of its terminal key."""

    full_id: str
    certificate: bytes
    seed: Secret


class Examined(msgspec.Struct, frozen=True):
    """Message data whose form, signature, place and sender are good. What they hold is still sealed."""

    data: MessageData
    room: bytes | None = None
    """The room whose conversation it is; None if it is that of sender and targets."""

    @property
    def head(self) -> Head:
        """What stands in the clear."""
        return self.data.head

    @property
    def context(self) -> bytes:
        """What a provider is given to open by: 32 bytes."""
        return wire.context(self.data.head)


class _SealKeys(msgspec.Struct, frozen=True):
    """What comes from the content key."""

    commitment: bytes
    key: Secret


# --- sending (F1, F2) -----------------------------------------------------------------


def draft(
    author: Author,
    organisation: bytes,
    mode: int,
    message: bytes,
    targets: Iterable[str],
    room: bytes | None = None,
) -> Head:
    """A head without tags, from which the context for the providers comes (`wire.context`).

    `message` is 16 random bytes, the same in every repeat; targets are accounts in any order. With a `room`
    the content has to be one that names it (`placed`).

    Raises:
        Refused: a target, or their number, is not one that a head can have.
    """
    there = wire.in_order(targets)
    members = (parse_full_id(author.full_id).account, *there)
    head = Head(
        wire.FORMAT,
        mode,
        organisation,
        room or wire.conversation_id(organisation, members),
        message,
        author.full_id,
        ed25519_public(author.seed.expose()),
        author.certificate,
        there,
        (),
        b"",
    )
    try:
        wire.check_place(head)
    except PeerError as error:
        raise Refused(str(error)) from error
    return head


def tag(head: Head, under: SealingKey, wrapped: bytes) -> Tag:
    """The tag for one sealing key; `wrapped` is what its provider returned, empty in mode content."""
    return Tag(under.method.id, head.organisation, under.key, under.version, wrapped)


def session_tag(head: Head, h: bytes) -> Tag:
    """The tag that says: this travels inside the passphrase session of this h and nowhere else."""
    return Tag(SESSION_METHOD, head.organisation, h[:H8_BYTES], 1, b"")


def padded(content: bytes) -> bytes:
    """What a provider in mode content seals: content padded like an envelope's text."""
    return pad(content)


def seal(author: Author, head: Head, tags: Iterable[Tag], key: Secret, content: bytes) -> bytes:
    """Mode wrap: seal the content once and sign; the message data.

    `key` is 32 random bytes drawn for exactly these data, wrapped in `tags`. Data for another session, hence
    with another session's tag, need a key of their own: one key seals once.

    Raises:
        Refused: content or tags do not fit into message data.
    """
    keys = _seal_keys(key, head)
    full = replace(head, tags=tuple(tags), commitment=keys.commitment)
    sealed = aead(keys.key.expose(), _NONCE, pad(content), wire.encode_head(full))
    return _signed(author, full, sealed)


def assemble(author: Author, head: Head, tags: Iterable[Tag], sealed: bytes) -> bytes:
    """Mode content: sign what a provider sealed; the message data.

    Raises:
        Refused: what it sealed, or the tags, do not fit into message data.
    """
    return _signed(author, replace(head, tags=tuple(tags)), sealed)


def _signed(author: Author, head: Head, sealed: bytes) -> bytes:
    signature = ed25519_sign(author.seed.expose(), wire.signed_bytes(head, sealed))
    data = wire.encode(MessageData(head, sealed, signature))
    if len(sealed) > limits.SEALED_BYTES or (head.session and len(data) > IN_ENVELOPE_BYTES):
        raise Refused(Reason.TOO_LONG.value)
    try:
        wire.decode(data)
    except PeerError as error:
        raise Refused(str(error)) from error
    return data


# --- receiving (F4) -------------------------------------------------------------------


def examine(
    data: bytes,
    me: str,
    profile: Profile,
    inside: bytes | None,
    own_key: bytes | None = None,
    *,
    found_good: bool = False,
    from_history: bool = False,
) -> Examined | Closed:
    """Check all that can be checked before a key is asked for.

    Args:
        data: as they came.
        me: the own account.
        profile: of the newest company file.
        inside: the h of the passphrase session in whose envelope the data came, None where they came by
            themselves.
        own_key: this terminal's key, if messages that another terminal of the account wrote are wanted.
        found_good: whether these very bytes were found to be a member's, by the profile of the day on which
            they came. Who wrote them is not asked again: who was removed since, or joined anew, was one.
        from_history: they are of the own account's history: where the policy says `late`, those of a room
            are taken that were written before the own account was among the targets.
    """
    try:
        found = wire.decode(data)
        head = found.head
        ed25519_verify(head.terminal_key, found.signature, wire.signed_bytes(head, found.sealed))
    except PeerError:
        return Closed(Reason.ALTERED)
    sender = parse_full_id(head.sender).account
    room = None if head.conversation == wire.conversation_of(head) else head.conversation
    if head.organisation != profile.organisation:
        return Closed(Reason.OTHER_ORGANISATION)
    if me not in head.targets:  # nor am I the sender, who is never among the targets
        is_own = sender == me and own_key not in (None, head.terminal_key)
        is_late = from_history and profile.policy.late and room is not None and sender != me
        if not is_own and not is_late:
            return Closed(Reason.NOT_FOR_ME)
    around = None if head.session is None else head.session.key
    if around != (inside and inside[:H8_BYTES]):
        return Closed(Reason.ALTERED)
    if found_good:
        return Examined(found, room)
    member = profile.member(sender)
    if member is None:
        return Closed(Reason.UNKNOWN_SENDER)
    try:
        certificate.verify(member.key, head.certificate, head.organisation, head.sender, head.terminal_key)
    except PeerError:
        return Closed(Reason.UNVOUCHED)
    return Examined(found, room)


def placed(examined: Examined, said: Content) -> Closed | None:
    """Why content may not stand in this conversation: what names a room stands in that room's, and no other.

    What is of a kind of a later version is shown nowhere and may stand anywhere.
    """
    names = said.room if isinstance(said, Statements | Asked | RoomMessage) else None
    if names == examined.room or isinstance(said, Unknown):
        return None
    return Closed(Reason.ALTERED)


def open_wrapped(examined: Examined, key: Secret) -> bytes | Closed:
    """Mode wrap: open by the content key that a provider unwrapped; the content."""
    head = examined.head
    keys = _seal_keys(key, head)
    if not equal(keys.commitment, head.commitment):
        return Closed(Reason.ALTERED)
    try:
        return unpad(unseal(keys.key.expose(), _NONCE, examined.data.sealed, wire.encode_head(head)))
    except PeerError:
        return Closed(Reason.ALTERED)


def open_provided(text: bytes) -> bytes | Closed:
    """Mode content: take the padding off what a provider opened; the content."""
    try:
        return unpad(text)
    except PeerError:
        return Closed(Reason.ALTERED)


def _seal_keys(key: Secret, head: Head) -> _SealKeys:
    prk, context = hmac_sha256(head.id, key.expose()), wire.context(head)
    commitment = expand(prk, "company commitment", context, wire.COMMITMENT_BYTES)
    return _SealKeys(commitment, Secret(expand(prk, "company content", context, _KEY_BYTES)))
