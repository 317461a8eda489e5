"""Removes the keyring's entry of one profile: `python -m support.forget PROFILE`.

Exit code 1 if there was no entry: then the profile's secret was never where it should have been.
"""

import asyncio
import sys
from pathlib import Path

import keyring

from watchword.paths import Paths
from watchword.store import description
from watchword.system.keyring import SERVICE, Keyring


def main() -> int:
    """Remove it, and look that it is gone."""
    paths = Paths.of(Path(sys.argv[1]))
    found = description.load(paths.description)
    if found is None:
        return 1
    entry = f"{paths.folder.name} {found.id}"
    if keyring.get_password(SERVICE, entry) is None:
        return 1
    asyncio.run(Keyring(entry).remove())
    return 0 if keyring.get_password(SERVICE, entry) is None else 1


if __name__ == "__main__":
    sys.exit(main())
