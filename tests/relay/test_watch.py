"""What a program that looks after a relay gets of a real one; what is shipped for it uses the same names."""

import asyncio
import json
import re
from http.client import HTTPConnection
from pathlib import Path

import pytest

from support.ports import free_port
from support.relay_here import relaying
from support.terminal import Terminal
from watchword_relay import certificate
from watchword_relay.config import Address, Config, Unfit, Watch
from watchword_relay.limits import Limits
from watchword_relay.metrics import PREFIX
from watchword_relay.store.contract import OWN, Batch, Run
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.tls import Tls
from watchword_wire import frames
from watchword_wire.exchange import Abort, AbortCode, handle

SHIPPED = Path(__file__).parents[2] / "packaging" / "relay"


async def got(port: int, path: str) -> tuple[int, str, str]:
    """Status, kind and body of an answer."""

    def ask() -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Content-Type", ""), body

    return await asyncio.to_thread(ask)


async def told(port: int) -> dict[str, float]:
    """All samples, by name and label as they stand."""
    _, _, page = await got(port, "/metrics")
    lines = [line.rpartition(" ") for line in page.splitlines() if not line.startswith("#")]
    return {name.removeprefix(PREFIX): float(value) for name, _, value in lines}


def watched(folder: Path, limits: Limits | None = None) -> tuple[Config, int]:
    port = free_port()
    watch = Watch(Address("127.0.0.1", port))
    listen = Address("127.0.0.1", 0)
    return Config(data=folder, listen=listen, watch=watch, limits=limits or Limits()), port


async def test_the_numbers_are_those_of_what_happened(tmp_path: Path) -> None:
    config, watch = watched(tmp_path)
    store = SqliteStore(tmp_path / "relay.sqlite3")
    async with relaying(config, store) as port:
        url = f"ws://127.0.0.1:{port}"
        assert await got(watch, "/healthz") == (200, "text/plain; charset=utf-8", "ok\n")
        assert await got(watch, "/readyz") == (200, "text/plain; charset=utf-8", "ok\n")
        assert (await got(watch, "/"))[0] == 404
        async with await Terminal(url, "ada").register() as ada, await Terminal(url, "bo").register() as bo:
            await ada.message("bo", "cy")
            await bo.sees(frames.Deliver)
            request = ada.request("bo")
            await ada.send(frames.Step("bo/1", request))
            await bo.sees(frames.StepFrom)
            await bo.send(frames.Step("ada/1", Abort(handle(request), AbortCode.DIFFER).encode()))
            await ada.sees(frames.StepFrom)
            async with Terminal(url, "nobody") as stranger:
                await stranger.open()
                await stranger.send(stranger.signature())
                await stranger.read()
            found = await told(watch)
        _, _, suspects = await got(watch, "/suspects")
        assert [line.split() for line in suspects.splitlines()][1:] == [["this", "computer", "1", "0"]]
        assert (found["present"], found["sign_ins_total"], found["failed_sign_ins_total"]) == (2, 2, 1)
        assert found['handshakes_total{ending="differ"}'] == 1
        assert found['handshakes_total{ending="accepted"}'] == 0
        assert found["ready"] == 1
        assert found["commit_seconds_count"] == found["commits_total"] > 0
        assert found["disk_free_bytes"] > 2**20
        assert (await got(watch, "/metrics"))[1] == "text/plain; version=0.0.4; charset=utf-8"
        assert "ada" not in (await got(watch, "/metrics"))[2]
    store.close()


async def test_a_restart_is_the_ending_of_what_was_open(tmp_path: Path) -> None:
    config, watch = watched(tmp_path)
    store = SqliteStore(tmp_path / "relay.sqlite3")
    for name in ("ada", "bo"):
        store.of(OWN).register(name, name, b"k" * 32, None, 1)
    from_a_run(store)
    async with relaying(config, store):
        assert (await told(watch))['handshakes_total{ending="relay_lost"}'] == 1
    store.close()


def from_a_run(store: SqliteStore) -> None:
    """A handshake that an earlier process left open."""
    batch = Batch()
    batch.opened = [Run(OWN, bytes(32), "ada/1", "bo/1", 1)]
    store.commit(batch)


async def test_a_relay_that_takes_nothing_is_not_ready_and_says_why(tmp_path: Path) -> None:
    config, watch = watched(tmp_path, Limits(low_water_bytes=2**62, low_water_part=2.0))
    store = SqliteStore(tmp_path / "relay.sqlite3")
    async with relaying(config, store):
        status, _, why = await got(watch, "/readyz")
        assert (status, why) == (503, "the disk is almost full\n")
        assert (await got(watch, "/healthz"))[0] == 200
        assert (await told(watch))["ready"] == 0
    store.close()


async def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    config, watch = watched(tmp_path)
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", watch)
    store = SqliteStore(tmp_path / "relay.sqlite3")
    with pytest.raises(Unfit, match=r"watch\.listen 127\.0\.0\.1:\d+: another program uses this port"):
        async with relaying(config, store):
            pass
    store.close()
    server.close()
    await server.wait_closed()


async def test_the_dashboard_and_the_alerts_name_what_there_is_and_the_dashboard_all_of_it(
    tmp_path: Path,
) -> None:
    pair = tmp_path / "c.pem", tmp_path / "c.key"
    certificate.make(*pair)
    config, watch = watched(tmp_path)
    store = SqliteStore(tmp_path / "relay.sqlite3")
    async with relaying(config, store, Tls(*pair)):
        there = {name.partition("{")[0] for name in await told(watch)}
        page = (await got(watch, "/metrics"))[2]
    store.close()
    word = re.compile(rf"\b{PREFIX}(\w+)")
    dashboard = json.loads((SHIPPED / "dashboard.json").read_text())
    shown = {
        one
        for panel in dashboard["panels"]
        for each in panel["targets"]
        for one in word.findall(each["expr"])
    }
    alerts = (SHIPPED / "alerts.yml").read_text()
    assert shown - there == set()
    assert set(word.findall(alerts)) - there == set()
    # Every family is on the dashboard; of a histogram its buckets are.
    families = {
        line.split()[2].removeprefix(PREFIX) for line in page.splitlines() if line.startswith("# TYPE")
    }
    assert families == {one.removesuffix("_bucket") for one in shown}
    endings = set(re.findall(r'ending="(\w+)"', page))
    assert {one for said in re.findall(r'ending=~"([\w|]+)"', alerts) for one in said.split("|")} <= endings


def test_the_operator_s_page_says_what_to_do_at_each_alert() -> None:
    page = (SHIPPED.parents[1] / "docs" / "operate" / "relay.md").read_text(encoding="utf-8")
    alerts = set(re.findall(r"- alert: (\w+)", (SHIPPED / "alerts.yml").read_text()))
    assert alerts
    assert alerts == set(re.findall(r"`(WatchwordRelay\w+)`", page))
