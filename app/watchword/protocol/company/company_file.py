"""The company file: profile and ring, signed by the root key, sealed to members or under a join phrase.

Made by the key owner's tool, read by desktops; never carried by a relay. Pure: what is random arrives drawn,
but for a sealed box, whose library draws. `join` and `make_join` take about a second: never on the loop.
See `docs/protocol/company.md`, The company file.
"""

import msgspec
from msgspec.structs import replace

from watchword.crypto.passphrase import kept_key
from watchword.crypto.primitives import (
    ed25519_public,
    ed25519_sign,
    ed25519_verify,
    hashed,
    label,
    lv,
    seal,
    unseal,
)
from watchword.crypto.sealed_box import OVERHEAD_BYTES, seal_to, unseal_by
from watchword.crypto.secret import Secret, bare, dressed
from watchword.model.company import FileReason
from watchword.protocol.company import profile as profiles
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import MOST_MEMBERS, Profile
from watchword.protocol.company.ring import MOST_SERIAL, Ring
from watchword_wire.errors import PeerError, Refused
from watchword_wire.ids import account_problem
from watchword_wire.limits import KEY_BYTES, SIGNATURE_BYTES
from watchword_wire.message_data import organisation_id

FORMAT = "watchword company 1"
FILE_BYTES = 16 * 1024 * 1024
SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
MEMBERSHIP_FORMAT = 1
FORMER_KEYS = 1_024
"""So many former member keys are remembered."""

_BODY_NONCE = bytes(NONCE_BYTES)
"""A file key seals one body and no more, so the nonce is constant."""
_DIGITS = 20


class FileRefused(Refused):
    """A company file that is well signed is not taken; `reason` says why."""

    def __init__(self, reason: FileReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Drawn(msgspec.Struct, frozen=True):
    """What a join file needs drawn: 32, 16 and 12 random bytes, for this file alone."""

    file_key: Secret
    salt: bytes
    nonce: bytes


class Membership(msgspec.Struct, frozen=True, array_like=True):
    """What a desktop keeps of its company, in the encrypted store: pinned root key, itself, profile, ring."""

    format: int
    root_key: bytes
    serial: int
    account: str
    member: Secret
    """Seed of the member key."""
    profile: Profile
    ring: Ring
    removed: int = 0
    """Serial of the newest update in which nothing was for this member; 0 for none."""
    former: tuple[tuple[str, bytes], ...] = ()
    """Accounts and the member keys that newer files took out of the directory; the oldest are forgotten."""


class Outside(msgspec.Struct, frozen=True):
    """What a company file shows before it is opened; its signature is good."""

    root_key: bytes
    organisation: bytes
    serial: int
    joins: str
    """The account that a join file is for; empty for an update."""
    members: tuple[str, ...]
    """The accounts that an update is for; none for a join file."""


class _MemberStanza(msgspec.Struct, frozen=True, array_like=True, tag="member"):
    account: str
    sealed: bytes


class _PhraseStanza(msgspec.Struct, frozen=True, array_like=True, tag="phrase"):
    account: str
    salt: bytes
    nonce: bytes
    sealed: bytes


_Stanza = _MemberStanza | _PhraseStanza


class _File(msgspec.Struct, frozen=True, array_like=True):
    format: str
    root_key: bytes
    serial: int
    stanzas: tuple[_Stanza, ...]
    body: bytes
    signature: bytes


class _Body(msgspec.Struct, frozen=True, array_like=True):
    """Both as bytes, so that each is read by its own rules."""

    profile: bytes
    ring: bytes

    def __repr__(self) -> str:
        """Show nothing: a ring's bytes hold its secrets."""
        return "_Body(…)"


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_file_decoder: msgspec.msgpack.Decoder[_File] = msgspec.msgpack.Decoder(_File)
_body_decoder: msgspec.msgpack.Decoder[_Body] = msgspec.msgpack.Decoder(_Body)
_membership_decoder: msgspec.msgpack.Decoder[Membership] = msgspec.msgpack.Decoder(
    Membership, dec_hook=dressed
)
_MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def digits(root_key: bytes) -> str:
    """The root key as two people compare it by voice: 20 digits."""
    number = int.from_bytes(hashed("root key digits", root_key)[:16], "big") % 10**_DIGITS
    return f"{number:0{_DIGITS}d}"


# --- the key owner's side -------------------------------------------------------------


def make_update(root: Secret, serial: int, profile: Profile, ring: Ring, file_key: Secret) -> bytes:
    """A company file for every member of the directory. `file_key` is 32 bytes drawn for this file alone.

    Raises:
        PeerError: profile or ring break the rules, or a member key of the directory is none.
    """
    stanzas = tuple(
        _MemberStanza(member.account, seal_to(member.key, file_key.expose()))
        for member in sorted(profile.directory, key=lambda one: one.account.encode())
    )
    return _made(root, serial, stanzas, profile, ring, file_key)


def make_join(
    root: Secret,
    serial: int,
    profile: Profile,
    ring: Ring,
    account: str,
    member: Secret,
    phrase: str,
    drawn: Drawn,
) -> bytes:
    """A company file for one member who has nothing yet but the phrase; it carries the member key's seed.

    Raises:
        PeerError: profile or ring break the rules, or the directory does not have this member with this key.
    """
    _check_member(profile, account, member)
    root_key = ed25519_public(root.expose())
    secrets = drawn.file_key.expose() + member.expose()
    sealed = seal(kept_key(phrase, drawn.salt), drawn.nonce, secrets, _join_data(root_key, account))
    stanza = _PhraseStanza(account, drawn.salt, drawn.nonce, sealed)
    return _made(root, serial, (stanza,), profile, ring, drawn.file_key)


def _made(
    root: Secret, serial: int, stanzas: tuple[_Stanza, ...], profile: Profile, ring: Ring, file_key: Secret
) -> bytes:
    root_key = ed25519_public(root.expose())
    _check_contents(profile, ring, root_key)
    text = _encoder.encode(_Body(profiles.encode(profile), rings.encode(ring)))
    file = _File(FORMAT, root_key, serial, stanzas, b"", b"")
    file = replace(file, body=seal(file_key.expose(), _BODY_NONCE, text, _body_data(file)))
    data = _encoder.encode(replace(file, signature=ed25519_sign(root.expose(), _signed_bytes(file))))
    _read(data)
    return data


# --- the member's side ----------------------------------------------------------------


def look(data: bytes) -> Outside:
    """What a company file shows before it is opened.

    Raises:
        PeerError: it is no company file, or not as its root key signed it.
    """
    file = _read(data)
    joins = next((one.account for one in file.stanzas if isinstance(one, _PhraseStanza)), "")
    members = tuple(one.account for one in file.stanzas if isinstance(one, _MemberStanza))
    return Outside(file.root_key, organisation_id(file.root_key), file.serial, joins, members)


def join(data: bytes, phrase: str, held: Membership | None) -> Membership:
    """Open a join file. Where `held` is None nothing is pinned yet: the person has been shown `digits`.

    Raises:
        PeerError: it is no company file, not as signed, or holds what breaks the rules.
        FileRefused: NOT_TO_JOIN, PHRASE_WRONG, OTHER_COMPANY, OLDER.
    """
    file = _read(data)
    stanza = next((one for one in file.stanzas if isinstance(one, _PhraseStanza)), None)
    if stanza is None:
        raise FileRefused(FileReason.NOT_TO_JOIN)
    _check_order(file, held)
    try:
        key = kept_key(phrase, stanza.salt)
        secrets = unseal(key, stanza.nonce, stanza.sealed, _join_data(file.root_key, stanza.account))
    except (PeerError, ValueError) as error:
        raise FileRefused(FileReason.PHRASE_WRONG) from error
    file_key, member = secrets[:KEY_BYTES], Secret(secrets[KEY_BYTES:])
    joined = _opened(file, file_key, stanza.account, member)
    _check_newer(joined, held)
    return joined if held is None else _remembering(joined, held)


def renew(held: Membership, data: bytes) -> Membership | None:
    """Open an update; None if it says what is held already.

    Raises:
        PeerError: it is no company file, not as signed, or holds what breaks the rules.
        FileRefused: OTHER_COMPANY, OLDER, REMOVED, TO_JOIN.
    """
    file = _read(data)
    _check_is_update(file)
    _check_order(file, held)
    opened = _as_member(file, held.account, held.member)
    renewed = msgspec.structs.replace(opened, removed=held.removed, former=held.former)
    if renewed == held:
        return None
    _check_newer(renewed, held)
    return _remembering(renewed, held)


def without(held: Membership, data: bytes) -> Membership:
    """What is kept after an update that `renew` refused as REMOVED: the same, and that it came."""
    return msgspec.structs.replace(held, removed=max(held.removed, look(data).serial))


def follow(data: bytes, root_key: bytes, account: str, member: Secret) -> Membership:
    """Open an update as a member whose root key and member key came from another desktop of their own.

    Raises:
        PeerError: it is no company file, not as signed, or holds what breaks the rules.
        FileRefused: OTHER_COMPANY, REMOVED, TO_JOIN.
    """
    file = _read(data)
    _check_is_update(file)
    if file.root_key != root_key:
        raise FileRefused(FileReason.OTHER_COMPANY)
    return _as_member(file, account, member)


def _check_is_update(file: _File) -> None:
    if isinstance(file.stanzas[0], _PhraseStanza):
        raise FileRefused(FileReason.TO_JOIN)


def _as_member(file: _File, account: str, member: Secret) -> Membership:
    mine = (one for one in file.stanzas if isinstance(one, _MemberStanza) and one.account == account)
    stanza = next(mine, None)
    if stanza is None:
        raise FileRefused(FileReason.REMOVED)
    return _opened(file, unseal_by(member, stanza.sealed), account, member)


def pack(membership: Membership) -> Secret:
    """A membership as bytes for the store, which keeps them encrypted."""
    return Secret(_encoder.encode(membership))


def unpack(packed: Secret) -> Membership:
    """Undo `pack`.

    Raises:
        PeerError: the bytes are no membership.
    """
    try:
        membership = _membership_decoder.decode(packed.expose())
    except _MALFORMED as error:
        raise PeerError("not a membership") from error
    if membership.format != MEMBERSHIP_FORMAT:
        raise PeerError("membership of an unknown version")
    _check_contents(membership.profile, membership.ring, membership.root_key)
    _check_member(membership.profile, membership.account, membership.member)
    return membership


# --- both -----------------------------------------------------------------------------


def _remembering(newer: Membership, held: Membership) -> Membership:
    """The newer one, with the member keys that it took out of the directory."""
    now = {(member.account, member.key) for member in newer.profile.directory}
    before = ((member.account, member.key) for member in held.profile.directory)
    former = dict.fromkeys((*held.former, *(one for one in before if one not in now)))
    return msgspec.structs.replace(newer, former=tuple(former)[-FORMER_KEYS:])


def _read(data: bytes) -> _File:
    """Form, bounds, the one encoding, the signature."""
    if len(data) > FILE_BYTES:
        raise PeerError("company file too long")
    try:
        file = _file_decoder.decode(data)
    except _MALFORMED as error:
        raise PeerError("malformed company file") from error
    if file.format != FORMAT or len(file.root_key) != KEY_BYTES or len(file.signature) != SIGNATURE_BYTES:
        raise PeerError("company file of an unknown version or form")
    if not 1 <= file.serial <= MOST_SERIAL or not 0 < len(file.stanzas) <= MOST_MEMBERS:
        raise PeerError("company file of a wrong serial or size")
    accounts = [stanza.account for stanza in file.stanzas]
    if accounts != sorted(set(accounts), key=str.encode) or any(map(_odd, file.stanzas)):
        raise PeerError("stanza of a wrong form or out of order in the company file")
    if len({type(stanza) for stanza in file.stanzas}) > 1:
        raise PeerError("company file both to join and to update")
    if isinstance(file.stanzas[0], _PhraseStanza) and len(file.stanzas) > 1:
        raise PeerError("company file for two to join")
    if _encoder.encode(file) != data:
        raise PeerError("company file in another encoding")
    ed25519_verify(file.root_key, file.signature, _signed_bytes(file))
    return file


def _odd(stanza: _Stanza) -> bool:
    if account_problem(stanza.account) is not None:
        return True
    if isinstance(stanza, _MemberStanza):
        return len(stanza.sealed) != KEY_BYTES + OVERHEAD_BYTES
    sizes = (len(stanza.salt), len(stanza.nonce), len(stanza.sealed))
    return sizes != (SALT_BYTES, NONCE_BYTES, 2 * KEY_BYTES + TAG_BYTES)


def _opened(file: _File, file_key: bytes, account: str, member: Secret) -> Membership:
    try:
        body = _body_decoder.decode(unseal(file_key, _BODY_NONCE, file.body, _body_data(file)))
    except (*_MALFORMED, ValueError) as error:
        raise PeerError("malformed body of a company file") from error
    profile, ring = profiles.decode(body.profile), rings.decode(body.ring)
    _check_fit(profile, ring, file.root_key)
    _check_member(profile, account, member)
    return Membership(MEMBERSHIP_FORMAT, file.root_key, file.serial, account, member, profile, ring)


def _check_contents(profile: Profile, ring: Ring, root_key: bytes) -> None:
    profiles.check(profile)
    rings.check(ring)
    _check_fit(profile, ring, root_key)


def _check_fit(profile: Profile, ring: Ring, root_key: bytes) -> None:
    profiles.check_together(profile, ring)
    if profile.organisation != organisation_id(root_key):
        raise PeerError("profile of another organisation than its root key's")


def _check_member(profile: Profile, account: str, member: Secret) -> None:
    found = profile.member(account)
    if found is None or len(member) != KEY_BYTES or found.key != ed25519_public(member.expose()):
        raise PeerError("the directory does not have this member with this key")


def _check_order(file: _File, held: Membership | None) -> None:
    if held is None:
        return
    if file.root_key != held.root_key:
        raise FileRefused(FileReason.OTHER_COMPANY)
    if file.serial < held.serial:
        raise FileRefused(FileReason.OLDER)


def _check_newer(new: Membership, held: Membership | None) -> None:
    """Of one serial there is one content, and neither profile nor ring ever goes back."""
    if held is None:
        return
    same = new.serial == held.serial and (new.profile, new.ring) != (held.profile, held.ring)
    if same or new.profile.serial < held.profile.serial or new.ring.serial < held.ring.serial:
        raise FileRefused(FileReason.OLDER)


def _signed_bytes(file: _File) -> bytes:
    """Label and every element before the signature, as encoded, without the array's header of one byte."""
    unsigned = _encoder.encode(replace(file, signature=b""))[1:-2]
    return label("company file") + lv(unsigned)


def _body_data(file: _File) -> bytes:
    return lv(file.root_key) + file.serial.to_bytes(8, "big") + lv(_encoder.encode(file.stanzas))


def _join_data(root_key: bytes, account: str) -> bytes:
    return label("join") + lv(root_key) + lv(account.encode())
