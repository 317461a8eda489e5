"""Patroni over three servers of PostgreSQL, as `docs/operate/scale.md` says: `make cluster ARGS=--patroni`.

It needs Debian's packages patroni, python3-etcd and etcd-server. The primary's server is killed under load,
then another with its Patroni, as if the machine were lost; Patroni promotes, nodes follow, nothing is done by
hand.
"""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from chaos.outcome import Outcome
from cluster import failover
from support.cluster import Cluster
from support.ports import free_port
from support.postgres import as_owner, owner, programs, scratch
from support.waiting import until

NAMES = ("db1", "db2", "db3")
PATIENCE = 90.0
SETTINGS = {
    "ttl": 20,
    "loop_wait": 3,
    "retry_timeout": 3,
    "synchronous_mode": True,
    "synchronous_mode_strict": True,
    "synchronous_node_count": 1,
    "master_start_timeout": 0,
    "postgresql": {"use_pg_rewind": True, "parameters": {"synchronous_commit": "on", "wal_log_hints": "on"}},
}


class Member:
    """One server with its Patroni."""

    def __init__(self, folder: Path, name: str, etcd: int) -> None:
        self.name = name
        self.data = folder / name / "data"
        self.port, self.api = free_port(), free_port()
        self._file = folder / f"{name}.yml"
        self._log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        (folder / name).mkdir()
        trusted = [
            f"{kind} all all {where} trust" for kind, where in (("local", ""), ("host", "127.0.0.1/32"))
        ]
        trusted.append("host replication all 127.0.0.1/32 trust")
        config: dict[str, Any] = {
            "scope": "relay",
            "name": name,
            "restapi": {"listen": f"127.0.0.1:{self.api}", "connect_address": f"127.0.0.1:{self.api}"},
            "etcd3": {"host": f"127.0.0.1:{etcd}"},
            "bootstrap": {"dcs": SETTINGS, "initdb": [{"encoding": "UTF8"}, {"locale": "C"}]},
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}",
                "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self.data),
                "bin_dir": str(programs()),
                "pgpass": str(folder / name / "pgpass"),
                "pg_hba": trusted,
                "authentication": {
                    "superuser": {"username": "watchword"},
                    "replication": {"username": "replicator"},
                },
                "parameters": {
                    "unix_socket_directories": str(folder / name),
                    "shared_buffers": "32MB",
                    "dynamic_shared_memory_type": "mmap",
                },
            },
        }
        self._file.write_text(json.dumps(config))  # which is YAML, too
        if os.geteuid() == 0:
            shutil.chown(folder / name, owner(), owner())

    def start(self) -> None:
        """Start Patroni, which starts the server."""
        with self._log.open("ab") as log:
            self.process = as_owner(["patroni", str(self._file)], stdout=log, stderr=log)

    def kill_server(self) -> None:
        """End the server's processes at once; Patroni stays."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        assert b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes(), "it is not there"
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def kill(self) -> None:
        """End both at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            self.kill_server()

    def told(self) -> dict[str, dict[str, Any]]:
        """What its Patroni knows of all three, by their names; nothing if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/cluster", timeout=2) as answer:
                return {one["name"]: one for one in json.loads(answer.read())["members"]}
        except OSError:
            return {}


class Patroni:
    """All three."""

    def __init__(self, folder: Path) -> None:
        etcd = free_port()
        self._etcd = _etcd(folder, etcd)
        self.members = [Member(folder, name, etcd) for name in NAMES]

    @property
    def url(self) -> str:
        """What leads to the primary, whichever it is."""
        hosts = ",".join("127.0.0.1" for _ in self.members)
        ports = ",".join(str(member.port) for member in self.members)
        return f"host={hosts} port={ports} user=watchword dbname=relay"

    async def settled(self) -> Member:
        """Wait until there is a primary, and a standby that Patroni would promote. Returns the primary."""
        found: list[Member] = []

        def all_there() -> bool:
            for one in self.members:
                told = one.told()
                roles = sorted(other["role"] for other in told.values() if other["state"] == "running")
                if told.get(one.name, {}).get("role") == "leader" and roles == [
                    "leader",
                    "replica",
                    "sync_standby",
                ]:
                    found.append(one)
            return bool(found)

        await until(all_there, "Patroni has a primary and a standby that it would promote", PATIENCE)
        return found[0]

    def end(self) -> None:
        """End everything."""
        for member in self.members:
            if member.process is not None:
                member.kill()
        self._etcd.kill()
        self._etcd.wait()


def _etcd(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    (folder / "etcd").mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder / "etcd", owner(), owner())
    url, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}"
    words = ["etcd", "--data-dir", str(folder / "etcd"), "--listen-client-urls", url]
    words += ["--advertise-client-urls", url, "--listen-peer-urls", peer]
    words += ["--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
    return as_owner(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def running() -> Iterator[Patroni]:
    """Three servers that Patroni looks after."""
    with scratch() as place:
        patroni = Patroni(place)
        try:
            for member in patroni.members:
                member.start()
            yield patroni
        finally:
            patroni.end()


async def played(folder: Path, seed: int) -> Outcome:
    """Kill primaries under load; Patroni does the rest."""
    outcome = Outcome(
        4, "Patroni: the primary's server killed, then another with its Patroni", seed, long=True
    )
    with running() as patroni:
        primary = await patroni.settled()
        here = f"host=127.0.0.1 port={primary.port} user=watchword dbname=postgres"
        with psycopg.connect(here, autocommit=True) as db:
            db.execute("CREATE DATABASE relay")
        cluster = Cluster(folder, patroni.url, nodes=2, standbys=1)
        await asyncio.to_thread(cluster.start)
        try:
            dice = random.Random(seed)  # noqa: S311 - the same moments in each run
            blows: Sequence[failover.Blow] = [_server(patroni), _machine(patroni)]
            urls = [node.url for node in cluster.nodes]
            await failover.played(urls, outcome, dice, blows)
        finally:
            await asyncio.to_thread(cluster.kill)
    return outcome


def _server(patroni: Patroni) -> failover.Blow:
    async def strike() -> None:
        (await patroni.settled()).kill_server()

    async def mend() -> None:
        await patroni.settled()

    return failover.Blow(strike, failover.nothing, mend)


def _machine(patroni: Patroni) -> failover.Blow:
    async def strike() -> None:
        (await patroni.settled()).kill()

    return failover.Blow(strike, failover.nothing, failover.nothing)
