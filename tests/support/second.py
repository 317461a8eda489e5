"""Further desktops of a person in plays without windows, each made by the product's own first start.

    laptop = Second("ada", folder, address)
    await laptop.applies()                      first start; it shows its words
    await ada.client.terminals.approve(laptop.words())
    await laptop.is_let_in()                    an open client, signed in

or `await laptop.joins(file)`, by a company's join file.
"""

import asyncio
from pathlib import Path

from support.play import Witness
from support.processes import PATIENCE
from support.waiting import until
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.core.terminals.applying import Applying
from watchword.model.events import Event, LinkState
from watchword.model.terminals import OwnDesktop
from watchword.paths import Paths

MASTER = "four words make one"


class Second(Witness):
    """One more desktop."""

    def __init__(self, name: str, folder: Path, address: str) -> None:
        self.name = name
        self.paths = Paths.of(folder)
        self.profile = Profile(self.paths)
        self.address = address
        self.events: list[Event] = []
        self._client: Client | None = None
        self.applying: Applying | None = None
        self.waiting: asyncio.Task[None] | None = None

    # --- waiting --------------------------------------------------------------------------

    async def applies(self) -> None:
        """Go through first start, until the relay has the application."""
        await self._waits(await self.profile.apply(address=self.address, account=self.name, master=MASTER))

    async def _waits(self, applying: Applying) -> None:
        self.applying = applying
        self.waiting = asyncio.get_running_loop().create_task(applying.wait())
        await self.stands()

    async def stands(self) -> None:
        """The relay has the application."""
        applying = self.still_applying
        await until(lambda: applying.link.state is LinkState.ONLINE, f"{self.name} applies")

    @property
    def still_applying(self) -> Applying:
        """What waits, or waited last."""
        assert self.applying is not None
        return self.applying

    def words(self, language: str = "en") -> str:
        """What its screen shows."""
        return " ".join(self.still_applying.words(language))

    def tries_now(self) -> None:
        """*Try now*."""
        self.still_applying.reconnect()

    async def is_let_in(self) -> None:
        """Approved: the main window opens, and it is signed in."""
        await self.is_approved()
        await self._works(await self.profile.approved(self.still_applying))

    async def is_approved(self) -> None:
        """Approved, and nothing is opened yet."""
        assert self.waiting is not None
        async with asyncio.timeout(PATIENCE):
            await self.waiting

    async def closes(self) -> None:
        """Close the program after that."""
        await self.profile.leave(self.still_applying)

    async def pauses(self) -> None:
        """Close the program while it waits."""
        assert self.waiting is not None
        self.waiting.cancel()
        await asyncio.wait([self.waiting])
        await self.profile.leave(self.still_applying)

    async def gives_up(self) -> None:
        """*Give up*."""
        assert self.waiting is not None
        self.waiting.cancel()
        await asyncio.wait([self.waiting])
        await self.profile.give_up(self.still_applying)
        self.applying = None

    # --- working --------------------------------------------------------------------------

    async def joins(self, file: bytes, phrase: str, *, further: bool = True) -> None:
        """First start by a company's join file, for an account that has desktops or for a new one."""
        joining = await self.profile.open_company(file, phrase)
        offer = joining.offer
        await self._works(
            await self.profile.create(
                name=offer.name,
                address=offer.relay,
                account=offer.account,
                invite=None,
                master=MASTER,
                company=joining,
                further=further,
            )
        )

    async def _works(self, client: Client, *, online: bool = True) -> None:
        self._client = client
        self.applying = None
        client.listen(self.events.append)
        await client.start()
        if online:
            await self.is_online()

    async def returns(self, *, online: bool = True) -> None:
        """Start the program again."""
        self.profile = Profile(self.paths)
        opened = await self.profile.unlock(MASTER)
        if isinstance(opened, Applying):
            await self._waits(opened)
        else:
            await self._works(opened, online=online)

    async def leaves(self) -> None:
        """Close the program."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


async def is_asked(person: Witness, count: int = 1) -> None:
    """So many computers ask to be added."""
    await until(
        lambda: len(person.client.terminals.shown.newcomers) == count, f"{person.name} hears of {count}"
    )


async def removes(person: Witness, device: int) -> None:
    """Take the desktop of this number out of the account."""
    [meant] = [one for one in await desktops(person) if one.device == device]
    await person.client.terminals.remove(meant)


async def desktops(person: Witness) -> list[OwnDesktop]:
    """The list, as the relay tells it now."""
    await person.client.terminals.refresh()
    found = person.client.terminals.shown.desktops
    assert found is not None
    return [*found]
