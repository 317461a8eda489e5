"""From what a person typed to the passphrase ciphertext w (P4, P6), and to a key that seals what is kept.

`stretch` takes some 100 ms and 64 MiB, `kept_key` about a second: never on the event loop. See
`docs/protocol/exchange.md`, and for `kept_key` `docs/protocol/store.md`.
"""

import unicodedata

from nacl.bindings import crypto_core_ed25519_scalar_reduce, crypto_pwhash_alg
from nacl.bindings import crypto_pwhash_ALG_ARGON2ID13 as ARGON2ID

from watchword.crypto.primitives import hashed
from watchword.crypto.secret import Secret
from watchword_wire.errors import Refused

_PASSES = 3
_MEMORY = 64 * 1024 * 1024
_KEPT_PASSES = 10
"""What is kept can be guessed at for years. More memory instead would stop the windows when it is freed."""
_STRETCHED_BYTES = 64
_KEY_BYTES = 32
_SALT_BYTES = 16
_NEVER = {"Cn", "Cs"}
"""Unassigned code points would normalise differently in a later Unicode; surrogates are no text."""


def normalise(typed: str) -> Secret:
    """Return the UTF-8 bytes both sides agree on: NFKC, split at white space, one space between.

    Raises:
        Refused: "empty" where nothing is left, "character" for a code point without a meaning.
    """
    composed = unicodedata.normalize("NFKC", typed)
    if any(unicodedata.category(character) in _NEVER for character in typed + composed):
        raise Refused("character")
    words = " ".join(composed.split())
    if not words:
        raise Refused("empty")
    return Secret(words.encode())


def salt(suite: bytes, id_a: str, id_b: str, n_a: bytes) -> bytes:
    """Return the 16 bytes that bind w to suite, both ids and this run."""
    return hashed("salt", suite, id_a.encode(), id_b.encode(), n_a)[:_SALT_BYTES]


def stretch(phrase: Secret, salt: bytes) -> Secret:
    """Argon2id (RFC 9106), t = 3, 64 MiB, p = 1, 64 bytes, read little-endian mod L.

    Returns w as 32 little-endian bytes. Zero is possible in theory; the machine refuses it.
    """
    drawn = crypto_pwhash_alg(_STRETCHED_BYTES, phrase.expose(), salt, _PASSES, _MEMORY, ARGON2ID)
    return Secret(crypto_core_ed25519_scalar_reduce(drawn))


def kept_key(typed: str, salt: bytes) -> bytes:
    """Argon2id (RFC 9106), t = 10, 64 MiB, p = 1: the 32 bytes under which a file keeps something.

    Words are compared: NFKC, any white space between them. `salt` is 16 random bytes.

    Raises:
        ValueError: the salt has another length.
    """
    words = " ".join(unicodedata.normalize("NFKC", typed).split()).encode()
    key: bytes = crypto_pwhash_alg(_KEY_BYTES, words, salt, _KEPT_PASSES, _MEMORY, ARGON2ID)
    return key
