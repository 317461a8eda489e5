"""`DoubleRatchet` (Signal's specification) set to `watchword/1`'s primitives and limits.

Only `ratchet` imports this, on first use, because the library's import is slow. See
`docs/protocol/session.md`, Profile.
"""

import json
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

import doubleratchet
import msgspec
from doubleratchet import EncryptedMessage, Header, SkippedMessageKeys
from doubleratchet.migrations import parse_double_ratchet_model
from doubleratchet.recommended import HashFunction, kdf_hkdf, kdf_separate_hmacs

from watchword.crypto import primitives
from watchword_wire.envelope import NONCE_BYTES, Envelope
from watchword_wire.errors import Bug, PeerError

MOST_SKIPPED = 256
"""Skipped message keys per chain and message."""
MOST_KEPT = 1_000
"""Skipped message keys kept in all."""
_CHAIN_CONSTANT = b"\x02\x01"
"""The library puts the next chain key first: it comes from 02, the message key from 01."""

_T = TypeVar("_T")


class RootKdf(kdf_hkdf.KDF):
    """Root chain: HKDF-SHA256."""

    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"watchword/1 ratchet root"


class MessageKdf(kdf_separate_hmacs.KDF):
    """Sending and receiving chains: HMAC-SHA256."""

    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256


class MessageAead(doubleratchet.AEAD):
    """ChaCha20-Poly1305, a random nonce in front: a restored backup may use a message key twice."""

    @staticmethod
    async def encrypt(plaintext: bytes, key: bytes, associated_data: bytes) -> bytes:
        """Return nonce(12) ‖ ciphertext ‖ tag(16)."""
        nonce = primitives.nonce_new()
        return nonce + primitives.seal(key, nonce, plaintext, associated_data)

    @staticmethod
    async def decrypt(ciphertext: bytes, key: bytes, associated_data: bytes) -> bytes:
        """Undo `encrypt`, or raise PeerError."""
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        return primitives.unseal(key, nonce, sealed, associated_data)


class X25519Ratchet(doubleratchet.DiffieHellmanRatchet):
    """Diffie-Hellman ratchet over X25519."""

    @staticmethod
    def _generate_priv() -> bytes:
        return primitives.x25519_new()

    @staticmethod
    def _derive_pub(priv: bytes) -> bytes:
        return primitives.x25519_public(priv)

    @staticmethod
    def _perform_diffie_hellman(own_priv: bytes, other_pub: bytes) -> bytes:
        return primitives.x25519(own_priv, other_pub)

    def __deepcopy__(self, _memo: dict[int, object]) -> Self:
        """No copy: the library makes one lest a failure bend the state; here what failed is thrown away."""
        return self

    async def next_decryption_key(self, header: Header) -> tuple[bytes, SkippedMessageKeys]:
        """Step as the library does, but pass over a gap it would only warn of: those messages are lost."""
        received = self.receiving_chain_length or 0
        if header.previous_sending_chain_length - received > MOST_SKIPPED:
            header = header._replace(previous_sending_chain_length=received)
        return await super().next_decryption_key(header)


class Ratchet(doubleratchet.DoubleRatchet):
    """The Double Ratchet with `watchword/1`'s associated data: lv(th2) ‖ lv(header)."""

    @staticmethod
    def _build_associated_data(associated_data: bytes, header: Header) -> bytes:
        counts = header.previous_sending_chain_length.to_bytes(4, "big")
        counts += header.sending_chain_length.to_bytes(4, "big")
        return primitives.lv(associated_data) + primitives.lv(header.ratchet_pub + counts)


_SETTINGS: dict[str, Any] = {
    "diffie_hellman_ratchet_class": X25519Ratchet,
    "root_chain_kdf": RootKdf,
    "message_chain_kdf": MessageKdf,
    "message_chain_constant": _CHAIN_CONSTANT,
    "dos_protection_threshold": MOST_SKIPPED,
    "max_num_skipped_message_keys": MOST_KEPT,
    "aead": MessageAead,
}

REFUSALS = (
    PeerError,
    doubleratchet.AuthenticationFailedException,
    doubleratchet.DecryptionFailedException,
    doubleratchet.DuplicateMessageException,
    doubleratchet.ChainNotAvailableException,
    doubleratchet.InconsistentSerializationException,
    ValueError,
    AssertionError,
)
"""All that the library raises over a message, but for the next one; it has no common base."""

TooFarAhead = doubleratchet.DoSProtectionException


def begin(k2: bytes, theirs: bytes, text: bytes, th2: bytes) -> tuple[Ratchet, EncryptedMessage]:
    """Start A's ratchet towards rkB and encrypt the first message."""
    return finished(
        Ratchet.encrypt_initial_message(
            **_SETTINGS, shared_secret=k2, recipient_ratchet_pub=theirs, message=text, associated_data=th2
        )
    )


def accept(k2: bytes, rk: bytes, message: EncryptedMessage, th2: bytes) -> tuple[Ratchet, bytes]:
    """Start B's ratchet from the first message."""
    return finished(
        Ratchet.decrypt_initial_message(
            **_SETTINGS, shared_secret=k2, own_ratchet_priv=rk, message=message, associated_data=th2
        )
    )


def message(outside: Envelope) -> EncryptedMessage:
    """Put an envelope's outside into the library's form."""
    return EncryptedMessage(
        Header(outside.ratchet_key, outside.previous_length, outside.number), outside.sealed
    )


class Position(msgspec.Struct, frozen=True):
    """Where a stored ratchet stands, as far as counting lost messages needs it."""

    theirs: bytes
    """The peer's ratchet key of the receiving chain."""
    received: int
    """How far the receiving chain has come; 0 where there is none."""
    kept: frozenset[tuple[bytes, int]]
    """The skipped messages whose keys are kept."""


def load(stored: bytes) -> tuple[Ratchet, Position]:
    """Read a ratchet that `dump` wrote."""
    model = parse_double_ratchet_model(json.loads(stored))
    chain = model.diffie_hellman_ratchet.symmetric_key_ratchet.receiving_chain
    position = Position(
        model.diffie_hellman_ratchet.other_ratchet_pub,
        0 if chain is None else chain.length,
        frozenset((kept.ratchet_pub, kept.index) for kept in model.skipped_message_keys),
    )
    return Ratchet.from_model(model, **_SETTINGS), position


def dump(ratchet: Ratchet) -> bytes:
    """Write a ratchet's state in the library's own versioned form."""
    return ratchet.model.model_dump_json().encode()


def finished(step: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine of the library, which never waits for anything."""
    try:
        step.send(None)
    except StopIteration as done:
        result: _T = done.value
        return result
    raise Bug("the ratchet library waited for something")
