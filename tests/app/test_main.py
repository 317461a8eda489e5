"""The start file: the command line, and the relay that is this same program without Qt."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.assemble import arguments

PROBE = """
import runpy, sys
sys.argv = ["watchword", "--relay-child", "--help"]
try:
    runpy.run_module("watchword", run_name="__main__")
except SystemExit as ended:
    print("exit", ended.code)
print("qt", any(name.startswith(("PySide6", "qasync")) for name in sys.modules))
"""


def test_the_command_line_names_a_profile_and_a_relay() -> None:
    words = arguments(["--profile", "somewhere", "--relay", "ws://127.0.0.1:9"])
    assert words.profile == Path("somewhere")
    assert words.relay == "ws://127.0.0.1:9"
    assert arguments([]).profile is None


def test_a_company_file_is_named_wherever_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert arguments(["--join", "ada.company"]).join == str(tmp_path / "ada.company")
    assert arguments(["--join", "/elsewhere/ada.company"]).join == "/elsewhere/ada.company"
    assert arguments(["--join", "https://acme.example/ada"]).join == "https://acme.example/ada"
    assert arguments([]).join == ""


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(SystemExit):
        arguments(["--verify"])


def test_without_a_screen_that_is_said(tmp_path: Path) -> None:
    bare = {name: text for name, text in os.environ.items() if not name.endswith(("DISPLAY", "PLATFORM"))}
    done = subprocess.run(
        [sys.executable, "-m", "watchword", "--profile", str(tmp_path)],
        env={**bare, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("watchword: there is no screen here")
    assert not [*tmp_path.iterdir()]


def test_the_relay_starts_without_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True
    )
    assert "serve" in done.stdout
    assert "exit 0" in done.stdout
    assert "qt False" in done.stdout
