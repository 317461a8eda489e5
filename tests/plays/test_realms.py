"""Two organisations on one relay, used by real programs: the same ids in both, and neither sees the other."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.firm import PHRASE, Firm, reads, writes
from support.play import Stage
from support.second import MASTER, Second
from support.waiting import until, until_found
from watchword.core.client import Client
from watchword.core.profile import Profile
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.events import LinkChanged, LinkState
from watchword.model.requests import Ending
from watchword.model.setup import Availability
from watchword.paths import Paths
from watchword_relay.commands import admin, people

ORGANISATIONS = ("acme", "globex")
GONE = Situation(Kind.RELAY_REALM_GONE, {"realm": "acme"})


def address_in(stage: Stage, realm: str) -> str:
    """As the operator gives it to the people of an organisation."""
    where, key = stage.relay.address.split("#")
    return f"{where}/{realm}#{key}"


def invited(stage: Stage, realm: str) -> str:
    return people.invite(stage.relay.data, people.Wish(realm))


class Colleague(Second):
    """Somebody of one organisation, by the product's own first start."""

    realm: str

    @classmethod
    async def registers(cls, stage: Stage, realm: str, name: str) -> "Colleague":
        one = cls(name, stage.folder / realm / name, address_in(stage, realm))
        one.realm = realm
        client = await one.profile.create(
            name=name.title(),
            address=one.address,
            account=name,
            invite=invited(stage, realm),
            master=MASTER,
        )
        await one._works(client)
        return one


@asynccontextmanager
async def organisations(folder: Path) -> AsyncIterator[tuple[Stage, list[Colleague]]]:
    """Ada and bo in each of two."""
    async with Stage(folder, t1=3, t2=8) as stage:
        for realm in ORGANISATIONS:
            admin.add_realm(stage.relay.data, realm)
        people: list[Colleague] = []
        try:
            people += [
                await Colleague.registers(stage, realm, name)
                for realm in ORGANISATIONS
                for name in ("ada", "bo")
            ]
            yield stage, people
        finally:
            for one in people:
                await one.leaves()


async def talk(one: Colleague, other: Colleague, phrase: str) -> None:
    await one.client.ask(other.name, phrase)
    prompt = await other.sees_prompt_of(one.name)
    await other.client.answer(prompt.key, phrase)
    await one.sees_ending(other.name, Ending.ACCEPTED)
    await other.sees_ending(one.name, Ending.ACCEPTED)


async def test_the_same_names_in_two_organisations(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (_stage, [ada, bo, other_ada, other_bo]):
        await talk(ada, bo, "what acme agreed on in person")
        await ada.client.send_text((await ada.chat("bo")).id, "within acme")
        await bo.sees_texts("ada", ["within acme"])
        await until(lambda: ada.present("bo"), "ada sees bo")
        assert await other_ada.client.chats() == await other_bo.client.chats() == []
        assert not other_bo.requests("ada")
        # Each watches the other's id; only who is in the same organisation is seen.
        await other_ada.client.add_contact("bo")
        await other_bo.leaves()
        await other_ada.client.ask("bo", "nobody is there to answer")
        await other_ada.sees_ending("bo", Ending.NO_ANSWER)
        assert not other_ada.present("bo")
        assert len(bo.requests("ada")) == 1


async def test_companies_of_both_write_to_their_own(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (stage, people):
        firms = {realm: Firm() for realm in ORGANISATIONS}
        for realm, firm in firms.items():
            firm.knows("ada", "bo")
            firm.profile = replace(firm.profile, relay=address_in(stage, realm), name=realm.upper())
        for one in people:
            await one.client.company.join(firms[one.realm].join_file(one.name), PHRASE)
        ada, bo, other_ada, other_bo = people
        await writes(ada, ("bo",), "acme's")
        await writes(other_ada, ("bo",), "globex's")
        await reads(bo, ("ada",), ("ada", "acme's"))
        await reads(other_bo, ("ada",), ("ada", "globex's"))


async def test_a_file_leads_into_its_realm_where_a_second_desktop_needs_no_invitation(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (stage, [ada, *_others]):
        firm = Firm()
        firm.knows("ada", "bo")
        firm.profile = replace(firm.profile, relay=ada.address)
        await ada.client.company.join(firm.join_file("ada"), PHRASE)
        await until_found(lambda: _listed(ada.client), "the relay knows ada's member key")
        laptop = Second("ada", tmp_path / "laptop", ada.address)
        await laptop.joins(firm.join_file("ada"), PHRASE)
        assert (laptop.client.device, laptop.client.relay) == (2, ada.address)
        await laptop.leaves()
        elsewhere = Second("ada", tmp_path / "elsewhere", address_in(stage, "globex"))
        firm.profile = replace(firm.profile, relay=elsewhere.address)
        with pytest.raises(RefusedBy) as refused:
            await elsewhere.joins(firm.join_file("ada"), PHRASE)
        assert refused.value.situation.kind is Kind.DESKTOP_UNVOUCHED


async def _listed(client: Client) -> bool:
    await client.terminals.refresh()  # in line behind what was vouched
    return True


async def test_an_application_is_heard_in_its_realm_alone(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (_stage, [ada, _bo, other_ada, _other_bo]):
        laptop = Second("ada", tmp_path / "laptop", ada.address)
        await laptop.applies()
        await until(lambda: bool(ada.client.terminals.shown.newcomers), "ada hears")
        await other_ada.client.terminals.refresh()
        assert other_ada.client.terminals.shown.newcomers == ()
        with pytest.raises(RefusedBy) as refused:
            await other_ada.client.terminals.approve(laptop.words())
        assert refused.value.situation.kind is Kind.DESKTOP_GONE
        await laptop.gives_up()


async def test_an_account_moves_into_no_other_realm(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (stage, [ada, *_others]):
        for elsewhere in (address_in(stage, "globex"), stage.relay.address):
            with pytest.raises(RefusedBy) as refused:
                await ada.client.use_relay(elsewhere)
            assert refused.value.situation.kind is Kind.RELAY_REALM
        await ada.client.use_relay(ada.address)
        await until(lambda: ada.client.link.state is LinkState.ONLINE, "ada is back")


async def test_a_realm_that_is_taken_away_says_so_to_who_is_there(tmp_path: Path) -> None:
    """Nobody was removed from an account; and it is said whenever it is tried again, after a restart too."""
    async with organisations(tmp_path) as (stage, [ada, *_others]):
        admin.remove_realm(stage.relay.data, "acme")
        await until(lambda: ada.client.link.state is LinkState.REFUSED, "ada is told")
        for _ in range(2):
            assert ada.client.link.problem == GONE
            seen = len(ada.events)
            ada.client.reconnect()
            await until(lambda: refusals(ada, seen), "it was tried again")  # noqa: B023 - awaited here
        await ada.leaves()
        await ada.returns(online=False)
        await until(lambda: ada.client.link.state is LinkState.REFUSED, "ada is kept out")
        assert ada.client.link.problem == GONE


async def test_a_realm_that_is_there_again_was_not_taken_away(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (stage, [ada, *_others]):
        copy = tmp_path / "copy"
        await asyncio.to_thread(stage.relay.stop)
        await asyncio.to_thread(shutil.copytree, stage.relay.data, copy)
        await asyncio.to_thread(stage.relay.start)
        ada.client.reconnect()
        await ada.is_online()
        admin.remove_realm(stage.relay.data, "acme")
        await until(lambda: ada.client.link.problem == GONE, "ada is told")
        await asyncio.to_thread(stage.relay.stop)
        await asyncio.to_thread(shutil.rmtree, stage.relay.data)
        await asyncio.to_thread(copy.rename, stage.relay.data)
        await asyncio.to_thread(stage.relay.start)
        ada.client.reconnect()
        await ada.is_online()
        await ada.leaves()
        admin.remove_realm(stage.relay.data, "acme")
        await ada.returns(online=False)
        await until(
            lambda: ada.client.link.state is LinkState.REFUSED, "ada is kept out, and nobody said why"
        )
        assert ada.client.link.problem == Situation(Kind.RELAY_SIGN_IN)


def refusals(one: Colleague, after: int) -> int:
    changes = [event for event in one.events[after:] if isinstance(event, LinkChanged)]
    return sum(changed.state is LinkState.REFUSED for changed in changes)


async def test_without_an_invitation_nobody_learns_who_is_in(tmp_path: Path) -> None:
    async with organisations(tmp_path) as (stage, [ada, *_others]):
        stranger = Profile(Paths.of(tmp_path / "stranger"))
        for account in ("ada", "nobody"):
            with pytest.raises(RefusedBy) as refused:
                await stranger.availability(ada.address, account)
            assert refused.value.situation.kind is Kind.INVITE_NEEDED
        assert await stranger.availability(stage.relay.address, "ada") is Availability.FREE
