"""The vault as bytes: the contents sealed under the key owner's passphrase, signed by the root key.

What is in the clear tells damage from a wrong passphrase and binds the journal's last line. Pure, but for the
nonce, which is drawn at each sealing. See `docs/protocol/company.md`, The vault.
"""

import msgspec
from msgspec.structs import replace

from watchword.crypto.passphrase import kept_key
from watchword.crypto.primitives import (
    ed25519_sign,
    ed25519_verify,
    label,
    lv,
    nonce_new,
    seal,
    unseal,
)
from watchword.crypto.secret import Secret
from watchword.org import contents as insides
from watchword.org.contents import Contents
from watchword_wire.errors import PeerError, Refused

FORMAT = "watchword vault 1"
SALT_BYTES = 16
_WORDS, _CHARACTERS = 4, 16


class Lock(msgspec.Struct, frozen=True):
    """What the passphrase gives, as long as it stays the same."""

    salt: bytes
    key: Secret


class Shell(msgspec.Struct, frozen=True, array_like=True):
    """A vault as it lies on the disk."""

    format: str
    root_key: bytes
    entry: bytes
    """The journal's last line when it was written."""
    salt: bytes
    nonce: bytes
    sealed: bytes
    signature: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Shell] = msgspec.msgpack.Decoder(Shell)


def check_passphrase(passphrase: str) -> None:
    """See that a new passphrase can stand guessing at leisure.

    Raises:
        Refused: it is short.
    """
    if len(passphrase.split()) < _WORDS and len("".join(passphrase.split())) < _CHARACTERS:
        raise Refused(
            f"The passphrase is too short: at least {_WORDS} words, or {_CHARACTERS} characters. Whoever has "
            "the vault can guess at it for years."
        )


def lock(passphrase: str, salt: bytes) -> Lock:
    """Stretch a passphrase: about a second."""
    return Lock(salt, Secret(kept_key(passphrase, salt)))


def close(contents: Contents, entry: bytes, under: Lock) -> bytes:
    """Seal and sign."""
    root_key, nonce = contents.root_key, nonce_new()
    bound = _bound(root_key, entry)
    sealed = seal(under.key.expose(), nonce, insides.encode(contents), bound)
    shell = Shell(FORMAT, root_key, entry, under.salt, nonce, sealed, b"")
    return _encoder.encode(replace(shell, signature=ed25519_sign(contents.root.expose(), _signed(shell))))


def look(data: bytes) -> Shell:
    """What is in the clear.

    Raises:
        PeerError: no vault, damaged, or of a later version.
    """
    try:
        shell = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed vault") from error
    if shell.format != FORMAT or len(shell.salt) != SALT_BYTES:
        raise PeerError("vault of an unknown version")
    ed25519_verify(shell.root_key, shell.signature, _signed(replace(shell, signature=b"")))
    return shell


def open_(shell: Shell, under: Lock) -> Contents:
    """Open what `look` gave.

    Raises:
        Refused: another passphrase.
        PeerError: what it holds is none of ours.
    """
    try:
        opened = unseal(under.key.expose(), shell.nonce, shell.sealed, _bound(shell.root_key, shell.entry))
    except (PeerError, ValueError) as error:
        raise Refused("The passphrase does not open this vault.") from error
    contents = insides.decode(opened)
    if contents.root_key != shell.root_key:
        raise PeerError("vault of another root key than it holds")
    return contents


def _bound(root_key: bytes, entry: bytes) -> bytes:
    return lv(root_key) + lv(entry)


def _signed(shell: Shell) -> bytes:
    return label("vault") + lv(_encoder.encode(shell))
