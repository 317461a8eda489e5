"""Whether a secret of the vault stands in files: a relay's folder, a capture of its traffic, a log.

Each secret is looked for as it is, in hexadecimal digits and in base64. What is found is named, never shown.
See `docs/operate/company.md`.
"""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from watchword.org.contents import Contents
from watchword.org.folder import disk_trouble

_CHUNK = 1 << 20


class Leak(msgspec.Struct, frozen=True):
    """A secret that stands where none belongs."""

    file: str
    secret: str
    """What people call it."""


class Searched(msgspec.Struct, frozen=True):
    """What was looked at, and what was found."""

    files: int
    size: int
    """In bytes."""
    secrets: int
    leaks: tuple[Leak, ...]


def search(places: list[Path], contents: Contents) -> Searched:
    """Look through files and folders.

    Raises:
        Trouble: one cannot be read.
    """
    forms = [(name, _forms(secret)) for name, secret in _secrets(contents)]
    files = size = 0
    leaks = []
    for place in places:
        try:
            for path in _files(place):
                files += 1
                size += path.stat().st_size
                leaks += [Leak(str(path), name) for name in _found(path, forms)]
        except OSError as error:
            raise disk_trouble(error, place, "The search is not complete.") from error
    return Searched(files, size, len(forms), tuple(leaks))


def _secrets(contents: Contents) -> Iterator[tuple[str, bytes]]:
    yield "the root key", contents.root.expose()
    for key in contents.ring.keys:
        if key.secret:
            yield f"key {key.name}, version {key.version}", key.secret.expose()
    for account, seed in contents.seeds.items():
        yield f"the member key of {account}", seed.expose()


def _forms(secret: bytes) -> tuple[bytes, ...]:
    """As it is, as digits, and what base64 makes of it wherever in a longer text it stands."""
    digits = secret.hex().encode()
    forms = {secret, digits, digits.upper()}
    for before in range(3):
        whole = len(secret) - (3 - before) % 3
        piece = secret[(3 - before) % 3 :][: whole - whole % 3]
        forms |= {base64.b64encode(piece), base64.urlsafe_b64encode(piece)}
    return tuple(sorted(forms))


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for folder, folders, names in os.walk(place, onerror=_stop):
        folders.sort()
        yield from (path for path in (Path(folder, name) for name in sorted(names)) if path.is_file())


def _stop(error: OSError) -> None:
    """What cannot be looked into is not passed over."""
    raise error


def _found(path: Path, forms: list[tuple[str, tuple[bytes, ...]]]) -> list[str]:
    longest = max(len(form) for _, each in forms for form in each)
    found: dict[str, None] = {}
    kept = b""
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            text = kept + piece
            found |= {name: None for name, each in forms if any(form in text for form in each)}
            kept = text[-longest:]
    return list(found)
