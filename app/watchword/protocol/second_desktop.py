"""A second desktop of an account: its words, by which both know each other, and the parcel it gets.

Who knows the words can tell whose key they mean, and which answer is one to them; the relay never sees them.
Which frames bring what: `docs/protocol/wire.md`, More terminals. What is computed, and what is in a parcel:
`docs/protocol/desktops.md`.
"""

from typing import Final

import msgspec

from watchword.crypto.primitives import (
    ed25519_public,
    ed25519_sign,
    ed25519_verify,
    equal,
    expand,
    hashed,
    hmac_sha256,
    label,
    lv,
    seal,
    unseal,
)
from watchword.crypto.sealed_box import seal_to, unseal_by
from watchword.crypto.secret import Secret, bare, dressed
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import account_problem
from watchword_wire.limits import KEY_BYTES, PARCEL_BYTES, SIGNATURE_BYTES

WORDS: Final = 8
LIST: Final = 1_295
"""How many words a list has."""
NAME_CHARACTERS: Final = 256

OPENING_BYTES: Final = 32
"""What is drawn for the words, by whoever asks; it is no secret any more once they were typed."""

_FORMAT = 1
_LENGTH_BYTES = 4
_CODE_BYTES = 32
_DIGIT_BYTES = 2
_ONCE = bytes(12)
"""The nonce under a key that seals one text."""

Digits = tuple[int, ...]
"""`WORDS` places in a list of words, from 0. As secret as what is shown by them."""


class Candidate(msgspec.Struct, frozen=True):
    """A new key, and what it is to be a terminal of."""

    account: str
    realm: str
    """As the relay's address names it."""
    key: bytes


class Contact(msgspec.Struct, frozen=True, array_like=True):
    """Somebody whom the account knows."""

    account: str
    name: str
    blocked: bool


class Company(msgspec.Struct, frozen=True, array_like=True):
    """What makes a desktop a member's."""

    root_key: bytes
    member: Secret
    """Seed of the member key."""
    updates: str
    """Where newer company files lie; may be empty."""
    file: bytes
    """The newest update, or empty: it is fetched then, or given by hand."""


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """What a new terminal needs from the account's other desktops. Sessions are a desktop's own."""

    format: int
    name: str
    contacts: tuple[Contact, ...]
    company: Company | None


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Parcel] = msgspec.msgpack.Decoder(Parcel, dec_hook=dressed)


def key_digits(account: str, key: bytes, opening: Secret) -> Digits:
    """Give what the new desktop shows and is typed on the old one: bound to its key, and to what it drew."""
    value = int.from_bytes(hashed("terminal", account.encode(), key, opening.expose()), "big") % LIST**WORDS
    digits = []
    for _ in range(WORDS):
        value, digit = divmod(value, LIST)
        digits.append(digit)
    return tuple(reversed(digits))


def proof(candidate: Candidate, digits: Digits, opening: Secret) -> bytes:
    """What an `Apply` carries: who has the words can see by it whose they are, and nobody else."""
    key = expand(_extracted(candidate, digits), "offer", b"", KEY_BYTES)
    return seal(key, _ONCE, opening.expose(), _named(candidate))


def is_meant(candidate: Candidate, digits: Digits, shown: bytes) -> bool:
    """Whether words that were typed are those of a candidate who came with this proof."""
    key = expand(_extracted(candidate, digits), "offer", b"", KEY_BYTES)
    try:
        opening = Secret(unseal(key, _ONCE, shown, _named(candidate)))
    except PeerError:
        return False
    return key_digits(candidate.account, candidate.key, opening) == digits


def answer_key(candidate: Candidate, digits: Digits, relay_key: bytes) -> Secret:
    """What the answer to these words, over this relay, is known by."""
    return Secret(expand(_extracted(candidate, digits), "answer", relay_key, KEY_BYTES))


def _extracted(candidate: Candidate, digits: Digits) -> bytes:
    return hmac_sha256(_named(candidate), b"".join(digit.to_bytes(_DIGIT_BYTES, "big") for digit in digits))


def _named(candidate: Candidate) -> bytes:
    return hashed("candidate", candidate.account.encode(), candidate.realm.encode(), candidate.key)


def packed(
    seed: Secret,
    full_id: str,
    key: bytes,
    answering: Secret,
    name: str,
    contacts: tuple[Contact, ...],
    company: Company | None,
) -> bytes:
    """A parcel for the new terminal of this full id and key, signed by this terminal; `answer_key`'s code.

    Of the contacts as many as there is room for, in their order; the company's file only if it fits.

    Raises:
        Refused: the key is none that can be sealed to.
    """
    parcel = Parcel(_FORMAT, name, (), company)
    if company is not None and len(_encoder.encode(parcel)) > _room():
        parcel = msgspec.structs.replace(parcel, company=msgspec.structs.replace(company, file=b""))
    left = _room() - len(_encoder.encode(parcel))
    chosen = []
    for contact in contacts:
        left -= len(_encoder.encode(contact))
        if left < 0:
            break
        chosen.append(contact)
    text = _encoder.encode(msgspec.structs.replace(parcel, contacts=tuple(chosen)))
    try:
        sealed = seal_to(key, text)
    except PeerError as error:
        raise Refused(str(error)) from error
    signature = ed25519_sign(seed.expose(), _signed_bytes(full_id, sealed))
    return lv(sealed) + signature + _code(answering, full_id, ed25519_public(seed.expose()), sealed)


def _room() -> int:
    """How long a text may be: less the frame around it, and what the contacts' number takes."""
    around = _LENGTH_BYTES + SIGNATURE_BYTES + _CODE_BYTES + KEY_BYTES + 16
    return PARCEL_BYTES - around - _LENGTH_BYTES


class Unknown(PeerError):
    """An answer by somebody who does not know the words."""


def opened(seed: Secret, full_id: str, by_key: bytes, answering: Secret, parcel: bytes) -> Parcel:
    """Open a parcel by the new terminal's seed; `by_key` is that of the terminal that approved.

    Raises:
        Unknown: nobody who knows the words gave it, for this terminal, by that key.
        PeerError: it is damaged.
    """
    length = int.from_bytes(parcel[:_LENGTH_BYTES], "big")
    sealed, rest = parcel[_LENGTH_BYTES : _LENGTH_BYTES + length], parcel[_LENGTH_BYTES + length :]
    signature, code = rest[:SIGNATURE_BYTES], rest[SIGNATURE_BYTES:]
    if not equal(code, _code(answering, full_id, by_key, sealed)):
        raise Unknown("an answer that does not fit the words")
    if len(parcel) > PARCEL_BYTES or len(sealed) != length or len(signature) != SIGNATURE_BYTES:
        raise PeerError("parcel of a wrong form")
    ed25519_verify(by_key, signature, _signed_bytes(full_id, sealed))
    try:
        found = _decoder.decode(unseal_by(seed, sealed))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed parcel") from error
    _check(found)
    return found


def _check(parcel: Parcel) -> None:
    if parcel.format != _FORMAT or len(parcel.name) > NAME_CHARACTERS:
        raise PeerError("parcel of an unknown version or form")
    for contact in parcel.contacts:
        if account_problem(contact.account) is not None or len(contact.name) > NAME_CHARACTERS:
            raise PeerError("contact of a wrong form")
    company = parcel.company
    if company is not None and (len(company.root_key), len(company.member)) != (KEY_BYTES, KEY_BYTES):
        raise PeerError("company of a wrong form")


def _code(answering: Secret, full_id: str, by_key: bytes, sealed: bytes) -> bytes:
    return hmac_sha256(answering.expose(), hashed("answer", full_id.encode(), by_key, sealed))


def _signed_bytes(full_id: str, sealed: bytes) -> bytes:
    return label("parcel") + lv(full_id.encode()) + lv(sealed)
