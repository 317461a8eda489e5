"""A second desktop of somebody who works in a company, without windows: for plays of what roams to it."""

from support.firm import PHRASE, Firm
from support.play import Person
from support.second import Second, is_asked

DAY = 24 * 3_600


async def joins_as(person: Person, laptop: Second, firm: Firm) -> None:
    """A second desktop is approved, and takes the company's file."""
    await laptop.applies()
    await is_asked(person)
    await person.client.terminals.approve(laptop.words())
    await laptop.is_let_in()
    if await laptop.client.company.organisation() is None:
        await laptop.client.company.join(firm.join_file(person.name), PHRASE)
