"""Who is asked is told how it ended: nobody is given a request whose time is up."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.postgres import Server
from support.relay_here import relaying
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from watchword_relay.config import Address, Config, Handshake
from watchword_relay.limits import Limits
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
