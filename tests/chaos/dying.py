"""A program of the product that ends itself with SIGKILL at a named fail point.

    python -m chaos.dying POINT TIMES MARK MODULE WORDS...

runs `MODULE.main(WORDS)` and kills itself when POINT is reached for the TIMES-th time; MARK is a file that it
makes just before. The points stand in `POINTS`: each is a wrapper around one of the program's own seams, laid
around it here and nowhere in the product.
"""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from watchword.core.inbox import Inbox
from watchword.core.outbox import Outbox
from watchword.net.link import Link
from watchword.store.database import Database
from watchword_relay.connection import RelayConnection
from watchword_relay.mailroom import MailRoom
from watchword_relay.store.contract import Batch
from watchword_relay.store.sqlite import SqliteStore
from watchword_relay.unwritten import Unwritten
from watchword_wire.frames import Ack, FromDesktop, Send

Die = Callable[[], None]
_LEFT = 0.005
"""Seconds in which what was handed to the connection reaches the network."""


class _Counted:
    """Kills this process the so-manyth time it is called."""

    def __init__(self, times: int, mark: Path) -> None:
        self._left = times
        self._mark = mark

    def __call__(self) -> None:
        self._left -= 1
        if not self._left:
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def _lay(around: type, name: str, wrapper: Callable[..., Any]) -> None:
    """Lay a wrapper around one of the program's seams."""
    setattr(around, name, wrapper)


# --- the relay --------------------------------------------------------------------------------


def _commit(die: Die, what: str, *, after: bool, kind: type = SqliteStore) -> None:
    """Around the transaction that writes messages (`puts`), or deletes what was acknowledged (`acks`)."""
    commit = kind.commit  # type: ignore[attr-defined]  # of either store

    def dying(store: Any, batch: Batch) -> Any:
        counts = bool(getattr(batch, what))
        if counts and not after:
            die()
        levels = commit(store, batch)
        if counts and after:
            die()
        return levels

    _lay(kind, "commit", dying)


def _commit_of_node(die: Die, what: str, *, after: bool) -> None:
    # Nobody else is to wait until the driver is loaded.
    stores = importlib.import_module("watchword_relay.store.postgres")
    _commit(die, what, after=after, kind=stores.PostgresStore)


def _notify(die: Die, *, after: bool) -> None:
    """Around the moment at which a node tells the others that something came into mailboxes."""
    bus = importlib.import_module("watchword_relay.store.postgres_bus").Bus
    send = bus._send

    def dying(one: Any) -> None:
        counts = bool(one._waked)
        if counts and not after:
            die()
        send(one)
        if counts and after:
            die()

    _lay(bus, "_send", dying)


def _before_ok(die: Die) -> None:
    push_ok = RelayConnection.push_ok

    def dying(connection: RelayConnection, message_id: bytes) -> None:
        die()
        push_ok(connection, message_id)

    _lay(RelayConnection, "push_ok", dying)


def _after_flush(die: Die, counts: Callable[[RelayConnection], bool]) -> None:
    """Once what one connection is told has left in one write."""
    flush = RelayConnection.flush

    def dying(connection: RelayConnection) -> None:
        it_counts = counts(connection)
        flush(connection)
        if it_counts:
            die()

    _lay(RelayConnection, "flush", dying)


def _after_ok(die: Die) -> None:
    _after_flush(die, lambda connection: bool(connection._oks))


def _deliver(die: Die, *, after: bool) -> None:
    deliver = MailRoom._deliver
    given: set[int] = set()

    def dying(room: MailRoom, box: Any, *what: Any) -> bool:
        if not after:
            die()
        given.add(id(box.connection))
        return deliver(room, box, *what)

    _lay(MailRoom, "_deliver", dying)
    if after:

        def it_was_given(connection: RelayConnection) -> bool:
            found = id(connection) in given
            given.discard(id(connection))
            return found

        _after_flush(die, it_was_given)


def _relay_ack(die: Die, *, after: bool) -> None:
    acknowledged = Unwritten.acknowledged

    def dying(unwritten: Unwritten, box: Any, ids: Any) -> None:
        if not after:
            die()
        acknowledged(unwritten, box, ids)
        if after:
            die()

    _lay(Unwritten, "acknowledged", dying)


# --- the desktop ------------------------------------------------------------------------------


def _saved(die: Die, whose: str, *, after: bool) -> None:
    """Around the transactions that a part of the core asks for: at their end, or once they are durable."""
    write = Database.write

    def dying_within(work: Any, tx: Any) -> Any:
        made = work(tx)
        die()
        return made

    async def dying(db: Database, work: Any) -> Any:
        code = work.func if isinstance(work, partial) else work
        counts = whose in code.__qualname__
        made = await write(db, partial(dying_within, work) if counts and not after else work)
        if counts and after:
            die()
        return made

    _lay(Database, "write", dying)


def _leaves(die: Die, kind: type[FromDesktop], *, after: bool) -> None:
    send = Link.send

    def dying(link: Link, frame: FromDesktop) -> bool:
        if isinstance(frame, kind) and link.is_online:
            if after:
                asyncio.get_running_loop().call_later(_LEFT, die)
            else:
                die()
        return send(link, frame)

    _lay(Link, "send", dying)


def _heard_ok(die: Die) -> None:
    acknowledged = Outbox.acknowledged

    def dying(outbox: Outbox, ids: list[bytes]) -> None:
        die()
        acknowledged(outbox, ids)

    _lay(Outbox, "acknowledged", dying)


def _message_came(die: Die) -> None:
    arrived = Inbox.arrived

    async def dying(inbox: Inbox, frame: Any) -> None:
        die()
        await arrived(inbox, frame)

    _lay(Inbox, "arrived", dying)


RELAY: dict[str, Callable[[Die], None]] = {
    "relay before commit": partial(_commit, what="puts", after=False),
    "relay after commit": partial(_commit, what="puts", after=True),
    "relay before ok": _before_ok,
    "relay after ok": _after_ok,
    "relay before deliver": partial(_deliver, after=False),
    "relay after deliver": partial(_deliver, after=True),
    "relay before ack": partial(_relay_ack, after=False),
    "relay after ack": partial(_relay_ack, after=True),
    "relay before commit of acks": partial(_commit, what="acks", after=False),
    "relay after commit of acks": partial(_commit, what="acks", after=True),
}
DESKTOP: dict[str, Callable[[Die], None]] = {
    "sender before commit": partial(_saved, whose="Outbox.send_text", after=False),
    "sender after commit": partial(_saved, whose="Outbox.send_text", after=True),
    "sender before send": partial(_leaves, kind=Send, after=False),
    "sender after send": partial(_leaves, kind=Send, after=True),
    "sender before ok": _heard_ok,
    "sender before commit of ok": partial(_saved, whose="Answers.settle", after=False),
    "sender after commit of ok": partial(_saved, whose="Answers.settle", after=True),
    "receiver before message": _message_came,
    "receiver before commit": partial(_saved, whose="Inbox._save", after=False),
    "receiver after commit": partial(_saved, whose="Inbox._save", after=True),
    "receiver before ack": partial(_leaves, kind=Ack, after=False),
    "receiver after ack": partial(_leaves, kind=Ack, after=True),
    "receiver before commit of receipt": partial(_saved, whose="_seal_receipts", after=False),
    "receiver after commit of receipt": partial(_saved, whose="_seal_receipts", after=True),
}
NODE: dict[str, Callable[[Die], None]] = {
    **RELAY,
    "relay before commit": partial(_commit_of_node, what="puts", after=False),
    "relay after commit": partial(_commit_of_node, what="puts", after=True),
    "relay before commit of acks": partial(_commit_of_node, what="acks", after=False),
    "relay after commit of acks": partial(_commit_of_node, what="acks", after=True),
    "relay before notify": partial(_notify, after=False),
    "relay after notify": partial(_notify, after=True),
}
"""The relay's on a node over PostgreSQL."""
ON_A_NODE = " on a node"
POINTS = {**RELAY, **DESKTOP, **{f"{name}{ON_A_NODE}": lay for name, lay in NODE.items()}}


def main(words: list[str]) -> int:
    """Run a program with its fail point."""
    point, times, mark, module, *rest = words
    POINTS[point](_Counted(int(times), Path(mark)))
    ended: int | None = importlib.import_module(module).main(rest)
    return ended or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
