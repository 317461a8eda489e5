"""What a vault holds when it is open: the root key, profile and ring as they stand, the members' key seeds.

Pure: everything drawn and every time arrives as an argument. One serial counts for file, profile and ring:
the second of the change, or one more than the last. See `docs/protocol/company.md`, The vault.
"""

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_public
from watchword.crypto.secret import Secret, bare, dressed
from watchword.protocol.company import profile as profiles
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import Kind, Method, Pin, Policy, Profile, Revoked
from watchword.protocol.company.ring import Ring
from watchword_wire.errors import PeerError, Refused
from watchword_wire.message_data import MODE_WRAP, organisation_id

FORMAT = 1
SEED_BYTES = 32


class Contents(msgspec.Struct, frozen=True, array_like=True):
    """Everything of a company. Without a key yet, its policy seals under none and no file can be made."""

    format: int
    root: Secret
    profile: Profile
    ring: Ring
    seeds: dict[str, Secret]
    """The seed of each member's key, by account."""

    @property
    def root_key(self) -> bytes:
        """The public half, which desktops pin."""
        return ed25519_public(self.root.expose())

    @property
    def serial(self) -> int:
        """Of the next file that is made."""
        return self.profile.serial


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Contents] = msgspec.msgpack.Decoder(Contents, dec_hook=dressed)


def found(root: Secret, name: str, ring_method: bytes, serial: int) -> Contents:
    """A new organisation: a root key, the method *key ring*, nobody and nothing else.

    Raises:
        Refused: the name is none.
    """
    organisation = organisation_id(ed25519_public(root.expose()))
    policy = Policy((), (), session=False, phrase=40, retention=0, revoked=Revoked.OPEN, pin=Pin.ASK)
    method = Method(ring_method, Kind.RING, MODE_WRAP, {})
    profile = Profile(profiles.FORMAT, organisation, name, serial, "", "", (method,), policy, ())
    ring = Ring(rings.FORMAT, organisation, serial, ())
    made = Contents(FORMAT, root, profile, ring, {})
    check(made)
    return made


def advanced(contents: Contents, now: float) -> Contents:
    """The same with the serial of a change that is made now."""
    serial = max(contents.serial + 1, int(now))
    profile, ring = replace(contents.profile, serial=serial), replace(contents.ring, serial=serial)
    return replace(contents, profile=profile, ring=ring)


def check(contents: Contents) -> None:
    """Check that desktops would take what stands here.

    Raises:
        Refused: they would not; the text is a sentence.
    """
    profile = contents.profile
    if not rings.is_name(profile.name):
        raise Refused(
            f"“{profile.name}” is no name: 1 to 64 printable characters, no white space at the ends."
        )
    if not profile.sealing:
        return
    try:
        profiles.check(profile)
        rings.check(contents.ring)
        profiles.check_together(profile, contents.ring)
    except PeerError as error:
        raise Refused(f"This does not go together, nothing was changed: {error}.") from error


def encode(contents: Contents) -> bytes:
    """As bytes, secrets and all: for the vault's sealed part only."""
    return _encoder.encode(contents)


def decode(data: bytes) -> Contents:
    """Undo `encode`.

    Raises:
        PeerError: the bytes are no contents, or of a later version.
    """
    try:
        contents = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed contents of a vault") from error
    if contents.format != FORMAT or len(contents.root) != SEED_BYTES:
        raise PeerError("contents of a vault of an unknown version")
    return contents
