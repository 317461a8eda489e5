"""Plain choices: kept whole, never lost to a newer version or a broken file."""

import json
import resource
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from support.disks import read_only
from watchword import settings
from watchword.settings import Geometry, Language, Notifications, Settings, Theme
from watchword_wire.errors import Trouble

CHOSEN = Settings(
    theme=Theme.DARK,
    language=Language.CHINESE,
    notifications=Notifications.NOTHING,
    close_to_tray=False,
    window=Geometry(1, 2, 800, 600, maximized=True),
    relay_here=True,
    relay_keep=True,
    relay_port=4242,
)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    loaded = settings.load(tmp_path / "settings.json")
    assert loaded.settings == Settings()
    assert loaded.set_aside is None
    assert list(tmp_path.iterdir()) == []


def test_every_choice_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings.save(path, CHOSEN)
    assert settings.load(path).settings == CHOSEN
    assert all(getattr(CHOSEN, name) != getattr(Settings(), name) for name in Settings.__struct_fields__)
    assert path.stat().st_mode & 0o077 == 0
    assert [left.name for left in tmp_path.iterdir()] == ["settings.json"]


def test_missing_fields_have_their_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light"}')
    assert settings.load(path).settings == Settings(theme=Theme.LIGHT)


def test_fields_of_a_newer_version_survive(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light", "sparkles": {"many": true}}')
    loaded = settings.load(path)
    assert loaded.set_aside is None
    settings.save(path, replace(loaded.settings, theme=Theme.DARK))
    kept = json.loads(path.read_text())
    assert kept["sparkles"] == {"many": True}
    assert kept["theme"] == "dark"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[1]", b'{"theme": "purple"}', b'{"window": 5}']
)
def test_a_broken_file_is_set_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    loaded = settings.load(path)
    assert loaded.settings == Settings()
    assert loaded.set_aside is not None
    assert loaded.set_aside.read_bytes() == content
    assert not path.exists()


def test_a_second_broken_file_does_not_take_the_first_one_s_place(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in (b"one", b"two"):
        path.write_bytes(content)
        settings.load(path)
    assert sorted(left.read_bytes() for left in tmp_path.iterdir()) == [b"one", b"two"]


def test_a_read_only_folder_is_trouble_and_the_old_choices_stand(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    path = folder / "settings.json"
    settings.save(path, CHOSEN)
    with read_only(folder), pytest.raises(Trouble):
        settings.save(path, Settings())
    assert settings.load(path).settings == CHOSEN


def test_no_room_is_trouble_and_the_old_choices_stand(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings.save(path, CHOSEN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        with pytest.raises(Trouble):
            settings.save(path, Settings())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert settings.load(path).settings == CHOSEN
    assert [left.name for left in tmp_path.iterdir()] == ["settings.json"]


def test_nothing_secret_has_a_place_here() -> None:
    kinds = {field.name for field in msgspec.structs.fields(Settings)}
    assert not {
        name for name in kinds if any(word in name for word in ("key", "phrase", "secret", "account"))
    }
