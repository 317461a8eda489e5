"""Writes `company.json`, the known answers of `docs/protocol/company.md`, without a line of the product.

Every formula is written out once more, over hashlib, cryptography and PyNaCl; msgpack is packed by hand.
Nothing is drawn, so that a second run writes the same: `python tests/vectors/make_company.py`.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import nacl.bindings
import nacl.public
import nacl.pwhash
import nacl.signing
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, ChaCha20Poly1305

FILE = Path(__file__).with_name("company.json")
JOIN_PHRASE = "Ｖier Wörter  sind genug"
JOIN_WORDS = "Vier Wörter sind genug"


def counted(value: int, *codes: tuple[int, int]) -> bytes:
    """The first of (code, bytes of length) that `value` fits in."""
    code, size = next((code, size) for code, size in codes if value < 256**size)
    return bytes([code]) + value.to_bytes(size, "big")


def pack(value: Any) -> bytes:
    """The shortest msgpack of the few types that company.md uses."""
    match value:
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            long = ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8))
            return bytes([value]) if value < 128 else counted(value, *long)
        case bytes():
            return counted(len(value), (0xC4, 1), (0xC5, 2), (0xC6, 4)) + value
        case str():
            data = value.encode()
            head = bytes([0xA0 + len(data)]) if len(data) < 32 else counted(len(data), (0xD9, 1), (0xDA, 2))
            return head + data
        case list():
            head = bytes([0x90 + len(value)]) if len(value) < 16 else counted(len(value), (0xDC, 2))
            return head + b"".join(map(pack, value))
        case dict():
            return bytes([0x80 + len(value)]) + b"".join(pack(k) + pack(v) for k, v in value.items())
    raise TypeError(type(value).__name__)


def lv(data: bytes) -> bytes:
    """Length, then data."""
    return len(data).to_bytes(4, "big") + data


def hs(name: str, *parts: bytes) -> bytes:
    """Hs."""
    return hashlib.sha256(lv(b"watchword/1 " + name.encode()) + b"".join(map(lv, parts))).digest()


def expand(prk: bytes, name: str, context: bytes) -> bytes:
    """Expand to 32 bytes: one block of HKDF (RFC 5869)."""
    info = lv(b"watchword/1 " + name.encode()) + lv(context)
    return hmac.digest(prk, info + b"\x01", "sha256")


def sign(seed: bytes, name: str, data: bytes) -> bytes:
    """Ed25519 over a label and data."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(lv(b"watchword/1 " + name.encode()) + data)


def public(seed: bytes) -> bytes:
    """The public half."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def padded(text: bytes) -> bytes:
    """Everything here is short: one block of 256."""
    return (text + b"\x80").ljust(256, b"\x00")


def sealed_box(one_time: bytes, to: bytes, text: bytes) -> bytes:
    """A sealed box of libsodium with a given one-time key: nonce = BLAKE2b-24(one-time public, to)."""
    theirs = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(to)
    mine = nacl.public.PrivateKey(one_time)
    nonce = hashlib.blake2b(bytes(mine.public_key) + theirs, digest_size=24).digest()
    box = nacl.public.Box(mine, nacl.public.PublicKey(theirs))
    return bytes(mine.public_key) + box.encrypt(text, nonce).ciphertext


ROOT, ADA_MEMBER, BO_MEMBER, ADA_TERMINAL = (bytes([number]) * 32 for number in (0xA0, 0xA1, 0xA2, 0xA3))
ROOT_KEY = public(ROOT)
ORGANISATION = hs("organisation", ROOT_KEY)[:16]
RING_METHOD, OTHER_METHOD = b"ringwrap", b"contents"
HR, AUDIT, OWN = b"hr-key--", b"audit---", b"own-key-"
HR_SECRET, AUDIT_SECRET = bytes(range(32)), bytes(range(32, 64))
ADA, BO, CHEN = "ada", "bo", "陈"
CONTENT = bytes.fromhex("9401c410000102030405060708090a0b0c0d0e0f05a26869")
KEY, MESSAGE, TEXT = bytes(range(64, 96)), bytes(range(16)), bytes(range(32, 48))
ANSWER = bytes(7) + b"\x01"
H = bytes(range(128, 160))

PROFILE = [
    1,
    ORGANISATION,
    "ACME",
    3,
    "wss://relay.example:7300",
    "https://keys.example/acme",
    [[RING_METHOD, "ring", 1, {}], [OTHER_METHOD, "plugin", 2, {"plugin": "acme"}]],
    {
        "auditors": [[AUDIT, "Audit office"]],
        "phrase": 50,
        "pin": "session",
        "retention": 604_800,
        "revoked": "open",
        "seals": [HR],
        "session": False,
    },
    [[ADA, "Ada", public(ADA_MEMBER)], [BO, "Bo", public(BO_MEMBER)], [CHEN, "陈", public(ROOT)]],
]
RING = [
    1,
    ORGANISATION,
    2,
    [
        [HR, "hr-2025", 6, 2, 0, 0, RING_METHOD, bytes(32)],
        [HR, "hr-2026", 7, 1, 1_767_225_600, 1_798_761_600, RING_METHOD, HR_SECRET],
        [AUDIT, "audit", 1, 1, 0, 0, RING_METHOD, AUDIT_SECRET],
        [OWN, "own", 1, 1, 0, 0, OTHER_METHOD, b""],
    ],
]


def conversation(*members: str) -> bytes:
    """The id of a conversation without a room."""
    return hs("conversation", ORGANISATION, *sorted(member.encode() for member in members))[:16]


def certificate() -> bytes:
    """Ada's terminal."""
    return sign(ADA_MEMBER, "terminal", ORGANISATION + lv(b"ada/1") + lv(public(ADA_TERMINAL)))


def context(mode: int, targets: list[str]) -> bytes:
    """What binds to the place."""
    place = (bytes([mode]), ORGANISATION, conversation(ADA, *targets), MESSAGE, b"ada/1")
    return hs("company context", *place, *(target.encode() for target in targets))


def data(mode: int, targets: list[str], tags: list[Any], commitment: bytes, seal: Any) -> dict[str, Any]:
    """Message data with the parts that lead to them."""
    head = pack(
        [
            1,
            mode,
            ORGANISATION,
            conversation(ADA, *targets),
            MESSAGE,
            "ada/1",
            public(ADA_TERMINAL),
            certificate(),
            targets,
            tags,
            commitment,
        ]
    )
    sealed = seal(head)
    signature = sign(ADA_TERMINAL, "message data", lv(head) + lv(sealed))
    whole = pack([head, sealed, signature])
    return {
        "targets": targets,
        "conversation": conversation(ADA, *targets),
        "context": context(mode, targets),
        "head": head,
        "sealed": sealed,
        "signature": signature,
        "data": whole,
        "digest": hs("message data", whole),
    }


def wrapped(nonce: bytes, key: bytes, secret: bytes, version: int, bound: bytes) -> bytes:
    """What the key ring makes of the content key."""
    associated = lv(bound) + lv(key) + version.to_bytes(4, "big")
    return nonce + AESGCMSIV(secret).encrypt(nonce, KEY, associated)


def wrap_data(targets: list[str], *behind: Any) -> dict[str, Any]:
    """Mode wrap: company key and auditor's key."""
    bound = context(1, targets)
    tags = [
        [RING_METHOD, ORGANISATION, HR, 7, wrapped(b"nonce of hr-", HR, HR_SECRET, 7, bound)],
        [RING_METHOD, ORGANISATION, AUDIT, 1, wrapped(b"nonce of au-", AUDIT, AUDIT_SECRET, 1, bound)],
        *behind,
    ]
    return wrap_under(targets, tags, CONTENT)


def receipt() -> dict[str, Any]:
    """Ada has a text of bo's."""
    prk = hmac.digest(ORGANISATION, BO_MEMBER, "sha256")
    answer, name = expand(prk, "company answer", TEXT[:8]), TEXT[:8]
    nonce = b"nonce of re-"
    tag = [ANSWER, ORGANISATION, name, 1, wrapped(nonce, name, answer, 1, context(1, [BO]))]
    return {**wrap_under([BO], [tag], pack([2, [TEXT]])), "text": TEXT, "answer_key": answer, "nonce": nonce}


def wrap_under(targets: list[str], tags: list[Any], said: bytes) -> dict[str, Any]:
    """Mode wrap under any tags."""
    bound = context(1, targets)
    prk = hmac.digest(MESSAGE, KEY, "sha256")
    seal_key = expand(prk, "company content", bound)
    commitment = expand(prk, "company commitment", bound)

    def seal(head: bytes) -> bytes:
        return ChaCha20Poly1305(seal_key).encrypt(bytes(12), padded(said), head)

    made = data(1, targets, tags, commitment, seal)
    return {**made, "prk": prk, "commitment": commitment, "seal_key": seal_key, "tags": tags}


def file(stanzas: list[Any], file_key: bytes) -> bytes:
    """A company file of serial 5."""
    associated = lv(ROOT_KEY) + (5).to_bytes(8, "big") + lv(pack(stanzas))
    body = ChaCha20Poly1305(file_key).encrypt(bytes(12), pack([pack(PROFILE), pack(RING)]), associated)
    before = b"".join(map(pack, ["watchword company 1", ROOT_KEY, 5, stanzas, body]))
    return b"\x96" + before + pack(sign(ROOT, "company file", lv(before)))


def join_file() -> bytes:
    """For Ada, under a phrase."""
    salt, nonce, file_key = b"salt of the file", b"nonce of jo-", bytes(range(96, 128))
    key = nacl.pwhash.argon2id.kdf(32, JOIN_WORDS.encode(), salt, opslimit=10, memlimit=64 * 1024 * 1024)
    associated = lv(b"watchword/1 join") + lv(ROOT_KEY) + lv(b"ada")
    sealed = ChaCha20Poly1305(key).encrypt(nonce, file_key + ADA_MEMBER, associated)
    return file([["phrase", ADA, salt, nonce, sealed]], file_key)


def update_file() -> bytes:
    """For every member."""
    file_key = bytes(range(160, 192))
    keys = [(ADA, ADA_MEMBER), (BO, BO_MEMBER), (CHEN, ROOT)]
    boxes = [
        ["member", account, sealed_box(bytes([at]) * 32, public(seed), file_key)]
        for at, (account, seed) in enumerate(keys, 1)
    ]
    return file(boxes, file_key)


def legible(value: Any) -> Any:
    """Bytes as hexadecimal digits."""
    match value:
        case bytes():
            return value.hex()
        case list():
            return [legible(one) for one in value]
        case dict():
            return {name: legible(one) for name, one in value.items()}
    return value


def made() -> dict[str, Any]:
    """Everything in the file."""
    digits = int.from_bytes(hs("root key digits", ROOT_KEY)[:16], "big") % 10**20
    content_tag = [OTHER_METHOD, ORGANISATION, OWN, 1, b""]
    session_tag = [bytes(8), ORGANISATION, H[:8], 1, b""]
    found = {
        "root_seed": ROOT,
        "root_key": ROOT_KEY,
        "root_digits": f"{digits:020d}",
        "organisation": ORGANISATION,
        "ada_member_seed": ADA_MEMBER,
        "bo_member_seed": BO_MEMBER,
        "ada_terminal_seed": ADA_TERMINAL,
        "certificate": certificate(),
        "content": CONTENT,
        "content_key": KEY,
        "id": MESSAGE,
        "h": H,
        "profile": pack(PROFILE),
        "ring": pack(RING),
        "wrap": wrap_data([BO, CHEN]),
        "wrap_in_session": wrap_data([BO], session_tag),
        "content_mode": data(2, [BO], [content_tag], b"", lambda _head: b"sealed by the company's own"),
        "receipt": receipt(),
        "join_phrase": JOIN_PHRASE,
        "join_file": join_file(),
        "update_file": update_file(),
    }
    shown: dict[str, Any] = legible(found)
    return shown


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
