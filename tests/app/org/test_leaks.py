"""A secret is found in whatever form it stands, and only where it stands."""

import base64
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.company import HR, MEMBERS, PROFILE, ROOT, ring_key, with_key
from watchword.crypto.secret import Secret
from watchword.org import exports, leaks
from watchword.org.contents import Contents
from watchword_wire.errors import Trouble

SECRET = bytes(range(200, 232))
RING = with_key(replace(ring_key(HR, 2), secret=Secret(SECRET)))
ACME = Contents(1, ROOT, PROFILE, RING, dict(MEMBERS))
FORMS = [
    SECRET,
    SECRET.hex().encode(),
    SECRET.hex().upper().encode(),
    base64.b64encode(SECRET),
    base64.b64encode(b"x" + SECRET + b"yz"),
    base64.b64encode(b"xy" + SECRET),
    base64.urlsafe_b64encode(b"xyz" + SECRET),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", [0, (1 << 20) - 10])
def test_it_is_found_and_named(tmp_path: Path, form: bytes, before: int) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "clean").write_bytes(bytes(100))
    (tmp_path / "sub" / "log").write_bytes(b"." * before + form + b"...")
    found = leaks.search([tmp_path], ACME)
    assert [(Path(leak.file).name, leak.secret) for leak in found.leaks] == [("log", "key hr, version 2")]
    assert (found.files, found.size) == (2, 103 + before + len(form))


def test_what_is_handed_out_shows_none(tmp_path: Path) -> None:
    (tmp_path / "update").write_bytes(exports.update(ACME))
    (tmp_path / "join").write_bytes(
        exports.join(ACME, PROFILE.directory[0], "six words are quite enough here")
    )
    found = leaks.search([tmp_path], ACME)
    assert (found.leaks, found.secrets) == ((), 1 + 3 + 3)


def test_what_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="not complete"):
        leaks.search([tmp_path / "missing"], ACME)


def test_a_folder_that_cannot_be_looked_into_is_not_passed_over() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "sub").mkdir()
        (place / "sub" / "log").write_bytes(SECRET)
        (place / "sub").chmod(0)
        with nobody(), pytest.raises(Trouble, match="not complete"):
            leaks.search([place], ACME)
        (place / "sub").chmod(0o700)
        assert leaks.search([place], ACME).leaks


@contextmanager
def nobody() -> Iterator[None]:
    """Somebody whom permissions stop, which root is not."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)
