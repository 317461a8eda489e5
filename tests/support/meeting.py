"""Short ways to a play's beginning: a profile as first start leaves it, and two people who have met.

    python -m support.meeting NAME FOLDER ADDRESS      makes a profile; its secret goes into the keyring

with a master passphrase on standard input: under that instead. The windows of first start have tests of
their own, and take longer.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from support.desktop import DIALOG, Desktop
from support.home import beside_tests
from support.play import Person
from support.processes import PATIENCE
from support.strangers import Aside
from watchword.core.profile import Profile
from watchword.model.requests import Ending
from watchword.paths import Paths

ACCEPTED = "proved that you know the same phrase"


def has_account(person: Desktop, environment: dict[str, str], master: str = "") -> None:
    """Make the person's profile, in a process of its own on their screen."""
    subprocess.run(
        [sys.executable, "-m", "support.meeting", person.name, str(person.profile), person.address],
        env=beside_tests(environment),
        input=master,
        text=True,
        check=True,
        timeout=2 * PATIENCE,
    )


def meets(person: Desktop, other: Person, aside: Aside) -> None:
    """A person with windows asks one without; the chat is open."""
    phrase = person.asks(other.name)
    aside.does(other.sees_prompt_of(person.name))
    aside.does(other.answers(person.name, phrase))
    person.asking_sees(ACCEPTED)
    person.puts_away(DIALOG)
    person.chat_opens()
    aside.does(other.sees_ending(person.name, Ending.ACCEPTED))


async def _make(name: str, folder: Path, address: str, master: str) -> None:
    client = await Profile(Paths.of(folder)).create(
        name=name.capitalize(), address=address, account=name, invite=None, master=master or None
    )
    await client.close()


if __name__ == "__main__":
    _, its_name, its_folder, its_address = sys.argv
    asyncio.run(_make(its_name, Path(its_folder), its_address, sys.stdin.read()))
