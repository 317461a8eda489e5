"""What is known before unlocking."""

from pathlib import Path

import pytest

from support.disks import read_only
from watchword.model.errors import Kind, TroubleWith
from watchword.store import description
from watchword.store.description import Description, KeptBy, SealedSecret

KEYRING = Description(1, "00112233aabbccdd", made=True, kept_by=KeptBy.KEYRING)
MASTER = Description(
    1, "00112233aabbccdd", True, KeptBy.PASSPHRASE, SealedSecret(b"s" * 16, b"n" * 12, b"x" * 48)
)


def kind_of(path: Path) -> Kind:
    with pytest.raises(TroubleWith) as raised:
        description.load(path)
    assert raised.value.situation.facts == {"file": "profile.json"}
    return raised.value.situation.kind


@pytest.mark.parametrize("described", [KEYRING, MASTER])
def test_what_is_saved_is_read(tmp_path: Path, described: Description) -> None:
    path = tmp_path / "profile.json"
    assert description.load(path) is None
    description.save(path, described)
    assert description.load(path) == described
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"format": 1}',
        b'{"format": "one"}',
        b'{"format": 1, "id": "x", "made": true, "kept_by": "somebody"}',
        b'{"format": 1, "id": "x", "made": true, "kept_by": "passphrase"}',
    ],
)
def test_anything_else_is_damage_and_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(content)
    assert kind_of(path) is Kind.PROFILE_DAMAGED
    assert path.read_bytes() == content


def test_a_later_format_is_newer_whatever_else_it_says(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(b'{"format": 2, "id": 5, "kept_by": "the clouds"}')
    assert kind_of(path) is Kind.PROFILE_NEWER


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    description.save(folder / "profile.json", KEYRING)
    with read_only(folder), pytest.raises(TroubleWith) as raised:
        description.save(folder / "profile.json", MASTER)
    assert raised.value.situation.kind is Kind.PROFILE_READ_ONLY
    assert description.load(folder / "profile.json") == KEYRING
