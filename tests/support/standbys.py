"""A PostgreSQL primary with two standbys of which one must have every commit, to be killed and cut off.

async with Trio(folder) as trio:
    trio.url                    # leads to whichever is the primary
    await trio.kill_primary()   # then nobody commits any more
    await trio.promote()        # the standby that has most; the other follows it
    await trio.rejoin()         # who was killed or cut off comes back as a standby
"""

import asyncio
import contextlib
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from support.postgres import Server, owner, run
from support.proxy import Proxy
from support.waiting import until_found

NAMES = ("one", "two", "three")
QUORUM = f"ANY 1 ({', '.join(NAMES)})"
DATABASE = "relay"


class Member:
    """One of the three.

    Args:
        folder: its own.
        name: by which the primary knows it.
        new: whether it begins as an empty primary.
    """

    def __init__(self, folder: Path, name: str, *, new: bool) -> None:
        self.name = name
        self.server = Server(
            folder / name,
            {
                "hot_standby": "on",
                "max_wal_senders": "10",
                "wal_retrieve_retry_interval": "100ms",
                "wal_receiver_status_interval": "1s",
                # A standby that was behind for a moment can go on, whatever checkpoints came since.
                "wal_keep_size": "512MB",
                "cluster_name": name,
            },
            new=new,
            host="127.0.0.1",
        )
        if new:
            # In its file, which the standbys copy, and where somebody may change it while they run.
            with (self.server.data / "postgresql.conf").open("a") as conf:
                conf.write(f"synchronous_standby_names = '{QUORUM}'\n")
        self.line = Proxy("127.0.0.1", self.server.port)
        """What its standbys and pg_basebackup come through, where they can be cut off."""
        self.cuttable = True

    def follow(self, primary: "Member") -> str:
        """Where a standby gets its log from."""
        return f"{self._way_to(primary)} application_name={self.name}"

    def _way_to(self, primary: "Member") -> str:
        port = primary.line.port if self.cuttable else primary.server.port
        return f"host=127.0.0.1 port={port} user=watchword"

    def copy(self, primary: "Member") -> None:
        """Become a standby of a primary, with a copy of all it has."""
        if self.server.data.exists():
            shutil.rmtree(self.server.data)
        run(
            "pg_basebackup",
            "-D",
            str(self.server.data),
            "-d",
            self._way_to(primary),  # nameless: no commit may count a copy that is being made
            "-c",
            "fast",
            "--no-sync",
        )
        (self.server.data / "standby.signal").touch()
        (self.server.data / "postgresql.auto.conf").write_text(
            f"primary_conninfo = '{self.follow(primary)}'\n"
        )
        for name in ("standby.signal", "postgresql.auto.conf"):
            shutil.chown(self.server.data / name, owner(), owner())
        self.server.start()

    def received(self) -> int:
        """How far a standby has the log."""
        ((far,),) = self.server.execute(
            "SELECT coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0'), 0)::bigint"
        )
        assert isinstance(far, int)
        return far

    def receives(self) -> bool:
        """Whether a standby gets its log from anybody now."""
        return bool(self.server.execute("SELECT 1 FROM pg_stat_wal_receiver"))


class Trio:
    """All three.

    Args:
        folder: where they have theirs.
        can_be_cut_off: whether what goes between them goes through this process, which can stop it.
    """

    def __init__(self, folder: Path, *, can_be_cut_off: bool = True) -> None:
        self.members = [Member(folder, name, new=name == NAMES[0]) for name in NAMES]
        for member in self.members:
            member.cuttable = can_be_cut_off
        self.primary = self.members[0]
        self._running = contextlib.AsyncExitStack()

    @property
    def url(self) -> str:
        """What leads to the primary, whichever it is."""
        hosts = ",".join("127.0.0.1" for _ in self.members)
        ports = ",".join(str(member.server.port) for member in self.members)
        return f"host={hosts} port={ports} user=watchword dbname={DATABASE}"

    @property
    def standbys(self) -> list[Member]:
        """The two others."""
        return [member for member in self.members if member is not self.primary]

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as began:
            for member in self.members:
                await began.enter_async_context(member.line)
                began.push_async_callback(asyncio.to_thread, member.server.kill)
            await asyncio.to_thread(self.primary.server.start)
            for standby in self.standbys:
                await asyncio.to_thread(standby.copy, self.primary)
            await asyncio.to_thread(self.primary.server.database, DATABASE)
            await self._all_follow()
            self._running = began.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.aclose()

    async def kill_primary(self) -> None:
        """End all its processes at once."""
        await asyncio.to_thread(self.primary.server.kill)

    def cut_off_primary(self) -> None:
        """Let nothing pass between the primary and its standbys; whoever else reaches it still does."""
        self.primary.line.cut()

    async def promote(self) -> None:
        """Make the standby primary that has most of the log, and have the other follow it.

        Once nothing comes any more: what is on its way could put the other ahead, which could not follow.
        """
        for standby in self.standbys:
            await until_found(
                lambda standby=standby: asyncio.to_thread(lambda: not standby.receives()),  # type: ignore[misc]  # used at once
                "the old primary is left",
            )
        one, other = sorted(self.standbys, key=Member.received, reverse=True)
        await asyncio.to_thread(run, "pg_ctl", "promote", "-D", str(one.server.data), "-s")
        follow = other.follow(one).replace("'", "''")
        await asyncio.to_thread(other.server.execute, f"ALTER SYSTEM SET primary_conninfo = '{follow}'")
        await asyncio.to_thread(other.server.execute, "SELECT pg_reload_conf()")
        self.primary = one

    async def rejoin(self) -> None:
        """Bring those back as standbys that do not follow, such as who was the primary before.

        Afterwards both do: the next primary's end finds one that has all.
        """
        following = await self._following()
        for member in self.standbys:
            if member.name not in following:
                await asyncio.to_thread(member.server.kill)
                member.line.restore()
                await asyncio.to_thread(member.copy, self.primary)
        await self._all_follow()

    async def _all_follow(self) -> None:
        """Wait until both standbys have all that the primary has by now.

        Who is behind may lack what one that was just copied never had, and could not follow that one.
        """
        ((here,),) = await asyncio.to_thread(self.primary.server.execute, "SELECT pg_current_wal_flush_lsn()")

        async def both() -> bool:
            return len(await self._following(str(here))) == len(self.standbys)

        await until_found(both, "both standbys follow")

    async def _following(self, upto: str = "0/0") -> set[str]:
        """Who has the primary's log up to there, and gets what comes. Others may never catch up."""
        rows = await asyncio.to_thread(
            self.primary.server.execute,
            "SELECT application_name FROM pg_stat_replication"  # noqa: S608 - of what the server said
            f" WHERE state = 'streaming' AND flush_lsn >= '{upto}'",
        )
        return {str(name) for (name,) in rows}
