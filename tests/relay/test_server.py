"""The relay as a whole: a real process, real sockets, bare terminals."""

import hashlib
import os
from collections.abc import AsyncIterator

import pytest

from support.relay import RelayProcess, relay
from support.terminal import Terminal
from watchword_wire import frames

__all__ = ["relay"]


@pytest.fixture
async def ada(relay: RelayProcess) -> AsyncIterator[Terminal]:
    async with await Terminal(relay.url, "ada").register() as terminal:
        yield terminal


@pytest.fixture
async def bo(relay: RelayProcess) -> AsyncIterator[Terminal]:
    async with await Terminal(relay.url, "bo").register() as terminal:
        yield terminal


async def test_a_message_is_delivered_and_acknowledged(ada: Terminal, bo: Terminal) -> None:
    sent = await ada.message("bo", body=b"sealed bytes")
    got = await bo.sees(frames.Deliver)
    assert (got.id, got.sender, got.body) == (sent, "ada/1", b"sealed bytes")


async def test_what_waits_is_delivered_at_sign_in(relay: RelayProcess, ada: Terminal, bo: Terminal) -> None:
    await bo.close()
    sent = [await ada.message("bo", body=os.urandom(100)) for _ in range(5)]
    await bo.sign_in()
    assert [(await bo.sees(frames.Deliver)).id for _ in sent] == sent


async def test_a_handshake_reaches_its_verdict(ada: Terminal, bo: Terminal) -> None:
    request = ada.request("bo")
    h = hashlib.sha256(request).digest()
    await ada.send(frames.Step("bo/1", request, "the usual place"))
    noted = await ada.sees(frames.StepNoted)
    assert (noted.h, noted.step) == (h, 1)
    assert 119_000 < noted.t1_ms <= 120_000
    assert 134_000 < noted.t2_ms <= 135_000
    asked = await bo.sees(frames.StepFrom)
    assert (asked.sender, asked.body, asked.hint) == ("ada/1", request, "the usual place")
    steps = [
        (bo, ada, b"\x02" + h + os.urandom(1217 - 33)),
        (ada, bo, b"\x03" + h + os.urandom(64)),
        (bo, ada, b"\x04" + h + os.urandom(176)),
        (ada, bo, b"\x05" + h + os.urandom(348)),
    ]
    for sender, receiver, body in steps:
        await sender.send(frames.Step(receiver.name, body))
        got = await receiver.sees(frames.StepFrom)
        assert (got.sender, got.body) == (sender.name, body)
    for side in (ada, bo):
        verdict = await side.sees(frames.StepFrom)
        assert (verdict.sender, verdict.body) == ("", b"\x06" + h + b"\x00")
