"""A program at a terminal of its own, whose questions a test answers."""

import os
import pty
from collections.abc import Callable
from pathlib import Path

import msgspec

from support.nursery import started
from support.processes import PATIENCE


class Typed(msgspec.Struct, frozen=True):
    """What a program showed at its terminal, said on its standard output, and ended with."""

    shown: str
    out: str
    code: int


def at_terminal(command: list[str], answer: Callable[[str], str], folder: Path) -> Typed:
    """Run a program; whenever it waits behind a colon, `answer` is given the line that asks, and is typed."""
    reading, writing = os.pipe()
    terminal, its_end = pty.openpty()
    program = started(command, os.environ, output=its_end, stdin=its_end, stdout=writing, folder=folder)
    for one in (its_end, writing):
        os.close(one)
    shown, seen = b"", 0
    try:
        while piece := os.read(terminal, 4_096):
            shown += piece
            asked = shown[seen:].rstrip(b" ")
            if asked.endswith(b":"):
                line = asked.decode().splitlines()[-1]
                seen = len(shown)
                os.write(terminal, answer(line).encode() + b"\n")
    except OSError:  # the program has let go of its end
        pass
    code = program.wait(4 * PATIENCE)
    os.close(terminal)
    with os.fdopen(reading) as out:
        return Typed(shown.decode(), out.read(), code)
