"""The journal: what was done when, one signed line each, every line bound to the one before.

For an auditor, who needs no passphrase to check it. Nothing secret stands in it. Pure; `folder` appends. See
`docs/protocol/company.md`, The vault.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from watchword.crypto.primitives import ed25519_sign, ed25519_verify, label, lv
from watchword.crypto.secret import Secret
from watchword_wire.errors import PeerError


class Entry(msgspec.Struct, frozen=True):
    """One thing done."""

    n: int
    """From 1."""
    at: str
    """By this computer's clock, in UTC."""
    did: str
    """The command."""
    what: dict[str, str]
    serial: int
    """Of the company files made from then on."""
    before: str
    """SHA-256 of the line before, in hexadecimal digits; empty in the first."""


class Finding(msgspec.Struct, frozen=True):
    """A line that does not hold."""

    line: int
    says: str


_decoder: msgspec.json.Decoder[tuple[Entry, str]] = msgspec.json.Decoder(tuple[Entry, str])


def digest(line: bytes) -> str:
    """What the next line names this one by."""
    return hashlib.sha256(line).hexdigest()


def write(root: Secret, entry: Entry) -> bytes:
    """A line, without its end."""
    signature = ed25519_sign(root.expose(), _signed(msgspec.json.encode(entry)))
    return msgspec.json.encode((entry, signature.hex()))


def read(line: bytes) -> Entry:
    """Read a line without asking who signed it.

    Raises:
        PeerError: it is none.
    """
    try:
        return _decoder.decode(line)[0]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError("not a line of a journal") from error


def check(lines: Iterable[bytes], root_key: bytes, last: bytes) -> tuple[list[Entry], list[Finding]]:
    """Every line's signature and place; `last` is the line that the vault ends with."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    before, number, line = "", 0, b""
    for place, line in enumerate(lines, 1):
        try:
            entry = _genuine(line, root_key)
        except PeerError:
            findings.append(Finding(place, "is not as it was signed"))
        else:
            if (entry.n, entry.before) != (number + 1, before):
                findings.append(Finding(place, f"is entry {entry.n}; what belongs before it is missing"))
            entries.append(entry)
            number = entry.n
        before = digest(line)
    if line != last:
        findings.append(Finding(len(entries) + 1, "the journal does not end where the vault does"))
    return entries, findings


def _genuine(line: bytes, root_key: bytes) -> Entry:
    entry = read(line)
    try:
        signature = bytes.fromhex(_decoder.decode(line)[1])
    except ValueError as error:
        raise PeerError("not a signature") from error
    ed25519_verify(root_key, signature, _signed(msgspec.json.encode(entry)))
    if msgspec.json.encode((entry, signature.hex())) != line:
        raise PeerError("a line in another form")
    return entry


def _signed(entry: bytes) -> bytes:
    return label("journal") + lv(entry)
