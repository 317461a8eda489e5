"""The one logger: events by name with allow-listed fields; what could tell on people is shortened.

Never here: content, phrases, keys, addresses, display names, texts of exceptions from libraries. Libraries'
own records are cut down to who said it and where. Core dumps are switched off at start, because a dump
would be a log of everything.
"""

import logging
import logging.handlers
import secrets
import sys
import traceback
from hashlib import blake2s
from pathlib import Path

from watchword_wire.errors import Bug, WatchwordError

if sys.platform != "win32":
    import resource

FILE = "watchword.log"
_BYTES = 512 * 1024
_FILES = 3
_LOGGER = logging.getLogger("watchword")
_FORMAT = "%(asctime)s %(levelname).1s %(message)s"

PLAIN = frozenset(
    {
        "attempt", "bytes", "chat", "code", "count", "ending", "exit", "file", "frame", "kind", "language",
        "milliseconds", "origin", "phase", "platform", "port", "reason", "role", "seconds", "seq", "state",
        "status", "step", "theme", "version",
    }
)  # fmt: skip
"""Fields shown as they are: numbers and words of the program's own."""

SHORTENED = frozenset({"account", "device", "h", "host", "id", "key", "peer"})
"""Fields that name people, runs or machines: shown as a mark that holds for one run of the program only."""

_TODAY = secrets.token_bytes(16)


def start(folder: Path | None, *, level: int = logging.INFO) -> None:
    """Write to a rotating file in `folder` (None: to stderr), and forbid core dumps.

    Raises:
        OSError: the folder cannot be written.
    """
    forbid_core_dumps()
    handler: logging.Handler
    if folder is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / FILE, maxBytes=_BYTES, backupCount=_FILES - 1, encoding="utf-8"
        )
    handler.setFormatter(logging.Formatter(_FORMAT))
    stop()
    _LOGGER.setLevel(level)
    _LOGGER.propagate = False
    _LOGGER.addHandler(handler)
    libraries = _Libraries()
    libraries.setLevel(logging.WARNING)
    logging.getLogger().addHandler(libraries)


def stop() -> None:
    """Close the file; what comes after goes nowhere."""
    for handler in [*_LOGGER.handlers]:
        _LOGGER.removeHandler(handler)
        handler.close()
    _LOGGER.propagate = True
    root = logging.getLogger()
    for handler in [*root.handlers]:
        if isinstance(handler, _Libraries):
            root.removeHandler(handler)


def note(event: str, **fields: object) -> None:
    """Say that something happened, as it should."""
    if _LOGGER.isEnabledFor(logging.INFO):
        _LOGGER.info("%s", _line(event, fields))


def trouble(event: str, error: BaseException | None = None, **fields: object) -> None:
    """Say that the world did not play along: disk, network, keyring, a peer."""
    if _LOGGER.isEnabledFor(logging.WARNING):
        _LOGGER.warning("%s%s", _line(event, fields), "" if error is None else f" error={describe(error)}")


def bug(event: str, error: BaseException, **fields: object) -> None:
    """Report a mistake of our own, with where it happened; the only entry at level ERROR."""
    places = "".join(
        f"\n    {frame.filename.rpartition('watchword')[2] or frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    _LOGGER.error("%s error=%s%s", _line(event, fields), describe(error), places)


def describe(error: BaseException) -> str:
    """An exception without what its text could give away: our own families speak, others give their type."""
    name = type(error).__name__
    return f"{name}({error})" if isinstance(error, WatchwordError) else name


def mark(value: object) -> str:
    """A short stand-in for a name or a hash, the same within one run of the program and useless after it."""
    data = value if isinstance(value, bytes) else str(value).encode()
    return blake2s(data, key=_TODAY, digest_size=3).hexdigest()


def forbid_core_dumps() -> None:
    """Set RLIMIT_CORE to 0 where the system has it."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _line(event: str, fields: dict[str, object]) -> str:
    parts = [event]
    for name, value in fields.items():
        if value is None:
            continue
        if name in SHORTENED:
            parts.append(f"{name}=~{mark(value)}")
        elif name in PLAIN and isinstance(value, (int, float, str)):
            parts.append(f"{name}={_plain(value)}")
        else:
            raise Bug(f"log field {name} is not on the list, or not a word or number")
    return " ".join(parts)


def _plain(value: float | str) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return "".join(c if c.isprintable() else "?" for c in text[:80])


class _Libraries(logging.Handler):
    """What libraries log, without their words: those may quote bytes, addresses and names."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on who said it, where, and which exception."""
        if record.name == _LOGGER.name or record.name.startswith(_LOGGER.name + "."):
            return
        raised = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        _LOGGER.warning("library %s %s:%d %s", record.name, record.module, record.lineno, raised)
