"""Mistakes that the tests must find: patches in `mutants/`, applied to a copy of the tree, and never shipped.

A patch begins with what is wrong and with the tests that must catch it. A patch that no longer applies, one
that its tests do not catch, and tests that fail without it all miss the target.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from chaos.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
PATCHES = Path(__file__).with_name("mutants")
_COPIED = (
    "app",
    "relay",
    "tests",
    "resources",
    "packaging",
    "docs",
    "typings",
    "pyproject.toml",
    "README.md",
)
_CAUGHT_BY = "Caught by: "
_FAILED = 1
_PATIENCE = 600


class Mutant(NamedTuple):
    """One mistake."""

    name: str
    what: str
    caught_by: list[str]
    """Words for pytest."""
    patch: Path


def mutants() -> list[Mutant]:
    """All of them."""
    found = []
    for path in sorted(PATCHES.glob("*.patch")):
        what, caught_by, *_ = path.read_text().splitlines()
        assert caught_by.startswith(_CAUGHT_BY), path
        found.append(Mutant(path.stem, what, shlex.split(caught_by.removeprefix(_CAUGHT_BY)), path))
    return found


def applies(mutant: Mutant, tree: Path, *, check: bool = False) -> str:
    """Apply it to a tree, or only look whether that can be done. Returns what stands against it."""
    command = ["git", "apply", *(["--check"] if check else []), str(mutant.patch)]
    # Whatever repository stands around the tree is none of its business.
    surroundings = {**os.environ, "GIT_DIR": os.devnull}
    done = subprocess.run(command, cwd=tree, env=surroundings, capture_output=True, text=True, check=False)
    return done.stderr.strip()


def copied(folder: Path) -> Path:
    """A copy of the tree."""
    tree = folder / "tree"
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        elif source.exists():
            tree.mkdir(exist_ok=True)
            shutil.copy2(source, tree / name)
    return tree


def tested(words: list[str], tree: Path) -> tuple[int, str]:
    """Run tests in a tree. Returns pytest's exit code and its last lines."""
    paths = os.pathsep.join(str(tree / name) for name in ("app", "relay", "tests"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    return done.returncode, "\n".join(done.stdout.splitlines()[-3:])


def run(folder: Path, seed: int, *, long: bool) -> Outcome:
    """All must be caught; the quick form looks only whether they still apply."""
    outcome = Outcome(0, "mutants", seed, long)
    found = mutants()
    tree = copied(folder)
    caught = 0
    tried: set[tuple[str, ...]] = set()
    for mutant in found:
        why = applies(mutant, tree, check=True)
        outcome.wants(not why, f"{mutant.name} no longer applies: {why}")
        if why or not long:
            continue
        if tuple(mutant.caught_by) not in tried:
            tried.add(tuple(mutant.caught_by))
            code, said = tested(mutant.caught_by, tree)
            outcome.wants(not code, f"the tests for {mutant.name} fail without it: {said}")
        applies(mutant, tree)
        code, said = tested(mutant.caught_by, tree)
        outcome.wants(code != 0, f"{mutant.name} survives")
        outcome.wants(code in (0, _FAILED), f"the tests for {mutant.name} cannot be run: {said}")
        caught += code == _FAILED
        shutil.rmtree(tree)
        tree = copied(folder)
    outcome.counts = {"mutants": len(found), "caught": caught}
    return outcome
