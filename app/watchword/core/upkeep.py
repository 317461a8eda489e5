"""What is forgotten in time: nonces, endings, envelope hashes, ended requests; at start and every few hours.

Each is kept as long as a rule needs it and no longer; see `docs/protocol/store.md`.
"""

import asyncio
from functools import partial

from watchword.core import clock
from watchword.core.desk import Desk
from watchword.core.runs import Runs
from watchword.model.errors import TroubleWith
from watchword.store import guesses, inbox, requests, runs
from watchword.store.transaction import Tx
from watchword_wire.timing import VERDICT_KEPT

EVERY = 6 * 3600.0
_DAY_MS = 24 * 3600 * 1000
LISTED_MS = 30 * _DAY_MS
"""Ended requests stay in the list for so long."""

REDELIVERED_MS = 90 * _DAY_MS
"""No relay gives an envelope again that is older; a relay's operator may keep mail for weeks."""


async def run(desk: Desk, live: Runs) -> None:
    """Forget now and again, for as long as the client is open."""
    while True:
        at = clock.wall_ms()
        live.forget(at - int(VERDICT_KEPT * 1000))
        try:
            await desk.db.write(partial(_forget, at))
        except TroubleWith as trouble:
            desk.report(trouble.situation)
        await asyncio.sleep(EVERY)


def _forget(at: int, tx: Tx) -> None:
    runs.forget(tx, at - int(VERDICT_KEPT * 1000))
    inbox.forget(tx, at - REDELIVERED_MS)
    requests.forget(tx, at - LISTED_MS)
    guesses.set_all_right(tx, at / 1000)
