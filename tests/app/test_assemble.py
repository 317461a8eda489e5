"""The parts that are brought after the first paint."""

import json
import linecache
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from support.home import beside_tests, environment_of
from watchword.assemble import bring
from watchword.paths import Paths

ONLY_WHEN_WANTED = (
    "desktop_notifier",
    "doubleratchet",
    "nacl.pwhash",
    "pkcs11",
    "pydantic",
    "watchword.org",
    "watchword.protocol.ratchet_profile",
    "watchword.providers.token",
    "watchword.ui.company.join_window",
    "watchword.ui.contacts.window",
    "watchword.ui.requests.new_conversation",
    "watchword.ui.settings",
    "watchword.ui.unlock.first_start",
)
"""What takes memory and is of no use to who reads a chat."""

_BROUGHT = """
import json, sys
from pathlib import Path
from watchword.assemble import bring
from watchword.paths import Paths
bring(Paths.of(Path(sys.argv[1])))
print(json.dumps(sorted(sys.modules)))
"""


def brought(folder: Path) -> list[str]:
    """Every module of a program that has just started."""
    command = [sys.executable, "-c", _BROUGHT, str(folder / "profile")]
    environment = beside_tests(environment_of(folder))
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_no_source_of_a_module_stays_in_memory(qapp: QApplication, tmp_path: Path) -> None:
    assert linecache.getlines(__file__), "what PySide does with every module that is imported"
    bring(Paths.of(tmp_path))
    assert not linecache.cache


def test_a_start_brings_nothing_that_may_never_be_needed(tmp_path: Path) -> None:
    paths = Paths.of(tmp_path / "profile")
    paths.make()
    paths.description.touch()
    assert not {*brought(tmp_path)}.intersection(ONLY_WHEN_WANTED)


def test_the_first_start_of_all_has_its_page_at_hand(tmp_path: Path) -> None:
    assert "watchword.ui.unlock.first_start" in brought(tmp_path)
