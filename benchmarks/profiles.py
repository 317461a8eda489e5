"""Makes a profile for a measurement, in a process of its own: the keyring is that of the virtual screen.

    python -m benchmarks.profiles FOLDER NAME ADDRESS [PEER COUNT]

Registers NAME at the relay of that address; with PEER, puts COUNT messages with that account into the store.
"""

import asyncio
import sys
from pathlib import Path

from support.history import fill
from watchword.core import unlock
from watchword.core.profile import Profile
from watchword.paths import Paths
from watchword.store import description
from watchword.store.database import Database
from watchword.system.keyring import Keyring


async def make(folder: Path, name: str, address: str) -> None:
    """Go through first start without a window."""
    client = await Profile(Paths.of(folder)).create(
        name=name.capitalize(), address=address, account=name, invite=None, master=None
    )
    await client.close()


async def talk(folder: Path, peer: str, count: int) -> None:
    """Put a history with somebody into the store."""
    paths = Paths.of(folder)
    found = description.load(paths.description)
    assert found is not None
    secret = await Keyring(f"{paths.folder.name} {found.id}").fetch()
    store = await Database.open(paths.database, unlock.database_key(secret).expose())
    await store.write(lambda tx: fill(tx, peer, count))
    await store.close()


def main(arguments: list[str]) -> int:
    """Make the profile that the arguments tell."""
    folder, name, address, *history = arguments
    asyncio.run(make(Path(folder), name, address))
    if history:
        asyncio.run(talk(Path(folder), history[0], int(history[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
