"""When the library of the ratchet comes: where sessions stand, and with the first request."""

import sys
import threading
import time
from pathlib import Path

import pytest

from support.play import Stage
from support.waiting import until
from watchword.core import ratchet_library

NAME = "library_of_a_test"
_SLOW = """
import threading
import time
import {name}_part
READ_BY = threading.current_thread().name
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Another module in its place, which nobody has imported yet."""
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(_SLOW.format(name=NAME))
    (folder / f"{NAME}_part.py").write_text("")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(ratchet_library, "MODULE", NAME)
    monkeypatch.setattr(ratchet_library, "_whole", set())  # what this process has imported already
    for name in (NAME, f"{NAME}_part"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return NAME


async def test_it_is_there_before_a_profile_with_a_session_is_open(tmp_path: Path, library: str) -> None:
    async with Stage(tmp_path) as stage:
        ada, _ = await stage.couple()
        del sys.modules[library]
        ratchet_library._whole.discard(library)
        cy = await stage.person("cy")
        await ratchet_library.bring_for_sessions(cy.client._desk.db)
        assert library not in sys.modules, "cy has no session"
        await ratchet_library.bring_for_sessions(ada.client._desk.db)
        assert library in sys.modules


async def test_it_comes_with_the_first_request(tmp_path: Path, library: str) -> None:
    async with Stage(tmp_path) as stage:
        ada, _ = await stage.enter("ada", "bo")
        assert library not in sys.modules
        await ada.asks("bo", "our words")
        await until(lambda: hasattr(sys.modules.get(library), "READ_BY"), "it is here")
        assert sys.modules[library].READ_BY == "ratchet library"


@pytest.mark.usefixtures("library")
async def test_a_step_that_may_begin_a_session_waits_for_it_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing: list[str] = []
    monkeypatch.setattr(ratchet_library, "_import", lambda: importing.append(threading.current_thread().name))
    async with Stage(tmp_path) as stage:
        await stage.couple()
    assert "MainThread" not in importing
    assert [name for name in importing if name != "ratchet library"], "the steps asked for it"


def test_others_have_their_turn_before_each_of_its_modules(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood_back: list[str] = []
    monkeypatch.setattr(time, "sleep", lambda _seconds: stood_back.append(threading.current_thread().name))
    before = [*sys.meta_path]
    ratchet_library.bring_gently()
    for thread in threading.enumerate():
        if thread.name == "ratchet library":
            thread.join()
    assert library in sys.modules
    assert stood_back == ["ratchet library"] * 2, "one for each module"
    assert sys.meta_path == before
