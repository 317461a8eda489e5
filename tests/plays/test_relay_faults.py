"""Relays that vanish, stall, lie, change their key or are of another version; programs that sign in twice."""

import asyncio
from pathlib import Path

from support.hostile import HostileRelay, Visit
from support.logged import LoggedWarnings
from support.play import Person, Stage, meet
from support.relay import RelayProcess
from support.waiting import until, until_found
from watchword.model.chat import Delivery
from watchword.model.errors import Kind
from watchword.model.events import LinkState
from watchword_wire.exchange import Abort, AbortCode, Verdict, VerdictStatus
from watchword_wire.frames import Ack, Deliver, FromDesktop, Ok, Send, StepFrom


def problem(person: Person) -> Kind | None:
    changed = person.client.link
    return None if changed.problem is None else changed.problem.kind


async def test_a_second_program_on_the_same_account_takes_over(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        twin = ada.twin(tmp_path / "twin")
        stage.people.append(twin)
        await twin.returns()
        await until(lambda: ada.client.link.state is LinkState.REFUSED, "ada's first program stays away")
        assert problem(ada) is Kind.SIGNED_IN_ELSEWHERE
        await twin.leaves()
        await bo.sends("ada", "which of you is it?")
        ada.client.reconnect()
        await ada.is_online()
        await ada.sees_texts("bo", ["which of you is it?"])


async def test_a_relay_with_another_key_gets_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")
        stage.relay.kill()
        port = stage.relay.port
        await ada.is_offline()
        other = RelayProcess(tmp_path / "other", listen=f"127.0.0.1:{port}", start=False)
        with other:
            other.start()
            await until(lambda: ada.client.link.state is LinkState.REFUSED, "ada refuses that relay")
            assert problem(ada) is Kind.RELAY_KEY


async def test_who_is_blocked_is_told_and_keeps_what_they_write(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        await asyncio.to_thread(stage.relay.run, "block", "bo")
        await until(lambda: bo.client.link.state is LinkState.REFUSED, "bo is turned out")
        assert problem(bo) is Kind.RELAY_BLOCKED
        await bo.sends("ada", "written while I was out")
        await ada.sends("bo", "are you there?")
        await asyncio.to_thread(stage.relay.run, "unblock", "bo")

        async def is_in() -> bool:
            bo.client.reconnect()
            return bo.client.link.state is LinkState.ONLINE

        await until_found(is_in, "bo is in again: the relay looks every few seconds whom it keeps out")
        await ada.sees_texts("bo", ["written while I was out"])
        await bo.sees_texts("ada", ["are you there?"])


async def test_a_stalled_wire_is_noticed_and_mended(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada", address=stage.through(proxy))
        bo = await stage.person("bo")
        await meet(ada, bo)
        proxy.stall()
        await ada.sends("bo", "into the void")
        proxy.cut()
        await ada.is_offline()
        proxy.restore()
        await bo.sees_texts("ada", ["into the void"])
        await ada.sees_ticks("bo", Delivery.DELIVERED)


async def test_a_flapping_wire_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, stage.proxy() as proxy:
        ada = await stage.person("ada", address=stage.through(proxy))
        bo = await stage.person("bo", address=stage.through(proxy))
        await meet(ada, bo)
        texts = [str(number) for number in range(60)]
        for number, text in enumerate(texts):
            await ada.sends("bo", text)
            await bo.sends("ada", text)
            if number % 15 == 7:
                proxy.cut()
                proxy.restore()
        await bo.sees_texts("ada", texts)
        await ada.sees_texts("bo", texts)
        await ada.sees_ticks("bo", Delivery.DELIVERED)


async def test_the_program_works_with_no_relay_at_all(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        stage.relay.kill()
        await ada.leaves()
        await ada.returns(online=False)
        await until(lambda: ada.client.link.state is LinkState.OFFLINE, "ada knows that it is offline")
        assert problem(ada) is Kind.RELAY_TCP
        message = await ada.sends("bo", "for later")
        assert message.delivery is Delivery.WAITING
        stage.relay.start()
        await bo.sees_texts("ada", ["for later"])


def acknowledged(heard: list[FromDesktop]) -> set[bytes]:
    return {id_ for frame in heard if isinstance(frame, Ack) for id_ in frame.ids}


async def test_a_relay_that_lies_changes_nothing_that_counts(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    """Forged verdicts, aborts, acknowledgements and envelopes: nothing ends, opens, crashes or ticks."""
    async with Stage(tmp_path) as stage:
        ada, bo = await stage.couple()
        [h] = [run.h for run in bo.client._runs]
        heard: list[FromDesktop] = []

        async def lies(visit: Visit) -> None:
            await visit.signs_in("ada/1")
            for status in VerdictStatus:
                await visit.says(StepFrom("", Verdict(h, status).encode(), 0, 0))
                await visit.says(StepFrom("", Verdict(bytes(32), status).encode(), 0, 0))
            for code in (AbortCode.DIFFER, AbortCode.DECLINED, AbortCode.WITHDRAWN, AbortCode.BROKEN_OFF):
                await visit.says(StepFrom("bo/1", Abort(h, code).encode(), 0, 0))
            await visit.says(StepFrom("bo/1", b"\x09", 0, 0))
            await visit.says(StepFrom("no id", b"\x01" * 100, 0, 0))
            await visit.says(Deliver(1, bytes([1] * 16), "bo/1", h[:8] + bytes(340)))
            await visit.says(Deliver(2, bytes([2] * 16), "bo/1", b"short"))
            await visit.says(Ok([bytes(16)]))
            while True:
                heard.append(await visit.hears())

        async with HostileRelay(lies) as hostile:
            await ada.client.use_relay(hostile.address)
            ada.client._reception._relay_key = None  # as if it had the relay's key
            taken = {bytes([1] * 16), bytes([2] * 16), h[:16], bytes(16)}  # envelopes; verdicts by h
            await until(lambda: acknowledged(heard) == taken, "all is taken")
            assert await ada.has_session("bo")
            assert ada.client.link.state is LinkState.ONLINE
            message = await ada.sends("bo", "still here")
            await until(lambda: any(isinstance(frame, Send) for frame in heard), "ada sends on")
            assert (await ada.rows("bo"))[-1].delivery is Delivery.WAITING
        ada.client._reception._relay_key = None
        await ada.client.use_relay(stage.relay.address)
        await bo.sees_texts("ada", [message.text])
    for warning in ("message refused", "request refused", "envelope refused", "does not open"):
        logged_warnings.take(warning)


async def test_nonsense_after_sign_in_is_told_and_survived(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")

        async def nonsense(visit: Visit) -> None:
            await visit.signs_in("ada/1")
            await visit.says(b"\xc1\xc1")

        async with HostileRelay(nonsense) as hostile:
            ada.client._reception._relay_key = None
            await ada.client.use_relay(hostile.address)
            await until(lambda: problem(ada) is Kind.RELAY_NONSENSE, "ada says so")
            assert ada.client.link.state is LinkState.OFFLINE
        ada.client._reception._relay_key = None
        await ada.client.use_relay(stage.relay.address)
        await ada.is_online()


async def test_another_version(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        [ada] = await stage.enter("ada")

        async def newer(visit: Visit) -> None:
            await visit.says(visit.hello(versions=[9]))

        async with HostileRelay(newer) as hostile:
            ada.client._reception._relay_key = None
            await ada.client.use_relay(hostile.address)
            await until(lambda: problem(ada) is Kind.RELAY_VERSION, "ada says so")
