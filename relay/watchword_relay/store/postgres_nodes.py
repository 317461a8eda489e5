"""What nodes share through PostgreSQL: who is signed in where, hints for each other, handshakes.

Seats are in tables without a log, and written without waiting for anything: they are gone with a primary that
breaks, and every node writes its own anew within a second.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from watchword_relay.store.history import Bounds
from watchword_relay.store.nodes import Beat, Event, Here, Looked, Moved, Page, Sitter, Taken
from watchword_relay.store.postgres_bus import Bus, accounts_of
from watchword_relay.store.postgres_runs import PostgresRuns
from watchword_relay.store.postgres_session import Row, Session, Transaction
from watchword_relay.store.postgres_waiting import waiting_of

DEAD_SECONDS: Final = 8
"""A node that has not said for so long that it lives is forgotten."""
_BEAT = """INSERT INTO node (node, beat) VALUES (%s, clock_timestamp())
    ON CONFLICT (node) DO UPDATE SET beat = clock_timestamp() RETURNING xmax = 0"""
_DEAD = """DELETE FROM node WHERE node IN (
        SELECT node FROM node WHERE beat < clock_timestamp() - make_interval(secs => %s)
        FOR UPDATE SKIP LOCKED)
    RETURNING node"""
_EMPTY = """DELETE FROM seat WHERE node = ANY(%s) OR NOT EXISTS (
    SELECT 1 FROM node WHERE node.node = seat.node) RETURNING realm, account, watches"""
_WAITS = "SELECT mailbox FROM mailbox WHERE mailbox = ANY(%s) AND count > 0"
_OWED = """SELECT mailbox, h FROM seat JOIN handshake ON handshake.realm = seat.realm
        AND handshake.a = seat.account || '/' || seat.device AND (owed_a <> 0 OR status IS NULL)
    WHERE mailbox = ANY(%(boxes)s) AND at <= %(since)s
        AND (owed_a <> 0 OR response <> '' OR challenge <> '' AND proof = '')
    UNION SELECT mailbox, h FROM seat JOIN handshake ON handshake.realm = seat.realm
        AND handshake.b = seat.account || '/' || seat.device AND (owed_b <> 0 OR status IS NULL)
    WHERE mailbox = ANY(%(boxes)s) AND at <= %(since)s
        AND (owed_b <> 0 OR NOT asked OR proof <> '' AND response = '')"""
"""Of a handshake without a verdict: whose turn it is, which `handshakes.waiting_for` says, too."""
_STRAYS = """SELECT mailbox, number FROM seat LEFT JOIN unnest(%s::bigint[]) AS mine (box) ON box = mailbox
    WHERE node = %s AND box IS NULL"""
_LOST = """SELECT box, terminal.mailbox IS NULL, coalesce(number > nth, FALSE)
    FROM unnest(%s::bigint[], %s::bigint[]) AS mine (box, nth)
    LEFT JOIN terminal ON terminal.mailbox = box LEFT JOIN seat ON seat.mailbox = box
    WHERE terminal.mailbox IS NULL OR number IS DISTINCT FROM nth"""

_BY_NOW = "SELECT (SELECT count(*) FROM node), served FROM relay"
_HOLD = "SELECT mailbox FROM mailbox WHERE mailbox = ANY(%s) ORDER BY mailbox FOR UPDATE"
_SIT = """INSERT INTO seat (mailbox, realm, account, device, node, number)
    SELECT sitter.*, %s, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS sitter (box, realm, account, device)
    ON CONFLICT (mailbox) DO UPDATE SET node = excluded.node, watches = '{}',
        number = greatest(excluded.number, seat.number + 1)
    RETURNING mailbox, number"""
"""The newest sign-in wins, by the database's clock."""
_BEFORE = "SELECT mailbox, node FROM seat WHERE mailbox = ANY(%s)"
_RESIT = """INSERT INTO seat (mailbox, realm, account, device, node, number, watches)
    VALUES (%s, %s, %s, %s, %s, %s, %s::text[])
    ON CONFLICT (mailbox) DO UPDATE SET node = excluded.node, number = excluded.number,
        watches = excluded.watches
    WHERE seat.number <= excluded.number"""
_RISE = """DELETE FROM seat USING unnest(%s::bigint[], %s::bigint[]) AS rising (box, nth)
    WHERE mailbox = box AND number = nth RETURNING realm, account, watches"""
_WATCHED = """SELECT seat.realm, seat.account, watches
    FROM (SELECT DISTINCT realm, account FROM unnest(%s::bigint[], %s::text[]) AS moved (realm, account)
    ) AS moved JOIN seat USING (realm, account)"""
_WATCH = "UPDATE seat SET watches = %s::text[] WHERE mailbox = %s AND number = %s"
_HERE = "SELECT account, device, watches FROM seat WHERE realm = %s AND account = ANY(%s) ORDER BY 1, 2"

_PEOPLED = "SELECT EXISTS (SELECT 1 FROM seat WHERE realm = %s)"


class PostgresNodes(PostgresRuns):
    """See `nodes.Nodes`.

    Args:
        write: does something in one transaction of the writer's.
        sessions: one that listens and one that asks, for this alone.
        bounds: how long the relay keeps what says nothing of that itself.
        give_up: ends all waiting for the database.
    """

    def __init__(
        self,
        write: Callable[[Callable[[Transaction], Any]], Any],
        sessions: tuple[Session, Session],
        bounds: Bounds,
        give_up: Callable[[], None],
    ) -> None:
        self.name = uuid.uuid4().hex[:16]
        self.trouble: str | None = None
        self._write = write
        self._kept = bounds.kept
        self._asking = sessions[1]
        self._bus = Bus(self.name, *sessions)
        self.give_up = give_up
        self.read = self._bus.read
        self.wake = self._bus.wake
        self.reads_here = self._bus.reads_here

    def begin(self, heard: Callable[[Event], None]) -> None:
        """Listen to the other nodes."""
        self._bus.begin(heard)

    def tell(self, event: Event, *, terminals: Sequence[str] = (), accounts: Sequence[str] = ()) -> None:
        """Have nodes hear of something soon."""
        self._bus.tell(event, [*accounts, *accounts_of(terminals)])

    def stop(self) -> None:
        """Leave the others, and let go of the sessions."""
        self._bus.stop()

    # --- who is signed in where -------------------------------------------------------------

    def beat(self, served: int) -> Beat:
        """Say that this node lives; forget nodes that do not say so."""

        def work(db: Transaction) -> Beat:
            # Durably, though it need not be: a primary that was cut off from its standbys shows by that.
            new = bool(db.value(_BEAT, self.name))
            dead = [node for (node,) in db.rows(_DEAD, DEAD_SECONDS)]
            if dead:
                self._tell_moved(db.rows(_EMPTY, dead))
            nodes, by_now = db.rows(_BY_NOW)[0]
            return Beat(new, nodes, max(by_now, served))

        found: Beat = self._write(work)
        return found

    def sit(self, sitters: Sequence[Sitter]) -> list[int]:
        """Give terminals their seat here."""

        def work(db: Transaction) -> tuple[list[tuple[int, str]], dict[int, int], list[Row]]:
            db.forget_soon()
            boxes = sorted({one.mailbox for one in sitters})
            # Who takes a message back either sees the seat, or is done before anything is delivered to it.
            db.rows(_HOLD, boxes)
            before = db.rows(_BEFORE, boxes)
            newest = {one.mailbox: one for one in sitters}
            columns = zip(
                *((one.mailbox, one.realm, one.account, one.device) for one in newest.values()), strict=True
            )
            numbers: dict[int, int] = dict(db.rows(_SIT, self.name, *map(list, columns)))
            return before, numbers, _watched(db, [(one.realm, one.account) for one in sitters])

        before, numbers, watched = self._write(work)
        for mailbox, node in before:
            if node != self.name:
                self._bus.tell(Taken(mailbox, numbers[mailbox]), ())
        self._tell_moved(watched)
        return [numbers[one.mailbox] for one in sitters]

    def resit(self, sitters: Sequence[tuple[Sitter, int, list[str]]]) -> None:
        """Take seats again that were forgotten."""

        def work(db: Transaction) -> None:
            db.forget_soon()
            for one, number, watches in sitters:
                db.rows(_RESIT, one.mailbox, one.realm, one.account, one.device, self.name, number, watches)

        self._write(work)

    def rise(self, seats: Sequence[tuple[int, int]]) -> None:
        """Give seats up."""
        boxes, numbers = zip(*seats, strict=True)

        def work(db: Transaction) -> list[Row]:
            db.forget_soon()
            gone = db.rows(_RISE, list(boxes), list(numbers))
            return gone + _watched(db, [(realm, account) for realm, account, _ in gone])

        self._tell_moved(self._write(work))

    def _tell_moved(self, watched: Sequence[Row]) -> None:
        """Tell those whom accounts watch that something about these moved."""
        concerned: dict[tuple[int, str], set[str]] = defaultdict(set)
        for realm, account, watches in watched:
            concerned[realm, account].update(watches)
        for (realm, account), peers in concerned.items():
            if peers:
                self._bus.tell(Moved(realm, account), sorted(peers))

    def bow_out(self) -> None:
        """This node stops."""

        def work(db: Transaction) -> None:
            db.forget_soon()
            db.rows("DELETE FROM node WHERE node = %s", self.name)
            self._tell_moved(db.rows(_EMPTY, [self.name]))

        self._write(work)

    def watch(self, mailbox: int, number: int, accounts: list[str]) -> None:
        """Keep whom a terminal watches."""

        def work(db: Transaction) -> None:
            db.forget_soon()
            db.rows(_WATCH, accounts, mailbox, number)

        self._write(work)

    # --- looking ------------------------------------------------------------------------------

    def is_peopled(self, realm: int) -> bool:
        """Whether a terminal of a realm is signed in at any node."""
        return bool(self._write(lambda db: db.value(_PEOPLED, realm)))

    def look(self, seats: Sequence[tuple[int, int]], since: int) -> Looked:
        """See what became of seats, and what is for their terminals."""
        boxes, numbers = map(list, zip(*seats, strict=True))
        lost: list[int] = []
        gone: list[int] = []
        forgotten: list[int] = []
        for box, is_gone, is_taken in self._asking.rows(_LOST, boxes, numbers):
            (gone if is_gone else lost if is_taken else forgotten).append(box)
        waiting = [box for (box,) in self._asking.rows(_WAITS, boxes)]
        owed = self._asking.rows(_OWED, {"boxes": boxes, "since": since})
        return Looked(lost, gone, forgotten, waiting, [(box, h) for box, h in owed])

    def strays(self, mailboxes: Sequence[int]) -> list[tuple[int, int]]:
        """Seats at this node of other mailboxes than these."""
        return [
            (mailbox, number) for mailbox, number in self._asking.rows(_STRAYS, list(mailboxes), self.name)
        ]

    def waiting_of(
        self, asked: Sequence[tuple[int, int]], most: int, most_bytes: int, now: int
    ) -> dict[int, Page]:
        """What waits in several mailboxes above a number each."""
        return waiting_of(self._asking.rows, asked, most, most_bytes, now, now - self._kept)

    def here(self, realm: int, accounts: Sequence[str]) -> list[Here]:
        """The terminals of accounts that are signed in anywhere."""
        return [Here(*row) for row in self._asking.rows(_HERE, realm, list(accounts))]


def _watched(db: Transaction, accounts: Sequence[tuple[int, str]]) -> list[Row]:
    """Whom the terminals of accounts watch."""
    if not accounts:
        return []
    realms, names = zip(*accounts, strict=True)
    return db.rows(_WATCHED, list(realms), list(names))
