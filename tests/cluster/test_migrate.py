"""`migrate`: a relay's data go from its file into PostgreSQL, and the same people go on."""

import asyncio
import hashlib
import json
import os
import random
import subprocess
import time
from functools import partial
from pathlib import Path

import apsw
import psycopg
import pytest

from chaos.outcome import Outcome
from cluster import failover
from support.postgres import Server
from support.relay import RelayProcess
from support.relay_stores import fresh, postgres
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_relay import folder
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

__all__ = ["postgres"]

T1, T2 = 60, 90
CLOCK_MS = 10
"""By how much two clocks of one machine may differ."""


@pytest.fixture
def url(postgres: Server) -> str:
    return fresh(postgres)


@pytest.mark.parametrize("runs", [True, False], ids=["a-relay-that-runs", "a-relay-that-is-stopped"])
async def test_everything_moves_and_everybody_goes_on(tmp_path: Path, url: str, runs: bool) -> None:
    relay = RelayProcess(tmp_path / "relay", t1=T1, t2=T2, options=["--standbys", "0"])
    ada = await Terminal(relay.url, "ada").register()
    bo = await Terminal(relay.url, "bo").register()
    cy = await Terminal(relay.url, "cy").register()
    address = relay.address
    for number in range(5):
        await ada.message("bo", body=bytes([number]))
        await bo.sees(frames.Deliver)
    await bo.close()
    sent = [await ada.message("bo", "cy", body=os.urandom(2_000)) for _ in range(20)]
    taken_back = await ada.message("bo")
    await ada.send(frames.Recall(taken_back))
    await ada.sees(frames.Recalled)
    request = ada.request("bo")
    request_hash = hashlib.sha256(request).digest()
    asked_at = time.monotonic()
    await ada.send(frames.Step("bo/1", request))
    noted = await ada.sees(frames.StepNoted)
    noted_at = time.monotonic()
    invite = relay.run("invite", "--uses", "2").stdout
    assert relay.run("realm", "add", "acme").returncode == 0
    if not runs:
        for one in (ada, cy):
            await one.close()
        relay.stop()

    moved = await asyncio.to_thread(migrate, relay, url)
    assert moved.returncode == 0, moved.stderr
    assert "100%" in moved.stderr
    assert "rows moved" in moved.stdout
    assert ("stood still" in moved.stdout) == runs
    assert "in a database already" in migrate(relay, url).stderr

    if runs:
        for one in (ada, cy):
            assert await one.closed() == 1001
            assert (await one.sees(frames.Refusal)).code == RefusalCode.STOPPING
    else:
        relay.start()
    assert relay.address == address
    for one in (ada, bo):
        one.got.clear()
        signs_in_at = time.monotonic()
        # A relay that ran goes on by itself, a moment after the move.
        await until_found(partial(failover.signed_in, one), "the relay goes on")
    got = [await bo.sees(frames.Deliver) for _ in sent]
    assert [one.id for one in got] == sent
    assert [one.seq for one in got] == sorted({one.seq for one in got})
    if runs:
        # The relay is the same process, and goes on with it; its clocks did not stand still.
        asked = await bo.sees(frames.StepFrom, lambda step: step.body == request)
        gone = [before - after for before, after in ((noted.t1_ms, asked.t1_ms), (noted.t2_ms, asked.t2_ms))]
        least, most = (
            (at - since) * 1_000 for at, since in ((signs_in_at, noted_at), (time.monotonic(), asked_at))
        )
        assert all(least - CLOCK_MS <= ms <= most + CLOCK_MS for ms in gone), (least, gone, most)
        await bo.send(frames.Step("ada/1", b"\x02" + request_hash + os.urandom(1217 - 33)))
        await ada.sees(frames.StepFrom, lambda step: step.body[:33] == b"\x02" + request_hash)
    else:
        await ada.sees(frames.StepFrom, lambda step: step.body == b"\x06" + request_hash + b"\x02")
    assert await ada.message("bo", message_id=taken_back) == taken_back
    await bo.sees_nothing(frames.Deliver)
    last = await ada.message("bo")
    assert (got_last := await bo.sees(frames.Deliver)).id == last
    assert got_last.seq > got[-1].seq
    async with await Terminal(relay.url, "di").register() as di:
        await di.message("cy")
    assert invite.strip()
    told = relay.run("status").stdout
    assert "realm acme" in told
    assert "accounts: 4" in told
    for one in (ada, bo):
        await one.close()
    relay.stop()


MIGRATE = ("migrate", "--from", "sqlite", "--to", "postgres")


def migrate(relay: RelayProcess, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask for it."""
    return relay.run(*MIGRATE, "--store", url, "--standbys", "0", *words)


async def test_nothing_acknowledged_is_lost_while_a_relay_moves(tmp_path: Path, url: str) -> None:
    outcome = Outcome(0, "a relay moves to PostgreSQL under load", 1, long=False)
    with RelayProcess(tmp_path / "relay") as relay:
        moved: list[subprocess.CompletedProcess[str]] = []

        async def strike() -> None:
            moved.append(await asyncio.to_thread(migrate, relay, url, "--json"))

        blow = failover.Blow(strike, failover.nothing, failover.nothing)
        await failover.played([relay.url], outcome, random.Random(1), [blow])  # noqa: S311 - the same each time
        assert moved[0].returncode == 0, moved[0].stderr
        assert json.loads(moved[0].stdout)["late"] > 0, "it was written while it was copied"
        assert "accounts: 8" in relay.run("status").stdout
    assert outcome.ok, outcome


async def test_a_move_that_is_killed_leaves_the_relay_as_it_was(tmp_path: Path, url: str) -> None:
    with RelayProcess(tmp_path / "relay") as relay:
        ada = await Terminal(relay.url, "ada").register()
        bo = await Terminal(relay.url, "bo").register()
        await bo.close()
        sent = await ada.message("bo")
        with psycopg.connect(url) as hindering:
            # It gets as far as the last thing it does but one.
            hindering.execute("LOCK TABLE relay IN SHARE MODE")
            words = relay.command(*MIGRATE, "--store", url, "--standbys", "0", "--data", str(relay.data))
            with subprocess.Popen(words, env=relay.surroundings(), stderr=subprocess.DEVNULL) as moving:  # noqa: ASYNC220 - beside it
                assert await ada.closed() == 1001
                await until(lambda: folder.is_running(relay.data), "it has the folder")
                assert folder.is_wanted(relay.data)
                moving.kill()
        await until_found(partial(failover.signed_in, bo), "the relay goes on")
        assert (await bo.sees(frames.Deliver)).id == sent
        again = await asyncio.to_thread(migrate, relay, url)
        assert again.returncode == 0, again.stderr
        assert await bo.closed() == 1001


def test_a_database_with_data_is_left_alone(tmp_path: Path, url: str) -> None:
    for name in ("one", "two"):
        relay = RelayProcess(tmp_path / name)
        relay.stop()
        db = apsw.Connection(str(relay.data / "relay.sqlite3"))
        db.execute("INSERT INTO account VALUES (0, 'ada', 'ada', 1)")
        db.close()
        moved = migrate(relay, url)
        assert (moved.returncode == 0) == (name == "one"), moved.stderr
    assert "has a relay's data already" in moved.stderr
    relay.start()
    relay.stop()


def test_a_folder_with_data_is_not_given_an_empty_database(tmp_path: Path, url: str) -> None:
    relay = RelayProcess(tmp_path / "relay")
    relay.stop()
    refused = relay.run("serve", "--listen", "127.0.0.1:0", "--store", url, "--standbys", "0")
    assert refused.returncode != 0
    assert "move them into the database first" in refused.stderr
