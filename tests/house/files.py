"""The files of the project, as the house tests see them: what is kept, not what builds and caches leave."""

import ast
import functools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("app", "relay", "packaging", "benchmarks", "tests")
LEFT_OUT = {"build", "dist", "node_modules", "__pycache__"}
BINARY = {".png", ".ttf", ".qm", ".ico", ".db"}


def every_file() -> Iterator[Path]:
    """Each file of the checkout, hidden folders and build products left out."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name for name in folders if name not in LEFT_OUT and (name[0] != "." or name == ".ci")
        )
        for name in sorted(files):
            yield Path(folder) / name


def text_files() -> Iterator[Path]:
    """Each file that people read."""
    return (path for path in every_file() if path.suffix not in BINARY)


def code_files(*folders: str) -> list[Path]:
    """Every Python file below these folders of the checkout; below all code folders if none is named."""
    return [
        path
        for path in every_file()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in (folders or CODE)
    ]


@functools.cache
def content(path: Path) -> str:
    """What stands in a file, read once for all tests of a process."""
    return path.read_text(encoding="utf-8")


@functools.cache
def parsed(path: Path) -> ast.Module:
    """A Python file as a tree, made once for all tests of a process."""
    return ast.parse(content(path))


def naming(paths: list[Path], names: Iterable[str]) -> list[Path]:
    """The files in which one of these names stands somewhere: the others need not become trees."""
    any_of = re.compile("|".join(map(re.escape, names)))
    return [path for path in paths if any_of.search(content(path))]


def classes(path: Path) -> list[ast.ClassDef]:
    """Every class of a Python file; they are statements, so nobody looks into expressions for them."""
    found, waiting = [], [*parsed(path).body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef):
            found.append(node)
        for inside in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, inside, ())
    return found


def short(path: Path) -> str:
    """How a test names a file."""
    return path.relative_to(ROOT).as_posix()
