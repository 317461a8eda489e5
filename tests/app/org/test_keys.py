"""Rotation loses nothing, and something always seals."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from support.company import (
    AUDIT,
    HR,
    NOW,
    PROFILE,
    RING,
    RING_METHOD,
    ROOT,
    TOKEN,
    TOKEN_METHOD,
    ring_key,
    with_key,
)
from watchword.crypto.secret import Secret
from watchword.model.company import Closed
from watchword.org import keys
from watchword.org.contents import Contents, check, found
from watchword.org.keys import Material
from watchword.protocol.company import ring as rings
from watchword.protocol.company.profile import Auditor, Kind, Method
from watchword.protocol.company.ring import Ring, State
from watchword_wire.errors import Refused

ACME = Contents(1, ROOT, PROFILE, RING, {})
IN_RING = PROFILE.methods[0]
FRESH = Secret(b"\x55" * 32)
NEW = b"new-----"


def material(begins: int = 0, ends: int = 0) -> Material:
    return Material(IN_RING, FRESH, begins, ends)


def seals(ring: Ring, now: float, key: bytes = HR) -> int | None:
    able = rings.sealing_key(ring, key, now)
    return None if isinstance(able, Closed) else able.version


def states(contents: Contents, key: bytes = HR) -> dict[int, State]:
    return {one.version: one.state for one in contents.ring.keys if one.id == key}


def test_the_first_key_seals_and_the_next_waits_to_be_named() -> None:
    first = keys.new(found(ROOT, "ACME", RING_METHOD, 1), HR, "hr", material(), "", NOW)
    assert first.profile.policy.seals == (HR,)
    second = keys.new(first, NEW, "new", material(), "", NOW)
    assert second.profile.policy.seals == (HR,)
    assert second.ring.versions(NEW) == (1,)


def test_an_auditors_key_is_sealed_to_besides() -> None:
    made = keys.new(ACME, NEW, "audit-2", material(), "Second office", NOW)
    check(made)
    assert made.profile.policy.auditors[-1] == Auditor(NEW, "Second office")
    with pytest.raises(Refused, match="looks like"):
        keys.new(ACME, NEW, "audit-2", material(), "AUDIT OFFICE", NOW)
    with pytest.raises(Refused, match="own key first"):
        keys.new(found(ROOT, "ACME", RING_METHOD, 1), NEW, "audit", material(), "Office", NOW)


def test_rotation_adds_a_version_retires_the_one_before_and_loses_none() -> None:
    after = keys.rotate(ACME, HR, material(), NOW)
    assert states(after) == {1: State.RETIRED, 2: State.RETIRED, 3: State.ACTIVE}
    assert seals(after.ring, NOW) == 3
    for version in (1, 2, 3):
        assert not isinstance(rings.opening_key(after.ring, HR, version, revoked_open=False), Closed)
    for one in RING.keys:
        kept = after.ring.find(one.id, one.version)
        assert kept is not None
        assert kept.secret == one.secret


def test_a_version_that_begins_later_leaves_the_one_before_until_then() -> None:
    begins = int(NOW) + 100
    after = keys.rotate(ACME, HR, material(begins), NOW)
    assert states(after)[2] is State.ACTIVE
    assert [seals(after.ring, at) for at in (NOW, begins - 1, begins)] == [2, 2, 3]


def test_rotation_may_move_a_key_to_a_token() -> None:
    on_token = PROFILE.methods[1]
    after = keys.rotate(ACME, HR, Material(on_token, Secret(b"")), NOW)
    check(after)
    assert keys.method_of(after, HR) == on_token
    assert keys.method_of(after, AUDIT) == IN_RING


def test_a_method_is_entered_once() -> None:
    wanted = Method(b"another-", Kind.PKCS11, 1, {"module": "softhsm2"})
    same, method = keys.with_method(ACME, wanted)
    assert (same, method.id) == (ACME, TOKEN_METHOD)
    more, method = keys.with_method(ACME, replace(wanted, where={"module": "other"}))
    assert more.profile.methods[-1].id == method.id == b"another-"


@pytest.mark.parametrize("name", ["hr,staff", "hr=1"])
def test_a_key_s_name_can_stand_in_a_list_of_them(name: str) -> None:
    with pytest.raises(Refused, match="no comma"):
        keys.new(ACME, NEW, name, material(), "", NOW)


@pytest.mark.parametrize(("begins", "ends"), [(5, 5), (6, 5), (0, int(NOW))])
def test_a_new_version_is_not_over_before_it_begins(begins: int, ends: int) -> None:
    with pytest.raises(Refused, match=r"ends after it begins|over already"):
        keys.new(ACME, NEW, "new", material(begins=begins, ends=ends), "", NOW)
    with pytest.raises(Refused, match=r"ends after it begins|over already"):
        keys.rotate(ACME, HR, material(begins, ends), NOW)


def test_what_seals_last_is_neither_retired_nor_revoked() -> None:
    each: tuple[Callable[[], Contents], ...] = (
        lambda: keys.retire(ACME, HR, None, NOW),
        lambda: keys.revoke(ACME, HR, (2,), NOW),
        lambda: keys.revoke(ACME, HR, (1, 2), NOW),
        lambda: keys.revoke(ACME, AUDIT, (1,), NOW),
    )
    for refused in each:
        with pytest.raises(Refused, match="First `watchword-org key rotate "):
            refused()


def test_a_version_that_only_seals_later_is_none_to_go_on_with() -> None:
    later = replace(ACME, ring=with_key(ring_key(HR, 3, begins=int(NOW) + 1)))
    with pytest.raises(Refused, match="nobody could write"):
        keys.revoke(later, HR, (2,), NOW)


def test_what_does_not_seal_may_go() -> None:
    assert states(keys.revoke(ACME, HR, (1,), NOW)) == {1: State.REVOKED, 2: State.ACTIVE}
    assert states(keys.revoke(ACME, TOKEN, (1,), NOW), TOKEN) == {1: State.REVOKED}
    rotated = keys.rotate(ACME, HR, material(), NOW)
    assert states(keys.revoke(rotated, HR, (1, 2), NOW))[2] is State.REVOKED


def test_what_is_unknown_or_done_already_is_said() -> None:
    with pytest.raises(Refused, match="no version 7; it has 1, 2"):
        keys.revoke(ACME, HR, (7,), NOW)
    with pytest.raises(Refused, match="version 1 is retired already"):
        keys.retire(ACME, HR, 1, NOW)
    once = keys.revoke(ACME, HR, (1,), NOW)
    with pytest.raises(Refused, match="revoked already"):
        keys.revoke(once, HR, (1,), NOW)
    with pytest.raises(Refused, match="version 1 is revoked already"):
        keys.retire(once, HR, 1, NOW)
