"""Removes the keyring's entry of one profile: `python -m support.forget PROFILE`, or `forgotten` here.

Exit code 1 if there was no entry: then the profile's secret was never where it should have been.
"""

import asyncio
import sys
from pathlib import Path

import keyring

from watchword.paths import Paths
from watchword.store import description
from watchword.system.keyring import SERVICE, Keyring


async def forgotten(profile: Path) -> bool:
    """Remove it, and look that it is gone; false if there was none."""
    paths = Paths.of(profile)
    found = description.load(paths.description)
    if found is None:
        return False
    entry = f"{paths.folder.name} {found.id}"
    if keyring.get_password(SERVICE, entry) is None:
        return False
    await Keyring(entry).remove()
    return keyring.get_password(SERVICE, entry) is None


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(forgotten(Path(sys.argv[1]))) else 1)
