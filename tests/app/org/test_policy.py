"""What the company decided: each setting, and what none takes."""

import pytest

from support.company import AUDIT, HR, PROFILE, RING, ROOT, TOKEN
from watchword.org import policy
from watchword.org.contents import Contents, check
from watchword.org.policy import Wanted, duration, spoken
from watchword.protocol.company.profile import Auditor, Outsiders, Pin, Revoked
from watchword_wire.errors import Refused

ACME = Contents(1, ROOT, PROFILE, RING, {})


def test_every_setting_is_set_and_nothing_else() -> None:
    after = policy.apply(
        ACME,
        Wanted(
            "Acme",
            "wss://other.example",
            "https://acme.example/w",
            True,
            60,
            "30d",
            "refuse",
            "session",
            outsiders="refuse",
            roaming="90d",
            late=True,
        ),
    )
    check(after)
    found = after.profile
    assert (found.name, found.relay, found.updates) == (
        "Acme",
        "wss://other.example:443",
        "https://acme.example/w",
    )
    rules = found.policy
    assert (rules.session, rules.phrase, rules.retention) == (True, 60, 30 * 86_400)
    assert (rules.revoked, rules.pin, rules.outsiders) == (Revoked.REFUSE, Pin.SESSION, Outsiders.REFUSE)
    assert (rules.roaming, rules.late) == (90 * 86_400, True)
    assert (rules.seals, rules.auditors) == (PROFILE.policy.seals, PROFILE.policy.auditors)
    assert policy.apply(ACME, Wanted()) == ACME


def test_keys_are_named() -> None:
    after = policy.apply(ACME, Wanted(seals=("audit", "hr"), auditors=("token=Token office",)))
    check(after)
    assert after.profile.policy.seals == (AUDIT, HR)
    assert after.profile.policy.auditors == (Auditor(TOKEN, "Token office"),)
    assert policy.apply(ACME, Wanted(auditors=())).profile.policy.auditors == ()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(relay="https://relay.example"), "is no relay's address"),
        (Wanted(relay="ws://relay.example"), "is no relay's address"),
        (Wanted(relay=f"wss://{'a.' * 120}example:7300/x/y"), "is no relay's address"),
        (Wanted(updates="http://acme.example"), "https://"),
        (Wanted(updates="https://acme.example/" + "a" * 512), "512 characters"),
        (Wanted(phrase=257), "between 0 and 256"),
        (Wanted(retention="a month"), "is no time"),
        (Wanted(retention="367d"), "366 days"),
        (Wanted(roaming="367d"), "366 days"),
        (Wanted(seals=("hrr",)), "Did you mean “hr”"),
        (Wanted(auditors=("hr",)), "KEY=NAME"),
    ],
)
def test_what_cannot_be_is_refused(wanted: Wanted, says: str) -> None:
    with pytest.raises(Refused, match=says):
        policy.apply(ACME, wanted)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(roaming="0", late=False, outsiders="session"), ()),
        (Wanted(outsiders="refuse"), ("sends nothing to anybody who is not in the directory",)),
        (Wanted(roaming="30d"), ("for 30d, sealed",)),
        (Wanted(roaming="30d", late=True), ("for 30d, sealed", "reads what was written before")),
        (Wanted(late=True), ("reads nothing of before",)),
        (Wanted(roaming="30d", session=True), ("for 30d, sealed", "Nothing is kept while a session")),
    ],
)
def test_what_the_policy_brings_about_is_cautioned_of(wanted: Wanted, says: tuple[str, ...]) -> None:
    found = policy.cautions(policy.apply(ACME, wanted).profile.policy)
    assert len(found) == len(says)
    assert all(part in sentence for part, sentence in zip(says, found, strict=True))


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("45s", 45), ("90m", 5_400), ("12H", 43_200), ("366d", 31_622_400)]
)
def test_times(text: str, seconds: int) -> None:
    assert duration(text) == seconds
    assert seconds == 0 or duration(spoken(seconds)) == seconds
