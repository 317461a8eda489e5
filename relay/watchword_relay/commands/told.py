"""How commands tell things: tables for people, JSON with plain numbers for programs."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from watchword_relay.config import Unfit

_KIB = 1024
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def as_json(value: object) -> str:
    """For programs."""
    return msgspec.json.encode(value).decode()


def as_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """For people; what is not there is a dash."""
    if not rows:
        return "nothing"
    lines = [heads, *([cell or "-" for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def size_text(size: int) -> str:
    """Bytes, for people."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < _KIB or unit == "GiB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KIB
    raise AssertionError("the loop ends with the last unit")


def span_text(seconds: int) -> str:
    """A time, for people."""
    unit = next((unit for unit in "dhm" if seconds >= 2 * _UNITS[unit]), "s")
    return f"{seconds // _UNITS[unit]} {unit}"


def seconds_of(text: str) -> int:
    """Read a time such as 30d, 12h, 15m or 90s.

    Raises:
        Unfit: it is none.
    """
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not (number.isascii() and number.isdecimal()) or len(number) > _MOST_DIGITS:
        raise Unfit(f"a time is a number with s, m, h or d behind it, such as 30d, not {text!r}")
    return int(number) * _UNITS[unit]


_MOST_DIGITS = 9


def write_new(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read; a disk that does not take all of it is left none.

    Raises:
        Unfit: it is there already, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise Unfit(f"{path} is there already, nothing was written: name a new file") from error
    except OSError as error:
        raise Unfit(f"{path} cannot be written: {error.strerror}") from error
