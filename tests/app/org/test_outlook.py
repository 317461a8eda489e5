"""Keys under which nobody can write, now or from some day on, and what their owner is told to do."""

import pytest
from msgspec.structs import replace

from support.company import AUDIT, HR, NOW, PROFILE, RING, RING_METHOD, ring_key
from watchword.org.outlook import SOON_DAYS, warnings
from watchword.org.report import told
from watchword.protocol.company.profile import Profile, sealing_keys
from watchword.protocol.company.ring import Ring, RingKey, State

DAY = 86_400
TODAY = int(NOW)
AUDITORS = ring_key(AUDIT, 1)


def ring(*keys: RingKey) -> Ring:
    return replace(RING, keys=(*keys, AUDITORS))


def said(*keys: RingKey, now: float = NOW, profile: Profile = PROFILE) -> list[str]:
    found = warnings(profile, ring(*keys), now)
    stopped = not isinstance(sealing_keys(profile, ring(*keys), now), tuple)
    assert stopped == any(one.says.startswith("Nobody can write") for one in found)
    return [one.says for one in found]


def hr(version: int, begins: int = 0, ends: int = 0, state: State = State.ACTIVE) -> RingKey:
    return ring_key(HR, version, state, begins=begins, ends=ends)


def test_what_seals_for_good_is_not_spoken_of() -> None:
    assert said(hr(1, state=State.RETIRED), hr(2)) == []
    assert said(hr(1, ends=TODAY + DAY), hr(2, begins=TODAY + DAY)) == []
    assert said(hr(1, ends=TODAY + 3 * DAY), hr(2, begins=TODAY + DAY)) == []
    assert said(hr(1), hr(2, begins=TODAY + DAY, ends=TODAY + 2 * DAY)) == []


def test_the_last_version_ends() -> None:
    end = TODAY + 40 * DAY
    for keys in ([hr(1, ends=end)], [hr(1, ends=end - DAY), hr(2, begins=end - 2 * DAY, ends=end)]):
        [says] = said(*keys)
        assert f"“hr” seals until {told(end)}, and no version is behind that" in says
        assert f"`watchword-org key rotate hr --from {told(end)}`" in says
        assert "days" not in says


@pytest.mark.parametrize(
    ("left", "words"),
    [(SOON_DAYS * DAY, "14 days from now"), (DAY + 60, "2 days from now"), (60, "within a day")],
)
def test_soon_is_said_with_what_is_left(left: int, words: str) -> None:
    [says] = said(hr(1, ends=TODAY + left))
    assert words in says
    assert "from now" not in said(hr(1, ends=TODAY + SOON_DAYS * DAY + 60))[0]


def test_a_gap_between_two_versions_is_found() -> None:
    [found] = warnings(PROFILE, ring(hr(1, ends=TODAY + DAY), hr(2, begins=TODAY + 5 * DAY)), NOW)
    assert (found.since, found.until) == (TODAY + DAY, TODAY + 5 * DAY)
    assert f"none seals until {told(TODAY + 5 * DAY)}" in found.says


def test_one_that_seals_only_later_is_no_comfort_now() -> None:
    [says] = said(hr(1, state=State.RETIRED), hr(2, begins=TODAY + DAY))
    assert f"Nobody can write before {told(TODAY + DAY)}" in says
    assert "version 2" in says
    assert "`watchword-org key rotate hr`" in says


def test_over_retired_and_revoked_stop_everybody() -> None:
    [over] = said(hr(1, ends=TODAY - DAY))
    assert f"“hr” sealed until {told(TODAY - DAY)}" in over
    for state in (State.RETIRED, State.REVOKED):
        [says] = said(hr(1, state=state))
        assert "has no version that seals" in says
        assert "`watchword-org key rotate hr`" in says


def test_an_auditor_s_key_stops_everybody_too_and_one_outside_the_policy_nobody() -> None:
    keys = (ring_key(HR, 1), ring_key(AUDIT, 1, ends=TODAY + DAY))
    assert [one.key for one in warnings(PROFILE, replace(RING, keys=keys), NOW)] == ["audit"]
    nobody = replace(PROFILE, policy=replace(PROFILE.policy, auditors=()))
    assert warnings(nobody, replace(RING, keys=keys), NOW) == ()


def test_a_name_with_a_space_can_be_typed_as_it_is_said() -> None:
    key = RingKey(HR, "staff key", 1, State.RETIRED, 0, 0, RING_METHOD, ring_key(HR, 1).secret)
    assert "`watchword-org key rotate 'staff key'`" in said(key)[0]
