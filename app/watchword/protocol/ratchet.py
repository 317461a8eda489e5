"""Messages of a session: the Double Ratchet under `watchword/1`'s profile, envelopes, padding.

Its root is the second key (P9). Plain data in, plain data out: a call returns the new `Session` beside its
result, and the caller puts both into one transaction; on an error nothing has changed. The ratchet library
is imported on first use: it costs some 150 ms. See `docs/protocol/session.md`.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from watchword.crypto import schedule
from watchword.crypto.identity import ROLE_A, ROLE_B
from watchword.crypto.primitives import equal, hmac_sha256
from watchword.crypto.secret import Secret, bare, dressed
from watchword.model.requests import Role
from watchword_wire import envelope
from watchword_wire.envelope import CODE_BYTES, H8_BYTES, Envelope, padded_size
from watchword_wire.errors import PeerError

if TYPE_CHECKING:
    from doubleratchet import EncryptedMessage

    from watchword.protocol.ratchet_profile import Position

_PAD = b"\x80"


class Root(msgspec.Struct, frozen=True):
    """What a session grows from."""

    h: bytes
    th2: bytes
    k2: Secret
    exporter: Secret


class Session(msgspec.Struct, frozen=True):
    """One side of an open session: small and immutable, its keys hidden."""

    h: bytes
    role: Role
    th2: bytes
    exporter: Secret
    """kx."""
    code_key: Secret
    """kenv."""
    ratchet: Secret
    """The library's state in its own versioned form."""


class Opened(msgspec.Struct, frozen=True):
    """An envelope was opened: the session after it, the text, and what can never be opened any more."""

    session: Session
    text: bytes
    lost: int
    """Messages passed over for good by this one: say "messages lost"."""


class TooFar(msgspec.Struct, frozen=True):
    """The envelope is the peer's, but over 256 messages of its chain are missing; nothing changed.

    Acknowledge it and say "messages lost". In a chain that was open, seal an empty content, so that the peer
    opens a new one.
    """

    unopened: bool
    """Whether no message of this chain was ever opened: the peer holds our newest ratchet key already, so no
    content of ours makes it open another, and the session cannot go on."""


def seal_first(root: Root, rk_b: bytes, text: bytes) -> tuple[Session, bytes]:
    """A: start the session and seal m0.

    Raises:
        PeerError: rkB cannot be computed with.
    """
    from watchword.protocol import ratchet_profile as library  # noqa: PLC0415 slow: not before first use

    ratchet, message = library.begin(root.k2.expose(), rk_b, pad(text), root.th2)
    session = _begun(root, Role.ASKING, library.dump(ratchet))
    return session, _envelope(session, message).encode()


def open_first(root: Root, rk: Secret, data: bytes) -> tuple[Session, bytes]:
    """B: open m0 and start the session. To be called only while there is no session for h.

    Raises:
        PeerError: it is not A's first envelope.
    """
    session = _begun(root, Role.ASKED, b"")
    outside = _authentic(session, data)
    if outside.previous_length or outside.number:
        raise PeerError("not a first envelope")
    from watchword.protocol import ratchet_profile as library  # noqa: PLC0415 slow: not before first use

    try:
        ratchet, padded = library.accept(root.k2.expose(), rk.expose(), library.message(outside), root.th2)
    except (*library.REFUSALS, library.TooFarAhead) as error:
        raise PeerError("first envelope does not open") from error
    return replace(session, ratchet=Secret(library.dump(ratchet))), unpad(padded)


def seal(session: Session, text: bytes) -> tuple[Session, bytes]:
    """Seal one message; return the session after it and the envelope."""
    from watchword.protocol import ratchet_profile as library  # noqa: PLC0415 slow: not before first use

    ratchet, _ = library.load(session.ratchet.expose())
    message = library.finished(ratchet.encrypt_message(pad(text), session.th2))
    after = replace(session, ratchet=Secret(library.dump(ratchet)))
    return after, _envelope(session, message).encode()


def unseal(session: Session, data: bytes) -> Opened | TooFar:
    """Open one envelope. A redelivery is told apart before, by SHA-256(envelope).

    Raises:
        PeerError: it is not the peer's next or a skipped message; nothing has changed.
    """
    outside = _authentic(session, data)
    from watchword.protocol import ratchet_profile as library  # noqa: PLC0415 slow: not before first use

    ratchet, position = library.load(session.ratchet.expose())
    try:
        padded = library.finished(ratchet.decrypt_message(library.message(outside), session.th2))
    except library.TooFarAhead:
        return TooFar(unopened=outside.ratchet_key != position.theirs)
    except library.REFUSALS as error:
        raise PeerError("envelope does not open") from error
    after = replace(session, ratchet=Secret(library.dump(ratchet)))
    return Opened(after, unpad(padded), _lost(position, outside, library.MOST_SKIPPED, library.MOST_KEPT))


def pad(text: bytes) -> bytes:
    """Text ‖ 80 ‖ 00…, up to the next Padmé size, at least 256."""
    return (text + _PAD).ljust(padded_size(len(text)), b"\x00")


def unpad(padded: bytes) -> bytes:
    """Undo `pad`.

    Raises:
        PeerError: `pad` never gives this.
    """
    text, mark, _ = padded.rstrip(b"\x00").rpartition(_PAD)
    if not mark or pad(text) != padded:
        raise PeerError("padding breaks the rules")
    return text


def pack(session: Session) -> Secret:
    """Turn a session into bytes for the store. They hold keys: the store keeps them encrypted."""
    return Secret(_encoder.encode(session))


def unpack(packed: Secret) -> Session:
    """Undo `pack`.

    Raises:
        PeerError: the bytes are no session.
    """
    try:
        return _decoder.decode(packed.expose())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PeerError("not a session") from error


def _begun(root: Root, role: Role, ratchet: bytes) -> Session:
    code_key = Secret(schedule.envelope_key(root.exporter, root.th2))
    return Session(root.h, role, root.th2, root.exporter, code_key, Secret(ratchet))


def _authentic(session: Session, data: bytes) -> Envelope:
    """Read an envelope's outside and check its code first: a forged header would cost key-skipping."""
    outside = envelope.parse(data)
    theirs = ROLE_B if session.role is Role.ASKING else ROLE_A
    code = _code(session, theirs, outside.coded)
    if outside.h8 != session.h[:H8_BYTES] or not equal(code, outside.code):
        raise PeerError("envelope's code is wrong")
    return outside


def _code(session: Session, role: bytes, coded: bytes) -> bytes:
    return hmac_sha256(session.code_key.expose(), role + coded)[:CODE_BYTES]


def _envelope(session: Session, message: "EncryptedMessage") -> Envelope:
    header = message.header
    outside = Envelope(
        session.h[:H8_BYTES],
        header.ratchet_pub,
        header.previous_sending_chain_length,
        header.sending_chain_length,
        message.ciphertext,
        b"",
    )
    mine = ROLE_A if session.role is Role.ASKING else ROLE_B
    return replace(outside, code=_code(session, mine, outside.coded))


def _lost(before: "Position", outside: Envelope, most_skipped: int, most_kept: int) -> int:
    """Count the messages that an opened envelope leaves behind without a key."""
    if (outside.ratchet_key, outside.number) in before.kept:
        return 0
    if outside.ratchet_key == before.theirs:
        passed_over, skipped = 0, outside.number - before.received
    else:
        gap = max(outside.previous_length - before.received, 0)
        passed_over = gap if gap > most_skipped else 0
        skipped = outside.number + gap - passed_over
    return passed_over + max(len(before.kept) + skipped - most_kept, 0)


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder = msgspec.msgpack.Decoder(Session, dec_hook=dressed)
