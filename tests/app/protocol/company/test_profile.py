"""The profile: bounds, the keys that seal now, the choice by tag (F4), the reason that is told."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from support.company import (
    AUDIT,
    HR,
    NOW,
    ORGANISATION,
    OWN,
    OWN_METHOD,
    POLICY,
    PROFILE,
    RING,
    RING_METHOD,
    TOKEN,
    TOKEN_METHOD,
    draft,
    ring_key,
    ring_tags,
    with_key,
    with_policy,
)
from watchword.crypto.secret import Secret
from watchword.model.company import Closed, Reason
from watchword.protocol.company import profile
from watchword.protocol.company.profile import (
    Auditor,
    Choice,
    Kind,
    Method,
    Outsiders,
    Profile,
    Reader,
    Revoked,
    SealingKey,
)
from watchword.protocol.company.ring import Ring, RingKey, State
from watchword_wire.errors import PeerError
from watchword_wire.message_data import MODE_CONTENT, Head, Tag

METHOD, MEMBER = PROFILE.methods[0], PROFILE.directory[0]


def test_a_profile_comes_back_and_what_is_appended_is_passed_over() -> None:
    assert profile.decode(profile.encode(PROFILE)) == PROFILE
    values: list[Any] = msgspec.msgpack.decode(profile.encode(PROFILE))
    values[7]["later"] = 1
    values[8] = [[*member, "new"] for member in values[8]]
    assert profile.decode(msgspec.msgpack.encode([*values, "new"])) == PROFILE


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"organisation": b""},
        {"name": ""},
        {"name": "a\u202eb"},
        {"serial": 0},
        {"relay": "w" * 513},
        {"updates": "h" * 513},
        {"methods": ()},
        {"methods": (METHOD, METHOD)},
        {"methods": (replace(METHOD, id=bytes(8)),)},
        {"methods": (replace(METHOD, id=bytes(9)),)},
        {"methods": (replace(METHOD, mode=3),)},
        {"methods": (replace(METHOD, mode=2),)},
        {"methods": (replace(METHOD, kind="magic"),)},
        {"methods": (replace(METHOD, where={"x": "y" * 1_025}),)},
        {"policy": replace(POLICY, seals=())},
        {"policy": replace(POLICY, seals=(HR, HR))},
        {"policy": replace(POLICY, seals=(bytes(7),))},
        {"policy": replace(POLICY, seals=(AUDIT,))},
        {"policy": replace(POLICY, seals=tuple(bytes([n]) * 8 for n in range(7)))},
        {"policy": replace(POLICY, auditors=(Auditor(AUDIT, ""),))},
        {"policy": replace(POLICY, phrase=-1)},
        {"policy": replace(POLICY, roaming=-1)},
        {"policy": replace(POLICY, roaming=366 * 24 * 3600 + 1)},
        {"policy": replace(POLICY, retention=-1)},
        {"policy": replace(POLICY, revoked="perhaps")},
        {"policy": replace(POLICY, pin="never")},
        {"directory": (MEMBER, MEMBER)},
        {"directory": (MEMBER, replace(MEMBER, account="eve"))},
        {"directory": (replace(MEMBER, account="a/b"),)},
        {"directory": (replace(MEMBER, key=bytes(31)),)},
        {"directory": (replace(MEMBER, name=" "),)},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_a_profile_out_of_bounds(changes: dict[str, Any]) -> None:
    with pytest.raises(PeerError):
        profile.decode(profile.encode(replace(PROFILE, **changes)))


def key_at(method: bytes, secret: bytes, key: bytes = HR) -> Ring:
    return with_key(RingKey(key, "key", 2, State.ACTIVE, 0, 0, method, Secret(secret)))


@pytest.mark.parametrize(
    ("found", "ring"),
    [
        (PROFILE, replace(RING, organisation=bytes(16))),
        (PROFILE, key_at(b"unknown-", b"")),
        (PROFILE, key_at(RING_METHOD, b"")),
        (PROFILE, key_at(TOKEN_METHOD, bytes(32))),
        (with_policy(seals=(b"unknown-",)), RING),
        (with_policy(seals=(OWN,)), RING),
        (with_policy(seals=(HR, OWN), auditors=()), RING),
    ],
)
def test_a_profile_and_a_ring_that_do_not_fit(found: Profile, ring: Ring) -> None:
    profile.check_together(PROFILE, RING)
    profile.check_together(with_policy(seals=(OWN,), auditors=()), RING)
    with pytest.raises(PeerError):
        profile.check_together(found, ring)


def test_every_key_of_the_policy_seals_auditors_behind() -> None:
    ring_method, token = PROFILE.methods[0], PROFILE.methods[1]
    assert profile.sealing_keys(PROFILE, RING, NOW) == (
        SealingKey(ring_method, HR, 2),
        SealingKey(ring_method, AUDIT, 1),
    )
    both = with_policy(seals=(TOKEN, HR))
    keys = profile.sealing_keys(both, RING, NOW)
    assert isinstance(keys, tuple)
    assert [key.method for key in keys] == [token, ring_method, ring_method]


def test_one_key_that_cannot_seal_stops_the_message() -> None:
    """Also an auditor's: nothing is sent under fewer keys than the policy names."""
    closed = profile.sealing_keys(PROFILE, with_key(ring_key(AUDIT, 1, State.REVOKED)), NOW)
    assert closed == Closed(Reason.REVOKED, "audit", held=(1,))


def tags(*found: Tag) -> Head:
    return replace(draft("bo"), tags=found)


def tag(method: bytes, key: bytes, version: int, organisation: bytes = ORGANISATION) -> Tag:
    return Tag(method, organisation, key, version, b"wrapped")


GOOD = tag(RING_METHOD, HR, 1)


def test_the_method_is_chosen_by_the_tag() -> None:
    by_token = tag(TOKEN_METHOD, TOKEN, 1)
    assert profile.choices(PROFILE, RING, tags(by_token, GOOD)) == (
        Choice(PROFILE.methods[1], by_token),
        Choice(PROFILE.methods[0], GOOD),
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (tag(b"unknown-", HR, 1), Reason.UNKNOWN_TAG),
        (tag(RING_METHOD, HR, 1, bytes(16)), Reason.UNKNOWN_TAG),
        (tag(OWN_METHOD, OWN, 1), Reason.UNKNOWN_TAG),
        (tag(TOKEN_METHOD, HR, 1), Reason.UNKNOWN_TAG),
        (tag(RING_METHOD, b"unknown-", 1), Reason.KEY_UNKNOWN),
        (tag(RING_METHOD, HR, 3), Reason.RING_TOO_OLD),
    ],
)
def test_why_a_tag_is_not_for_this_desktop(found: Tag, reason: Reason) -> None:
    (closed, choice) = profile.choices(PROFILE, RING, tags(found, GOOD))
    assert isinstance(closed, Closed)
    assert closed.reason is reason
    assert isinstance(choice, Choice)


def test_the_own_method_is_for_messages_of_its_mode() -> None:
    found = replace(draft("bo", mode=MODE_CONTENT), tags=(replace(tag(OWN_METHOD, OWN, 1), wrapped=b""),))
    (choice,) = profile.choices(PROFILE, RING, found)
    assert isinstance(choice, Choice)
    assert choice.method.mode == MODE_CONTENT


def test_a_revoked_key_opens_as_the_policy_says() -> None:
    ring = with_key(ring_key(HR, 1, State.REVOKED))
    (opens,) = profile.choices(PROFILE, ring, tags(GOOD))
    assert isinstance(opens, Choice)
    (closed,) = profile.choices(with_policy(revoked=Revoked.REFUSE), ring, tags(GOOD))
    assert closed == Closed(Reason.REVOKED, "hr", 1, (1, 2))


def test_the_first_reason_that_applies_is_told() -> None:
    told = [
        Reason.ALTERED,
        Reason.RING_TOO_OLD,
        Reason.REVOKED,
        Reason.TOKEN_MISSING,
        Reason.UNKNOWN_TAG,
    ]
    for at, reason in enumerate(told):
        rest = [Closed(one) for one in told[at:]]
        assert profile.told(reversed(rest)).reason is reason
    assert profile.told([Closed(Reason.KEY_UNKNOWN), Closed(Reason.PIN_WANTED)]).reason is Reason.PIN_WANTED


def test_who_can_read_is_shown_with_the_auditors() -> None:
    head = replace(draft("bo"), tags=(*ring_tags(draft("bo")), tag(b"unknown-", b"unknown-", 4)))
    assert profile.readers(PROFILE, RING, head) == (
        Reader("hr", 2, Kind.RING, ""),
        Reader("audit", 1, Kind.RING, "Audit office"),
        Reader(b"unknown-".hex(), 4, None, ""),
    )


def test_who_and_what_is_found() -> None:
    assert PROFILE.member("bo") == PROFILE.directory[1]
    assert PROFILE.member("eve") is None
    assert PROFILE.method(OWN_METHOD) == Method(OWN_METHOD, Kind.PLUGIN, 2, {"plugin": "acme"})
    assert PROFILE.method(bytes(8)) is None


def test_what_the_policy_says_of_history_is_kept_and_may_be_left_out() -> None:
    wanted = replace(PROFILE, policy=replace(POLICY, roaming=86_400, late=True))
    assert profile.decode(profile.encode(wanted)) == wanted
    without = profile.encode(PROFILE)
    assert b"roaming" not in without
    assert b"late" not in without
    assert (profile.decode(without).policy.roaming, profile.decode(without).policy.late) == (0, False)


def test_how_members_talk_with_outsiders_is_kept_and_may_be_left_out() -> None:
    refused = replace(PROFILE, policy=replace(POLICY, outsiders=Outsiders.REFUSE))
    assert profile.decode(profile.encode(refused)) == refused
    without = profile.encode(PROFILE)
    assert b"outsiders" not in without
    assert profile.decode(without).policy.outsiders is Outsiders.SESSION
    with pytest.raises(PeerError):
        profile.decode(profile.encode(refused).replace(b"\xa6refuse", b"\xa6allows"))
