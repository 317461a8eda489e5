"""Row 19: planted words and keys are nowhere but where they belong.

Looked for in the relay's data, its log files of SQLite, its log, what it leaves when it is killed or aborted,
the temporary folder, and the desktops' files; and where nodes share a PostgreSQL, in its files, its WAL and a
log of every statement with all that it was given.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from unittest import mock

from chaos.guests import Guests
from chaos.outcome import Outcome
from support.ground import Ground, alone, over
from support.play import meet
from support.postgres import Server, scratch
from watchword import log
from watchword.protocol import ratchet
from watchword.store import sessions as kept_sessions

PHRASE = "canary-phrase-7c1f aardvark zeppelin"
TEXT = "canary-text-93ab"
NAME = "canary-name-51d0"
DRAFT = "canary-draft-20fe"
_WORD = b"canary"
TELLS_ALL = {
    "logging_collector": "on",
    "log_directory": "log",
    "log_min_messages": "info",
    "log_statement": "all",
    "log_connections": "on",
}


def holding(folder: Path, canary: bytes) -> list[str]:
    """The files that hold it."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and canary in path.read_bytes()
    ]


def cores(folder: Path) -> list[Path]:
    """What a program left that was ended by its own signal."""
    return [path for path in folder.rglob("core*") if path.is_file()]


def searched(folder: Path) -> dict[str, int]:
    """How much there was to search."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return {"files": len(sizes), "bytes": sum(sizes)}


async def in_database(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The same at two nodes; the database is searched with the rest."""
    if not long:
        return Outcome(19, "canaries in PostgreSQL", seed, long, left_out=["the long form tries it"])
    with scratch() as place, Server(place / "pg", TELLS_ALL) as server:
        ground = partial(over, server.database("relay"))
        outcome = await run(folder, seed, long=long, on=ground, beside=[place], database=server)
    outcome.what += ", and in PostgreSQL's files, WAL and log under two nodes"
    return outcome


async def run(
    folder: Path,
    seed: int,
    *,
    long: bool,
    on: Ground = alone,
    beside: Sequence[Path] = (),
    database: Server | None = None,
) -> Outcome:
    """Two people meet and write; everything on the disk is searched while they do and afterwards.

    `beside` are further folders to search, in which there is a database.
    """
    outcome = Outcome(19, "canaries in relay data, WAL, logs, core, temp, client files", seed, long)
    texts = 200 if long else 5
    (folder / "tmp").mkdir()
    looks = 0
    secrets: list[bytes] = []

    def look(when: str) -> None:
        nonlocal looks
        looks += 1
        for secret in secrets:
            found = [file for place in (folder, *beside) for file in holding(place, secret)]
            outcome.wants(not found, f"{when}: {secret[:9]!r} in {found}")

    log.start(folder / "log")
    try:
        with mock.patch.dict(os.environ, TMPDIR=str(folder / "tmp")):
            with on(folder) as nodes:
                await _live(
                    Guests(folder, nodes), [f"{TEXT} {number}" for number in range(texts)], secrets, look
                )
            outcome.wants(not cores(folder), "no core is left")
            if database is not None:
                database.execute("CHECKPOINT")
            look("at the end")
        # What is looked at is what is written.
        outcome.wants(
            holding(folder, b"client closed") == ["log/watchword.log"], "the search finds what is there"
        )
        for place in beside:
            kinds = {Path(name).parent.name for name in holding(place, b"ada/1")}
            outcome.wants({"pg_wal", "log"} < kinds, f"the search finds what the database wrote: {kinds}")
    finally:
        log.stop()
    there = [searched(place) for place in (folder, *beside)]
    outcome.counts = {"canaries": len(secrets), "looks": looks}
    outcome.counts |= {name: sum(one[name] for one in there) for name in there[0]}
    return outcome


async def _live(stage: Guests, wanted: list[str], secrets: list[bytes], look: Callable[[str], None]) -> None:
    """Have two people meet and write while relays die; what must be found nowhere is put into `secrets`."""
    async with stage:
        ada, bo = await stage.enter("ada", "bo")
        await ada.client.add_contact("bo", NAME)
        await meet(ada, bo, PHRASE)
        for text in wanted:
            await ada.sends("bo", text)
            await bo.sends("ada", text)
        await bo.sees_texts("ada", wanted)
        await ada.client.save_draft((await ada.chat("bo")).id, DRAFT)
        secrets += [_WORD, PHRASE.encode(), TEXT.encode(), NAME.encode(), ada.key, bo.key]
        for person, other in ((ada, "bo"), (bo, "ada")):
            db = person.client._desk.db
            [session] = await db.read(partial(kept_sessions.of_account, account=other))
            held = ratchet.unpack(session.packed)
            keys = (held.exporter, held.code_key, person.client._desk.identity)
            secrets += [key.expose() for key in keys]
        secrets += [secret.hex().encode() for secret in secrets if len(secret) == 32]
        # What waits at the relay is on its disk: in its log file first, in the database later.
        await bo.leaves()
        for text in wanted:
            await ada.sends("bo", text)
        look("while it runs")
        for node in stage.nodes:
            node.kill()
        look("after SIGKILL")
        for node in stage.nodes:
            node.start()
            os.kill(node.pid, signal.SIGABRT)
            await asyncio.to_thread(node.kill)
        look("after SIGABRT")
        for node in stage.nodes:
            node.start()
        await bo.returns()
        await bo.sees_texts("ada", [*wanted, *wanted])
