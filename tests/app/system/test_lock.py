"""One program per profile."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.disks import read_only
from watchword.model.errors import Kind, TroubleWith
from watchword.system.lock import ProfileLock

HOLDER = """
import sys, pathlib
from watchword.system.lock import ProfileLock
lock = ProfileLock(pathlib.Path(sys.argv[1]))
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


def see_refused(lock: ProfileLock) -> None:
    with pytest.raises(TroubleWith) as raised:
        lock.take()
    assert raised.value.situation.kind is Kind.PROFILE_IN_USE


def test_a_second_one_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    one, other = (ProfileLock(tmp_path / "lock") for _ in range(2))
    one.take()
    see_refused(other)
    see_refused(one)
    one.release()
    one.release()
    other.take()
    other.release()


def test_another_program_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        mine = ProfileLock(path)
        see_refused(mine)
        program.kill()
        program.wait()
        mine.take()
        mine.release()


def test_profiles_do_not_disturb_each_other(tmp_path: Path) -> None:
    one, other = ProfileLock(tmp_path / "one"), ProfileLock(tmp_path / "other")
    one.take()
    other.take()
    one.release()
    other.release()


def test_a_read_only_folder_is_the_system_s_error(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    with read_only(folder), pytest.raises(OSError, match="lock"):
        ProfileLock(folder / "lock").take()
