"""What a command tells: sentences for people, or one JSON object for machines. Nothing in it is secret."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from watchword_wire.errors import Refused

_DIGITS_TOGETHER = 5


class Report(msgspec.Struct, frozen=True):
    """What was done or found."""

    lines: tuple[str, ...]
    data: dict[str, Any]
    holds: bool = True
    """False where what was looked at does not hold: the exit code is then 1."""


def shown(line: str) -> str:
    """A line as a terminal may be given it: what a stranger wrote cannot move its cursor or begin a line."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode-escape").decode() for sign in line)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Rows under their heads, in columns."""
    every = [heads, *rows]
    widths = [max(len(row[place]) for row in every) for place in range(len(heads))]
    return tuple(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    )


def grouped(digits: str) -> str:
    """Digits in groups, for reading them out."""
    return " ".join(digits[at : at + _DIGITS_TOGETHER] for at in range(0, len(digits), _DIGITS_TOGETHER))


def moment(typed: str | None) -> int:
    """Seconds since 1970 of 2027-01-31 or 2027-01-31T12:00+01:00; UTC where it does not say; 0 for none.

    Raises:
        Refused: it is no date.
    """
    if typed is None:
        return 0
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Refused(f"“{typed}” is no date: 2027-01-31, or 2027-01-31T12:00+01:00.") from error
    seconds = found.replace(tzinfo=found.tzinfo or UTC).timestamp()
    if seconds < 1:
        raise Refused(f"“{typed}” is too long ago.")
    return math.floor(seconds)


def told(seconds: int) -> str:
    """A moment as `moment` reads it; a dash for none."""
    if not seconds:
        return "–"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ").replace("T00:00Z", "")
