"""A home folder that nobody has used yet, and the environment that points every program into it."""

import os
from collections.abc import Mapping
from pathlib import Path

KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")


def environment_of(folder: Path) -> dict[str, str]:
    """Make the folders of a fresh home below `folder` and name them as programs expect them.

    Nothing of the caller's desktop comes along: no screen, no bus, no settings.
    """
    home = folder / "home"
    runtime = folder / "run"
    for path in (home, runtime):
        path.mkdir(mode=0o700, parents=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(runtime),
    }


def beside_tests(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment for a Python program that finds what stands in `tests` too."""
    paths = filter(None, [str(Path(__file__).resolve().parent.parent), environment.get("PYTHONPATH", "")])
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}
