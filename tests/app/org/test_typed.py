"""Secrets come from a terminal, a file or standard input, and go to a terminal or a file."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.org import typed
from watchword.paths import resource
from watchword_wire.errors import Refused, Trouble

ASKS = """
import sys
from watchword.org import typed
from watchword_wire.errors import Refused
try:
    {0}
except Refused as refused:
    print("REFUSED", refused)
"""


def warned(file: Path, warnings: list[str]) -> str:
    return typed.secret(str(file), "", "--passphrase-file", warnings.append)


def at_terminal(call: str, *answers: str) -> tuple[str, str]:
    """What a program shows at its terminal, and on its standard output."""
    reading, writing = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(writing, 1)
        os.execv(sys.executable, [sys.executable, "-c", ASKS.format(call)])  # noqa: S606 - in a terminal of its own
    os.close(writing)
    shown = b""
    left = list(answers)
    try:
        while piece := os.read(terminal, 4_096):
            shown += piece
            if left and shown.rstrip().endswith(b":"):
                os.write(terminal, left.pop(0).encode() + b"\n")
                shown += b"\n"
    except OSError:  # the other end is closed
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    with os.fdopen(reading) as out:
        return shown.decode(), out.read()


def test_the_first_line_of_a_file_is_the_passphrase(tmp_path: Path) -> None:
    file, warnings = tmp_path / "p", list[str]()
    file.write_text(" four words are enough\r\nnot this\n")
    file.chmod(0o600)
    assert warned(file, warnings) == " four words are enough"
    file.chmod(0o644)
    warned(file, warnings)
    assert len(warnings) == 1
    assert "can be read by others" in warnings[0]
    file.write_text("\n")
    file.chmod(0o600)
    with pytest.raises(Refused, match="empty"):
        warned(file, warnings)
    with pytest.raises(Trouble, match="cannot be read"):
        warned(tmp_path / "missing", warnings)


def test_standard_input_is_read_by_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("four words are enough\nmore"))
    assert typed.secret("-", "", "--passphrase-file", print) == "four words are enough"


def test_without_a_terminal_the_way_out_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKS.format("typed.secret(None, 'P: ', '--passphrase-file', print)")],
        capture_output=True,
        text=True,
        start_new_session=True,
        check=True,
    )
    assert "REFUSED There is no terminal to ask at: name a file with --passphrase-file" in done.stdout


def test_at_a_terminal_a_passphrase_is_not_echoed() -> None:
    shown, out = at_terminal("print(typed.new_secret(None, 'P: ', '', print))", "my secret", "my secret")
    assert "my secret" not in shown
    assert out == "my secret\n"
    assert "differ" in at_terminal("typed.new_secret(None, 'P: ', '', print)", "one", "two")[1]


def test_a_drawn_phrase_is_shown_at_the_terminal_and_not_on_standard_output() -> None:
    shown, out = at_terminal("typed.check_showable(None); typed.show('ten green bottles', None, 'Phrase:')")
    assert "ten green bottles" in shown
    assert out == ""


def test_a_confirmation_wants_the_word() -> None:
    call = "typed.confirm('hr-2026', 'Revoking?'); print('done')"
    assert at_terminal(call, "hr-2026")[1] == "done\n"
    assert "Not confirmed" in at_terminal(call, "y")[1]


def test_a_phrase_is_drawn_from_the_list_with_82_bits() -> None:
    known = set((resource("words") / "en.txt").read_text().split())
    phrases = {typed.drawn_phrase() for _ in range(50)}
    assert len(phrases) == 50
    assert all(len(words := phrase.split()) == 8 and set(words) <= known for phrase in phrases)
    assert len(known) ** 8 > 2**82


def test_a_phrase_of_ones_own_stands_guessing(tmp_path: Path) -> None:
    file = tmp_path / "p"
    for phrase, good in (
        ("one two three four five six", True),
        ("five words are too few", False),
        ("x" * 20, True),
    ):
        file.write_text(phrase)
        file.chmod(0o600)
        if good:
            assert typed.join_phrase(str(file), print) == phrase
        else:
            with pytest.raises(Refused, match="join phrase is short"):
                typed.join_phrase(str(file), print)


def test_a_phrase_in_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    typed.show("ten green bottles", str(tmp_path / "p"), "")
    assert (tmp_path / "p").read_text() == "ten green bottles\n"
    assert (tmp_path / "p").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Trouble, match="Nothing was changed"):
        typed.show("ten green bottles", str(tmp_path / "no" / "p"), "")
