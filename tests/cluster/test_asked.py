"""A request: who is asked is told how it ended; nobody is asked too late; one that failed counts nothing."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.postgres import Server
from support.relay_here import relaying, serving
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from watchword_relay.config import Address, Config, Handshake
from watchword_relay.limits import Limits
from watchword_relay.runs import RETRY_SECONDS
from watchword_relay.store.contract import StoreTrouble
from watchword_relay.store.nodes import Ask, Move, Stepping
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire import frames

__all__ = ["postgres"]

T1 = 0.2


async def test_a_request_whose_time_was_up_before_it_could_be_given_is_not_given(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    make = store.nodes.make
    asked: list[Stepping] = []

    def late(moves: Sequence[Move]) -> list[Stepping]:
        is_asked = isinstance(moves[0], Ask)
        if is_asked:
            # In the thread that also looks at the clock: it is ended only after this.
            time.sleep(2 * T1)
        made = make(moves)
        asked.extend(made if is_asked else [])
        return made

    monkeypatch.setattr(store.nodes, "make", late)
    config = Config(
        data=tmp_path, listen=Address("127.0.0.1", 0), handshake=Handshake(T1, 2 * T1), limits=Limits()
    )
    async with (
        relaying(config, store) as port,
        await Terminal(f"ws://127.0.0.1:{port}", "ada").register() as ada,
        await Terminal(f"ws://127.0.0.1:{port}", "bo").register() as bo,
    ):
        request = ada.request("bo")
        await ada.send(frames.Step("bo/1", request))
        verdict = await ada.sees(frames.StepFrom)
        assert verdict.body == b"\x06" + hashlib.sha256(request).digest() + b"\x01"
        assert len(asked) == 1
        await bo.sees_nothing(frames.StepFrom)
    store.close()


async def test_a_request_that_could_not_be_written_counts_nothing(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries again while the database is away has as many as before once it is back."""
    store = PostgresStore(Settings(fresh(postgres), standbys=0))
    make = store.nodes.make
    tries = 0

    def away(moves: Sequence[Move]) -> list[Stepping]:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise StoreTrouble("away")
        return make(moves)

    monkeypatch.setattr(store.nodes, "make", away)
    async with (
        serving(tmp_path, store, Limits(requests=(1, 1e-6))) as url,
        await Terminal(url, "ada").register() as ada,
    ):
        request = frames.Step("bo/1", ada.request("bo"))
        for _ in range(2):
            await ada.send(request)
            assert (await ada.sees(frames.Refusal)).retry_ms == RETRY_SECONDS * 1_000
        await ada.send(request)
        await ada.sees(frames.StepNoted)
        await ada.send(frames.Step("bo/1", ada.request("bo")))
        assert (await ada.sees(frames.Refusal)).retry_ms > RETRY_SECONDS * 1_000
    store.close()
