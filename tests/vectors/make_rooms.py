"""Writes `rooms.json`, the known answers of rooms.md and desktops.md, without a line of the product.

Formulas stand here once more; packing and signing are those of `make_company`. Nothing is drawn, so that a
second run writes the same: `python tests/vectors/make_rooms.py` (with `tests` on the path).
"""

import json
from hmac import digest
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vectors.make_company import hs, legible, lv, pack, public, sealed_box, sign

FILE = Path(__file__).with_name("rooms.json")
ORGANISATION = bytes(range(16))
SEED = bytes(range(16, 32))
AT = 1_700_000_000_000
NAMES = ("ada", "bo", "陈")
MEMBERS = {name: bytes([0xB0 + at]) * 32 for at, name in enumerate(NAMES)}
TERMINALS = {name: bytes([0xC0 + at]) * 32 for at, name in enumerate(NAMES)}
FOUNDS, NAMED, KEEPS, INVITES, TAKES_OUT, MAKES_OWNER, MAKES_MEMBER = range(1, 8)


class Kind:
    """A company room, or a phrase room: whose keys, and who vouches."""

    def __init__(self, organisation: bytes) -> None:
        self.organisation = organisation
        seeds = MEMBERS if organisation else TERMINALS
        self.keys = {name: public(seed) for name, seed in seeds.items()}
        founding = (organisation or bytes(16), b"ada", self.keys["ada"], SEED)
        self.root = hs("room", *founding)
        self.room = self.root[:16]

    def statement(self, author: str, said: list[Any]) -> dict[str, Any]:
        """Something said and signed."""
        body, full_id, key = pack(said), f"{author}/1", public(TERMINALS[author])
        certificate = b""
        if self.organisation:
            bound = self.organisation + lv(full_id.encode()) + lv(key)
            certificate = sign(MEMBERS[author], "terminal", bound)
        whole = pack([body, full_id, key, certificate, sign(TERMINALS[author], "room", lv(body))])
        return {"author": author, "said": body, "statement": whole, "digest": hs("room change", body)}

    def change(self, author: str, after: bytes, *acts: list[Any]) -> dict[str, Any]:
        """What an owner does."""
        return self.statement(author, [1, self.room, author, after, list(acts)])

    def answer(self, author: str, turn: int, answer: int) -> dict[str, Any]:
        """What somebody says for themselves."""
        return self.statement(author, [2, self.room, author, self.keys[author], turn, answer])

    def made(self) -> dict[str, Any]:
        """Ada founds, makes bo an owner; then both change the name at once, and bo takes 陈 out besides."""
        keys = self.keys
        founds = [FOUNDS, self.organisation, "ada", keys["ada"], SEED]
        invites = [[INVITES, name, keys[name], 1] for name in NAMES[1:]]
        first = self.change("ada", self.root, founds, [NAMED, "Room"], [KEEPS, 3_600], *invites)
        second = self.change("ada", first["digest"], [MAKES_OWNER, "bo"])
        of_ada = self.change("ada", second["digest"], [NAMED, "By Ada"])
        of_bo = self.change("bo", second["digest"], [NAMED, "由 Bo"])
        more_of_bo = self.change("bo", of_bo["digest"], [TAKES_OUT, "陈"])
        joins, leaves = self.answer("bo", 1, 1), self.answer("陈", 1, 3)
        head, who = of_ada["digest"], hs("room people", b"ada", b"bo")[:8]
        said = pack([2, [SEED]])
        return {
            "organisation": self.organisation,
            "seed": SEED,
            "member_seeds": MEMBERS if self.organisation else {},
            "terminal_seeds": TERMINALS,
            "keys": keys,
            "root": self.root,
            "room": self.room,
            "changes": [first, second, of_ada, of_bo, more_of_bo],
            "holds": [first["digest"], second["digest"], of_ada["digest"]],
            "answers": [joins, leaves],
            "name": "By Ada",
            "keep": 3_600,
            "owners": ["ada", "bo"],
            "others": ["陈"],
            "in": ["ada", "bo"],
            "people": who,
            "bits": bytes([0b11000000]),
            "statements": pack([6, self.room, [first["statement"], joins["statement"]], ["bo", "陈"], AT]),
            "asked": pack([7, self.room, head, bytes([0b11000000])]),
            "said": pack([8, self.room, head, who, said]),
        }


def hmac(key: bytes, data: bytes) -> bytes:
    """RFC 2104 with SHA-256."""
    return digest(key, data, "sha256")


def expand(extracted: bytes, name: str, context: bytes) -> bytes:
    """HKDF-Expand (RFC 5869) for 32 bytes: one block."""
    return hmac(extracted, lv(f"watchword/1 {name}".encode()) + lv(context) + b"\x01")


def second_desktop() -> dict[str, Any]:
    """The words of a key in both languages' order, their proof, and a parcel under a given one-time key."""
    old, new = bytes([0xD0]) * 32, bytes([0xD1]) * 32
    opening, relay = bytes([0xD5]) * 32, bytes([0xD6]) * 32
    value = int.from_bytes(hs("terminal", b"ada", public(new), opening), "big") % 1_295**8
    digits: list[int] = []
    for _ in range(8):
        digits.insert(0, value % 1_295)
        value //= 1_295
    named = hs("candidate", b"ada", b"acme", public(new))
    extracted = hmac(named, b"".join(digit.to_bytes(2, "big") for digit in digits))
    offering, answering = expand(extracted, "offer", b""), expand(extracted, "answer", relay)
    company = [bytes([0xD2]) * 32, bytes([0xD3]) * 32, "https://keys.example/acme", b"a company file"]
    text = pack([1, "Ada", [["bo", "Bo", False], ["eve", "Eve", True]], company])
    sealed = sealed_box(bytes([0xD4]) * 32, public(new), text)
    signature = sign(old, "parcel", lv(b"ada/2") + lv(sealed))
    code = hmac(answering, hs("answer", b"ada/2", public(old), sealed))
    return {
        "approving_seed": old,
        "new_seed": new,
        "opening": opening,
        "relay_key": relay,
        "digits": digits,
        "proof": ChaCha20Poly1305(offering).encrypt(bytes(12), opening, named),
        "answer_key": answering,
        "text": text,
        "parcel": lv(sealed) + signature + code,
    }


def made() -> dict[str, Any]:
    """Everything in the file."""
    found = {
        "company_room": Kind(ORGANISATION).made(),
        "phrase_room": Kind(b"").made(),
        "second_desktop": second_desktop(),
    }
    shown: dict[str, Any] = legible(found)
    return shown


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
