"""Choices of the user that are not secret and are needed before the profile is unlocked.

One JSON file. Fields that this version does not know are kept; a file that cannot be read is set aside,
never overwritten. No secret and nothing about other people ever stands here.
"""

import enum
import os
from pathlib import Path

import msgspec

from watchword_wire.errors import Trouble


class Theme(enum.StrEnum):
    """Which palette the windows use."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(enum.StrEnum):
    """The language of the windows."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class Notifications(enum.StrEnum):
    """What a notification may show."""

    TEXT = "text"
    NAME = "name"
    NOTHING = "nothing"


class Geometry(msgspec.Struct, frozen=True):
    """Where the main window stood, in device-independent pixels."""

    x: int
    y: int
    width: int
    height: int
    maximized: bool = False


class Settings(msgspec.Struct, frozen=True):
    """Every choice, with what holds until one is made. Change with `msgspec.structs.replace`."""

    theme: Theme = Theme.SYSTEM
    language: Language = Language.SYSTEM
    notifications: Notifications = Notifications.NAME
    close_to_tray: bool = True
    window: Geometry | None = None
    relay_here: bool = False
    """*Run a relay on this computer*: start it with the program."""
    relay_keep: bool = False
    """Leave it running when the program ends."""
    relay_port: int = 0
    """The port it had, so that its address stays the same; 0 until it first ran."""


class Loaded(msgspec.Struct, frozen=True):
    """The settings, and where a file that could not be read was put, for a notice."""

    settings: Settings
    set_aside: Path | None = None


def load(path: Path) -> Loaded:
    """Read the settings; a missing file means the defaults, a broken one is set aside.

    Raises:
        Trouble: the folder cannot be read, or the broken file cannot be moved.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        raise Trouble(f"cannot read {path.name}") from error
    try:
        return Loaded(msgspec.json.decode(content, type=Settings))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Loaded(Settings(), _set_aside(path))


def save(path: Path, settings: Settings) -> None:
    """Write the settings so that either the old or the new file stands there, whatever happens meanwhile.

    Raises:
        Trouble: the folder is read-only or the disk is full; the old file stands.
    """
    fields = _unknown(path) | msgspec.to_builtins(settings)
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n")
    except OSError as error:
        raise Trouble(f"cannot write {path.name}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file in one step that outlasts a power cut; for this user's eyes only.

    Raises:
        OSError: nothing changed.
    """
    beside = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; systems whose folders cannot be opened do it by themselves."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unknown(path: Path) -> dict[str, object]:
    """Fields that a newer version wrote, so that going back and forth loses no choice."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    known = Settings.__struct_fields__
    return {name: value for name, value in content.items() if name not in known}


def _set_aside(path: Path) -> Path:
    for number in range(1, 1_000):
        aside = path.with_name(f"{path.stem}.broken-{number}{path.suffix}")
        if not aside.exists():
            break
    try:
        return path.replace(aside)
    except OSError as error:
        raise Trouble(f"cannot set {path.name} aside") from error
