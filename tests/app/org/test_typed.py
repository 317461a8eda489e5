"""Secrets come from a terminal, a file or standard input, and go to a terminal or a file."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from support.keyboard import Typed, at_terminal
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


def asked(call: str, *answers: str) -> Typed:
    """A program that asks at its terminal."""
    left = iter(answers)
    return at_terminal([sys.executable, "-c", ASKS.format(call)], lambda _line: next(left), Path.cwd())


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
    def given(text: bytes) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), "ascii"))
        return typed.secret("-", "", "--passphrase-file", print)

    assert given(b"four words are enough\nmore") == "four words are enough"
    assert given("四个词 就 足够 了\r\n".encode()) == "四个词 就 足够 了"
    with pytest.raises(Refused, match="UTF-8"):
        given(b"vier W\xf6rter\n")


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
    typed_in = asked("print(typed.new_secret(None, 'P: ', '', print))", "my secret", "my secret")
    assert "my secret" not in typed_in.shown
    assert typed_in.out == "my secret\n"
    assert "differ" in asked("typed.new_secret(None, 'P: ', '', print)", "one", "two").out


def test_a_drawn_phrase_is_shown_at_the_terminal_and_not_on_standard_output() -> None:
    seen = asked("typed.check_showable(None); typed.show('ten green bottles', None, 'Phrase.')")
    assert "ten green bottles" in seen.shown
    assert seen.out == ""


def test_a_confirmation_wants_the_word() -> None:
    call = "typed.confirm('hr-2026', 'Revoking?'); print('done')"
    assert asked(call, "hr-2026").out == "done\n"
    assert "Not confirmed" in asked(call, "y").out


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


def test_a_drawn_phrase_goes_where_nothing_else_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    typed.check_showable(str(file))
    typed.show(typed.drawn_phrase(), str(file), "")
    typed.check_showable(str(file))
    for other in ("dear\n", "one two three four five six seven eight\nand more\n", ""):
        file.write_text(other)
        with pytest.raises(Refused, match="holds no join phrase"):
            typed.check_showable(str(file))
        assert file.read_text() == other
    with pytest.raises(Refused, match="standard output"):
        typed.check_showable("-")
    with pytest.raises(Trouble):
        typed.check_showable(str(tmp_path))
