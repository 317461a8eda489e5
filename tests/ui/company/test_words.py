"""Every reason has two sentences of its own, in English and in Chinese; only what was altered alarms."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from watchword.model.company import Closed, CompanyPolicy, Organisation, Reason
from watchword.settings import Language
from watchword.ui.company import words
from watchword.ui.i18n import Languages

TOLD = {reason: Closed(reason, "hr-2026", 7, (1, 2, 3, 4, 5, 6)) for reason in Reason}
POLICY = CompanyPolicy(
    session=False, phrase=0, retention=0, revoked_opens=True, pin_remembered=False, auditors=()
)
ACME = Organisation("ACME", "12345678901234567890", 9, 4, 5, "wss://r", "", (), (), POLICY)


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


@pytest.fixture
def english(qapp: QApplication) -> None:
    Languages(qapp, Language.ENGLISH)


def every() -> dict[tuple[str, Reason], str]:
    """Every sentence there is."""
    closed = {("closed", reason): words.closed(told, "ACME") for reason, told in TOLD.items()}
    return closed | {("unsent", reason): words.unsent(told, "ACME") for reason, told in TOLD.items()}


def test_every_reason_has_two_sentences_and_no_two_are_the_same(language: Language) -> None:
    said = every()
    assert len(said) == 2 * len(Reason)
    assert [text for text, times in Counter(said.values()).items() if times > 1] == []
    for text in said.values():
        han = any("\u4e00" <= letter <= "\u9fff" for letter in text)
        assert text
        assert han == (language is Language.CHINESE), text
        assert "{" not in text
        assert "…" not in text


@pytest.mark.usefixtures("english")
def test_a_ring_that_is_too_old_reads_as_agreed() -> None:
    assert words.closed(TOLD[Reason.RING_TOO_OLD], "ACME") == (
        "Encrypted with ACME's key hr-2026, version 7. Your key ring has versions 1–6. "
        "Ask your key owner for an update."
    )
    one = Closed(Reason.RING_TOO_OLD, "hr-2026", 7, (6,))
    assert "Your key ring has version 6." in words.closed(one, "ACME")


@pytest.mark.usefixtures("english")
def test_only_what_was_altered_alarms() -> None:
    assert "altered" in words.closed(TOLD[Reason.ALTERED], "ACME")
    others = [text for (_, reason), text in every().items() if reason is not Reason.ALTERED]
    alarming = ("altered", "attack", "forged", "danger", "warning", "tamper")
    assert [text for text in others if any(word in text.lower() for word in alarming)] == []


@pytest.mark.usefixtures("english")
def test_what_is_unsent_says_so_first_and_never_that_it_was_sent() -> None:
    said = [text for (kind, _), text in every().items() if kind == "unsent"]
    assert [text for text in said if not text.startswith(("Not sent yet: ", "Not sent: "))] == []


@pytest.mark.usefixtures("english")
def test_what_a_token_does_not_do_is_tried_by_hand() -> None:
    for reason in (Reason.PROVIDER_DOWN, Reason.PROVIDER_SLOW):
        for said in (words.closed(TOLD[reason], "ACME"), words.unsent(TOLD[reason], "ACME")):
            assert "With a token, try now, or take it out and put it in again" in said
            assert "tries a program again by itself" in said


@pytest.mark.usefixtures("english")
def test_a_wrong_pin_says_how_many_tries_are_left() -> None:
    def said(reason: Reason) -> tuple[str, str]:
        return words.closed(TOLD[reason], "ACME"), words.unsent(TOLD[reason], "ACME")

    assert all("few tries are left" in text for text in said(Reason.PIN_WRONG_FEW_LEFT))
    assert all("one more wrong PIN locks" in text for text in said(Reason.PIN_WRONG_LAST_TRY))
    assert all("locked" in text for text in said(Reason.PIN_LOCKED))


@pytest.mark.usefixtures("english")
def test_without_a_name_it_is_your_company() -> None:
    assert "your company's key hr-2026" in words.closed(TOLD[Reason.RING_TOO_OLD], "")


@pytest.mark.usefixtures("english")
def test_names_cannot_turn_or_fill_a_sentence() -> None:
    said = words.closed(Closed(Reason.RING_TOO_OLD, "k" * 64, 7, (1,)), "A" * 64)
    assert "k" * 40 not in said
    assert "\u2068" in words.closed(Closed(Reason.REVOKED, "\u05d0key", 1), "ACME")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("held", "said"),
    [((), ""), ((4,), "4"), ((1, 2), "1–2"), ((1, 2, 3, 4, 5, 6, 8), "1–6, 8"), ((1, 3, 5, 6), "1, 3, 5–6")],
)
def test_versions_are_ranges(held: tuple[int, ...], said: str) -> None:
    assert words.versions(held) == said


@given(st.sets(st.integers(1, 60)))
def test_no_version_is_lost_in_a_range(held: set[int]) -> None:
    found: set[int] = set()
    for piece in filter(None, words.versions(sorted(held)).replace("、", ", ").split(", ")):
        first, _, last = piece.partition("–")
        found |= set(range(int(first), int(last or first) + 1))
    assert found == held


@pytest.mark.usefixtures("english")
def test_the_details_to_copy_are_for_the_key_owner() -> None:
    said = words.details([TOLD[Reason.RING_TOO_OLD]], "The sentence.", ACME)
    assert said.splitlines() == [
        "The sentence.",
        "",
        "reason: version-unknown; key: hr-2026; version: 7; held: 1–6",
        "organisation: ACME; root key: 12345678901234567890",
        "company file: 9; profile: 5; ring: 4",
    ]
