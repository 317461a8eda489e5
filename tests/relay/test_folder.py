"""The data folder: one relay at a time."""

import stat
from pathlib import Path

import pytest

from watchword_relay import folder
from watchword_relay.config import Unfit


def test_it_is_made_for_its_owner_and_recognised(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "relay"
    folder.prepare(data)
    folder.prepare(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    with pytest.raises(Unfit, match="no relay was ever started"):
        folder.look(data)
    (data / folder.DATABASE).touch()
    folder.look(data)


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
