"""The published known answers, as tests read them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cryptography_vectors

from watchword.crypto.secret import Secret
from watchword.protocol.handshake.dice import RequesterDice, ResponderDice
from watchword_wire.ids import FullId, parse_full_id

FOLDER = Path(__file__).parent.parent / "vectors"


class Vector:
    """One run of `watchword_suite1.json`: attribute or item access gives bytes, `text` gives a string."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> bytes:
        return bytes.fromhex(self._values[name])

    def text(self, name: str) -> str:
        return self._values[name]

    def scalar(self, name: str) -> int:
        return int.from_bytes(self[name], "little")

    @property
    def a(self) -> FullId:
        return parse_full_id(self.text("idA"))

    @property
    def b(self) -> FullId:
        return parse_full_id(self.text("idB"))

    @property
    def dice_a(self) -> RequesterDice:
        x, seed = Secret(self["x_le"] + bytes(32)), Secret(self["mlkem_seed"])
        return RequesterDice(self["nA"], x, seed, self["rA"], Secret(bytes(32)))

    @property
    def dice_b(self) -> ResponderDice:
        y, rk = Secret(self["y_le"] + bytes(32)), Secret(self["rkB_priv"])
        return ResponderDice(self["nB"], y, rk, self["rB"], Secret(bytes(32)))

    def __repr__(self) -> str:
        return self.text("idA")


@cache
def suite1() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "watchword_suite1.json").read_text())
    return loaded


RUNS = [Vector(values) for values in suite1()["runs"]]


@cache
def company() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "company.json").read_text(encoding="utf-8"))
    return loaded


@cache
def rfc9382() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "rfc9382_p256.json").read_text())
    return loaded


def published(*path: str) -> Path:
    """A file of PyPI `cryptography-vectors`."""
    return Path(cryptography_vectors.__file__).parent.joinpath(*path)


def entries(path: Path) -> list[dict[str, str]]:
    """Read a NIST-like file: `Name = value` lines, an entry beginning at each COUNT."""
    found: list[dict[str, str]] = []
    for line in path.read_text().splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if name.lower() == "count":
            found.append({})
        elif equals and found and not line.startswith(("#", "[")):
            found[-1][name] = value
    return found
