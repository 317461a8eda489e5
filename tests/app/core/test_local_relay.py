import os
import socket
import sys
from pathlib import Path

import pytest

from support.disks import read_only, tiny_disk
from support.processes import wait_until
from support.relay import RelayProcess, environment
from watchword.core import local_relay
from watchword.core.local_relay import LocalRelayRunner
from watchword.model.errors import Kind, TroubleWith
from watchword.model.setup import CheckStep, LocalRelayCause
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


# --- what does not work, and why --------------------------------------------------------


async def why_not(runner: LocalRelayRunner, port: int = 0) -> dict[str, str | int]:
    """Start one that cannot start; returns what is told."""
    with pytest.raises(TroubleWith) as caught:
        await runner.start(keep=False, port=port, this_computer_only=True)
    situation = caught.value.situation
    assert situation.kind is Kind.LOCAL_RELAY
    assert not runner.state.running
    return situation.facts


def instead(monkeypatch: pytest.MonkeyPatch, *program: str) -> None:
    """Start another program in the relay's place."""
    monkeypatch.setattr(local_relay, "_program", lambda: list(program))


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        told = await why_not(LocalRelayRunner(tmp_path / "relay"), port)
    assert (told["cause"], told["port"]) == (LocalRelayCause.PORT_TAKEN, port)


async def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    data.mkdir()
    (data / "letters.txt").write_text("mine")
    told = await why_not(LocalRelayRunner(data))
    assert (told["cause"], told["folder"]) == (LocalRelayCause.FOLDER_FOREIGN, str(data))
    assert [path.name for path in data.iterdir()] == ["letters.txt"]


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (data := tmp_path / "relay").mkdir()
    with read_only(data):
        assert (await why_not(LocalRelayRunner(data)))["cause"] == LocalRelayCause.FOLDER_UNWRITABLE
    with read_only(tmp_path):
        told = await why_not(LocalRelayRunner(tmp_path / "profile" / "relay"))
    assert told["cause"] == LocalRelayCause.FOLDER_UNWRITABLE


async def test_a_folder_where_another_relay_runs(tmp_path: Path) -> None:
    with RelayProcess(tmp_path / "relay"):
        told = await why_not(LocalRelayRunner(tmp_path / "relay"))
    assert told["cause"] == LocalRelayCause.FOLDER_IN_USE


async def test_a_disk_without_room(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 64) as disk:
        (data := disk.folder / "relay").mkdir()
        disk.fill()
        told = await why_not(LocalRelayRunner(data))
    assert told["cause"] == LocalRelayCause.DISK_FULL


async def test_a_database_that_is_none(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    with RelayProcess(data):
        pass
    (data / "relay.sqlite3").write_bytes(bytes(8_192))
    assert (await why_not(LocalRelayRunner(data)))["cause"] == LocalRelayCause.DATA_UNFIT


async def test_a_program_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, str(tmp_path / "nothing"))
    told = await why_not(LocalRelayRunner(tmp_path / "relay"))
    assert told["cause"] == LocalRelayCause.PROGRAM_MISSING


async def test_one_that_ends_at_once_leaves_its_code_and_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, sys.executable, "-c", "import sys; print('oh', file=sys.stderr); sys.exit(99)")
    told = await why_not(LocalRelayRunner(tmp_path / "relay"))
    assert (told["cause"], told["code"]) == (LocalRelayCause.ENDED, 99)
    assert Path(str(told["log"])).read_text() == "oh\n"  # noqa: ASYNC240 - a test may wait for a line


async def test_one_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_relay, "START_DEADLINE", 0.3)
    instead(monkeypatch, sys.executable, "-c", "import time; time.sleep(60)")
    told = await why_not(LocalRelayRunner(tmp_path / "relay"))
    assert told["cause"] == LocalRelayCause.SILENT
