"""Milliseconds from Enter to the own core's event and to the peer's, on loopback, without windows.

A real relay in a process of its own, two real clients with real stores in this one: each text is saved
durably three times (sender, relay or receiver's ack, receiver) before the peer's event.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.results import Figure

ROUNDS = 200
WARM_UP = 20
PATIENCE = 20.0
BUBBLE_MS = 16.0
PEER_MS = 10.0


async def _measure() -> dict[str, float]:
    from support.play import Stage  # noqa: PLC0415 - on the path once the parts are loaded
    from watchword.model.events import Event, MessageAdded  # noqa: PLC0415 - likewise

    own: list[float] = []
    peer: list[float] = []
    arrived = asyncio.Event()

    def heard(event: Event) -> None:
        if isinstance(event, MessageAdded) and event.notify:
            peer.append(time.perf_counter())
            arrived.set()

    def shown(event: Event) -> None:
        if isinstance(event, MessageAdded) and event.message.mine:
            own.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        async with Stage(Path(folder)) as stage:
            ada, bo = await stage.couple()
            chat = (await ada.chat("bo")).id
            ada.client.listen(shown)
            bo.client.listen(heard)
            pressed: list[float] = []
            for number in range(WARM_UP + ROUNDS):
                arrived.clear()
                pressed.append(time.perf_counter())
                await ada.client.send_text(chat, f"{number} " + "x" * 100)
                await asyncio.wait_for(arrived.wait(), PATIENCE)
                await asyncio.sleep(0.03)
    bubbles = [(end - begin) * 1e3 for begin, end in zip(pressed, own, strict=True)][WARM_UP:]
    peers = [(end - begin) * 1e3 for begin, end in zip(pressed, peer, strict=True)][WARM_UP:]
    return {
        "enter_to_bubble_ms_p50": statistics.median(bubbles),
        "enter_to_peer_ms_p50": statistics.median(peers),
        "enter_to_peer_ms_p95": statistics.quantiles(peers, n=20)[-1],
    }


def measure() -> dict[str, float]:
    """Send one text after the other and return medians in milliseconds."""
    return asyncio.run(_measure())


def figures(say: Callable[[str], None], _leave_out: object) -> Iterable[Figure]:
    """Measure; the core's share of what the desktop may take."""
    say("chat: Enter to both events")
    measured = measure()
    yield Figure("Enter → own event, p50", measured["enter_to_bubble_ms_p50"], "ms", at_most=BUBBLE_MS)
    yield Figure("Enter → peer's event, p50", measured["enter_to_peer_ms_p50"], "ms", at_most=PEER_MS)
    yield Figure("Enter → peer's event, p95", measured["enter_to_peer_ms_p95"], "ms")
