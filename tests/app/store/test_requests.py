"""What of a session request outlasts a restart."""

import pytest
from msgspec.structs import replace

from watchword.model.requests import Ending, Phase, Role, SessionRequest
from watchword.store import contacts, requests
from watchword.store.transaction import Tx

H = bytes(range(32))
RUNNING = SessionRequest(
    key="one",
    role=Role.ASKED,
    account="ada",
    name="ada",
    known=False,
    phase=Phase.WAITING,
    hint="the cat",
    at=100,
)
ENDED = replace(RUNNING, ending=Ending.NO_ANSWER, phase=Phase.ENDED)


def test_a_running_request_comes_back_without_its_ring(tx: Tx) -> None:
    requests.keep(tx, replace(RUNNING, ring_s=120.0, ring_ends=9.0), H)
    kept = requests.get(tx, "one")
    assert kept is not None
    assert kept.request == replace(RUNNING, phase=Phase.RELAY_LOST)
    assert kept.h == H
    assert requests.by_h(tx, H) == kept
    assert requests.get(tx, "two") is None
    assert requests.by_h(tx, bytes(32)) is None


@pytest.mark.parametrize("ending", list(Ending))
def test_every_ending_can_be_kept(tx: Tx, ending: Ending) -> None:
    requests.keep(tx, RUNNING)
    requests.keep(tx, replace(RUNNING, ending=ending), H)
    kept = requests.get(tx, "one")
    assert kept is not None
    assert (kept.request.ending, kept.request.phase, kept.h) == (ending, Phase.ENDED, H)


def test_an_h_once_known_stays(tx: Tx) -> None:
    requests.keep(tx, RUNNING, H)
    requests.keep(tx, replace(RUNNING, quiet=True, replaces="zero"))
    kept = requests.get(tx, "one")
    assert kept is not None
    assert (kept.h, kept.request.quiet, kept.request.replaces) == (H, True, "zero")


def test_the_name_is_the_contact_s_of_now(tx: Tx) -> None:
    requests.keep(tx, ENDED)
    contacts.enlist(tx, "ada", "Ada Byron")
    kept = requests.get(tx, "one")
    assert kept is not None
    assert (kept.request.name, kept.request.known) == ("Ada Byron", True)


def test_the_list_has_what_is_recent_or_runs_latest_first(tx: Tx) -> None:
    for key, at, ending in [("old", 10, Ending.DIFFER), ("runs", 11, None), ("new", 300, Ending.DECLINED)]:
        requests.keep(tx, replace(RUNNING, key=key, at=at, ending=ending))
    assert [kept.request.key for kept in requests.every(tx, 100)] == ["new", "runs"]
    assert requests.forget(tx, 300) == 1
    assert [kept.request.key for kept in requests.every(tx, 0)] == ["new", "runs"]


def test_seen_is_kept(tx: Tx) -> None:
    requests.keep(tx, ENDED)
    assert requests.mark_seen(tx, "one")
    assert not requests.mark_seen(tx, "two")
    kept = requests.get(tx, "one")
    assert kept is not None
    assert kept.request.seen
