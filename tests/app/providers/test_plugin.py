"""External programs that misbehave, and how they are started, ended and started again."""

import asyncio
import json
import logging
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from conftest import LoggedWarnings
from support.plugins.bending import KEY, bent, lives
from support.waiting import until
from watchword.providers.conformance import sample_context
from watchword.providers.contract import CALL_LIMIT, Cause, Fault, KeyName, Mode
from watchword.providers.plugin import Plugin, find_program
from watchword.ui.run import run

CONTEXT = sample_context(Mode.WRAP)
DATA = bytes(range(32))


async def refused(plugin: Plugin, cause: Cause) -> None:
    with pytest.raises(Fault) as caught:
        await plugin.wrap(DATA, CONTEXT, KEY)
    assert caught.value.cause is cause


@pytest.mark.parametrize(
    ("way", "problem"),
    [
        ("answers another request", "an answer to another request"),
        ("answers nonsense", "an answer that is not what the protocol says"),
        ("answers an unknown error", "an error that this operation does not have"),
        ("says altered of sealing", "an error that this operation does not have"),
        ("blames itself for nothing", "an error that this operation does not have"),
        ("gives too much", "5000 bytes in answer to wrap, not 1 to 1024"),
        ("gives nothing", "0 bytes in answer to wrap, not 1 to 1024"),
        ("announces too long a frame", "an answer that is too long"),
        ("has no mode", "it does not have the mode that it is used in"),
        ("takes the highest version", "a version that was not offered"),
        ("knows no unknown", "an unknown operation was not answered as one"),
        ("refuses what it does not know", "an error that this operation does not have"),
        ("writes before it is asked", "an answer that is too long"),
    ],
)
async def test_what_no_plugin_may_answer_ends_it(
    way: str, problem: str, logged_warnings: LoggedWarnings
) -> None:
    plugin = bent(way)
    await refused(plugin, Cause.PROVIDER_WRONG)
    assert plugin.problem == problem
    assert plugin.pid is None
    await plugin.close()
    logged_warnings.take("plugin lost reason=provider-wrong")


async def test_what_a_plugin_may_say_does_not_end_it() -> None:
    plugin = bent("says key unknown")
    await refused(plugin, Cause.KEY_UNKNOWN)
    pid = plugin.pid
    await refused(plugin, Cause.KEY_UNKNOWN)
    assert plugin.pid == pid is not None
    await plugin.close()


async def test_what_was_unwrapped_must_be_a_key(logged_warnings: LoggedWarnings) -> None:
    plugin = bent("straight")
    sealed = await plugin.seal(b"short", CONTEXT, KEY)
    with pytest.raises(Fault) as caught:
        await plugin.unwrap(sealed, CONTEXT, KEY)
    assert caught.value.cause is Cause.PROVIDER_WRONG
    await plugin.close()
    logged_warnings.take("plugin lost")


async def test_it_is_started_by_the_first_call_and_ended_by_close() -> None:
    plugin = bent("straight")
    health = await plugin.health()
    assert (health.fault, health.detail, health.keys[0]) == (None, "Bent?straight 7", KEY)
    pid = plugin.pid
    assert pid is not None
    assert lives(pid)
    await plugin.close()
    assert plugin.pid is None
    await until(lambda: not lives(pid), "the program ended")


async def test_one_that_stays_after_its_input_ended_is_killed() -> None:
    plugin = bent("stays")
    await plugin.health()
    pid = plugin.pid
    assert pid is not None
    await plugin.close()
    await until(lambda: not lives(pid), "the program was killed")


async def test_a_program_that_is_not_there_is_missing(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    plain = tmp_path / "plain"
    plain.write_text("no program")
    for path in (tmp_path / "nothing", plain):
        plugin = Plugin([str(path)], {}, Mode.WRAP)
        await refused(plugin, Cause.PROVIDER_MISSING)
        await plugin.close()
    logged_warnings.take("plugin lost reason=provider-missing")


async def test_one_that_died_is_started_again_at_once_and_then_at_growing_distances(
    logged_warnings: LoggedWarnings,
) -> None:
    plugin = bent("dies")
    await refused(plugin, Cause.PROVIDER_DOWN)
    await refused(plugin, Cause.PROVIDER_DOWN)
    logged_warnings.take("plugin lost reason=provider-down")
    await refused(plugin, Cause.PROVIDER_DOWN)
    assert not logged_warnings.records, "it was started a third time without a pause"
    loop = asyncio.get_running_loop()
    assert loop.time() < plugin.not_before <= loop.time() + 1.0
    await plugin.close()


async def test_one_that_works_again_is_forgiven(tmp_path: Path, logged_warnings: LoggedWarnings) -> None:
    plugin = bent("dies once", Mode.WRAP, str(tmp_path / "died"))
    await refused(plugin, Cause.PROVIDER_DOWN)
    assert await plugin.wrap(DATA, CONTEXT, KEY)
    (tmp_path / "died").unlink()
    await refused(plugin, Cause.PROVIDER_DOWN)
    assert await plugin.wrap(DATA, CONTEXT, KEY)
    await plugin.close()
    logged_warnings.take("plugin lost reason=provider-down attempt=1")


async def test_one_that_says_no_works_too(tmp_path: Path, logged_warnings: LoggedWarnings) -> None:
    plugin = bent("dies once", Mode.WRAP, str(tmp_path / "died"))
    for _ in range(3):
        await refused(plugin, Cause.PROVIDER_DOWN)
        with pytest.raises(Fault) as caught:
            await plugin.wrap(DATA, CONTEXT, KeyName(b"--------", 1))
        assert caught.value.cause is Cause.KEY_UNKNOWN
        (tmp_path / "died").unlink()
    await plugin.close()
    logged_warnings.take("plugin lost reason=provider-down attempt=1")


async def test_one_that_ends_between_calls_is_started_again_unnoticed() -> None:
    plugin = bent("ends after each answer")
    wrapped = await plugin.wrap(DATA, CONTEXT, KEY)
    first = plugin.pid
    assert first is not None
    await until(lambda: not lives(first), "the program ended")
    assert await plugin.unwrap(wrapped, CONTEXT, KEY) == DATA
    await plugin.close()


async def test_a_plugin_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    note = tmp_path / "child"
    plugin = bent("hangs with a child", Mode.WRAP, str(note))
    await plugin.health()
    plugin._limit = 1.0  # it is there: what takes as long from now on is what hangs
    await refused(plugin, Cause.PROVIDER_SLOW)
    child = int(note.read_text())
    await until(lambda: not lives(child), "what the plugin started was ended")
    await plugin.close()
    logged_warnings.take("plugin lost reason=provider-slow")


async def test_close_does_not_wait_for_a_call_that_hangs(
    tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    plugin = bent("hangs with a child", Mode.WRAP, str(tmp_path / "child"))
    await plugin.health()
    call = asyncio.create_task(plugin.wrap(DATA, CONTEXT, KEY))
    await until((tmp_path / "child").exists, "the call is under way")
    async with asyncio.timeout(CALL_LIMIT / 2):
        await plugin.close()
    with pytest.raises(Fault) as caught:
        await call
    assert caught.value.cause is Cause.PROVIDER_DOWN
    logged_warnings.take("plugin lost reason=provider-down")


async def test_a_caller_who_gives_up_takes_nobody_elses_answer() -> None:
    plugin = bent("straight")
    await plugin.health()
    for _ in range(20):
        call = asyncio.create_task(plugin.wrap(DATA, CONTEXT, KEY))
        for _ in range(3):
            await asyncio.sleep(0)
        assert plugin.busy
        call.cancel()
        wrapped = await plugin.wrap(DATA, CONTEXT, KEY)
        assert await plugin.unwrap(wrapped, CONTEXT, KEY) == DATA
    await plugin.close()


async def test_it_finds_nothing_around_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_SECRET", "canary")
    note = tmp_path / "found"
    plugin = bent("looks around", Mode.WRAP, str(note))
    reading, writing = os.pipe()
    try:
        os.set_inheritable(writing, True)
        await plugin.wrap(DATA, CONTEXT, KEY)
    finally:
        os.close(reading)
        os.close(writing)
    found = json.loads(note.read_text())
    assert set(found["variables"]) <= {
        "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "TZ", "USER", "TEMP"
    }  # fmt: skip
    assert "PATH" in found["variables"]
    assert found["files"] == []
    assert found["descriptors"] == [0, 1, 2]
    assert found["leads"]
    assert found["mode"] == 0o700
    await plugin.close()
    await until(lambda: not Path(found["folder"]).exists(), "its folder was removed")


async def test_what_it_writes_as_errors_neither_stops_it_nor_is_kept(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    plugin = bent("writes a lot of errors")
    wrapped = await plugin.wrap(DATA, CONTEXT, KEY)
    assert await plugin.unwrap(wrapped, CONTEXT, KEY) == DATA
    await plugin.close()
    assert "secret" not in caplog.text
    assert capfd.readouterr() == ("", "")


async def test_the_loop_is_never_held_up(
    tmp_path: Path, quick_loop: object, logged_warnings: LoggedWarnings
) -> None:
    assert quick_loop == []
    plugin = bent("hangs with a child", Mode.CONTENT, str(tmp_path / "child"), limit=1.0)
    with pytest.raises(Fault):
        await plugin.seal(bytes(65_536), CONTEXT, KEY)
    await plugin.close()
    logged_warnings.take("plugin lost")


def test_it_works_in_the_loop_of_the_window(
    qapp: QApplication, tmp_path: Path, logged_warnings: LoggedWarnings
) -> None:
    async def play() -> bytes:
        plugin = bent("straight")
        wrapped = await plugin.wrap(DATA, CONTEXT, KEY)
        pid = plugin.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not lives(pid), "the program ended")
        opened = await plugin.unwrap(wrapped, CONTEXT, KEY)
        hanging = bent("hangs with a child", Mode.WRAP, str(tmp_path / "child"), limit=0.5)
        await refused(hanging, Cause.PROVIDER_SLOW)
        await hanging.close()
        await plugin.close()
        return opened

    assert run(qapp, play()) == DATA
    logged_warnings.take("plugin lost")


def test_a_profile_can_name_only_what_was_installed_to_be_a_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("watchword-plugin-acme", "acme"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert find_program("acme") == tmp_path / "watchword-plugin-acme"
    for name in ("", "../acme", "Acme", "-acme", "acme/x", "other", "a" * 65):
        assert find_program(name) is None
