"""Where settings come from: the command line, the environment, a TOML file, defaults.

The first of these that says something counts. Everything is made from the fields of `config.Config`: the
sample file with its comments, the names in the environment, and which key an unknown one was meant to be.
"""

import difflib
import math
import os
import re
import sys
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from watchword_relay.config import Address, Config, Unfit, parse_address

PREFIX = "WATCHWORD_RELAY_"
FILE = PREFIX + "CONFIG"
_FOLDER = "watchword-relay"

Values = dict[str, object]
"""Plain values, as TOML has them, by dotted names such as `limits.connections`."""


class Field(NamedTuple):
    """One setting."""

    name: str
    said: str
    default: object
    """As TOML would have it; None where nothing is said."""
    is_text: bool
    """Whether its value is a string in TOML."""

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.replace(".", "_").upper()


class Found(NamedTuple):
    """A relay's settings, and where each that was given came from."""

    config: Config
    origin: dict[str, str]


def fields() -> list[Field]:
    """All settings, in the order of the file."""
    found = list(_fields(Config, ""))
    # TOML's own order: what stands in no table comes first.
    return sorted(found, key=lambda field: "." in field.name)


def _fields(struct: type[msgspec.Struct], before: str) -> Iterator[Field]:
    hints = typing.get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        kind, said = _unwrapped(hints[field.name])
        name = before + field.name
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from _fields(kind, name + ".")
        else:
            default = (
                None
                if field.default is msgspec.NODEFAULT
                else msgspec.to_builtins(field.default, enc_hook=str)
            )
            yield Field(name, said, default, _is_text(kind))


def _unwrapped(hint: Any) -> tuple[Any, str]:
    if typing.get_origin(hint) is typing.Annotated:
        kind, *extras = typing.get_args(hint)
        said = next(one.description for one in extras if isinstance(one, msgspec.Meta))
        return kind, said or ""
    return hint, ""


def _is_text(kind: Any) -> bool:
    choices = typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)
    return any(isinstance(one, type) and issubclass(one, str | Path | Address) for one in choices)


# --- reading ------------------------------------------------------------------------------------


def load(
    file: Path | None, given: Mapping[str, object], environment: Mapping[str, str] | None = None
) -> Found:
    """Put the settings of a relay together.

    Args:
        file: the TOML file; if None, the one that the environment names.
        given: what the command line says, by dotted names.
        environment: this process's, if it is None.

    Raises:
        Unfit: the file cannot be read, a key is unknown, a value is of another kind, or some do not go
            together.
    """
    environment = os.environ if environment is None else environment
    if file is None and environment.get(FILE):
        file = Path(environment[FILE])
    values: Values = {}
    origin: dict[str, str] = {}
    if file is not None:
        for name, value in _of_file(file).items():
            values[name], origin[name] = value, str(file)
    for name, value in _of_environment(environment).items():
        values[name], origin[name] = value, "environment"
    for name, value in given.items():
        values[name], origin[name] = value, "command line"
    # An empty text says that nothing is said: so a file's line can be undone.
    values = {name: value for name, value in values.items() if value != ""}
    values.setdefault("data", str(default_folder(environment)))
    return Found(_made(values, origin), origin)


def default_folder(environment: Mapping[str, str]) -> Path:
    """The data folder of a relay that was not told any."""
    if environment.get("STATE_DIRECTORY"):
        return Path(environment["STATE_DIRECTORY"].partition(":")[0])
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib") / _FOLDER
    share = environment.get("XDG_DATA_HOME")
    return (Path(share) if share else Path.home() / ".local" / "share") / _FOLDER


def _of_file(file: Path) -> Values:
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Unfit(f"the configuration {file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unfit(f"the configuration {file} is no TOML: {error}") from error
    return _known(_flat(tables, ""), {field.name for field in fields()}, str(file))


def _flat(table: Mapping[str, object], before: str) -> Values:
    values: Values = {}
    for key, value in table.items():
        if isinstance(value, dict):
            values |= _flat(value, f"{before}{key}.")
        else:
            values[before + key] = value
    return values


def _of_environment(environment: Mapping[str, str]) -> Values:
    settings = {field.variable: field for field in fields()}
    said: Values = {
        name: text for name, text in environment.items() if name.startswith(PREFIX) and name != FILE
    }
    _known(said, {*settings, FILE}, "the environment")
    return {settings[name].name: _read(settings[name], str(text)) for name, text in said.items()}


def _read(field: Field, text: str) -> object:
    """What a variable says: text as it is, anything else as it would stand in the file."""
    if field.is_text or not text:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{field.variable}: {text!r} is not what would stand in the file") from error


def _known(values: Values, names: set[str], where: str) -> Values:
    for name in values:
        if any(one.startswith(f"{name}.") for one in names):
            raise Unfit(f"{where}: {name} is a table of settings, written [{name}]")
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise Unfit(f"{where}: unknown setting {name}{meant}")
    return values


def _made(values: Values, origin: Mapping[str, str]) -> Config:
    tables: dict[str, Any] = {}
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, float) and not math.isfinite(one):
                raise Unfit(f"{name}: a number is wanted, not {one}")
        *path, key = name.split(".")
        table = tables
        for part in path:
            table = table.setdefault(part, {})
        table[key] = value
    try:
        config = msgspec.convert(tables, Config, dec_hook=_decoded)
        config.check()
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at `$.")
        name = where.rstrip("`").partition("[")[0]
        where = f"{origin[name]}: " if name in origin else ""
        meant = next((field.said.replace("\n", " ") for field in fields() if field.name == name), "")
        raise Unfit(f"{where}{name} {said[:1].lower()}{said[1:]}. {meant}".rstrip()) from error
    except ValueError as error:
        raise Unfit(str(error)) from error
    return config


def _decoded(kind: type, value: object) -> object:
    if kind is Address and isinstance(value, str):
        return parse_address(value)
    if issubclass(kind, Path) and isinstance(value, str):
        try:
            return Path(value).expanduser()
        except RuntimeError as error:
            raise ValueError(f"names a home that there is not: {value!r}") from error
    raise ValueError(f"is text, not {value!r}")


# --- the sample -----------------------------------------------------------------------------------


def sample() -> str:
    """A configuration file that changes nothing: every setting with its default, commented out."""
    lines = [
        "# A Watchword relay. Every setting stands here with what it is by default; take away the # in front",
        f"# of the name to set another. In the environment each is called like {PREFIX}LIMITS_CONNECTIONS,",
        "# and counts more than this file; the command line counts more than both. A limit of two numbers is",
        "# so many at once, and so many per second from then on.",
    ]
    table = ""
    for field in fields():
        of, _, key = field.name.rpartition(".")
        if of != table:
            table = of
            lines += ["", f"[{table}]"]
        lines += ["", *(f"# {line}" for line in field.said.split("\n")), f"#{key} = {as_toml(field.default)}"]
    return "\n".join(lines) + "\n"


def as_toml(value: object) -> str:
    """A plain value as it stands in the file."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, int):
        return f"{value:_}"
    if isinstance(value, float):
        return repr(value)
    return msgspec.json.encode(str(value)).decode()  # a JSON string of printable ASCII is one of TOML


def values_of(config: Config) -> Values:
    """What a configuration says, by dotted names; a password in it is left out, for it goes into journals."""
    shown = msgspec.structs.replace(config.store, url=_without_password(config.store.url))
    return _flat(msgspec.to_builtins(msgspec.structs.replace(config, store=shown), enc_hook=str), "")


def _without_password(url: str | None) -> str | None:
    """The address of a database as it may be shown."""
    if url is None:
        return None
    if "password" in url.lower():  # as a word of its own: how it is quoted is libpq's to know
        return "..."
    return re.sub(r"(://[^:@/]*):.*@", r"\1:...@", url)
