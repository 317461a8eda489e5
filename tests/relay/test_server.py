"""The relay as a whole: a real process, real sockets, bare terminals."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from support.dice import dice
from support.ground import nodes
from support.played import handshake
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

__all__ = ["nodes", "relay"]

WINDOW = 1_000
KILLS = int(os.environ.get("WATCHWORD_KILLS", "10"))


@pytest.fixture
async def ada(relay: RelayProcess) -> AsyncIterator[Terminal]:
    async with await Terminal(relay.url, "ada").register() as terminal:
        yield terminal


@pytest.fixture
async def bo(relay: RelayProcess) -> AsyncIterator[Terminal]:
    async with await Terminal(relay.url, "bo").register() as terminal:
        yield terminal


# --- messages -----------------------------------------------------------------------------


async def test_a_message_is_delivered_and_acknowledged(ada: Terminal, bo: Terminal) -> None:
    sent = await ada.message("bo", body=b"sealed bytes")
    got = await bo.sees(frames.Deliver)
    assert (got.id, got.sender, got.body) == (sent, "ada/1", b"sealed bytes")


async def test_what_waits_is_delivered_in_order_until_it_is_acknowledged(ada: Terminal, bo: Terminal) -> None:
    await bo.close()
    sent = [await ada.message("bo", body=os.urandom(2_000)) for _ in range(5)]
    bo.answers = False
    for _ in range(2):
        await bo.sign_in()
        got = [await bo.sees(frames.Deliver) for _ in sent]
        assert [deliver.id for deliver in got] == sent
        assert [deliver.seq for deliver in got] == sorted({deliver.seq for deliver in got})
        await bo.close()
    bo.answers = True
    await bo.sign_in()
    for _ in sent:
        await bo.sees(frames.Deliver)
    await bo.close()
    await bo.sign_in()
    await bo.sees_nothing(frames.Deliver)


async def test_acks_need_not_be_in_order(ada: Terminal, bo: Terminal) -> None:
    bo.answers = False
    sent = [await ada.message("bo") for _ in range(4)]
    for _ in sent:
        await bo.sees(frames.Deliver)
    await bo.send(frames.Ack([sent[2], sent[0]]))
    await bo.close()
    await bo.sign_in()
    assert [(await bo.sees(frames.Deliver)).id for _ in range(2)] == [sent[1], sent[3]]
    await bo.sees_nothing(frames.Deliver)


async def test_a_resend_is_answered_again_and_kept_once(ada: Terminal, bo: Terminal) -> None:
    await bo.close()
    sent = await ada.message("bo", body=b"once")
    assert await ada.message("bo", body=b"once", message_id=sent) == sent
    await bo.sign_in()
    assert (await bo.sees(frames.Deliver)).id == sent
    await bo.sees_nothing(frames.Deliver)


async def test_one_message_for_many(ada: Terminal, bo: Terminal, relay: RelayProcess) -> None:
    cy = await Terminal(relay.url, "cy").register()
    await cy.close()
    sent = await ada.message("bo", "cy", "nobody", body=b"for all")
    assert (await bo.sees(frames.Deliver)).id == sent
    await cy.sign_in()
    assert (await cy.sees(frames.Deliver)).body == b"for all"
    await cy.close()


async def test_a_message_to_nobody_is_taken_like_any_other(ada: Terminal) -> None:
    await ada.message("nobody")
    await ada.message("ada/2")


async def test_a_message_too_large_is_refused(ada: Terminal, bo: Terminal) -> None:
    largest = os.urandom(96 * 1024)
    await ada.message("bo", body=largest)
    assert (await bo.sees(frames.Deliver)).body == largest
    message_id = os.urandom(16)
    await ada.send(frames.Send(message_id, ["bo/1"], largest + b"x"))
    refusal = await ada.sees(frames.Refusal)
    assert (refusal.code, refusal.about) == (RefusalCode.TOO_LARGE, message_id)


async def test_much_that_waits_comes_whole_and_in_order(ada: Terminal, bo: Terminal) -> None:
    await bo.close()
    ids = [number.to_bytes(16, "big") for number in range(1_000)]
    for message_id in ids:
        await ada.send(frames.Send(message_id, ["bo/1"], message_id * 200))
    known: set[bytes] = set()
    while len(known) < len(ids):
        known.update((await ada.sees(frames.Ok)).ids)
    await bo.sign_in()
    # New mail while the old is on its way comes after it.
    last = await ada.message("bo", body=b"last")
    got = [(await bo.sees(frames.Deliver)).id for _ in range(1_001)]
    assert got == [*ids, last]


# --- sign-in ------------------------------------------------------------------------------


async def test_the_newest_sign_in_wins_and_no_ack_is_lost(
    ada: Terminal, bo: Terminal, relay: RelayProcess
) -> None:
    bo.answers = False
    sent = [await ada.message("bo") for _ in range(3)]
    for _ in sent:
        await bo.sees(frames.Deliver)
    await bo.send(frames.Ack(sent[:2]))
    again = Terminal(relay.url, "bo", bo.key)
    await again.sign_in()
    assert (await bo.sees(frames.Refusal)).code == RefusalCode.REPLACED
    assert await bo.closed() == 1008
    assert sent[2] in {(await again.sees(frames.Deliver)).id for _ in again.got or sent[2:]}
    new = await ada.message("bo")
    await again.sees(frames.Deliver, lambda deliver: deliver.id == new)
    # What the replaced one acknowledged is gone for good.
    await again.close()
    await again.sign_in()
    await again.sees_nothing(frames.Deliver)
    await again.close()


async def test_presence_is_told_to_those_who_watch_each_other(ada: Terminal, bo: Terminal) -> None:
    await ada.send(frames.Watch(["bo"]))
    await ada.sees_nothing(frames.Presence)
    await bo.send(frames.Watch(["ada", "nobody"]))
    assert (await ada.sees(frames.Presence)) == frames.Presence("bo", present=True, devices=[1])
    assert (await bo.sees(frames.Presence)) == frames.Presence("ada", present=True, devices=[1])
    await bo.close()
    assert (await ada.sees(frames.Presence)) == frames.Presence("bo", present=False)
    await bo.sign_in()
    await ada.sees_nothing(frames.Presence)
    await bo.send(frames.Watch(["ada"]))
    assert (await ada.sees(frames.Presence)) == frames.Presence("bo", present=True, devices=[1])
    await bo.send(frames.Watch([]))
    assert (await ada.sees(frames.Presence)) == frames.Presence("bo", present=False)


# --- handshakes ---------------------------------------------------------------------------


async def test_a_handshake_reaches_its_verdict(ada: Terminal, bo: Terminal) -> None:
    h = await handshake(ada, bo)
    for side in (ada, bo):
        verdict = await side.sees(frames.StepFrom)
        assert (verdict.sender, verdict.body) == ("", b"\x06" + h + b"\x00")


async def test_t1_of_the_operator_ends_a_run_in_time(tmp_path: Path) -> None:
    # How soon after it the verdict comes is measured where the machine does nothing else (`chaos.verdicts`).
    with RelayProcess(tmp_path / "relay", t1=0.5, t2=600) as relay:
        async with await Terminal(relay.url, "ada").register() as ada:
            assert (ada.hello.t1_ms, ada.hello.t2_ms) == (500, 600_000)
            start = time.monotonic()
            await ada.send(frames.Step("nobody/1", ada.request("nobody")))
            noted = await ada.sees(frames.StepNoted)
            assert 0 < noted.t1_ms <= 500
            verdict = await ada.sees(frames.StepFrom)
            assert verdict.body[33:] == b"\x01"
            assert time.monotonic() - start >= 0.5


async def test_a_killed_relay_ends_open_handshakes_and_keeps_verdicts(
    ada: Terminal, bo: Terminal, relay: RelayProcess
) -> None:
    done = await handshake(ada, bo)
    await ada.sees(frames.StepFrom)
    request = ada.request("bo")
    await ada.send(frames.Step("bo/1", request))
    await bo.sees(frames.StepFrom, lambda step: step.body == request)
    ended = b"\x06" + hashlib.sha256(request).digest() + b"\x02"
    relay.restart()
    for side in (ada, bo):
        await side.closed()
        side.got.clear()
        await side.sign_in()
        await side.sees(frames.StepFrom, lambda step: step.body == ended)
    await bo.send(frames.Step("ada/1", b"\x04" + done + bytes(176)))
    assert (await bo.sees(frames.StepFrom, lambda step: step.body[0] == 5)).sender == "ada/1"
    await bo.sees(frames.StepFrom, lambda step: step.body == b"\x06" + done + b"\x00")


# --- ends ---------------------------------------------------------------------------------


async def test_what_comes_after_a_restart_comes_after_what_waited(
    ada: Terminal, bo: Terminal, relay: RelayProcess
) -> None:
    await bo.close()
    sent = [await ada.message("bo") for _ in range(3)]
    await asyncio.to_thread(relay.restart)
    await ada.closed()
    await ada.sign_in()
    sent += [await ada.message("bo") for _ in range(3)]
    await bo.sign_in()
    assert [(await bo.sees(frames.Deliver)).id for _ in sent] == sent


async def test_a_clean_stop_tells_everybody_and_loses_nothing(
    ada: Terminal, bo: Terminal, relay: RelayProcess
) -> None:
    bo.answers = False
    request = ada.request("bo")
    await ada.send(frames.Step("bo/1", request))
    await bo.sees(frames.StepFrom)
    ids = [os.urandom(16) for _ in range(50)]
    for message_id in ids:
        await ada.send(frames.Send(message_id, ["bo/1"], b"sealed"))
    await asyncio.to_thread(relay.stop)
    assert await ada.closed() == 1001
    assert (await ada.sees(frames.Refusal)).code == RefusalCode.STOPPING
    await ada.sees(frames.StepFrom, lambda step: step.body[0] == 6 and step.body[33] == 2)
    promised = [message_id for ok in ada.all(frames.Ok) for message_id in ok.ids]
    relay.start()
    bo.got.clear()
    await bo.sign_in()
    got = [(await bo.sees(frames.Deliver)).id for _ in promised]
    assert got == [message_id for message_id in ids if message_id in set(promised)]


@pytest.mark.parametrize(
    ("end", "times", "says"),
    [(RelayProcess.kill, KILLS, []), (RelayProcess.stop, max(3, KILLS // 3), [RefusalCode.STOPPING])],
    ids=["killed", "restarted"],
)
async def test_under_load_an_end_loses_and_reorders_nothing(
    nodes: list[RelayProcess], end: Callable[[RelayProcess], None], times: int, says: list[RefusalCode]
) -> None:
    """SIGKILL or SIGTERM at arbitrary moments: what was acknowledged arrives, once on the screen, in order.

    The sender is told to come back by a clean stop, and by nothing else. Of several nodes it is the sender's
    that ends; sender and recipient change places each time.
    """
    chance = dice(7)
    ada = await Terminal(nodes[0].url, "ada").register()
    bo = await Terminal(nodes[-1].url, "bo").register()
    sent: list[bytes] = []
    promised: set[bytes] = set()
    shown: dict[bytes, None] = {}
    refused: list[int] = []

    def look() -> None:
        for ok in ada.all(frames.Ok):
            promised.update(ok.ids)
        refused.extend(refusal.code for refusal in ada.all(frames.Refusal))
        for deliver in bo.all(frames.Deliver):
            shown.setdefault(deliver.id)
        ada.got.clear()
        bo.got.clear()

    for turn in range(times):
        here, there = nodes[turn % len(nodes)], nodes[(turn + 1) % len(nodes)]
        unanswered = [message_id for message_id in sent if message_id not in promised]
        deadline = time.monotonic() + chance.uniform(0.02, 0.2)
        try:
            # A sender repeats what was not answered before it sends anything new.
            for message_id in unanswered:
                await ada.send(frames.Send(message_id, ["bo/1"], b"sealed" * 50))
            while time.monotonic() < deadline:
                if len(sent) - min(len(shown), len(promised)) >= WINDOW:
                    # Beyond a mailbox's quota it would be refused, and a refused message is out of order.
                    await asyncio.sleep(0.001)
                    look()
                    continue
                sent.append(os.urandom(16))
                await ada.send(frames.Send(sent[-1], ["bo/1"], b"sealed" * 50))
        except ConnectionClosed:
            pass
        ending = asyncio.create_task(asyncio.to_thread(end, here))
        await ada.closed()
        bo.drop()  # it would wait to acknowledge before it reads that it is over
        await ending
        for one in (ada, bo):
            await one.close()
        look()
        assert refused == says
        refused.clear()
        await asyncio.to_thread(here.start)
        ada.url, bo.url = there.url, here.url
        await bo.sign_in()
        await ada.sign_in()
    for message_id in [message_id for message_id in sent if message_id not in promised]:
        await ada.send(frames.Send(message_id, ["bo/1"], b"sealed" * 50))
    async with asyncio.timeout(20):
        while len(promised) < len(sent) or len(shown) < len(sent):
            await asyncio.sleep(0.01)
            look()
    assert list(shown) == sent
    assert promised == set(sent)
    await ada.close()
    await bo.close()


async def test_the_log_and_the_data_hold_no_names_but_in_the_database(
    ada: Terminal, bo: Terminal, relay: RelayProcess
) -> None:
    canary = b"canary-7f3a"
    sent = await ada.message("bo", body=canary)
    await bo.sees(frames.Deliver)
    request = ada.request("bo")
    await ada.send(frames.Step("bo/1", request, canary.decode()))
    await bo.sees(frames.StepFrom)
    await ada.sees(frames.StepNoted)
    await asyncio.to_thread(relay.stop)
    log = relay.log.read_bytes()
    for trace in (canary, b"ada", b"127.0.0.1", sent.hex().encode(), request[-32:].hex().encode()):
        assert trace not in log
    files = [path for path in relay.data.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        data = path.read_bytes()
        assert canary not in data
        assert request[-32:] not in data
        assert ada.key.private_bytes_raw() not in data
    relay.start()


# --- stopping -------------------------------------------------------------------------------------


async def test_it_stops_though_somebody_goes_on_sending(tmp_path: Path) -> None:
    """Else there is always more to write before it may end."""
    plenty = {"writes": (1e9, 1e9), "sends": (1e12, 1e12), "mailbox_messages": 10_000_000}
    with RelayProcess(tmp_path / "relay", limits=plenty) as relay:
        ada, bo = [await Terminal(relay.url, name).register() for name in ("ada", "bo")]

        async def floods(terminal: Terminal) -> None:
            with suppress(ConnectionClosed):
                while terminal.socket.state is State.OPEN:
                    await terminal.send(frames.Send(os.urandom(16), ["nobody/1"], bytes(100)))
                    await asyncio.sleep(0)

        floods_on = [asyncio.create_task(floods(one)) for one in (ada, bo)]
        for one in (ada, bo):
            await one.sees(frames.Ok)
        await asyncio.to_thread(relay.stop)
        await asyncio.gather(*floods_on)
        for one in (ada, bo):
            assert await one.closed() == 1001
            assert (await one.sees(frames.Refusal)).code == RefusalCode.STOPPING
