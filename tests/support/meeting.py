"""Short ways to a play's beginning: a profile as first start leaves it, and two people who have met.

The windows of first start have tests of their own, and take longer.
"""

from collections.abc import Mapping

from support.desktop import DIALOG, Desktop
from support.environs import done_amid
from support.play import Person
from support.strangers import Aside
from watchword.core.profile import Profile
from watchword.model.requests import Ending
from watchword.paths import Paths

ACCEPTED = "proved that you know the same phrase"


def has_account(person: Desktop, environment: Mapping[str, str], master: str = "") -> None:
    """Make the person's profile; its secret goes into the keyring of their screen, or under a passphrase."""
    done_amid(environment, _make(person, master or None))


def meets(person: Desktop, other: Person, aside: Aside) -> None:
    """A person with windows asks one without; the chat is open."""
    phrase = person.asks(other.name)
    aside.does(other.sees_prompt_of(person.name))
    aside.does(other.answers(person.name, phrase))
    person.asking_sees(ACCEPTED)
    person.puts_away(DIALOG)
    person.chat_opens()
    aside.does(other.sees_ending(person.name, Ending.ACCEPTED))


async def _make(person: Desktop, master: str | None) -> None:
    client = await Profile(Paths.of(person.profile)).create(
        name=person.name.capitalize(),
        address=person.address,
        account=person.name,
        invite=None,
        master=master,
    )
    await client.close()
