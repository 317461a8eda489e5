"""What an address may ask and try before it has signed in, whichever realm it is in."""

from typing import cast

import pytest

from watchword_relay import clock
from watchword_relay.connection import RelayConnection
from watchword_relay.door import Budgets, Door
from watchword_relay.limits import THIS_COMPUTER, Limits
from watchword_relay.realm import Realm
from watchword_wire import frames
from watchword_wire.frames import RefusalCode


class Line:
    """What a connection was given."""

    def __init__(self) -> None:
        self.got: list[frames.FromRelay] = []

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
    budgets = Budgets(Limits(registrations=(2, 0.5)))
    (first, one), (second, two), (other, three) = (door(budgets, name) for name in ("a", "a", "b"))
    assert first.may_ask()
    assert second.may_ask()
    assert not first.may_ask()
    assert other.may_ask()
    assert one.got == [frames.Refusal(RefusalCode.RETRY_LATER, b"", 2_000)]
    assert two.got == three.got == []


def test_this_computer_may_ask_but_not_fail_without_end() -> None:
    here, line = door(Budgets(Limits(registrations=(1, 0.5), failed_sign_ins=(2, 0.5))), THIS_COMPUTER)
    assert all(here.may_ask() for _ in range(5))
    for _ in range(2):
        assert here.may_try()
        here.failed()
    assert not here.may_try()
    assert here.failed_too_often() == 2.0
    assert line.got == [frames.Refusal(RefusalCode.RETRY_LATER, b"", 2_000)]


def test_one_version_is_spoken() -> None:
    here, line = door(Budgets(Limits()), "a")
    assert here.fits(1)
    assert not here.fits(2)
    assert line.got == [frames.Refusal(RefusalCode.VERSION)]


def test_every_door_has_a_nonce_of_its_own() -> None:
    budgets = Budgets(Limits())
    nonces = {door(budgets, "a")[0].nonce for _ in range(50)}
    assert len(nonces) == 50
    assert {len(nonce) for nonce in nonces} == {32}
