"""What is forgotten in time: nonces, endings, envelope hashes, ended requests; at start and every few hours.

Each is kept as long as a rule needs it and no longer; see `docs/protocol/store.md`. What is told in time,
too: texts of which no word came while the relay kept them. And what is set right when the wall clock, which
was ahead, has been put back: dates in the future. A clock that is behind, as after an empty battery, must not
date the history anew.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from watchword.core import clock, sessions
from watchword.core.desk import Desk
from watchword.core.runs import Runs
from watchword.model.chat import Message
from watchword.model.errors import TroubleWith
from watchword.model.events import Event, MessageChanged
from watchword.store import guesses, inbox, messages, requests, rooms, runs
from watchword.store.transaction import Tx
from watchword_wire.timing import VERDICT_KEPT

EVERY = 6 * 3600.0
LOOK = 20.0
"""Seconds between two looks whether the wall clock was put back."""

SURE = 600.0
"""Seconds after a start, or after the wall clock was put back, until dates are held against it: a computer
that starts with a clock years behind has it set by then, once there is a network."""

HEARD = 60.0
"""Seconds of a connection after which the receipts have come that waited at the relay."""

PUT_BACK_MS = 5_000
"""By so much at least; less is how clocks are kept in step."""

_DAY_MS = 24 * 3600 * 1000
LISTED_MS = 30 * _DAY_MS
"""Ended requests stay in the list for so long."""

UNKNOWN_MS = 30 * _DAY_MS
"""What came for a room waits so long for what the room began with."""

REDELIVERED_MS = 90 * _DAY_MS
"""No relay gives an envelope again that is older; a relay's operator may keep mail for weeks."""


async def run(desk: Desk, live: Runs) -> None:
    """Forget now and again, for as long as the client is open."""
    while True:
        at, began, ahead, dates_due = clock.wall_ms(), clock.now(), _ahead(), True
        offline_at, texts_due = clock.now(), True
        live.forget(at - int(VERDICT_KEPT * 1000))
        await _do(desk, partial(_forget, at))
        for _ in range(round(EVERY / LOOK)):
            await asyncio.sleep(LOOK)
            if _ahead() < ahead - PUT_BACK_MS:
                break
            ahead = max(ahead, _ahead())
            if dates_due and desk.link.is_online and clock.now() - began >= SURE:
                dates_due = False
                await _do(desk, partial(_set_dates_right, clock.wall_ms()))
            if not desk.link.is_online:
                offline_at = clock.now()
            elif texts_due and clock.now() - offline_at >= HEARD:
                texts_due = False
                await _do(desk, partial(_unfetched, clock.wall_ms()))


async def _do(desk: Desk, chore: Callable[[Tx], list[Event]]) -> None:
    try:
        desk.tell(*await desk.db.write(chore))
    except TroubleWith as trouble:
        desk.report(trouble.situation)


def _ahead() -> float:
    """How far the wall clock is ahead of the clock that never jumps, in ms."""
    return clock.wall_ms() - clock.now() * 1000


def _forget(at: int, tx: Tx) -> list[Event]:
    runs.forget(tx, at - int(VERDICT_KEPT * 1000))
    inbox.forget(tx, at - REDELIVERED_MS)
    requests.forget(tx, at - LISTED_MS)
    rooms.forget_arrivals(tx, at - UNKNOWN_MS)
    guesses.set_all_right(tx, at / 1000)
    return []


def _unfetched(at: int, tx: Tx) -> list[Event]:
    return _told(tx, messages.unfetched(tx, at))


def _set_dates_right(at: int, tx: Tx) -> list[Event]:
    return _told(tx, messages.set_right(tx, at))


def _told(tx: Tx, rows: list[Message]) -> list[Event]:
    moved = [event for chat in {row.chat for row in rows} for event in sessions.changed(tx, chat)]
    return [*map(MessageChanged, rows), *moved]
