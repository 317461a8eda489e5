"""The data folder: one relay at a time."""

import os
import stat
import sys
from pathlib import Path

import pytest

from watchword_relay import folder, stores
from watchword_relay.commands import backups
from watchword_relay.config import Database, Unfit
from watchword_relay.store.sqlite import SqliteStore


def test_it_is_made_for_its_owner_and_recognised(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "relay"
    folder.prepare(data)
    folder.prepare(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    with pytest.raises(Unfit, match="no relay was ever started"):
        folder.look(data)
    (data / folder.DATABASE).touch()
    folder.look(data)


def test_what_is_none_of_a_relays_is_told_from_what_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for none in (tmp_path / "nowhere", tmp_path / "file", tmp_path):
        with pytest.raises(Unfit, match="no relay was ever started"):
            folder.look(none)
        with pytest.raises(Unfit, match="no relay was ever started"):
            stores.held(none)
    # What a folder of somebody else's is to whoever is not root, a name that is too long is to all.
    for look in (folder.look, stores.held):
        with pytest.raises(Unfit, match="cannot be read: File name too long"):
            look(tmp_path / ("x" * 300))


def test_the_lock_is_held_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_PATIENCE", 0.0)
    assert not folder.is_running(tmp_path)
    lock = folder.Lock(tmp_path)
    assert folder.is_running(tmp_path)
    with pytest.raises(Unfit, match="another relay runs"):
        folder.Lock(tmp_path)
    lock.release()
    assert not folder.is_running(tmp_path)
    folder.Lock(tmp_path).release()


def test_whoever_wants_the_folder_is_seen_until_they_let_go(tmp_path: Path) -> None:
    assert not folder.is_wanted(tmp_path)
    assert not list(tmp_path.iterdir()), "nothing is made by looking"
    wish = folder.Wish(tmp_path)
    assert folder.is_wanted(tmp_path)
    assert not folder.is_running(tmp_path)
    folder.prepare(tmp_path / "relay")
    (tmp_path / "relay" / folder.DATABASE).touch()
    moving = folder.Wish(tmp_path / "relay")
    with pytest.raises(Unfit, match="being moved"):
        stores.held(tmp_path / "relay")
    moving.release()
    wish.release()
    assert not folder.is_wanted(tmp_path)


def test_without_the_driver_of_postgresql_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the project's own folder: whatever has its name elsewhere is not ours."""
    monkeypatch.setitem(sys.modules, "watchword_relay.store.postgres_session", None)
    with pytest.raises(Unfit, match=r'project.s folder: pip install "FOLDER\[relay,postgres\]"'):
        stores.tried(Database("postgresql://relay@db/watchword"))


NOBODY = 65_534


@pytest.fixture
def another_s(tmp_path: Path) -> Path:
    """A relay's folder that belongs to another user, where the tests may make one."""
    data = tmp_path / "relay"
    folder.prepare(data)
    (data / "relay.key").write_bytes(b"k" * 32)
    SqliteStore(data / folder.DATABASE).close()
    if os.geteuid() == 0:
        for path in (data, *data.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    return data


def owners(data: Path) -> dict[str, int]:
    """Of all files that are not their folder's owner's, whose they are."""
    mine = data.stat().st_uid
    return {path.name: path.stat().st_uid for path in data.iterdir() if path.stat().st_uid != mine}


def test_what_commands_of_root_write_is_the_relays(another_s: Path) -> None:
    """Or a relay that makes room would wait for ever for a command that ended, and not find its database."""
    folder.Lock(another_s).release()
    folder.Wish(another_s).release()
    stores.remember(another_s, Database("postgresql://relay@db/watchword"))
    assert {"lock", "wanted", "store.json"} <= {path.name for path in another_s.iterdir()}
    assert owners(another_s) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="no other user's files to be given away")
def test_a_link_in_a_relays_folder_gives_it_nothing_that_is_roots(another_s: Path, tmp_path: Path) -> None:
    """The relay may lay one there; a command of root would make it a present of what it leads to."""
    secret = tmp_path / "secret"
    secret.write_text("root's")
    folder.give(secret)
    (another_s / "store.json").symlink_to(secret)
    folder.give(another_s / "store.json")
    assert secret.stat().st_uid == os.geteuid()


@pytest.mark.skipif(sys.platform == "win32", reason="links are not for everybody to make there")
def test_a_lock_that_is_a_link_makes_nothing_where_it_leads(tmp_path: Path) -> None:
    """Or whoever can write to the folder could have root make files anywhere."""
    elsewhere = tmp_path / "nologin"
    for name in ("lock", "wanted"):
        (tmp_path / name).symlink_to(elsewhere)
    for lock in (folder.Lock, folder.Wish):
        with pytest.raises(Unfit, match="is a link, which no relay makes"):
            lock(tmp_path)
    assert folder.is_running(tmp_path), "nobody can tell, so nothing is touched"
    folder.is_wanted(tmp_path)
    assert not elsewhere.exists()


def test_a_copy_that_root_puts_back_is_the_relays(another_s: Path, tmp_path: Path) -> None:
    backups.backup(another_s, tmp_path / "copy")
    for path in another_s.iterdir():
        path.unlink()
    backups.restore(tmp_path / "copy", another_s)
    assert owners(another_s) == {}
