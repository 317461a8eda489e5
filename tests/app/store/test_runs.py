"""Pending runs, nonces and endings."""

import pytest

from watchword.crypto.secret import Secret
from watchword.model.requests import Ending
from watchword.store import runs
from watchword.store.runs import EndedRun, PendingRun
from watchword.store.transaction import Tx

H, OTHER = bytes(32), bytes([1]) * 32


def test_a_pending_run_keeps_the_time_of_its_first_state(tx: Tx) -> None:
    runs.keep(tx, H, Secret(b"one"), 5)
    runs.keep(tx, H, Secret(b"two"), 9)
    runs.keep(tx, OTHER, Secret(b"other"), 1)
    assert runs.every(tx) == [PendingRun(OTHER, Secret(b"other"), 1), PendingRun(H, Secret(b"two"), 5)]


def test_a_run_that_became_a_session_leaves_no_ending(tx: Tx) -> None:
    runs.keep(tx, H, Secret(b"one"), 5)
    runs.drop(tx, H)
    assert runs.every(tx) == []
    assert runs.ended(tx, H) is None


@pytest.mark.parametrize("ending", list(Ending))
def test_the_end_leaves_h_and_the_ending_only(tx: Tx, ending: Ending) -> None:
    runs.keep(tx, H, Secret(b"one"), 5)
    runs.end(tx, H, ending, 9)
    assert runs.every(tx) == []
    assert runs.ended(tx, H) == EndedRun(H, ending, 9)
    assert runs.ended_by_prefix(tx, H[:8]) == [EndedRun(H, ending, 9)]
    assert runs.ended_by_prefix(tx, OTHER[:8]) == []


def test_the_verdict_corrects_the_own_ending(tx: Tx) -> None:
    runs.end(tx, H, Ending.NOT_FINISHED, 9)
    runs.end(tx, H, Ending.DIFFER, 10)
    assert runs.ended(tx, H) == EndedRun(H, Ending.DIFFER, 10)


def test_a_nonce_belongs_to_the_h_it_first_came_with(tx: Tx) -> None:
    assert runs.nonce_seen(tx, bytes(32)) is None
    runs.keep_nonce(tx, bytes(32), H, 5)
    runs.keep_nonce(tx, bytes(32), OTHER, 6)
    assert runs.nonce_seen(tx, bytes(32)) == H


def test_a_day_later_they_are_forgotten_and_pending_runs_are_not(tx: Tx) -> None:
    runs.keep(tx, H, Secret(b"one"), 1)
    runs.keep_nonce(tx, bytes(32), H, 5)
    runs.keep_nonce(tx, OTHER, OTHER, 10)
    runs.end(tx, OTHER, Ending.DIFFER, 5)
    assert runs.forget(tx, 10) == 2
    assert runs.nonce_seen(tx, bytes(32)) is None
    assert runs.nonce_seen(tx, OTHER) == OTHER
    assert runs.ended(tx, OTHER) is None
    assert len(runs.every(tx)) == 1


def test_a_pending_run_shows_no_key() -> None:
    assert "k2" not in repr(PendingRun(H, Secret(b"k2"), 1))
