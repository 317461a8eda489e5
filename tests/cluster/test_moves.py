"""Moves of handshakes that nodes write together: each as if it were alone."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from support.postgres import Server
from support.relay_stores import fresh, postgres
from watchword_relay import handshakes
from watchword_relay.handshakes import Effect, Live, Noted, OutOfTurn, Passed
from watchword_relay.store.contract import OWN, Ended, Owed
from watchword_relay.store.nodes import Ask, Opening, Owe, Step
from watchword_relay.store.postgres import PostgresStore
from watchword_relay.store.postgres_session import Settings
from watchword_wire.exchange import Kind, Request
from watchword_wire.ids import parse_full_id

__all__ = ["postgres"]

A, B = "ada/1", "bo/1"
Change = Callable[[Live, float], tuple[Live | Ended, list[Effect]]]


@pytest.fixture
def nodes(postgres: Server) -> Iterator[list[PostgresStore]]:
    """Two nodes of one relay."""
    url = fresh(postgres)
    stores = [PostgresStore(Settings(url, standbys=0)) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


def request() -> bytes:
    ids = parse_full_id(A), parse_full_id(B)
    return Request(*ids, os.urandom(32), os.urandom(32), os.urandom(1184)).encode()


def asks(body: bytes, *, most: int = 16) -> Step:
    """Ada's request, which may open a handshake."""
    live = handshakes.open_run(A, B, body, "", now=0.0, t1=60, t2=90)
    return Step(OWN, live.h, 1, says(A, B, body), Opening(live, 60, 90, most))


def says(sender: str, target: str, body: bytes) -> Change:
    def change(live: Live, now: float) -> tuple[Live | Ended, list[Effect]]:
        return handshakes.step(live, sender, target, body, now)

    return change


def abort(h: bytes) -> Step:
    """Bo says no."""
    return Step(OWN, h, 1, says(B, A, b"\x07" + h + b"\x02"), None)


def test_moves_of_one_handshake_are_made_in_their_order_whatever_else_is_written(
    nodes: list[PostgresStore],
) -> None:
    one, other = request(), request()
    h = hashlib.sha256(one).digest()
    challenge = b"\x02" + h + os.urandom(1217 - 33)
    made = nodes[0].nodes.make(
        [
            asks(one),
            asks(other),
            Step(OWN, h, 1, says(B, A, challenge), None),
            Ask(OWN, h, B),
            abort(h),
            abort(hashlib.sha256(other).digest()),
            abort(os.urandom(32)),
        ]
    )
    assert [one.opened for one in made] == [True, True, False, False, False, False, False]
    assert made[0].effects == [Noted(A, Kind.REQUEST)]
    assert made[2].effects == [Noted(B, Kind.CHALLENGE), Passed(A, B, challenge)]
    asked = made[3].run
    assert isinstance(asked, Live)
    assert asked.challenge == challenge
    ended = made[4].run
    assert isinstance(ended, Ended)
    assert ended.owed_b
    second = made[5].run
    assert isinstance(second, Ended)
    assert not second.owed_b  # bo was never asked
    assert made[6].run is None


def test_a_request_that_comes_again_opens_nothing(nodes: list[PostgresStore]) -> None:
    body = request()
    first, again = nodes[0].nodes.make([asks(body), asks(body)])
    elsewhere = nodes[1].nodes.make([asks(body)])[0]
    assert [one.opened for one in (first, again, elsewhere)] == [True, False, False]
    assert elsewhere.effects == [Noted(A, Kind.REQUEST)]
    h = hashlib.sha256(body).digest()
    nodes[1].nodes.make([abort(h)])
    over = nodes[0].nodes.make([asks(body)])[0]
    assert isinstance(over.run, Ended)
    assert (over.opened, over.effects) == (False, [])


def test_one_has_as_many_as_one_may_also_of_those_asked_for_at_once(nodes: list[PostgresStore]) -> None:
    made = nodes[0].nodes.make([asks(request(), most=2) for _ in range(3)])
    assert [one.run is None for one in made].count(True) == 1


def test_what_is_owed_is_kept_beside_other_moves(nodes: list[PostgresStore]) -> None:
    body = request()
    h = hashlib.sha256(body).digest()
    nodes[0].nodes.make([asks(body), Ask(OWN, h, B), abort(h)])
    nothing, verdict = Owed.NOTHING, Owed.VERDICT
    nodes[0].nodes.make([Owe(OWN, h, A, nothing, verdict), asks(request())])
    ended = nodes[1].of(OWN).ended(h)
    assert ended is not None
    assert (ended.owed_a, ended.owed_b) == (nothing, verdict)


def test_a_stranger_to_a_handshake_is_out_of_turn(nodes: list[PostgresStore]) -> None:
    body = request()
    h = hashlib.sha256(body).digest()
    _, made = nodes[0].nodes.make([asks(body), Step(OWN, h, 1, says("cy/1", A, b"\x07" + h + b"\x02"), None)])
    assert made.effects == [OutOfTurn("cy/1")]


def test_two_nodes_that_move_the_same_handshakes_in_other_orders_are_both_done(
    nodes: list[PostgresStore],
) -> None:
    """Rows are held in one order, so that the database has no deadlock to end."""
    bodies = [request() for _ in range(24)]
    handles = [hashlib.sha256(body).digest() for body in bodies]
    nodes[0].nodes.make([asks(body, most=100) for body in bodies])
    before = deadlocks(nodes[0])

    def take(store: PostgresStore, order: list[bytes]) -> None:
        for _ in range(10):
            # A step that changes nothing holds its row all the same.
            store.nodes.make([Step(OWN, h, 1, says("cy/1", A, b"\x07" + h + b"\x02"), None) for h in order])

    threads = [
        threading.Thread(target=take, args=(store, order))
        for store, order in zip(nodes, (handles, handles[::-1]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert deadlocks(nodes[0]) == before


def deadlocks(store: PostgresStore) -> int:
    """How many the database has ended."""
    store._rows("SELECT pg_stat_clear_snapshot()")
    sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    count: int = store._rows(sql)[0][0]
    return count
