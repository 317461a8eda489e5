"""One process of a plugin, without what is said to it."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.plugins.bending import lives
from support.waiting import until
from watchword.providers.child import Child
from watchword_wire.errors import PeerError

ECHO = """
import sys
while head := sys.stdin.buffer.read(4):
    sys.stdout.buffer.write(head + sys.stdin.buffer.read(int.from_bytes(head, "big")))
    sys.stdout.flush()
"""

WAIT = "import os, time; open({note!r}, 'x').write(os.getcwd()); time.sleep(600)"


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", code]


async def test_frames_come_back_from_a_program_that_echoes() -> None:
    child = Child("echo")
    await child.start(python(ECHO), 5)
    for body in (b"", b"{}", bytes(200_000)):
        assert await child.ask(body, 5) == body
    await child.close()


async def test_it_is_over_when_the_program_ended() -> None:
    child = Child("short")
    assert not child.ended
    await child.start(python(""), 5)
    await until(lambda: child.ended, "the program ended")
    with pytest.raises((EOFError, BrokenPipeError)):
        await child.ask(b"{}", 5)
    await child.close()


async def test_a_frame_that_is_too_long_is_the_programs_fault() -> None:
    child = Child("long")
    # It stays until it has been asked: to ask one that has ended fails otherwise.
    said = "import sys; sys.stdout.write('\\x7f' * 4); sys.stdout.flush(); sys.stdin.read()"
    await child.start(python(said), 5)
    with pytest.raises(PeerError):
        await child.ask(b"{}", 5)
    await child.close()


async def test_a_program_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    child = Child("hangs")
    note = tmp_path / "folder"
    await child.start(python(WAIT.format(note=str(note))), 5)
    pid = child.pid
    assert pid is not None
    await until(lambda: note.exists() and note.read_text(), "the program runs")
    with pytest.raises(TimeoutError):
        await child.ask(b"{}", 0.2)
    child.kill()
    child.kill()
    await until(lambda: not lives(pid), "the process was ended")
    await until(lambda: not Path(note.read_text()).exists(), "its folder was removed")


async def test_its_errors_go_where_they_are_wanted(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("wb") as file:
        child = Child("loud")
        await child.start(python("import sys; sys.stderr.write('words')"), 5, file.fileno())
        await until(lambda: child.ended, "it has had its time to say so")
        await child.close()
    assert (tmp_path / "errors").read_bytes() == b"words"


async def test_a_kill_before_the_start_is_through_ends_it_all_the_same() -> None:
    child = Child("early")
    with pytest.raises(TimeoutError):
        await child.start(python("import time; time.sleep(600)"), 0.0)
    child.kill()
    await until(lambda: child.pid is not None and not lives(child.pid), "the process was ended")
    await child.close()


async def test_no_program() -> None:
    child = Child("nothing")
    with pytest.raises(FileNotFoundError):
        await child.start(["/nonexistent/program"], 5, subprocess.DEVNULL)
    await child.close()
