"""Several nodes of one relay, each a process of its own, over one PostgreSQL.

with Cluster(tmp_path, url, nodes=2) as cluster:
    cluster.nodes[0].url
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.relay import RelayProcess

MARK = "watchword-relay"


PLENTY = {"writes": (1e6, 1e6), "mailbox_messages": 1_000_000}
"""Between nodes everything is written; a few terminals that load them, and fill mailboxes, are no people."""


class Cluster:
    """Some nodes.

    Args:
        folder: where they have their data folders.
        url: the database's.
        nodes: how many.
        standbys: how many of the database's have what is acknowledged.
        options: further words for each.
        limits: as a `RelayProcess` takes them; if nothing is said, they may write, and leave, what they like.
        made: what makes a node.
    """

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        nodes: int = 2,
        standbys: int = 0,
        t1: float | None = None,
        t2: float | None = None,
        options: Sequence[str] = (),
        limits: Mapping[str, object] | None = PLENTY,
        made: type[RelayProcess] = RelayProcess,
    ) -> None:
        self.key = Ed25519PrivateKey.generate().private_bytes_raw()
        self.nodes: list[RelayProcess] = []
        words = ["--store", url, "--standbys", str(standbys), *options]
        for number in range(nodes):
            data = folder / f"node{number}"
            data.mkdir(mode=0o700, parents=True)
            # What an operator does who copies the first node's folder: all have one key.
            (data / MARK).write_text("")
            (data / "relay.key").write_bytes(self.key)
            self.nodes.append(made(data, t1=t1, t2=t2, options=words, limits=limits, start=False))

    def start(self) -> None:
        """Start all of them."""
        for node in self.nodes:
            node.start()

    def kill(self) -> None:
        """End all of them at once."""
        for node in self.nodes:
            node.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in self.nodes:
            node.__exit__(kind, error, trace)
