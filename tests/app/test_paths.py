"""Where things lie."""

from pathlib import Path

import pytest

from watchword import paths
from watchword.paths import Paths


def test_every_file_lies_in_the_profile_folder(tmp_path: Path) -> None:
    of = Paths.of(tmp_path / "ada")
    named = [of.database, of.description, of.settings, of.log, of.relay, of.lock]
    assert {path.parent for path in named} == {tmp_path / "ada"}
    assert len(set(named)) == len(named)


def test_the_default_is_the_user_s_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Paths.of().folder == tmp_path / "watchword"


def test_a_relative_folder_stays_the_same_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    of = Paths.of(Path("ada"))
    monkeypatch.chdir("/")
    assert of.folder == tmp_path / "ada"


def test_a_home_is_meant_by_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Paths.of(Path("~/ada")).folder == tmp_path / "ada"


def test_the_folder_is_made_for_this_user_only(tmp_path: Path) -> None:
    of = Paths.of(tmp_path / "deep" / "ada")
    of.make()
    of.make()
    assert of.folder.stat().st_mode & 0o777 == 0o700


def test_each_profile_has_its_own_socket_and_one_by_every_way_to_it(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ada")
    ada, bo = Paths.of(tmp_path / "ada"), Paths.of(tmp_path / "bo")
    assert ada.socket != bo.socket
    assert ada.socket == Paths.of(tmp_path / "link").socket
    assert len(ada.socket) < 60
    assert "ada" not in ada.socket


def test_resources_of_the_checkout_come_first() -> None:
    checkout = Path(__file__).resolve().parents[2]
    assert paths.resources() == checkout / "resources"
    assert paths.resource("translations").is_dir()


def test_a_packed_program_carries_its_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a checkout around it, as in a wheel or a frozen program."""
    monkeypatch.setattr(paths, "_CHECKOUT", tmp_path)
    assert paths.resource("icons") == Path(paths.__file__).resolve().parent / "resources" / "icons"
