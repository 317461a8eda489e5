"""Handshakes in PostgreSQL, step by step: any node takes a step, whichever of them dies.

The rules stand in `handshakes`; here a step holds the handshake's row, and what ends it is one UPDATE that
finds it open and in time by the database's clock, so that there is one verdict. Moves of many handshakes
share a transaction, in the same order of rows at all nodes. Who looks at the clock passes over rows that
another holds.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from watchword_relay import handshakes
from watchword_relay.handshakes import Live
from watchword_relay.store.contract import Ended
from watchword_relay.store.nodes import Ask, Move, Opening, Owe, Step, Stepping
from watchword_relay.store.postgres_realm import ENDED, ended_of
from watchword_relay.store.postgres_session import Row, Transaction

_COLUMNS: Final = """h, a, b, extract(epoch FROM t1_at)::float8, extract(epoch FROM t2_at)::float8,
        request, hint, challenge, proof, response, asked, extract(epoch FROM clock_timestamp())::float8"""
_LIVE: Final = f"""SELECT {_COLUMNS} FROM handshake
    WHERE status IS NULL AND due IS NOT NULL AND realm = %s AND """  # noqa: S608 - of constants
_HELD: Final = _LIVE + "h = %s FOR UPDATE"
_OPEN: Final = f"""INSERT INTO handshake (realm, h, a, b, at, request, hint, t1_at, t2_at, due)
    SELECT %(realm)s, %(h)s, %(a)s, %(b)s, %(at)s, %(request)s, %(hint)s, now + make_interval(secs => %(t1)s),
        now + make_interval(secs => %(t2)s), now + make_interval(secs => %(t1)s)
    FROM (SELECT clock_timestamp() AS now) AS clock
    WHERE %(most)s > (SELECT count(*) FROM handshake WHERE realm = %(realm)s AND a = %(a)s AND status IS NULL)
    ON CONFLICT (realm, h) DO NOTHING RETURNING {_COLUMNS}"""  # noqa: S608 - of constants
_TAKE_UP: Final = """UPDATE handshake SET request = %s, hint = %s, challenge = %s, proof = %s, response = %s,
        asked = %s, t1_at = now + make_interval(secs => %s), t2_at = now + make_interval(secs => %s),
        due = now + make_interval(secs => %s)
    FROM (SELECT clock_timestamp() AS now) AS clock
    WHERE realm = %s AND h = %s AND status IS NULL AND due IS NULL"""
_KEEP: Final = """UPDATE handshake SET challenge = %s, proof = %s, response = %s, asked = %s,
        due = CASE WHEN %s THEN t2_at ELSE t1_at END
    WHERE realm = %s AND h = %s AND status IS NULL AND due > clock_timestamp()"""
_END: Final = """UPDATE handshake SET at = %(at)s, status = %(status)s, last = %(last)s, by = %(by)s,
        owed_a = %(owed_a)s, owed_b = %(owed_b)s, due = NULL, request = '', hint = '', challenge = '',
        proof = '', response = ''
    WHERE realm = %(realm)s AND h = %(h)s AND status IS NULL
        AND (%(late)s OR due > clock_timestamp())"""
_NOW: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"
_ASK: Final = """UPDATE handshake SET asked = true
    WHERE realm = %s AND h = %s AND b = %s AND status IS NULL AND NOT asked AND due > clock_timestamp()"""
_IS_OWED: Final = """SELECT EXISTS (SELECT 1 FROM handshake WHERE realm = %s AND a = %s AND owed_a <> 0)
    OR EXISTS (SELECT 1 FROM handshake WHERE realm = %s AND b = %s AND owed_b <> 0)"""
_OVER: Final = f"""SELECT realm, {_COLUMNS} FROM handshake WHERE status IS NULL AND due <= clock_timestamp()
    ORDER BY due LIMIT %s FOR UPDATE SKIP LOCKED"""  # noqa: S608 - of constants
_OWE: Final = """UPDATE handshake SET
        owed_a = CASE WHEN a = %(side)s THEN (owed_a | %(more)s) & ~%(less)s::bigint ELSE owed_a END,
        owed_b = CASE WHEN b = %(side)s THEN (owed_b | %(more)s) & ~%(less)s::bigint ELSE owed_b END
    WHERE realm = %(realm)s AND h = %(h)s AND status IS NOT NULL"""


class PostgresRuns:
    """The handshakes of all nodes; see `nodes.Nodes`."""

    _write: Callable[[Callable[[Transaction], Any]], Any]

    def make(self, moves: Sequence[Move]) -> list[Stepping]:
        """Make moves of handshakes in one transaction; those of one handshake in their order."""
        # In one order at all nodes: two that hold what the other wants would wait for good.
        places = sorted(range(len(moves)), key=lambda place: (moves[place].realm, moves[place].h))

        def work(db: Transaction) -> list[Stepping]:
            made = {place: _made(db, moves[place]) for place in places}
            return [made[place] for place in range(len(moves))]

        found: list[Stepping] = self._write(work)
        return found

    def take_up(self, runs: Sequence[tuple[int, Live]], now: float) -> None:
        """Go on with handshakes of a relay that moved here; `now` is its clock's time."""

        def work(db: Transaction) -> None:
            for realm, live in runs:
                steps = live.request, live.hint.encode(), live.challenge, live.proof, live.response
                times = live.t1_at - now, live.t2_at - now, live.due - now
                db.rows(_TAKE_UP, *steps, live.asked, *times, realm, live.h)

        self._write(work)

    def expired(self, at: int, most: int) -> list[tuple[int, Ended]]:
        """End at most so many handshakes whose time is up."""

        def work(db: Transaction) -> list[tuple[int, Ended]]:
            over = db.rows(_OVER, most)
            db.durable = bool(over)
            ended: list[tuple[int, Ended]] = []
            for realm, *row in over:
                live, now = _live(row)
                after, _ = handshakes.expire(live, max(now, live.due))
                _kept(db, realm, at, live, after)
                assert isinstance(after, Ended)  # noqa: S101 - its time is up
                ended.append((realm, msgspec.structs.replace(after, at=at)))
            return ended

        found: list[tuple[int, Ended]] = self._write(work)
        return found

    def end_all(self, realm: int, full_id: str, at: int) -> list[Ended]:
        """End the handshakes of a terminal that is no more."""

        def work(db: Transaction) -> list[Ended]:
            ended = []
            for row in db.rows(_LIVE + "(a = %s OR b = %s) ORDER BY h FOR UPDATE", realm, full_id, full_id):
                live, _ = _live(row)
                _kept(db, realm, at, live, handshakes.without(handshakes.stop(live), full_id))
                ended.append(_found_ended(db, realm, live.h))
            return ended

        found: list[Ended] = self._write(work)
        return found

    def running(self, realm: int, full_id: str) -> tuple[list[Live], float]:
        """The handshakes of a terminal that have no verdict, and the database's time."""

        def work(db: Transaction) -> tuple[list[Live], float]:
            rows = db.rows(_LIVE + "(a = %s OR b = %s) ORDER BY h", realm, full_id, full_id)
            # A verdict is told only once it stands on the standbys, whoever wrote it.
            db.durable = bool(rows) or db.value(_IS_OWED, realm, full_id, realm, full_id)
            return [_live(row)[0] for row in rows], db.value(_NOW)

        found: tuple[list[Live], float] = self._write(work)
        return found


def _made(db: Transaction, move: Move) -> Stepping:
    match move:
        case Step():
            return _stepped(db, move)
        case Ask(realm, h, to):
            db.rows(_ASK, realm, h, to)
            return _found(db, realm, h)
        case Owe(realm, h, side, more, less):
            what = {"realm": realm, "h": h, "side": side, "more": int(more), "less": int(less)}
            db.rows(_OWE, what)
            return Stepping(None, [], 0.0)


def _stepped(db: Transaction, step: Step) -> Stepping:
    row = None if step.opening is None else _opened(db, step, step.opening)
    opened = row is not None
    if row is None:
        row = db.row(_HELD, step.realm, step.h)
    if row is None:
        return _found(db, step.realm, step.h)
    live, now = _live(row)
    after, effects = step.change(live, now)
    if not _kept(db, step.realm, step.at, live, after):
        # Its time was up between looking and writing: the same step, taken too late.
        now = db.value(_NOW)
        after, effects = step.change(live, max(now, live.due))
        _kept(db, step.realm, step.at, live, after)
    return Stepping(after, effects, now, opened)


def _opened(db: Transaction, step: Step, opening: Opening) -> Row | None:
    """Open a handshake. None if it is there, or was, or its requester has as many as it may."""
    live = opening.live
    what = {"h": live.h, "a": live.a, "b": live.b, "request": live.request, "hint": live.hint.encode()}
    times = {"at": step.at, "t1": opening.t1, "t2": opening.t2}
    return db.row(_OPEN, {"realm": step.realm, **what, **times, "most": opening.most})


def _found(db: Transaction, realm: int, h: bytes) -> Stepping:
    row = db.row(_LIVE + "h = %s", realm, h)
    if row is not None:
        live, now = _live(row)
        return Stepping(live, [], now)
    ended = db.row(ENDED + "realm = %s AND h = %s", realm, h)
    return Stepping(None if ended is None else ended_of(ended), [], 0.0)


def _found_ended(db: Transaction, realm: int, h: bytes) -> Ended:
    return ended_of(db.rows(ENDED + "realm = %s AND h = %s", realm, h)[0])


def _kept(db: Transaction, realm: int, at: int, before: Live, after: Live | Ended) -> bool:
    """Write what became of a handshake that is held. False if its time was up before that."""
    if after is before:
        return True
    if isinstance(after, Live):
        steps = after.challenge, after.proof, after.response, after.asked, bool(after.response)
        return bool(db.changes(_KEEP, *steps, realm, after.h))
    what = msgspec.structs.asdict(after)
    what |= {"at": at, "realm": realm, "owed_a": int(after.owed_a), "owed_b": int(after.owed_b)}
    # What a side said counts in time only; that the time is up, or a side is gone, counts then.
    return bool(db.changes(_END, {**what, "late": not after.last}))


def _live(row: Sequence[Any]) -> tuple[Live, float]:
    h, a, b, t1_at, t2_at, request, hint, challenge, proof, response, asked, now = row
    return Live(h, a, b, t1_at, t2_at, request, hint.decode(), challenge, proof, response, asked), now
