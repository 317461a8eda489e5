"""An account of several terminals at a relay within this process: import `url` and `bo`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.relay_here import running
from support.terminal import Terminal
from support.waiting import until
from watchword_relay.limits import Limits
from watchword_wire import frames


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with running(tmp_path, Limits(waiting_of_source=64)) as here:
        yield here


@pytest.fixture
async def bo(url: str) -> AsyncIterator[Terminal]:
    async with await Terminal(url, "bo").register() as terminal:
        yield terminal


async def added(by: Terminal, name: str) -> Terminal:
    """Another terminal of an account: applies, is approved, signs in on the same connection."""
    new = await Terminal(by.url, name).apply()
    await by.send(by.approval(new))
    assert isinstance(await new.read(), frames.Admitted)
    await new.send(new.signature())
    await new._welcomed()
    await by.sees(frames.Admitted)
    return new


async def listed(terminal: Terminal) -> list[frames.TerminalEntry]:
    await terminal.send(frames.AskTerminals())
    return (await terminal.sees(frames.Terminals)).terminals


async def answered(terminal: Terminal) -> frames.FromRelay:
    """What an approval was answered with."""
    await until(
        lambda: terminal.all(frames.Admitted) or terminal.all(frames.Refusal), "the approval is answered"
    )
    answers: list[frames.FromRelay] = [*terminal.all(frames.Admitted), *terminal.all(frames.Refusal)]
    return answers[0]


async def refused(terminal: Terminal) -> frames.Refusal:
    return await terminal.sees(frames.Refusal)
