"""Accounts that send as much as the relay takes, in a process of their own, until they are told to stop.

    python -m chaos.flooder URLS ACCOUNTS NAMES

URLS are those of the relay's nodes, with commas between them, which the accounts take in turn.
NAMES is what the accounts' names begin with. Standard input says when to stop: by NOW, or its end, at
once; by TOLD each as soon as it was refused with a time to wait, after a minute at the latest.

Prints a line of JSON: how many messages left, and how many were refused with a time to wait.
"""

import asyncio
import itertools
import json
import os
import sys
import threading
import time

from support.raw_peer import masked
from support.terminal import Terminal
from watchword_wire import codec, frames
from watchword_wire.frames import RefusalCode

NOW, TOLD = "now", "told"
_PATIENCE = 60.0
_AHEAD = 512 * 1024
_AT_ONCE = 64
_POOL = 20_000
_BODY = bytes(300)


def _messages() -> list[bytes]:
    """Bytes of many messages, each for somebody who does not exist, which costs what any other does."""
    made = (
        masked(codec.encode(frames.Send(os.urandom(16), [f"nobody{number % 50}/1"], _BODY)))
        for number in range(_POOL)
    )
    return [b"".join(itertools.islice(made, _AT_ONCE)) for _ in range(_POOL // _AT_ONCE)]


class _Stop:
    """When to stop."""

    def __init__(self) -> None:
        self._now = False
        self._latest: float | None = None

    def said(self, word: str) -> None:
        """Take what standard input says."""
        self._now = word.strip() != TOLD
        self._latest = time.monotonic() + _PATIENCE

    def now(self, told: int) -> bool:
        """Whether one stops who was told so often to wait."""
        return self._latest is not None and (self._now or told > 0 or time.monotonic() > self._latest)


async def _flood(terminal: Terminal, stop: _Stop) -> tuple[int, int, int]:
    sent = refused = told = heard = 0
    pool = itertools.cycle(_messages())
    transport = terminal.socket.transport
    while not stop.now(told):
        while transport.get_write_buffer_size() < _AHEAD:
            transport.write(next(pool))
            sent += _AT_ONCE
        await asyncio.sleep(0.002)
        for frame in terminal.got:
            if isinstance(frame, frames.Refusal):
                refused += 1
                told += frame.code == RefusalCode.RETRY_LATER and frame.retry_ms > 0
        terminal.got.clear()
        if refused > heard:
            heard = refused
            transport.write(masked(codec.encode(frames.Heard(heard))))
    terminal.drop()
    return sent, refused, told


async def _run(urls: list[str], accounts: int, names: str) -> None:
    stop = _Stop()

    def listen() -> None:
        stop.said(sys.stdin.readline())

    terminals = [
        await Terminal(urls[number % len(urls)], f"{names}{number}").register() for number in range(accounts)
    ]
    threading.Thread(target=listen, daemon=True).start()
    print("ready", flush=True)  # noqa: T201 - the word that the row waits for
    found = await asyncio.gather(*(_flood(terminal, stop) for terminal in terminals))
    sent, refused, told = (sum(column) for column in zip(*found, strict=True))
    print(json.dumps({"sent": sent, "refused": refused, "retry_after": told}))  # noqa: T201 - the result


def main(words: list[str]) -> None:
    """Read the command line."""
    urls, accounts, names = words
    asyncio.run(_run(urls.split(","), int(accounts), names))


if __name__ == "__main__":
    main(sys.argv[1:])
