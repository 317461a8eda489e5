"""Row 14, the database's part: the disk of PostgreSQL fills up under nodes; nothing acknowledged is lost.

Two disks, filled to the last byte: that of the tables, on which the server says `53100` to whoever writes;
and that of its log, without which it ends itself, and is started again when there is room.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg

from chaos.disks import Writer
from chaos.outcome import Outcome
from cluster.failover import signed_in
from support.disks import TinyDisk, tiny_disk
from support.ground import asked, over
from support.postgres import Server, owner, scratch
from support.relay import RelayProcess
from support.terminal import Terminal
from support.waiting import until, until_found
from watchword_wire import frames
from watchword_wire.frames import RefusalCode

ROUNDS = 5
OF_TABLES = 192 * 1024
"""Kilobytes."""
OF_LOG = 128 * 1024
LEFT = 2 * 1024 * 1024
"""Bytes that are left when a round begins."""
SIZE = 4_000
AT_ONCE = 8
SILENCE = 3.0
PATIENCE = 60.0
TIDY = {"autovacuum": "on", "autovacuum_naptime": "1s", "min_wal_size": "32MB"}
"""As servers are, so that what was deleted leaves room; and soon at the end of their log."""


@contextmanager
def _on_a_tiny_disk(kilobytes: int, *, log: bool) -> Iterator[tuple[TinyDisk, Server, str]]:
    """A server of which the tables, or the log, are on a disk that can be filled; and its database."""
    with ExitStack() as held:
        place = held.enter_context(scratch())
        disk = held.enter_context(tiny_disk(place / "disk", kilobytes))
        disk.folder.chmod(0o711)
        server = Server(place / "pg", TIDY)
        space = disk.folder / "space"
        if log:
            shutil.move(server.data / "pg_wal", space)
            (server.data / "pg_wal").symlink_to(space)
        else:
            space.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (space, *space.rglob("*")):
                shutil.chown(path, owner(), owner())
        held.enter_context(server)
        url = server.database("relay")
        if not log:
            server.execute(f"CREATE TABLESPACE tiny LOCATION '{space}'")
            server.execute("ALTER DATABASE relay SET TABLESPACE tiny")
        yield disk, server, url


def _fresh_outcome(what: str, seed: int, *, long: bool) -> Outcome:
    outcome = Outcome(14, f"{what} fills up under two nodes", seed, long)
    if not long:
        outcome.left_out.append("PostgreSQL: the long form tries it")
    return outcome


async def full(folder: Path, seed: int, *, long: bool) -> Outcome:
    """A sender that obeys goes on writing while the tables' disk fills up and is cleared, again and again."""
    outcome = _fresh_outcome("the disk of the database's tables", seed, long=long)
    if not long:
        return outcome
    got: list[bytes] = []
    with _on_a_tiny_disk(OF_TABLES, log=False) as (disk, server, url), over(url, folder) as nodes:
        ada = Writer(await Terminal(nodes[0].url, "ada").register())
        bo = await Terminal(nodes[1].url, "bo").register()
        for _ in range(ROUNDS):
            await bo.close()
            disk.leave(LEFT)
            while await ada.write("bo/1", SIZE):
                pass
            disk.fill()
            # What waits can be fetched; what is acknowledged is deleted now or when there is room again.
            await bo.sign_in()
            await until(partial(_has, bo, len(ada.told) - len(got)), "all came", PATIENCE)
            got += [deliver.id for deliver in bo.all(frames.Deliver)]
            bo.got.clear()
            disk.clear()
            await until_found(partial(ada.write, "nobody/1", 1), "there is room again", PATIENCE)
        await _comes_no_more(bo, nodes, server, outcome)
        await ada.terminal.close()
    outcome.compare(got, ada.told)
    codes = {refusal.code for refusal in ada.refusals}
    outcome.counts = {"rounds": ROUNDS, "acknowledged": len(ada.told), "refusals": len(ada.refusals)}
    outcome.wants(codes <= {RefusalCode.FULL, RefusalCode.RETRY_LATER}, f"refused in words: {codes}")
    outcome.wants(RefusalCode.FULL in codes, "told that the disk is full")
    _wants_no_mistake(nodes, outcome)
    return outcome


async def no_log(folder: Path, seed: int, *, long: bool) -> Outcome:
    """The disk of the log is full: the server ends itself, and is started when there is room."""
    outcome = _fresh_outcome("the disk of the database's log", seed, long=long)
    if not long:
        return outcome
    ended = 0
    with _on_a_tiny_disk(OF_LOG, log=True) as (disk, server, url), over(url, folder) as nodes:
        ada = _Hasty(await Terminal(nodes[0].url, "ada").register())
        bo = await Terminal(nodes[1].url, "bo").register()
        for _ in range(ROUNDS):
            disk.fill()
            while not (ada.is_put_off or ada.hears_nothing):
                await ada.sends_more()
            disk.clear()
            while ada.waiting:
                await until(
                    lambda: ada.hears() or server.has_ended, "what was under way is answered", PATIENCE
                )
                ended += await _is_started_again(server)
            await ada.obeys()
        got = bo.got
        await until(lambda: {one.id for one in _delivered(got)} >= set(ada.told), "all came", PATIENCE)
        shown = [deliver.id for deliver in _delivered(got)]
        ended += await _comes_no_more(bo, nodes, server, outcome)
        await ada.terminal.close()
    outcome.compare(shown, ada.told)
    outcome.counts = {"rounds": ROUNDS, "acknowledged": len(ada.told), "refused": ada.refused}
    outcome.counts["server_ended"] = ended
    outcome.wants(ended > 0, "the server ended itself")
    _wants_no_mistake(nodes, outcome)
    return outcome


class _Hasty:
    """Ada, who has several messages for bo under way."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.told: list[bytes] = []
        self.waiting: set[bytes] = set()
        self.refused = 0
        self.is_put_off = False
        self._heard_at = time.monotonic()

    @property
    def hears_nothing(self) -> bool:
        """Whether nothing came for a while, though something is under way."""
        return time.monotonic() - self._heard_at > SILENCE

    async def sends_more(self) -> None:
        """Have as many under way as may be."""
        while len(self.waiting) < AT_ONCE:
            message_id = os.urandom(16)
            self.waiting.add(message_id)
            await self.terminal.send(frames.Send(message_id, ["bo/1"], os.urandom(SIZE)))
        await asyncio.sleep(0.005)
        self.hears()

    def hears(self) -> bool:
        """Take what has come. Returns whether that was anything."""
        taken = [one for ok in self.terminal.all(frames.Ok) for one in ok.ids]
        no = [refusal.about for refusal in self.terminal.all(frames.Refusal)]
        self.terminal.got.clear()
        self.told += taken
        self.refused += len(no)
        self.is_put_off = self.is_put_off or bool(no)
        self.waiting -= {*taken, *no}
        if taken or no:
            self._heard_at = time.monotonic()
        return bool(taken or no)

    async def obeys(self) -> None:
        """Say that it heard of every refusal, and go on."""
        await self.terminal.send(frames.Heard(self.refused))
        self.is_put_off = False
        self._heard_at = time.monotonic()


def _delivered(got: list[frames.FromRelay]) -> list[frames.Deliver]:
    return [frame for frame in got if isinstance(frame, frames.Deliver)]


async def _is_started_again(server: Server) -> bool:
    """Start a server that has ended itself. Returns whether it had."""
    if not server.has_ended:
        return False
    server.kill()
    await asyncio.to_thread(server.start)
    return True


async def _comes_no_more(bo: Terminal, nodes: list[RelayProcess], server: Server, outcome: Outcome) -> int:
    """What was acknowledged at one node is deleted, so that it does not come at the other.

    Returns how often the server ended meanwhile: it may do so after everybody was answered.
    """
    of_bo = "SELECT count(*) FROM message JOIN terminal USING (mailbox) WHERE account = 'bo'"
    ended = 0

    async def all_is_deleted() -> bool:
        nonlocal ended
        ended += await _is_started_again(server)
        try:
            return asked(nodes[0], of_bo) == [(0,)]
        except psycopg.OperationalError:  # it reads its log again
            return False

    await until_found(all_is_deleted, "all is deleted", PATIENCE)
    await bo.close()
    bo.got.clear()
    bo.url = nodes[0].url
    # The node may not have found its database again: then it says so, and one comes again.
    await until_found(partial(signed_in, bo), "bo is let in", PATIENCE)
    await (await bo.socket.ping())
    outcome.wants(not bo.all(frames.Deliver), "what was acknowledged does not come again")
    await bo.close()
    return ended


def _wants_no_mistake(nodes: list[RelayProcess], outcome: Outcome) -> None:
    bugs = sum(node.log.read_text().count(" ERROR ") for node in nodes)
    outcome.counts["bugs"] = bugs
    outcome.wants(not bugs, "no mistake of the relay's own")


def _has(terminal: Terminal, count: int) -> bool:
    return len(terminal.all(frames.Deliver)) >= count
