"""How long people are cut off while a relay with many messages moves to PostgreSQL.

`make cluster ARGS="--move 200000"`.

The messages wait for people who are away; others go on writing to each other meanwhile.
"""

import asyncio
import json
import os
import random
import subprocess
from functools import partial
from pathlib import Path

import apsw

from chaos.outcome import Outcome
from cluster import failover
from support.postgres import Server, scratch
from support.relay import RelayProcess
from support.terminal import Terminal
from support.waiting import until_found
from watchword_relay.store.sqlite import SqliteStore

PEOPLE = 200
ROOM = {"mailbox_messages": 1_000_000, "mailbox_bytes": 1 << 40, "sends": (1e6, 1e6), "writes": (1e6, 1e6)}
"""Those who write never stop for the others."""
BYTES = 1_024
_COUNTED = "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?1)"
_ACCOUNTS = f"{_COUNTED} INSERT INTO account SELECT 0, 'away' || n, 'away' || n, 1 FROM counted"  # noqa: S608 - of constants
_TERMINALS = """INSERT INTO terminal (realm, account, device, key, made_at, by)
    SELECT 0, account, 1, randomblob(32), 1, 0 FROM account"""
_MESSAGES = f"""{_COUNTED} INSERT INTO message (mailbox, seq, id, sender, origin, at, size, body)
    SELECT mailbox, n, randomblob(16), 'away1/1', 1, 0, ?2, randomblob(?2)
    FROM terminal JOIN counted"""  # noqa: S608 - of constants
_MAILBOXES = (
    "INSERT INTO mailbox SELECT mailbox, max(seq) + 1, count(*), sum(size), 0 FROM message GROUP BY mailbox"
)


async def moved(folder: Path, messages: int, seed: int) -> Outcome:
    """Move a relay under load; nothing that was acknowledged may be lost."""
    outcome = Outcome(
        0, f"a relay with {messages:,} messages of {BYTES} bytes moves to PostgreSQL", seed, long=True
    )
    dice = random.Random(seed)  # noqa: S311 - the same each time
    data = folder / "relay"
    RelayProcess(data).stop()
    await asyncio.to_thread(_filled, data / "relay.sqlite3", messages)
    with scratch() as place, Server(place / "pg") as server, RelayProcess(data, limits=ROOM) as relay:
        words = ("migrate", "--from", "sqlite", "--to", "postgres", "--json", "--standbys", "0")
        said: dict[str, float] = {}

        async def strike() -> None:
            done = await asyncio.to_thread(
                subprocess.run,
                relay.command(*words, "--store", server.database("relay"), "--data", str(data)),
                env=relay.surroundings(),
                stdout=subprocess.PIPE,
                check=True,
            )
            said.update(json.loads(done.stdout))

        away = asyncio.create_task(_away(relay, said))
        await failover.played(
            [relay.url], outcome, dice, [failover.Blow(strike, failover.nothing, failover.nothing)]
        )
        outcome.counts |= {
            **said,
            "longest_away_seconds": round(await away, 2),
            "processors": os.cpu_count() or 0,
        }
    return outcome


async def _away(relay: RelayProcess, said: dict[str, float]) -> float:
    """For how long a terminal that comes back at once was away longest, until the move is over."""
    clock = asyncio.get_running_loop().time
    terminal = await Terminal(relay.url, "cut").register()
    longest = 0.0
    while not said or terminal.socket.close_code is not None:
        closing = asyncio.create_task(terminal.socket.wait_closed())
        await asyncio.wait([closing], timeout=0.1)
        if not closing.done():
            closing.cancel()
            continue
        since = clock()
        await until_found(partial(failover.signed_in, terminal), "the relay is back", 60)
        longest = max(longest, clock() - since)
    await terminal.close()
    return longest


def _filled(path: Path, messages: int) -> None:
    """Put messages into a relay's file, for people who are away."""
    SqliteStore(path).close()
    db = apsw.Connection(str(path))
    with db:
        db.execute(_ACCOUNTS, (PEOPLE,))
        db.execute(_TERMINALS)
        db.execute(_MESSAGES, (messages // PEOPLE, BYTES))
        db.execute(_MAILBOXES)
    db.close()
