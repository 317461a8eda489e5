"""The start file: the command line, and the relay that is this same program without Qt."""

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


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(SystemExit):
        arguments(["--verify"])


def test_the_relay_starts_without_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True
    )
    assert "serve" in done.stdout
    assert "exit 0" in done.stdout
    assert "qt False" in done.stdout
