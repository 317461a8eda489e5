"""The ring: a company's keys with version, state and validity, and which of them seals or opens.

Pure: the time arrives as an argument. Secrets are `Secret`, so that nothing shows them; the bytes of `encode`
hold them and belong into a sealed company file or the encrypted store only. See `docs/protocol/company.md`.
"""

import enum

import msgspec

from watchword.crypto.primitives import lv
from watchword.crypto.secret import Secret, bare, dressed
from watchword.model.company import Closed, Reason
from watchword_wire.errors import PeerError
from watchword_wire.message_data import KEY_NAME_BYTES, METHOD_BYTES, MOST_VERSION, ORGANISATION_BYTES

FORMAT = 1
SECRET_BYTES = 32
NAME_CHARACTERS = 64
"""The longest name of an organisation, a key, a member."""
MOST_SERIAL = 2**53
MOST_KEYS = 4_096


class State(enum.IntEnum):
    """What may be done with one version of a key. The numbers stand in the ring."""

    ACTIVE = 1
    RETIRED = 2
    REVOKED = 3


class RingKey(msgspec.Struct, frozen=True, array_like=True):
    """One version of one key. Times are seconds since 1970, 0 for none."""

    id: bytes
    name: str
    version: int
    state: State
    begins: int
    ends: int
    method: bytes
    secret: Secret
    """32 bytes for the method *key ring*; empty for a key that lives elsewhere."""

    def seals_at(self, now: float) -> bool:
        """Whether it may seal: active, `begins` ≤ now < `ends`."""
        return self.state is State.ACTIVE and self.begins <= now and (not self.ends or now < self.ends)


class Ring(msgspec.Struct, frozen=True, array_like=True):
    """All keys of an organisation, every version of each."""

    format: int
    organisation: bytes
    serial: int
    keys: tuple[RingKey, ...]

    def versions(self, key: bytes) -> tuple[int, ...]:
        """The versions of a key that stand here, ascending."""
        return tuple(sorted(one.version for one in self.keys if one.id == key))

    def find(self, key: bytes, version: int) -> RingKey | None:
        """One version of a key."""
        return next((one for one in self.keys if (one.id, one.version) == (key, version)), None)

    def name(self, key: bytes) -> str:
        """What people call a key, as its highest version says; its id as digits where it is not here."""
        named = max((one for one in self.keys if one.id == key), key=lambda one: one.version, default=None)
        return key.hex() if named is None else named.name


_encoder = msgspec.msgpack.Encoder(enc_hook=bare)
_decoder: msgspec.msgpack.Decoder[Ring] = msgspec.msgpack.Decoder(Ring, dec_hook=dressed)


def encode(ring: Ring) -> bytes:
    """A ring as bytes. They hold its secrets."""
    return _encoder.encode(ring)


def decode(data: bytes) -> Ring:
    """Read a ring; what a later version appends is passed over.

    Raises:
        PeerError: the bytes are no ring, or one that breaks the rules.
    """
    try:
        ring = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("malformed ring") from error
    check(ring)
    return ring


def check(ring: Ring) -> None:
    """Check every bound of a ring.

    Raises:
        PeerError: one is not kept.
    """
    if ring.format != FORMAT or len(ring.organisation) != ORGANISATION_BYTES:
        raise PeerError("ring of an unknown version or form")
    if not 1 <= ring.serial <= MOST_SERIAL or len(ring.keys) > MOST_KEYS:
        raise PeerError("ring of a wrong serial or size")
    if len({(key.id, key.version) for key in ring.keys}) != len(ring.keys):
        raise PeerError("a version of a key stands twice in the ring")
    for key in ring.keys:
        _check_key(key)


def _check_key(key: RingKey) -> None:
    if (len(key.id), len(key.method)) != (KEY_NAME_BYTES, METHOD_BYTES) or not is_name(key.name):
        raise PeerError("key of a wrong form in the ring")
    if not 1 <= key.version <= MOST_VERSION or len(key.secret) not in (0, SECRET_BYTES):
        raise PeerError("key of a wrong form in the ring")
    if not (0 <= key.begins <= MOST_SERIAL and 0 <= key.ends <= MOST_SERIAL):
        raise PeerError("key of a wrong validity in the ring")
    if key.ends and key.ends <= key.begins:
        raise PeerError("key of a wrong validity in the ring")


def is_name(text: str) -> bool:
    """Whether a text can name something before people: 1 to 64 printable characters."""
    return 0 < len(text) <= NAME_CHARACTERS and text.isprintable() and text == text.strip()


def sealing_key(ring: Ring, key: bytes, now: float) -> RingKey | Closed:
    """Of one id the highest version that may seal now; else why there is none."""
    held = [one for one in ring.keys if one.id == key]
    able = [one for one in held if one.seals_at(now)]
    if able:
        return max(able, key=lambda one: one.version)
    if not held:
        return Closed(Reason.KEY_UNKNOWN, key.hex())
    revoked = all(one.state is State.REVOKED for one in held)
    reason = Reason.REVOKED if revoked else Reason.KEY_NOT_VALID
    return Closed(reason, ring.name(key), held=ring.versions(key))


def opening_key(ring: Ring, key: bytes, version: int, *, revoked_open: bool) -> RingKey | Closed:
    """The key that a tag names, whatever its validity; else why it does not open."""
    found = ring.find(key, version)
    if found is None:
        held = ring.versions(key)
        reason = Reason.RING_TOO_OLD if held else Reason.KEY_UNKNOWN
        return Closed(reason, ring.name(key), version, held)
    if found.state is State.REVOKED and not revoked_open:
        return Closed(Reason.REVOKED, found.name, version, ring.versions(key))
    return found


def wrap_data(context: bytes, key: bytes, version: int) -> bytes:
    """The associated data under which the method *key ring* seals a content key."""
    return lv(context) + lv(key) + version.to_bytes(4, "big")
