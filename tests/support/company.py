"""A small company for tests: three members, a ring with two versions of a key and an auditor's, a profile."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from watchword.crypto.primitives import ed25519_public, ed25519_sign, seal, seal_siv
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.protocol.company import certificate, company_file, message_data, profile, ring
from watchword.protocol.company.message_data import Author
from watchword.protocol.company.profile import Auditor, Kind, Member, Method, Pin, Policy, Profile, Revoked
from watchword.protocol.company.ring import Ring, RingKey, State
from watchword_wire import message_data as wire
from watchword_wire.message_data import Head, Tag

NOW = 1_780_000_000.0
ROOT = Secret(b"\x70" * 32)
ORGANISATION = wire.organisation_id(ed25519_public(ROOT.expose()))
RING_METHOD, TOKEN_METHOD, OWN_METHOD = b"by-ring-", b"by-token", b"by-owner"
HR, AUDIT, TOKEN, OWN = b"hr------", b"audit---", b"token---", b"own-----"
MEMBERS = {account: Secret(bytes([number]) * 32) for number, account in enumerate(("ada", "bo", "陈"), 1)}
TERMINALS = {account: Secret(bytes([number]) * 32) for number, account in enumerate(MEMBERS, 0x11)}
KEY = Secret(bytes(range(32)))
MESSAGE = bytes(range(16))
H = bytes(range(128, 160))
CONTENT = b"what is said"


def ring_key(key: bytes, version: int, state: State = State.ACTIVE, **other: int) -> RingKey:
    """A key of the ring with a secret of its own."""
    name = key.decode().strip("-")
    begins, ends = other.get("begins", 0), other.get("ends", 0)
    return RingKey(
        key, name, version, state, begins, ends, RING_METHOD, Secret(key * 3 + version.to_bytes(8))
    )


RING = Ring(
    1,
    ORGANISATION,
    1,
    (
        ring_key(HR, 1, State.RETIRED),
        ring_key(HR, 2),
        ring_key(AUDIT, 1),
        RingKey(TOKEN, "token", 1, State.ACTIVE, 0, 0, TOKEN_METHOD, Secret(b"")),
        RingKey(OWN, "own", 1, State.ACTIVE, 0, 0, OWN_METHOD, Secret(b"")),
    ),
)
POLICY = Policy(
    (HR,),
    (Auditor(AUDIT, "Audit office"),),
    session=False,
    phrase=40,
    retention=0,
    revoked=Revoked.OPEN,
    pin=Pin.ASK,
)
PROFILE = Profile(
    1,
    ORGANISATION,
    "ACME",
    1,
    "wss://relay.example:7300",
    "",
    (
        Method(RING_METHOD, Kind.RING, wire.MODE_WRAP, {}),
        Method(TOKEN_METHOD, Kind.PKCS11, wire.MODE_WRAP, {"module": "softhsm2"}),
        Method(OWN_METHOD, Kind.PLUGIN, wire.MODE_CONTENT, {"plugin": "acme"}),
    ),
    POLICY,
    tuple(
        Member(account, account.title(), ed25519_public(seed.expose())) for account, seed in MEMBERS.items()
    ),
)


def with_policy(**changes: object) -> Profile:
    """The profile with another policy."""
    return replace(PROFILE, policy=replace(POLICY, **changes))


def with_key(key: RingKey) -> Ring:
    """The ring with one version of a key replaced or added."""
    others = tuple(one for one in RING.keys if (one.id, one.version) != (key.id, key.version))
    return replace(RING, keys=(*others, key))


def author(account: str) -> Author:
    """A member's first terminal."""
    full_id, seed = f"{account}/1", TERMINALS[account]
    terminal_key = ed25519_public(seed.expose())
    made = certificate.issue(MEMBERS[account], ORGANISATION, full_id, terminal_key)
    return Author(full_id, made, seed)


def draft(*targets: str, mode: int = wire.MODE_WRAP) -> Head:
    """A head of Ada's."""
    return message_data.draft(author("ada"), ORGANISATION, mode, MESSAGE, targets)


def ring_tags(head: Head, now: float = NOW) -> tuple[Tag, ...]:
    """The tags that the key ring makes for what seals now; the nonce is fixed."""
    keys = profile.sealing_keys(PROFILE, RING, now)
    assert not isinstance(keys, Closed)
    return tuple(message_data.tag(head, under, wrapped(head, under.key, under.version)) for under in keys)


def wrapped(head: Head, key: bytes, version: int) -> bytes:
    """The content key under one key of the ring."""
    found = RING.find(key, version)
    assert found is not None
    bound = ring.wrap_data(wire.context(head), key, version)
    return bytes(12) + seal_siv(found.secret.expose(), bytes(12), KEY.expose(), bound)


def written(*targets: str, behind: Iterable[Tag] = ()) -> bytes:
    """A whole message of Ada's in mode wrap."""
    head = draft(*targets)
    return message_data.seal(author("ada"), head, (*ring_tags(head), *behind), KEY, CONTENT)


BROKEN_TOOLS_KEY = Secret(b"\x08" * 32)


def signed_anyhow(good: bytes, root: Secret, found: bytes, keys: bytes) -> bytes:
    """A well signed file like the good one under BROKEN_TOOLS_KEY, with any profile and ring inside."""
    outer = company_file._file_decoder.decode(good)
    text = msgspec.msgpack.encode([found, keys])
    body = seal(BROKEN_TOOLS_KEY.expose(), bytes(12), text, company_file._body_data(outer))
    spoiled = replace(outer, body=body)
    signature = ed25519_sign(root.expose(), company_file._signed_bytes(spoiled))
    return msgspec.msgpack.encode(replace(spoiled, signature=signature))
