"""A desktop's profile that belongs to a company already, made without windows.

    python -m support.joined NAME FOLDER ADDRESS FILE [further]

makes a profile and joins, with the join phrase on standard input; its secret goes into the keyring. The
windows of joining have plays of their own, and take longer.
"""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from support.desktop import Desktop
from support.firm import PHRASE, Firm
from support.home import beside_tests
from support.processes import PATIENCE
from watchword.core.profile import Profile
from watchword.paths import Paths


def has_joined(person: Desktop, firm: Firm, environment: Mapping[str, str], *, further: bool = False) -> None:
    """Make the person's profile and join the company, in a process of its own on their screen.

    A `further` desktop is one more of an account that has some.
    """
    file = person.profile.parent / f"{person.name}.company"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(firm.join_file(person.name))
    words = [person.name, str(person.profile), person.address, str(file), *["further"] * further]
    subprocess.run(
        [sys.executable, "-m", "support.joined", *words],
        env=beside_tests(environment),
        input=PHRASE,
        text=True,
        check=True,
        timeout=3 * PATIENCE,
    )


async def _make(name: str, folder: Path, address: str, file: bytes, phrase: str, *, further: bool) -> None:
    profile = Profile(Paths.of(folder))
    client = await profile.create(
        name=name.capitalize(),
        address=address,
        account=name,
        invite=None,
        master=None,
        company=await profile.open_company(file, phrase),
        further=further,
    )
    await client.close()


if __name__ == "__main__":
    _, its_name, its_folder, its_address, its_file, *more = sys.argv
    its_data = Path(its_file).read_bytes()
    asyncio.run(
        _make(its_name, Path(its_folder), its_address, its_data, sys.stdin.read(), further=bool(more))
    )
