"""A second desktop of an account: the words that show its key, and the parcel that it gets from the first.

Which frames bring them: `docs/protocol/wire.md`, More terminals. What is in a parcel:
`docs/protocol/rooms.md`, A second desktop.
"""

from typing import Final

import msgspec

from watchword.crypto.primitives import ed25519_sign, ed25519_verify, hashed, label, lv
from watchword.crypto.sealed_box import seal_to, unseal_by
from watchword.crypto.secret import Secret, bare, dressed
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import account_problem
from watchword_wire.limits import KEY_BYTES, PARCEL_BYTES, SIGNATURE_BYTES

WORDS: Final = 8
LIST: Final = 1_295
"""How many words a list has."""
NAME_CHARACTERS: Final = 256

_FORMAT = 1
_LENGTH_BYTES = 4


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


def key_digits(account: str, key: bytes) -> tuple[int, ...]:
    """Eight places in a list of words, from 0: what the new desktop shows and is typed on the old one."""
    value = int.from_bytes(hashed("terminal", account.encode(), key), "big") % LIST**WORDS
    digits = []
    for _ in range(WORDS):
        value, digit = divmod(value, LIST)
        digits.append(digit)
    return tuple(reversed(digits))


def packed(
    seed: Secret, full_id: str, key: bytes, name: str, contacts: tuple[Contact, ...], company: Company | None
) -> bytes:
    """A parcel for the new terminal of this full id and key, signed by this terminal.

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
    return lv(sealed) + ed25519_sign(seed.expose(), _signed_bytes(full_id, sealed))


def _room() -> int:
    """How long a text may be: less the frame around it, and what the contacts' number takes."""
    around = _LENGTH_BYTES + SIGNATURE_BYTES + KEY_BYTES + 16
    return PARCEL_BYTES - around - _LENGTH_BYTES


def opened(seed: Secret, full_id: str, by_key: bytes, parcel: bytes) -> Parcel:
    """Open a parcel by the new terminal's seed; `by_key` is that of the terminal that approved.

    Raises:
        PeerError: it is damaged, somebody else's, or by another key.
    """
    length = int.from_bytes(parcel[:_LENGTH_BYTES], "big")
    sealed, signature = parcel[_LENGTH_BYTES : _LENGTH_BYTES + length], parcel[_LENGTH_BYTES + length :]
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


def _signed_bytes(full_id: str, sealed: bytes) -> bytes:
    return label("parcel") + lv(full_id.encode()) + lv(sealed)
