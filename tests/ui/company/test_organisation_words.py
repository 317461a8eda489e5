"""Policy, keys and numbers in words."""

import time

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from watchword.model.company import CompanyPolicy, FileReason, KeyState, Lookout, MethodState
from watchword.model.errors import Kind, Situation
from watchword.settings import Language
from watchword.ui.company import organisation_words
from watchword.ui.i18n import Languages

POLICY = CompanyPolicy(
    session=False, phrase=0, retention=0, revoked_opens=True, pin_remembered=False, auditors=()
)
RING = MethodState(b"by-ring-", "ring", "wrap")
TOKEN = MethodState(b"by-token", "pkcs11", "wrap")
KEY = KeyState("hr-2026", 1, "retired", b"by-ring-", 0, 0)


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> None:
    Languages(qapp, Language.ENGLISH)


def test_the_policy_is_told_whole() -> None:
    assert organisation_words.policy_lines(POLICY, [RING]) == [
        "Conversations are opened by the company's key alone; no phrase is asked for.",
        "People outside the company are reached by a passphrase session only.",
        "How long a message that nobody fetches is kept is left to the relay.",
        "A new computer of yours begins without earlier messages.",
        "Whoever joins a room reads only what is written from then on.",
        "What was sealed under a key that is revoked still opens.",
    ]
    strict = replace(
        POLICY,
        session=True,
        phrase=40,
        retention=30 * 86_400,
        revoked_opens=False,
        pin_remembered=True,
        refuses_outsiders=True,
        roaming=7 * 86_400,
        late=True,
    )
    assert organisation_words.policy_lines(strict, [RING, TOKEN]) == [
        "Conversations need a passphrase session besides the company's key.",
        "A phrase between colleagues has to be about as strong as 4 generated words (40 bits).",
        "There are no conversations with people outside the company.",
        "The relay keeps a message that nobody fetches for 30 days.",
        "A new computer of yours is given the messages of the last 7 days, which the relay keeps sealed.",
        "Whoever joins a room also reads what the relay still keeps of what was written before.",
        "What was sealed under a key that is revoked stays closed.",
        "A token's PIN is asked for once, until Watchword is closed.",
    ]
    asks = organisation_words.policy_lines(POLICY, [TOKEN])
    assert asks[-1] == "A token's PIN is asked for each time the token is used."


def test_who_reads_along_is_always_told() -> None:
    assert organisation_words.auditors(POLICY) == ["Nobody else can read along: no auditor is named."]
    audited = replace(POLICY, auditors=("Audit office", "审计处"))
    assert organisation_words.auditors(audited) == [
        "Audit office can read every message.",
        "审计处 can read every message.",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (86_400, "1 day"),
        (30 * 86_400, "30 days"),
        (3_600, "1 hour"),
        (36 * 3_600, "36 hours"),
        (90 * 60, "90 minutes"),
        (61, "61 seconds"),
    ],
)
def test_times_are_told_in_whole_units(seconds: int, said: str) -> None:
    assert organisation_words.duration(seconds) == said


def test_versions_that_are_alike_stand_in_one_row() -> None:
    versions = [replace(KEY, version=version) for version in (1, 2, 3)]
    versions += [
        replace(KEY, version=4, state="revoked"),
        replace(KEY, version=5, state="active", seals=True),
    ]
    runs = organisation_words.runs(versions)
    assert [(organisation_words.run(run), organisation_words.standing(run.like)) for run in runs] == [
        ("Version 5", "active · seals now"),
        ("Version 4", "revoked"),
        ("Versions 1–3", "retired, still opens"),
    ]


def test_validity_is_told_by_the_day() -> None:
    noon = 1_798_000_000 // 86_400 * 86_400 + 43_200
    known = replace(KEY, state="active", begins=noon, ends=noon + 86_400)
    day, next_day = (time.strftime("%-d %b %Y", time.localtime(at)) for at in (noon, noon + 86_400))
    assert organisation_words.standing(known) == f"active · from {day} · until {next_day}"


def test_a_number_that_is_a_time_says_so() -> None:
    now = int(time.time())
    assert organisation_words.number(7) == "no. 7"
    assert organisation_words.number(now).startswith(f"no. {now}, of ")
    assert organisation_words.number(now + 10 * 86_400) == f"no. {now + 10 * 86_400}"


def test_the_last_look_says_when_and_what_came_of_it() -> None:
    at = int(time.time()) * 1000
    when = organisation_words.moment(at)
    assert organisation_words.looked(Lookout()) == ""
    assert organisation_words.looked(Lookout(at, 0)) == f"{when}: nothing newer"
    assert organisation_words.looked(Lookout(at, at + 5)) == f"{when}: a newer file was taken"
    trouble = Situation(Kind.COMPANY_LINK, {"reason": "link-slow", "host": "files.example"})
    said = organisation_words.looked(Lookout(at, 0, trouble))
    assert said.startswith(f"{when}: not fetched. ")
    assert "files.example" in said
    for reason in FileReason:
        said = organisation_words.looked(
            Lookout(at, 0, Situation(Kind.COMPANY_FILE, {"reason": reason.value}))
        )
        assert said.startswith(f"{when}: a file was fetched and not taken. "), "it came, whatever is in it"


def test_digits_stand_as_the_key_owner_is_shown_them() -> None:
    assert organisation_words.grouped("12345678901234567890") == "12345 67890 12345 67890"
