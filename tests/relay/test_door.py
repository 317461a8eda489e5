"""What an address may ask and try before it has signed in, whichever realm it is in."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.relay_here import running
from support.waiting import until
from watchword_relay import clock, server
from watchword_relay.addresses import THIS_COMPUTER
from watchword_relay.connection import RelayConnection
from watchword_relay.door import EVEN_SECONDS, Budgets, Door
from watchword_relay.identity import RelayIdentity
from watchword_relay.limits import Limits
from watchword_relay.metrics import Metrics
from watchword_relay.nodes.tries import Tries
from watchword_relay.realm import Realm
from watchword_relay.store.nodes import Nodes as AllNodes
from watchword_relay.store.nodes import Tried
from watchword_relay.suspects import Suspects
from watchword_wire import frames
from watchword_wire.frames import RefusalCode


class Line:
    """What a connection was given."""

    def __init__(self) -> None:
        self.got: list[frames.FromRelay] = []
        self.loop = self
        self.due: list[tuple[float, Callable[[], None]]] = []

    def call_at(self, when: float, call: Callable[[], None]) -> None:
        self.due.append((when, call))

    def push_frame(self, frame: frames.FromRelay) -> None:
        self.got.append(frame)


def door(budgets: Budgets, source: str) -> tuple[Door, Line]:
    """One of a realm of its own each: none of it is looked at."""
    line = Line()
    return Door(cast("RelayConnection", line), cast("Realm", object()), source, budgets), line


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "monotonic", lambda: 1_000.0)


def test_what_an_address_asks_counts_for_all_its_doors() -> None:
    budgets = Budgets(Limits(registrations=(2, 0.5)), Metrics(), Suspects(lambda: 0.0))
    (first, one), (second, two), (other, three) = (door(budgets, name) for name in ("a", "a", "b"))
    assert first.may_ask()
    assert second.may_ask()
    assert not first.may_ask()
    assert other.may_ask()
    assert one.got == [frames.Refusal(RefusalCode.RETRY_LATER, b"", 2_000)]
    assert two.got == three.got == []


def test_this_computer_may_ask_but_not_fail_without_end() -> None:
    here, line = door(
        Budgets(Limits(registrations=(1, 0.5), failed_sign_ins=(2, 0.5)), Metrics(), Suspects(lambda: 0.0)),
        THIS_COMPUTER,
    )
    assert all(here.may_ask() for _ in range(5))
    for _ in range(2):
        assert here.may_try()
        here.failed()
    assert not here.may_try()
    assert here.failed_too_often() == 2.0
    assert line.got == [frames.Refusal(RefusalCode.RETRY_LATER, b"", 2_000)]


def test_what_an_address_does_at_one_node_counts_at_the_others() -> None:
    """They are told a mark that is the same at all nodes and no address."""
    seed = Ed25519PrivateKey.generate()
    told: list[Tried] = []

    class Nodes:
        def __init__(self, name: str) -> None:
            self.name = name

        def tell(self, event: Tried) -> None:
            told.append(event)

    limits = Limits(failed_sign_ins=(3, 0.5), registrations=(1, 0.5))
    one, other = (
        Budgets(
            limits,
            Metrics(),
            Suspects(lambda: 0.0),
            Tries(cast("AllNodes", Nodes(name)), RelayIdentity(seed)),
        )
        for name in ("one", "other")
    )
    tried, _ = door(one, "203.0.113.7")
    for _ in range(2):
        tried.failed()
    assert tried.may_ask()
    assert [(event.node, event.failed) for event in told] == [("one", True), ("one", True), ("one", False)]
    assert "203.0.113.7" not in msgspec.json.encode(told).decode()
    first, told = told, []
    for event in first:
        other.tried(event)
    same, _ = door(other, "203.0.113.7")
    same.failed()
    assert not same.may_try()
    assert not same.may_ask()
    another, _ = door(other, "203.0.113.8")
    assert another.may_try()
    assert another.may_ask()
    assert tried.may_try(), "nobody has told the first node of the other's"


def test_a_network_is_forgotten_once_nothing_counts_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    suspects = Suspects(lambda: now[0])
    budgets = Budgets(Limits(registrations=(1, 0.01), failed_sign_ins=(2, 0.5)), Metrics(), suspects)
    tried, _ = door(budgets, "203.0.113.7")
    tried.failed()
    assert tried.may_ask()
    budgets.forget()
    assert not tried.may_ask(), "what counts is not forgotten"
    assert "203.0.113.7" in str(everything(budgets))
    now[0] += 24 * 3_600
    budgets.forget()
    assert "203.0.113.7" not in str(everything(budgets))


def everything(budgets: Budgets) -> list[object]:
    """What is in memory of networks."""
    return [budgets._failed._buckets, budgets._asked._buckets, budgets._suspects._hours]


async def test_a_relay_forgets_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(server, "FORGET_SECONDS", 0.001)
    times = []
    monkeypatch.setattr(Budgets, "forget", lambda _: times.append(1))
    async with running(tmp_path, Limits()):
        await until(lambda: len(times) > 1, "it looks again and again")


def test_one_version_is_spoken() -> None:
    here, line = door(Budgets(Limits(), Metrics(), Suspects(lambda: 0.0)), "a")
    assert here.fits(1)
    assert not here.fits(2)
    assert line.got == [frames.Refusal(RefusalCode.VERSION)]


def test_every_door_has_a_nonce_of_its_own() -> None:
    budgets = Budgets(Limits(), Metrics(), Suspects(lambda: 0.0))
    nonces = {door(budgets, "a")[0].nonce for _ in range(50)}
    assert len(nonces) == 50
    assert {len(nonce) for nonce in nonces} == {32}


def test_a_wrong_key_is_refused_in_a_time_that_tells_nothing() -> None:
    """Counted from when it came, not from when it was found to be wrong."""
    tried, line = door(Budgets(Limits(failed_sign_ins=(1, 0.5)), Metrics(), Suspects(lambda: 0.0)), "a")
    tried.came = 70.0
    tried.turn_away()
    assert line.got == []
    assert tried.busy
    assert tried.failed_too_often()
    [(when, say_no)] = line.due
    assert when == 70.0 + EVEN_SECONDS
    say_no()
    assert line.got == [frames.Refusal(RefusalCode.UNKNOWN_TERMINAL)]
    assert not tried.busy
