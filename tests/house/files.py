"""The files of the project, as the house tests see them: what is kept, not what builds and caches leave."""

import ast
import functools
import os
from collections.abc import Iterator
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
def parsed(path: Path) -> ast.Module:
    """A Python file as a tree, read once for all tests of a process."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a Python file."""
    return tuple(ast.walk(parsed(path)))


def short(path: Path) -> str:
    """How a test names a file."""
    return path.relative_to(ROOT).as_posix()
