"""The command `watchword-provider-check`, as somebody uses it who writes a plugin."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from support.plugins.bending import PROGRAM
from support.plugins.samples import KEY, PERL, settings_in
from watchword.providers.check import main
from watchword.providers.conformance import CHECKS

ROOT = Path(__file__).parents[3]


def run(*words: str) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    command = [sys.executable, "-m", "watchword.providers.check", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    return done.returncode, done.stdout, done.stderr


def script(folder: Path, way: str) -> str:
    """A program that is a plugin with one fault."""
    path = folder / "plugin"
    path.write_text(f"#!/bin/sh\nexec {sys.executable} -S -E {PROGRAM} '{way}'\n")
    path.chmod(0o755)
    return str(path)


def test_a_good_plugin_passes_every_check(tmp_path: Path) -> None:
    setting = "keys=" + settings_in(tmp_path)["keys"]
    code, out, err = run("--set", setting, "--mode", "content", str(PERL))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "mode content: Sample in Perl 1"
    assert [line.split(maxsplit=1) for line in lines[1:-1]] == [["ok", check.says] for check in CHECKS]
    assert lines[-1] == "everything holds"


def test_what_fails_is_said_in_plain_words(tmp_path: Path) -> None:
    code, out, _err = run("--mode", "wrap", script(tmp_path, "blames the token"))
    assert code == 1
    assert "FAILED  Every altered byte, every cut and every addition is refused as altered" in out
    assert "byte 0 of 80 altered: token-missing instead of altered" in out
    assert out.splitlines()[-1] == "failed: 3"


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("has no mode", "it does not work: provider-wrong (it does not have the mode that it is used in)"),
        ("knows no unknown", "provider-wrong (an unknown operation was not answered as one)"),
        ("names no key", "name one with --key ID/VERSION"),
    ],
)
def test_a_plugin_that_cannot_be_tried_is_told_why(tmp_path: Path, way: str, says: str) -> None:
    code, out, _err = run(script(tmp_path, way))
    assert code == 1
    assert says in out


def test_its_standard_error_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "plugin"
    path.write_text("#!/bin/sh\necho my own words >&2\n")
    path.chmod(0o755)
    code, out, err = run(str(path))
    assert code == 1
    assert "it does not work: provider-down (it ended, or says that it cannot work now)" in out
    assert "my own words" in err


@pytest.mark.parametrize(
    "words", [["--key", "00/1", "x"], ["--key", KEY.id.hex() + "/0", "x"], ["--set", "no-equals", "x"]]
)
def test_a_wrong_command_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"watchword-provider-check: {words[0]} {words[1]}: ")


def test_no_such_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing")]) == 1
    assert "no such program" in capsys.readouterr().err


def test_the_command_is_installed() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["watchword-provider-check"] == "watchword.providers.check:main"
