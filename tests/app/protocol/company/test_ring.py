"""The ring: bounds, which version seals, which opens, and that it shows no secret (company.md, The ring)."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from support.company import AUDIT, HR, NOW, RING, ring_key, with_key
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company import ring
from watchword.protocol.company.ring import RingKey, State
from watchword_wire.errors import PeerError

KEY = RING.keys[0]


def test_a_ring_comes_back_and_shows_no_secret() -> None:
    assert ring.decode(ring.encode(RING)) == RING
    secret = RING.keys[0].secret.expose()
    assert secret in ring.encode(RING)
    assert str(secret) not in repr(RING)
    assert secret.hex() not in repr(RING)


def test_what_a_later_version_appends_is_passed_over() -> None:
    values: list[Any] = msgspec.msgpack.decode(ring.encode(RING))
    values[3] = [[*key, "new"] for key in values[3]]
    assert ring.decode(msgspec.msgpack.encode([*values, "new"])) == RING


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"organisation": bytes(15)},
        {"serial": 0},
        {"serial": 2**53 + 1},
        {"keys": (KEY, replace(KEY, name="again"))},
    ],
    ids=str,
)
def test_a_ring_out_of_bounds(changes: dict[str, Any]) -> None:
    with pytest.raises(PeerError):
        ring.decode(ring.encode(replace(RING, **changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": bytes(7)},
        {"method": bytes(9)},
        {"name": ""},
        {"name": "x" * 65},
        {"name": "two\nlines"},
        {"version": 0},
        {"version": 2**32},
        {"state": 4},
        {"begins": -1},
        {"ends": 2**53 + 1},
        {"begins": 5, "ends": 5},
        {"secret": Secret(bytes(31))},
    ],
    ids=str,
)
def test_a_key_out_of_bounds(changes: dict[str, Any]) -> None:
    with pytest.raises(PeerError):
        ring.decode(ring.encode(replace(RING, keys=(replace(KEY, **changes),))))


def seals(key: RingKey, now: float) -> bool:
    return key.seals_at(now)


def test_a_key_seals_from_its_begin_until_before_its_end() -> None:
    key = replace(KEY, state=State.ACTIVE, begins=100, ends=200)
    assert [seals(key, now) for now in (99.9, 100, 199.9, 200)] == [False, True, True, False]
    assert seals(replace(key, ends=0), 1e12)
    assert not seals(replace(key, state=State.RETIRED), 150)
    assert not seals(replace(key, state=State.REVOKED), 150)


def chosen(found: ring.Ring, key: bytes = HR) -> int | Reason:
    sealing = ring.sealing_key(found, key, NOW)
    return sealing.reason if isinstance(sealing, Closed) else sealing.version


def test_the_highest_version_that_may_seal_now_seals() -> None:
    assert chosen(RING) == 2
    assert chosen(with_key(ring_key(HR, 3))) == 3
    assert chosen(with_key(ring_key(HR, 10))) == 10
    assert chosen(with_key(ring_key(HR, 3, State.REVOKED))) == 2
    assert chosen(with_key(ring_key(HR, 3, begins=int(NOW) + 1))) == 2


def test_why_nothing_seals() -> None:
    assert chosen(RING, b"unknown-") is Reason.KEY_UNKNOWN
    assert chosen(with_key(ring_key(HR, 2, State.RETIRED))) is Reason.KEY_NOT_VALID
    assert chosen(with_key(ring_key(HR, 2, ends=int(NOW)))) is Reason.KEY_NOT_VALID
    assert chosen(with_key(ring_key(AUDIT, 1, State.REVOKED)), AUDIT) is Reason.REVOKED


def test_a_key_opens_always_but_where_it_is_revoked_and_the_policy_refuses() -> None:
    for state in (State.ACTIVE, State.RETIRED, State.REVOKED):
        found = with_key(ring_key(HR, 1, state, begins=1, ends=2))
        opening = ring.opening_key(found, HR, 1, revoked_open=True)
        assert isinstance(opening, RingKey)
        assert opening.version == 1
    revoked = with_key(ring_key(HR, 1, State.REVOKED))
    assert ring.opening_key(revoked, HR, 1, revoked_open=False) == Closed(Reason.REVOKED, "hr", 1, (1, 2))


def test_a_ring_that_is_too_old_says_which_versions_it_has() -> None:
    assert ring.opening_key(RING, HR, 7, revoked_open=True) == Closed(Reason.RING_TOO_OLD, "hr", 7, (1, 2))
    unknown = Closed(Reason.KEY_UNKNOWN, b"unknown-".hex(), 1)
    assert ring.opening_key(RING, b"unknown-", 1, revoked_open=True) == unknown
