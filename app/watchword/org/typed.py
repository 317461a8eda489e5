"""What a person types or reads at the terminal: passphrases, join phrases, confirmations.

A secret comes from the terminal, a file or standard input, never from the command line; one that is made here
goes to the terminal or a file of its owner's, never to standard output.
"""

import getpass
import secrets
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from watchword.org.folder import disk_trouble
from watchword.paths import resource
from watchword.settings import write_whole
from watchword_wire.errors import Refused, Trouble

STDIN = "-"
JOIN_WORDS = 8
"""Of a list of 1,295 words: 82 bits. Whoever has a join file can guess at its phrase at leisure."""
_TYPED_WORDS, _TYPED_CHARACTERS = 6, 20
_IN, _OUT = ("CONIN$", "CONOUT$") if sys.platform == "win32" else ("/dev/tty", "/dev/tty")


def secret(file: str | None, question: str, option: str, warn: Callable[[str], None]) -> str:
    """A passphrase: the first line of a file or of standard input (`-`), or asked for at the terminal.

    Raises:
        Refused: there is none, or no terminal to ask at.
        Trouble: the file cannot be read.
    """
    if file is None:
        return _hidden(question, option)
    if file == STDIN:
        line = _line_of_input()
    else:
        path = Path(file)
        try:
            line = path.read_text(encoding="utf-8").partition("\n")[0]
            if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                warn(f"{path} can be read by others on this computer: chmod 600 {path}")
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"{path} cannot be read.") from error
    if not line.strip():
        raise Refused("An empty passphrase is none.")
    return line.rstrip("\r\n")


def _line_of_input() -> str:
    """By its bytes: which encoding a computer has standard input in is not to change a passphrase."""
    try:
        return sys.stdin.buffer.readline().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("What standard input gives is no text in UTF-8.") from error


def new_secret(file: str | None, question: str, option: str, warn: Callable[[str], None]) -> str:
    """A new passphrase; at the terminal it is asked for twice.

    Raises:
        Refused, Trouble: as `secret`; the two differ.
    """
    typed = secret(file, question, option, warn)
    if file is None and _hidden("Again: ", option) != typed:
        raise Refused("The two differ. Nothing was changed.")
    return typed


def join_phrase(file: str | None, warn: Callable[[str], None]) -> str:
    """A join phrase of the key owner's own.

    Raises:
        Refused, Trouble: as `new_secret`; it is short.
    """
    typed = new_secret(file, "Join phrase: ", "--phrase-file", warn)
    if len(typed.split()) < _TYPED_WORDS and len("".join(typed.split())) < _TYPED_CHARACTERS:
        raise Refused(
            f"The join phrase is short: at least {_TYPED_WORDS} words, or {_TYPED_CHARACTERS} characters. "
            "Whoever gets the file can guess at it for years."
        )
    return typed


def drawn_phrase() -> str:
    """A join phrase of words from our list."""
    words = resource("words").joinpath("en.txt").read_text(encoding="utf-8").split()
    return " ".join(secrets.choice(words) for _ in range(JOIN_WORDS))


def check_showable(file: str | None) -> None:
    """See that a drawn phrase has a place to go, before anything is done.

    Raises:
        Refused: there is no terminal, and no file was named; the file is another than such a phrase's.
        Trouble: it cannot be read.
    """
    if file is None:
        if not _terminal():
            raise Refused("There is no terminal to show the join phrase on: name a file with --phrase-to.")
        return
    if file == STDIN:
        raise Refused("A join phrase does not go to standard output, where logs keep it: name a file.")
    try:
        there = Path(file).read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_trouble(error, Path(file)) from error
    if len(there.split()) != JOIN_WORDS or there.count(b"\n") != 1:
        raise Refused(f"{file} is there already and holds no join phrase. Nothing was changed.")


def show(phrase: str, file: str | None, sentence: str) -> None:
    """A drawn phrase, at the terminal or into a file for its owner's eyes only.

    Raises:
        Trouble: the file cannot be written.
    """
    if file is None:
        with open(_OUT, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a device, no file
            terminal.write(f"{sentence}\n\n    {phrase}\n\n")
        return
    try:
        write_whole(Path(file), phrase.encode() + b"\n")
    except OSError as error:
        raise disk_trouble(error, Path(file).parent) from error


def confirm(word: str, question: str) -> None:
    """Have the person type a word.

    Raises:
        Refused: they typed another, or there is no terminal to ask at.
    """
    if not _terminal():
        raise Refused("There is no terminal to confirm at: --yes confirms beforehand. Nothing was changed.")
    with open(_OUT, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a device, no file
        terminal.write(f"{question}\nType {word} to go on: ")
    with open(_IN, encoding="utf-8") as terminal:  # noqa: PTH123 - a device, no file
        if terminal.readline().strip() != word:
            raise Refused("Not confirmed. Nothing was changed.")


def _hidden(question: str, option: str) -> str:
    if not _terminal():
        raise Refused(f"There is no terminal to ask at: name a file with {option}, or - for standard input.")
    try:
        typed = getpass.getpass(question)
        typed.encode()
    except EOFError as error:
        raise Refused("Nothing was typed. Nothing was changed.") from error
    except UnicodeError as error:
        raise Refused("What was typed is no text in UTF-8: set the terminal to it.") from error
    if not typed.strip():
        raise Refused("An empty passphrase is none.")
    return typed


def _terminal() -> bool:
    try:
        with open(_OUT, "w", encoding="utf-8"):  # noqa: PTH123 - a device, no file
            return True
    except OSError:
        return False
