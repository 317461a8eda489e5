"""What is owed until it is acknowledged: on a real store, the writer in the hands of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from watchword_relay.debts import MOST_GIVEN, Debts
from watchword_relay.store.contract import OWN, Batch, Ended, Owed, Run
from watchword_relay.store.sqlite import SqliteStore
from watchword_wire.exchange import Verdict, VerdictStatus, ack_of

A, B = "ada/1", "bo/1"


def ended(number: int) -> Ended:
    h = number.to_bytes(16, "big") + bytes(16)
    return Ended(h, A, B, int(VerdictStatus.NO_CHALLENGE), b"", "", Owed.VERDICT, Owed.VERDICT, 1)


def verdict(of: Ended) -> Verdict:
    return Verdict(of.h, VerdictStatus.NO_CHALLENGE)


def ack(of: Ended) -> bytes:
    found = ack_of(verdict(of))
    assert found is not None
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "relay.sqlite3")
    yield store
    store.close()


def end(store: SqliteStore, *handshakes: Ended) -> None:
    opened, closed = Batch(), Batch()
    opened.opened = [Run(OWN, one.h, one.a, one.b, 1) for one in handshakes]
    closed.ended = [(OWN, one) for one in handshakes]
    store.commit(opened)
    store.commit(closed)


def write(store: SqliteStore, debts: Debts) -> None:
    batch = Batch()
    changed = debts.collect(batch)
    store.commit(batch)
    debts.written(changed)


def test_only_the_side_that_was_given_it_can_acknowledge_it(store: SqliteStore) -> None:
    debts, one = Debts(store.of(OWN), lambda: None), ended(1)
    end(store, one)
    debts.given(one, A, verdict(one).encode(), Owed.VERDICT)
    for other in (B, "eve/1"):
        debts.acked(other, [ack(one)])
    write(store, debts)
    assert [found.h for found in store.of(OWN).owed(A, b"", 10)] == [one.h]
    debts.acked(A, [ack(one)])
    write(store, debts)
    assert (store.of(OWN).owed(A, b"", 10), [found.h for found in store.of(OWN).owed(B, b"", 10)]) == (
        [],
        [one.h],
    )


def test_what_a_side_pays_while_a_batch_is_written_is_kept(store: SqliteStore) -> None:
    debts, one = Debts(store.of(OWN), lambda: None), ended(1)
    end(store, one)
    debts.given(one, A, verdict(one).encode(), Owed.VERDICT)
    debts.given(one, B, verdict(one).encode(), Owed.VERDICT)
    debts.acked(A, [ack(one)])
    batch = Batch()
    changed = debts.collect(batch)
    debts.acked(B, [ack(one)])
    debts.not_written(changed)
    write(store, debts)
    assert (store.of(OWN).owed(A, b"", 10), store.of(OWN).owed(B, b"", 10)) == ([], [])


def test_who_never_acknowledges_costs_bounded_memory_and_is_told_again(store: SqliteStore) -> None:
    debts = Debts(store.of(OWN), lambda: None)
    all_of_them = [ended(number) for number in range(1, MOST_GIVEN + 2)]
    end(store, *all_of_them)
    for one in all_of_them:
        debts.given(one, A, verdict(one).encode(), Owed.VERDICT)
    debts.acked(A, [ack(one) for one in all_of_them])
    write(store, debts)
    assert [found.h for found in store.of(OWN).owed(A, b"", 10)] == [all_of_them[0].h]
