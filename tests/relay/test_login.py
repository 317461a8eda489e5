"""Who comes in: sign-in, registration, questions and checks, on real sockets."""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.dice import dice
from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_wire import frames, login
from watchword_wire.frames import Availability, RefusalCode
from watchword_wire.version import WIRE_VERSION

__all__ = ["relay"]


@pytest.fixture
async def ada(relay: RelayProcess) -> AsyncIterator[Terminal]:
    async with await Terminal(relay.url, "ada").register() as terminal:
        yield terminal


async def answer(terminal: Terminal, frame: frames.FromDesktop) -> frames.FromRelay:
    await terminal.send(frame)
    return await terminal.read()


async def test_a_registered_terminal_signs_in(relay: RelayProcess, ada: Terminal) -> None:
    again = Terminal(relay.url, "ada", ada.key)
    await again.sign_in()
    assert (again.welcome.id, again.welcome.t1_ms, again.welcome.t2_ms) == ("ada/1", 120_000, 135_000)
    assert again.welcome.kept_s == 30 * 24 * 3600
    await again.close()


async def test_an_unknown_id_and_a_wrong_key_get_the_same_answer(relay: RelayProcess, ada: Terminal) -> None:
    for name, key in (("ada", Ed25519PrivateKey.generate()), ("nobody", ada.key), ("ada/2", ada.key)):
        async with Terminal(relay.url, name, key) as stranger:
            await stranger.open()
            assert await answer(stranger, stranger.signature()) == frames.Refusal(
                RefusalCode.UNKNOWN_TERMINAL
            )


async def test_a_signature_is_good_for_its_connection_only(relay: RelayProcess, ada: Terminal) -> None:
    async with Terminal(relay.url, "ada", ada.key) as first, Terminal(relay.url, "ada", ada.key) as second:
        await first.open()
        await second.open()
        stolen = first.signature()
        assert await answer(second, stolen) == frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)


async def test_failures_from_one_address_are_limited(relay: RelayProcess, ada: Terminal) -> None:
    async with Terminal(relay.url, "ada") as guesser:
        await guesser.open()
        refusals: list[frames.Refusal] = []
        for _ in range(22):
            refusal = await answer(guesser, guesser.signature())
            assert isinstance(refusal, frames.Refusal)
            refusals.append(refusal)
        assert {refusal.code for refusal in refusals[:20]} == {RefusalCode.UNKNOWN_TERMINAL}
        assert refusals[-1].code == RefusalCode.RETRY_LATER
        assert 0 < refusals[-1].retry_ms <= 3_000


async def test_another_version_is_refused(relay: RelayProcess) -> None:
    async with Terminal(relay.url, "ada") as terminal:
        await terminal.open()
        good = terminal.signature()
        assert await answer(terminal, frames.SignIn(2, good.id, good.signature)) == frames.Refusal(
            RefusalCode.VERSION
        )


async def test_a_registration_can_be_repeated_but_not_by_another(relay: RelayProcess, ada: Terminal) -> None:
    again = await Terminal(relay.url, "ada", ada.key).register()
    assert again.welcome.id == "ada/1"
    await again.close()
    for name, code in (
        ("ada", RefusalCode.ID_TAKEN),
        ("adа", RefusalCode.ID_LOOKS_ALIKE),
        ("a da", RefusalCode.ID_FORM),
        ("Bo", RefusalCode.ID_FORM),
        ("x" * 127, RefusalCode.ID_FORM),
        ("bo/2", RefusalCode.ID_FORM),
    ):
        async with Terminal(relay.url, name) as other:
            await other.open()
            assert await answer(other, other.registration()) == frames.Refusal(code)


async def test_nobody_registers_a_key_they_do_not_hold(relay: RelayProcess, ada: Terminal) -> None:
    async with Terminal(relay.url, "eve") as eve:
        await eve.open()
        good = eve.registration()
        for key in (ada.key.public_key().public_bytes_raw(), b"", bytes(31), bytes(33)):
            wrong = frames.Register(WIRE_VERSION, good.id, key, good.signature)
            assert await answer(eve, wrong) == frames.Refusal(RefusalCode.SIGNATURE)


async def test_the_same_id_at_the_same_moment_has_one_owner(relay: RelayProcess) -> None:
    rivals = [Terminal(relay.url, "ada") for _ in range(8)]
    for rival in rivals:
        await rival.open()
    await asyncio.gather(*(rival.send(rival.registration()) for rival in rivals))
    answers = [await rival.read() for rival in rivals]
    assert sum(isinstance(frame, frames.Welcome) for frame in answers) == 1
    assert sum(frame == frames.Refusal(RefusalCode.ID_TAKEN) for frame in answers) == 7
    for rival in rivals:
        await rival.socket.close()


async def test_availability_is_answered_before_there_is_an_account(
    relay: RelayProcess, ada: Terminal
) -> None:
    async with Terminal(relay.url, "bo") as bo:
        await bo.open()
        for account, availability in (
            ("bo", Availability.FREE),
            ("ada", Availability.TAKEN),
            ("ɑda", Availability.LOOKS_ALIKE),
            ("a/b", Availability.FORM),
        ):
            assert await answer(bo, frames.AskAvailable(account)) == frames.Available(account, availability)


async def test_a_relay_shows_that_it_works(relay: RelayProcess) -> None:
    async with Terminal(relay.url, "throw-away") as terminal:
        hello = await terminal.open()
        signed = login.probe_bytes(hello.relay_key, hello.nonce)
        public = terminal.key.public_key().public_bytes_raw()
        good = frames.Probe(WIRE_VERSION, public, terminal.key.sign(signed), b"probe")
        assert await answer(terminal, good) == frames.Probed("read", b"probe")
        wrong = frames.Probe(WIRE_VERSION, public, os.urandom(64), b"probe")
        assert await answer(terminal, wrong) == frames.Refusal(RefusalCode.SIGNATURE)


async def test_known_and_unknown_ids_take_the_same_time(relay: RelayProcess, ada: Terminal) -> None:
    """The medians of sends to somebody who is away and to nobody differ by less than their spread."""
    bo = await Terminal(relay.url, "bo").register()
    await bo.close()
    times: dict[str, list[float]] = {"bo": [], "nobody": []}
    chance = dice(3)
    for _ in range(60):
        for name, taken in chance.sample(sorted(times.items()), 2):
            start = time.perf_counter()
            await ada.message(name)
            taken.append(time.perf_counter() - start)
    known, unknown = (sorted(taken) for taken in times.values())
    spread = known[45] - known[15] + unknown[45] - unknown[15]
    assert abs(statistics.median(known) - statistics.median(unknown)) < spread
