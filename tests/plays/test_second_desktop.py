"""Plays of several desktops of one account with a real relay and real stores: added, waiting, removed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from support.firm import PHRASE, Firm, reads, writes
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.second import Second, desktops, is_asked, removes
from support.waiting import until, until_found
from watchword.core import phrase
from watchword.crypto.primitives import ed25519_public
from watchword.model.errors import Kind, RefusedBy, Situation, TroubleWith
from watchword.model.events import LinkChanged, LinkState
from watchword.model.setup import ProfileState
from watchword.net.connection import Connection
from watchword.protocol import second_desktop
from watchword_wire.frames import Remove
from watchword_wire.limits import TERMINALS


@asynccontextmanager
async def begun(folder: Path, *names: str) -> AsyncIterator[tuple[Stage, list[Person], Second]]:
    """A relay with people, and a computer of the first that applies."""
    async with Stage(folder) as stage:
        people = await stage.enter(*names)
        laptop = Second(names[0], folder / "laptop", stage.relay.address)
        try:
            await laptop.applies()
            yield stage, people, laptop
        finally:
            await laptop.leaves()


async def refused(work: object) -> Kind:
    with pytest.raises((RefusedBy, TroubleWith)) as raised:
        await work  # type: ignore[misc]  # any command
    error = raised.value
    assert isinstance(error, RefusedBy | TroubleWith)
    return error.situation.kind


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_added_by_its_words(tmp_path: Path, language: str) -> None:
    async with begun(tmp_path, "ada", "bo") as (_stage, [ada, bo], laptop):
        await meet(ada, bo)
        await ada.client.rename_contact("bo", "Bo B")
        await ada.client.add_contact("bo", "Bo B")
        await ada.client.add_contact("cy", "Cy")
        await ada.client.block("mallory", blocked=True)
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words(language))
        await laptop.is_let_in()
        assert (laptop.client.account, laptop.client.device, laptop.client.name) == ("ada", 2, "ada")
        known = {one.account: (one.name, one.listed, one.blocked) for one in await laptop.client.contacts()}
        assert known == {
            "bo": ("Bo B", True, False),
            "cy": ("Cy", True, False),
            "mallory": ("mallory", False, True),
        }
        assert await laptop.client.chats() == []
        await is_asked(ada, 0)
        listed = await desktops(ada)
        assert [(one.device, one.this, one.by, one.present) for one in listed] == [
            (1, True, 0, True),
            (2, False, 1, True),
        ]
        # The session stays with the computer that opened it.
        await bo.sends("ada", "hello")
        await ada.sees_texts("bo", ["hello"])
        assert await laptop.client.chats() == []
        # A session of its own: bo is asked by another computer of the same person.
        await laptop.client.ask("bo", "another phrase entirely here")
        await bo.sees_prompt_of("ada")


async def test_wrong_words_add_nobody(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        right = laptop.words().split()
        add = ada.client.terminals.approve
        assert await refused(add(" ".join(right[:7]))) is Kind.DESKTOP_WORDS_FORM
        assert await refused(add("")) is Kind.DESKTOP_WORDS_FORM
        assert await refused(add("these are no words of any list")) is Kind.DESKTOP_WORDS_FORM
        assert await refused(add(" ".join([*right[1:], right[0]]))) is Kind.DESKTOP_WORDS_OTHER
        assert [one.device for one in await desktops(ada)] == [1]
        await is_asked(ada)
        await add("".join(right).upper())
        await laptop.is_let_in()


async def test_a_desktop_that_waits_survives_a_restart_and_a_relay_that_goes(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (stage, [ada], laptop):
        words = laptop.words()
        await laptop.pauses()
        await is_asked(ada, 0)
        await laptop.returns()
        assert laptop.words() == words
        stage.relay.kill()
        await ada.is_offline()
        stage.relay.start()
        ada.client.reconnect()
        laptop.tries_now()
        await ada.is_online()
        await is_asked(ada)
        await ada.client.terminals.approve(words)
        await laptop.is_let_in()
        await laptop.leaves()
        await laptop.returns()
        assert laptop.client.device == 2


async def test_who_was_approved_while_the_answer_was_lost_is_let_in_later(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        words = laptop.words()
        approving = asyncio.get_running_loop().create_task(ada.client.terminals.approve(words))
        await laptop.pauses()
        await asyncio.wait([approving])
        if approving.exception() is not None:  # the application was over before the relay had the approval
            await laptop.returns()
            await is_asked(ada)
            await ada.client.terminals.approve(words)
        else:
            await laptop.returns()
        if laptop.applying is not None:
            await laptop.is_let_in()
        assert laptop.client.device == 2


async def test_given_up_nothing_is_left(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        words = laptop.words()
        await laptop.gives_up()
        await is_asked(ada, 0)
        assert await refused(ada.client.terminals.approve(words)) is Kind.DESKTOP_GONE
        assert laptop.profile.state() is ProfileState.NEW
        assert not laptop.paths.database.exists()
        await laptop.applies()
        assert laptop.words() != words


async def test_an_account_that_does_not_exist_is_waited_for_alike(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        nobody = Second("nobody", tmp_path / "laptop", stage.relay.address)
        await nobody.applies()
        assert nobody.words()
        await nobody.gives_up()


async def test_removed(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada", "bo") as (stage, [ada, bo], laptop):
        await meet(ada, bo)
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        await bo.sends("ada", "before")
        await ada.sees_texts("bo", ["before"])
        await removes(laptop, 1)
        await until(
            lambda: (
                ada.client.link.problem is not None and ada.client.link.problem.kind is Kind.DESKTOP_REMOVED
            ),
            "ada's first computer is told",
        )
        assert ada.client.link.state is LinkState.REFUSED
        assert [one.device for one in await desktops(laptop)] == [2]
        assert await ada.texts("bo") == ["before"]
        assert await refused(ada.client.terminals.refresh()) is Kind.OFFLINE
        assert (
            await refused(ada.client.terminals.approve(" ".join(phrase.word_list("en").words[:8])))
            is Kind.OFFLINE
        )
        await ada.leaves()
        await ada.returns(online=False)
        await until(lambda: ada.client.link.state is LinkState.REFUSED, "it stays out")
        assert ada.client.link.problem is not None
        assert ada.client.link.problem.kind is Kind.DESKTOP_REMOVED
        assert await ada.texts("bo") == ["before"]
        await ada.leaves()
        await asyncio.to_thread(stage.relay.stop)
        seen = len(ada.events)
        await ada.returns(online=False)
        assert ada.client.link.problem is not None, "before anything was tried"
        assert ada.client.link.problem.kind is Kind.DESKTOP_REMOVED
        told = LinkChanged(LinkState.REFUSED, Situation(Kind.DESKTOP_REMOVED))
        await until(lambda: told in ada.events[seen:], "it was tried")
        assert {told.state} == {event.state for event in ada.events[seen:] if isinstance(event, LinkChanged)}


async def test_removed_while_it_was_switched_off(tmp_path: Path) -> None:
    """And told so, not that the relay does not know it."""
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        await ada.leaves()
        await removes(laptop, 1)
        await ada.returns(online=False)
        await until(lambda: ada.client.link.state is LinkState.REFUSED, "it is kept out")
        assert ada.client.link.problem is not None
        assert ada.client.link.problem.kind is Kind.DESKTOP_REMOVED


async def test_approval_by_a_desktop_that_was_removed_meanwhile_is_refused(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (stage, [ada], laptop):
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        third = Second("ada", tmp_path / "third", stage.relay.address)
        await third.applies()
        await is_asked(laptop)
        removed = asyncio.get_running_loop().create_task(ada.client.terminals._listed(Remove(2)))
        kind = await refused(laptop.client.terminals.approve(third.words()))
        assert kind in {Kind.OFFLINE, Kind.DESKTOP_REMOVED, Kind.DESKTOP_GONE}
        await removed
        assert [one.device for one in await desktops(ada)] == [1]
        await is_asked(ada)
        await ada.client.terminals.approve(third.words())
        await third.is_let_in()
        assert third.client.device == 2
        await third.leaves()


async def test_no_more_than_so_many(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (stage, [ada], laptop):
        more = [laptop]
        for number in range(2, TERMINALS + 1):
            one = more[-1]
            await is_asked(ada)
            await ada.client.terminals.approve(one.words())
            await one.is_let_in()
            await one.leaves()
            more.append(Second("ada", tmp_path / f"more-{number}", stage.relay.address))
            await more[-1].applies()
        await is_asked(ada)
        assert await refused(ada.client.terminals.approve(more[-1].words())) is Kind.DESKTOPS_MANY
        await more[-1].gives_up()


# --- with a company --------------------------------------------------------------------------


async def test_the_parcel_brings_the_company(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada", "bo") as (_stage, [ada, bo], laptop):
        firm = Firm()
        await firm.takes_in(ada, bo)
        firm.rotates()
        await firm.hands_out(ada, bo)
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        organisation = await laptop.client.company.organisation()
        assert organisation is not None
        assert (organisation.name, organisation.serial) == ("ACME", firm.serial)
        await writes(bo, ("ada",), "to both computers")
        for one in (ada, laptop):
            await reads(one, ("bo",), ("bo", "to both computers"))


async def test_without_a_company_file_that_fits_one_is_taken_by_hand(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada", "bo") as (_stage, [ada, bo], laptop):
        firm = Firm()
        await firm.takes_in(ada, bo)  # by join files: nothing that another desktop could open
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        assert await laptop.client.company.organisation() is None
        await laptop.leaves()
        await laptop.returns()
        firm.rotates()
        organisation = await laptop.client.company.update(firm.update())
        assert organisation.serial == firm.serial
        await firm.hands_out(ada, bo)
        await writes(bo, ("ada",), "hello")
        await reads(laptop, ("bo",), ("bo", "hello"))


async def test_by_the_company_s_join_file_nobody_has_to_approve(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        firm = Firm()
        firm.profile = replace(firm.profile, relay=stage.relay.address)
        await firm.takes_in(ada, bo)
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        await until_found(lambda: _known_at(ada), "the relay knows ada's member key")
        await laptop.joins(firm.join_file("ada"), PHRASE)
        assert laptop.client.device == 2
        await writes(bo, ("ada",), "to both computers")
        for one in (ada, laptop):
            await reads(one, ("bo",), ("bo", "to both computers"))
        assert [(one.device, one.by) for one in await desktops(ada)] == [(1, 0), (2, 0)]
        await laptop.leaves()


async def _known_at(person: Person) -> bool:
    await person.client.terminals.refresh()  # in line behind what was vouched
    return True


async def test_a_join_file_for_an_account_that_named_no_company_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        [_ada] = await stage.enter("ada")
        firm = Firm()
        firm.profile = replace(firm.profile, relay=stage.relay.address)
        firm.knows("ada")
        laptop = Second("ada", tmp_path / "laptop", stage.relay.address)
        assert await refused(laptop.joins(firm.join_file("ada"), PHRASE)) is Kind.DESKTOP_UNVOUCHED
        assert laptop.profile.state() is ProfileState.NEW


# --- what goes wrong in between --------------------------------------------------------------


async def test_what_was_stored_before_the_sign_in_was_lost_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        with monkeypatch.context() as patch:
            patch.setattr(Connection, "stored", Connection.close)
            await ada.client.terminals.approve(laptop.words())
            await laptop.is_let_in()
        assert laptop.client.device == 2


async def test_a_program_that_dies_when_it_was_approved_begins_as_a_desktop(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        assert laptop.waiting is not None
        await laptop.waiting
        await laptop.profile.leave(laptop.still_applying)
        await laptop.returns()
        assert (laptop.client.device, laptop.client.name) == (2, "ada")


async def test_a_parcel_that_does_not_open_is_said_and_can_be_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        await is_asked(ada)
        with monkeypatch.context() as patch:
            packed, other = second_desktop.packed, ed25519_public(bytes(32))
            patch.setattr(
                second_desktop, "packed", lambda by, who, _key, *rest: packed(by, who, other, *rest)
            )
            await ada.client.terminals.approve(laptop.words())
            assert laptop.waiting is not None
            assert await refused(laptop.waiting) is Kind.PARCEL_DAMAGED
        logged_warnings.take("parcel not taken")
        await laptop.profile.give_up(laptop.still_applying)
        await removes(ada, 2)
        await laptop.applies()
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        assert laptop.client.device == 2


async def test_the_file_that_says_what_is_held_goes_into_the_parcel(tmp_path: Path) -> None:
    async with begun(tmp_path, "ada") as (_stage, [ada], laptop):
        firm = Firm()
        await firm.takes_in(ada)
        await ada.client.company.update(firm.update())  # nothing new in it
        await is_asked(ada)
        await ada.client.terminals.approve(laptop.words())
        await laptop.is_let_in()
        assert await laptop.client.company.organisation() is not None
