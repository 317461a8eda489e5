"""A desktop's profile that belongs to a company already, made without windows.

The windows of joining have plays of their own, and take longer.
"""

from collections.abc import Mapping

from support.desktop import Desktop
from support.environs import done_amid
from support.firm import PHRASE, Firm
from watchword.core.profile import Profile
from watchword.paths import Paths


def has_joined(person: Desktop, firm: Firm, environment: Mapping[str, str], *, further: bool = False) -> None:
    """Make the person's profile and join the company; the secret goes into the keyring of their screen.

    A `further` desktop is one more of an account that has some.
    """
    done_amid(environment, _make(person, firm.join_file(person.name), further=further))


async def _make(person: Desktop, file: bytes, *, further: bool) -> None:
    profile = Profile(Paths.of(person.profile))
    client = await profile.create(
        name=person.name.capitalize(),
        address=person.address,
        account=person.name,
        invite=None,
        master=None,
        company=await profile.open_company(file, PHRASE),
        further=further,
    )
    await client.close()
