"""How methods are, in both languages: a sentence for every fault of a provider, and before a PIN."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from watchword.model.company import MethodState, Reason
from watchword.providers.contract import Cause
from watchword.settings import Language
from watchword.ui.company import method_words
from watchword.ui.company.pins import TO_BE_READ
from watchword.ui.i18n import Languages

RING = MethodState(b"by-ring-", "ring", "wrap")
TOKEN = MethodState(b"by-token", "pkcs11", "wrap", "acme 1a2b")
PLUGIN = MethodState(b"by-plug-", "plugin", "content", "acme-vault")
ASKING_AGAIN = (Reason.PIN_WRONG, Reason.PIN_WRONG_FEW_LEFT, Reason.PIN_WRONG_LAST_TRY)


@pytest.fixture(params=[Language.ENGLISH, Language.CHINESE])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    languages = Languages(qapp, request.param)
    yield request.param
    languages.choose(Language.ENGLISH)


def all_differ(said: list[str], language: Language) -> bool:
    chinese = [any("\u4e00" <= letter <= "\u9fff" for letter in one) for one in said]
    return len({*said}) == len(said) and all(one is (language is Language.CHINESE) for one in chinese)


def test_every_fault_of_a_provider_has_a_sentence_of_its_own(language: Language) -> None:
    assert all_differ([method_words.fault(Reason(cause.value)) for cause in Cause], language)


def test_who_typed_a_pin_is_not_told_to_test(language: Language) -> None:
    """The PIN was asked for to send or to open something."""
    said = [method_words.after_pin(reason) for reason in TO_BE_READ]
    assert all_differ(said, language)
    assert not [one for one in said if "est again" in one or "测试" in one]
    for reason in (Reason.PROVIDER_DOWN, Reason.PROVIDER_SLOW):
        told = method_words.after_pin(reason)
        assert "keeps trying" not in told, "nobody is asked for its PIN again by itself"
        assert "Try now" in told or "立即重试" in told


def test_what_is_said_before_a_pin_grows_graver(language: Language) -> None:
    assert all_differ([method_words.before_pin(reason) for reason in ASKING_AGAIN], language)


def test_kinds_and_modes_are_told_apart(language: Language) -> None:
    titles = [method_words.title(method) for method in (RING, TOKEN, PLUGIN)]
    assert all_differ(titles, language)
    assert "acme 1a2b" in titles[1]
    assert "acme-vault" in titles[2]
    assert all_differ([method_words.mode(method) for method in (RING, PLUGIN)], language)


def test_a_method_is_untried_works_or_says_what_is_wrong(qapp: QApplication) -> None:
    assert method_words.state(RING) == "Not tried yet."
    assert method_words.state(MethodState(RING.id, "ring", "wrap", tried=True)) == "Works."
    missing = MethodState(TOKEN.id, "pkcs11", "wrap", fault=Reason.TOKEN_MISSING, tried=True)
    assert method_words.state(missing) == "It is not plugged in. Plug it in, and test again."
