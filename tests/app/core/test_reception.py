import asyncio
from pathlib import Path

import pytest

from support.hostile import HostileRelay, Visit
from support.logged import LoggedWarnings
from support.play import PHRASE, Stage
from support.waiting import until
from watchword.core import clock
from watchword.core import reception as module
from watchword.core.roaming.questions import Unanswered
from watchword.model.errors import Kind, RefusedBy, TroubleWith
from watchword.model.events import LinkState
from watchword.model.requests import Ending
from watchword.net.address import key_text
from watchword.store import account
from watchword_wire import codec
from watchword_wire.frames import AskHistory, AskTerminals, History, Presence, Refusal, RefusalCode, Watch


async def test_the_relay_moves_but_its_key_must_stay(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        [ada] = await stage.enter("ada")
        with pytest.raises(RefusedBy) as caught:
            await ada.client.use_relay(f"ws://127.0.0.1:{proxy.port}#{key_text(bytes(32))}")
        assert caught.value.situation.kind is Kind.RELAY_KEY
        with pytest.raises(RefusedBy) as caught:
            await ada.client.use_relay("http://127.0.0.1")
        assert caught.value.situation.kind is Kind.ADDRESS_SCHEME
        await ada.client.use_relay(stage.through(proxy))
        await until(lambda: proxy.accepted == 1, "ada comes by the other way")
        await ada.is_online()
        assert ada.client.relay == stage.through(proxy)
        await ada.restarts()
        assert ada.client.relay == stage.through(proxy)


async def test_without_a_key_in_the_address_the_first_one_is_pinned(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada = await stage.person("ada", address=stage.relay.url)
        mine = await ada.client._desk.db.read(account.get)
        assert mine is not None
        assert mine.relay_key is not None

        async def another_key(visit: Visit) -> None:
            await visit.signs_in("ada/1")

        async with HostileRelay(another_key) as hostile:
            await ada.client.use_relay(hostile.address)
            await until(lambda: ada.client.link.state is LinkState.REFUSED, "ada refuses that relay")
        problem = ada.client.link.problem
        assert problem is not None
        assert problem.kind is Kind.RELAY_KEY


async def test_one_frame_that_cannot_be_taken_does_not_end_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        reception = ada.client._reception

        async def full(_frame: Presence) -> None:
            raise TroubleWith(Kind.DISK_FULL, folder="here")

        monkeypatch.setattr(ada.client._presence, "arrived", full)
        await reception.arrived(Presence("bo", True))
        assert [situation.kind for situation in ada.troubles()] == [Kind.DISK_FULL]
        assert ada.client.link.state is LinkState.ONLINE
    logged_warnings.take("task failed")


async def test_a_prompt_that_met_a_full_disk_pops_up_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_warnings: LoggedWarnings
) -> None:
    monkeypatch.setattr(module, "STORE_RETRY", 0.2)
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.enter("ada", "bo")
        with monkeypatch.context() as patch:
            tried: list[object] = []

            async def full(work: object) -> None:
                tried.append(work)
                raise TroubleWith(Kind.DISK_FULL, folder="here")

            patch.setattr(bo.client._desk.db, "write", full)
            await ada.asks("bo", PHRASE)
            await until(lambda: len(tried) >= 2, "it is tried again")
            assert [situation.kind for situation in bo.troubles()] == [Kind.DISK_FULL]
        await bo.sees_prompt_of("ada")
        await bo.answers("ada", PHRASE)
        await ada.sees_ending("bo", Ending.ACCEPTED)
        await bo.sees_ending("ada", Ending.ACCEPTED)
    logged_warnings.take("task failed")


async def test_each_question_that_is_put_off_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else another would take it for its own, and ask again before its answer, or wait for nothing."""
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        client = ada.client
        presence = client._reception._presence
        # The questions stay open: the relay would answer them, and each may stand alone there.
        monkeypatch.setattr(client._desk.link, "send", lambda _: True)
        history = asyncio.create_task(client.roaming._questions.ask(AskHistory(0, 1), History))
        listing = asyncio.create_task(client.terminals._listed(AskTerminals()))
        await asyncio.sleep(0)
        page, listed = client.roaming._questions._open, client.terminals._listing
        assert page is not None
        assert listed is not None
        for kind, put_off in ((Watch, None), (AskTerminals, listed), (AskHistory, page)):
            before = presence._not_before
            await client._reception.arrived(Refusal(RefusalCode.RETRY_LATER, codec.number_of(kind), 60_000))
            assert (presence._not_before > before) is (kind is Watch)
            assert put_off is None or put_off.done()
            assert page.done() is (kind is AskHistory)
        for asked, error in ((history, Unanswered), (listing, TroubleWith)):
            with pytest.raises(error):
                await asked


@pytest.mark.parametrize("kind", [0, 1])
async def test_while_the_relay_takes_one_kind_no_more_neither_is_sent(tmp_path: Path, kind: int) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        reception = ada.client._reception
        ways = reception._outbox, reception._company.sending.posting
        ways[kind].put_off(clock.now() + 30)
        await reception.arrived(Refusal(RefusalCode.RETRY_LATER, bytes(16), 1_000))
        assert ways[0].not_before == ways[1].not_before > clock.now() + 20


async def test_a_relay_with_small_limits_hears_whom_to_watch_in_the_end(tmp_path: Path) -> None:
    async with Stage(tmp_path, limits={"watches": (1, 2)}) as stage:
        ada, bo = await stage.enter("ada", "bo")
        for number in range(3):
            await ada.client.add_contact(f"x{number}", "")
        await ada.client.add_contact("bo", "")
        await bo.client.add_contact("ada", "")
        await until(lambda: "bo" in ada.client._desk.present, "each is told of the other")
