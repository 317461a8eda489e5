"""The relay's one logger: only events and fields that are named here can be logged.

No content, no phrase, no key, no id and no address ever: a line holds an event's name, counts and
reasons. What is not on the list is a Bug, so that a careless line fails in a test, not in operation.
"""

import logging
import sys
import traceback
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

_EVENTS = {
    "started",
    "certificate-read",
    "certificate-unfit",
    "stopping",
    "stopped",
    "counts",
    "handshakes-ended-by-restart",
    "expired",
    "verdicts-forgotten",
    "realm-erased",
    "disk-low",
    "disk-ok",
    "store-trouble",
    "store-back",
    "node-came-back",
    "bug",
}
_FIELDS = {"reason", "count", "where", "free_mb"}

_logger = logging.getLogger("watchword_relay")
_met: Counter[str] = Counter()


class _Line(NamedTuple):
    """What one line says."""

    name: str
    fields: Mapping[str, str | int]

    def __str__(self) -> str:
        return f"{self.name} {' '.join(f'{key}={value}' for key, value in self.fields.items())}".rstrip()


class _Json(logging.Formatter):
    """A line as one object, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        line = record.msg
        said = (
            {"event": line.name, **line.fields} if isinstance(line, _Line) else {"event": record.getMessage()}
        )
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return msgspec.json.encode({"time": at, "level": record.levelname.lower(), **said}).decode()


def set_up(level: int = logging.INFO, *, json: bool = False) -> None:
    """Send the log to standard error, one line per event, and silence the libraries."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if json else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _logger.handlers[:] = [handler]
    _logger.setLevel(level)
    _logger.propagate = False
    # The WebSocket library would log addresses and, at its debug level, frames.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    logging.getLogger("websockets").propagate = False


def event(name: str, **fields: str | int) -> None:
    """Log one event.

    Raises:
        KeyError: the event or a field is not on the list.
    """
    _write(logging.INFO, name, fields)


def warning(name: str, **fields: str | int) -> None:
    """Log an event that the operator should look at; see `event`."""
    _write(logging.WARNING, name, fields)


def counts(numbers: dict[str, int]) -> None:
    """Log the relay's counters."""
    _logger.info(_Line("counts", numbers))


def bug(error: BaseException) -> None:
    """Log a mistake of ours: its type and the lines of code it came through, never its text."""
    _met[type(error).__name__] += 1
    frames = traceback.extract_tb(error.__traceback__)
    where = ";".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-6:])
    _write(logging.ERROR, "bug", {"reason": type(error).__name__, "where": where})


def bugs() -> int:
    """How many mistakes of ours were logged since the process began, wherever they were met."""
    return _met.total()


def _write(level: int, name: str, fields: dict[str, str | int]) -> None:
    if name not in _EVENTS:
        raise KeyError(name)
    unknown = fields.keys() - _FIELDS
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    _logger.log(level, _Line(name, fields))
