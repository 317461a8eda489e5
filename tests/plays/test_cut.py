"""Connections and programs that end in the middle of a handshake: both sides show the same in the end."""

import asyncio
from pathlib import Path

import pytest

from support.play import Stage
from support.waiting import until_found
from watchword.core.arrivals import Arrivals
from watchword.model.requests import Ending, Phase
from watchword_wire.exchange import Kind
from watchword_wire.frames import StepFrom


async def test_responder_cut_off_between_response_and_verdict(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada")
        bo = await stage.person("bo", address=stage.through(proxy))
        ada.before_sending(Kind.CONFIRM, proxy.cut)
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_phase("ada", Phase.RELAY_LOST)
        assert bo.request("ada").ending is None
        assert not await bo.has_session("ada")
        message = await ada.sends("bo", "are you there?")
        proxy.restore()
        await bo.sees_ending("ada", Ending.ACCEPTED)
        await bo.sees_texts("ada", [message.text])


async def test_responder_restarts_between_response_and_verdict(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada")
        bo = await stage.person("bo", address=stage.through(proxy))
        ada.before_sending(Kind.CONFIRM, proxy.cut)
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_phase("ada", Phase.RELAY_LOST)
        await bo.leaves()
        await bo.returns(online=False)
        [kept] = await bo.client.requests()
        assert (kept.phase, kept.ending) == (Phase.RELAY_LOST, None)
        proxy.restore()
        await bo.sees_ending("ada", Ending.ACCEPTED)
        await bo.sends("ada", "back again")
        await ada.sees_texts("bo", ["back again"])


async def test_requester_restarts_after_confirm(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada", address=stage.through(proxy))
        bo = await stage.person("bo")
        ada.before_sending(Kind.CONFIRM, proxy.cut)
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_phase("bo", Phase.RELAY_LOST)
        await ada.leaves()
        await ada.returns(online=False)
        proxy.restore()
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)
        await bo.sends("ada", "hello")
        await ada.sees_texts("bo", ["hello"])


async def test_requester_gone_past_t2_ends_not_finished_on_both(tmp_path: Path) -> None:
    async with Stage(tmp_path, t1=5, t2=6) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada", address=stage.through(proxy))
        bo = await stage.person("bo")
        ada.before_sending(Kind.CONFIRM, proxy.cut)
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_phase("bo", Phase.RELAY_LOST)
        await bo.sees_ending("ada", Ending.NOT_FINISHED, patience=20)
        proxy.restore()
        await ada.sees_ending("bo", Ending.NOT_FINISHED)
        assert not await ada.has_session("bo")
        assert not await bo.has_session("ada")


async def test_requester_restarts_while_the_prompt_is_open(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        await ada.restarts()
        [kept] = await ada.client.requests()
        assert kept.ending is Ending.NOT_FINISHED
        await bo.answers("ada")
        await bo.sees_ending("ada", Ending.NOT_FINISHED)

        async def same_on_both() -> bool:
            return [request.ending for request in await ada.client.requests()] == [Ending.NOT_FINISHED]

        await until_found(same_on_both, "ada keeps the ending")


async def test_a_request_made_offline_goes_out_on_return(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada", address=stage.through(proxy))
        bo = await stage.person("bo")
        proxy.cut()
        await ada.is_offline()
        await ada.asks("bo")
        assert ada.request("bo").phase in {Phase.SENDING, Phase.RELAY_LOST}
        proxy.restore()
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)


async def test_a_request_waits_for_someone_who_is_away(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await bo.leaves()
        await ada.asks("bo")
        await ada.sees_phase("bo", Phase.WAITING)
        await bo.returns()
        await bo.sees_prompt_of("ada")
        await bo.answers("ada")
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)


async def test_the_relay_restarts_during_a_handshake(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        stage.relay.restart()
        await ada.is_online()
        await bo.is_online()
        await bo.answers("ada")
        ending = (await ada.sees_phase_ended("bo")).ending
        await bo.sees_phase_ended("ada")
        assert bo.request("ada").ending is ending


async def test_a_verdict_that_died_with_the_program_is_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.asks("bo")
        await bo.sees_prompt_of("ada")
        arrived, in_hand = Arrivals.arrived, asyncio.Event()

        async def dies(arrivals: Arrivals, frame: StepFrom) -> None:
            """Bo's program has read how it ended, and never comes to write that."""
            if frame.sender == "ada/1":
                in_hand.set()
                await asyncio.Event().wait()
            await arrived(arrivals, frame)

        monkeypatch.setattr(Arrivals, "arrived", dies)
        await ada.cancels("bo")
        await ada.sees_ending("bo", Ending.WITHDRAWN)
        await asyncio.wait_for(in_hand.wait(), 10)
        await bo.leaves()
        monkeypatch.setattr(Arrivals, "arrived", arrived)
        await bo.returns()
        await bo.sees_ending("ada", Ending.WITHDRAWN)
