import os
import socket
from pathlib import Path

import pytest

from support.processes import wait_until
from support.relay import environment
from watchword.core.local_relay import LocalRelayRunner
from watchword.model.errors import Kind, TroubleWith
from watchword.model.setup import CheckStep
from watchword.net.address import parse_address
from watchword.net.check import check


@pytest.fixture(autouse=True)
def _sources(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(here / "app"), environment()["PYTHONPATH"]]))


async def works(address: str) -> list[CheckStep]:
    results = [result async for result in check(parse_address(address), lambda: 0.0)]
    assert [result.problem for result in results if result.problem] == []
    return [result.step for result in results]


def answers(address: str) -> bool:
    parsed = parse_address(address)
    try:
        with socket.create_connection((parsed.host, parsed.port), 1):
            return True
    except OSError:
        return False


async def test_it_runs_for_this_computer_and_stops(tmp_path: Path) -> None:
    runner = LocalRelayRunner(tmp_path / "relay")
    assert not runner.state.running
    started = await runner.start(keep=False, this_computer_only=True)
    assert started == runner.state
    assert started.running
    assert parse_address(started.address).on_this_computer
    assert await works(started.address) == [*CheckStep][1:]
    await runner.stop()
    assert not runner.state.running
    assert not answers(started.address)


async def test_for_this_network_it_speaks_tls_under_its_key(tmp_path: Path) -> None:
    runner = LocalRelayRunner(tmp_path / "relay")
    started = await runner.start(keep=False)
    address = parse_address(started.address)
    assert address.secure
    assert address.key is not None
    assert await works(started.address) == [*CheckStep][1:]
    await runner.stop()


async def test_the_port_and_key_stay_the_same(tmp_path: Path) -> None:
    runner = LocalRelayRunner(tmp_path / "relay")
    first = await runner.start(keep=False, this_computer_only=True)
    await runner.stop()
    port = parse_address(first.address).port
    second = await runner.start(keep=False, port=port, this_computer_only=True)
    await runner.stop()
    assert first.address == second.address


async def test_it_ends_with_the_program(tmp_path: Path) -> None:
    """Closing our end of its standard input is what the system does when the program is gone."""
    runner = LocalRelayRunner(tmp_path / "relay")
    started = await runner.start(keep=False, this_computer_only=True)
    assert runner._process is not None
    assert runner._process.stdin is not None
    runner._process.stdin.close()
    wait_until(lambda: not runner.state.running, "the relay has ended")
    assert not answers(started.address)


async def test_one_that_stays_is_found_again_and_can_be_stopped(tmp_path: Path) -> None:
    runner = LocalRelayRunner(tmp_path / "relay")
    started = await runner.start(keep=True, this_computer_only=True)
    process = runner._process
    later = LocalRelayRunner(tmp_path / "relay")
    assert later.state == started
    assert later.state.keep
    assert process is not None
    process_ends = process.poll
    await later.stop()
    wait_until(lambda: process_ends() is not None, "the relay has ended")
    assert not LocalRelayRunner(tmp_path / "relay").state.running


async def test_another_choice_starts_it_anew_on_its_port(tmp_path: Path) -> None:
    runner = LocalRelayRunner(tmp_path / "relay")
    first = await runner.start(keep=False, this_computer_only=True)
    second = await runner.start(keep=True, this_computer_only=True)
    assert (second.address, second.keep) == (first.address, True)
    await runner.stop()
    assert not answers(first.address)


async def test_why_it_did_not_start_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        runner = LocalRelayRunner(tmp_path / "relay")
        with pytest.raises(TroubleWith) as caught:
            await runner.start(keep=False, port=taken.getsockname()[1], this_computer_only=True)
    situation = caught.value.situation
    assert situation.kind is Kind.LOCAL_RELAY
    assert "another program uses this port" in str(situation.facts["reason"])
    assert not runner.state.running


async def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    data.mkdir()
    (data / "letters.txt").write_text("mine")
    runner = LocalRelayRunner(data)
    with pytest.raises(TroubleWith):
        await runner.start(keep=False, this_computer_only=True)
    assert [path.name for path in data.iterdir()] == ["letters.txt"]
