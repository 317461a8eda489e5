"""Phrases of our lists: enough to choose from, read back as they were meant, completed, judged."""

import itertools
import math
import unicodedata

import pytest

from watchword.core import phrase
from watchword.core.phrase import LANGUAGES, Rule, Strength


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_has_four_or_five_words_and_44_bits(language: str) -> None:
    words = phrase.word_list(language)
    made = phrase.generate(language).split(" ")
    assert len(made) in (4, 5)
    assert set(made) <= set(words.words)
    assert words.bits * len(made) >= 44


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_can_be_drawn_and_is_drawn_evenly(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = phrase.word_list(language).words
    drawn = iter(words)
    monkeypatch.setattr("secrets.choice", lambda given: next(drawn) if given == words else None)
    count = phrase.word_list(language).count
    assert phrase.generate(language) == " ".join(words[:count])
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_begins_another(language: str) -> None:
    words = sorted(phrase.word_list(language).words)
    assert not [pair for pair in itertools.pairwise(words) if pair[1].startswith(pair[0])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_stored_as_they_are_sent(language: str) -> None:
    for word in phrase.word_list(language).words:
        assert word == unicodedata.normalize("NFKC", word).lower()
        assert len(word.split()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_generated_phrase_reads_back_without_its_spaces(language: str) -> None:
    for _ in range(50):
        made = phrase.generate(language)
        assert phrase.settle(made.replace(" ", "")) == made
        assert phrase.settle(f"  {made.upper()} ") == made


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Aardvark Zucchini", "aardvark zucchini"),
        ("aardvarkZUCCHINI", "aardvark zucchini"),
        ("aardvark, zucchini", "aardvark zucchini"),
        ("ＡＡＲＤＶＡＲＫ　zucchini", "aardvark zucchini"),
        ("灯塔风车", "灯塔 风车"),
        ("灯塔、风车", "灯塔 风车"),
        ("Our Dog aardvark", "Our Dog aardvark"),
        ("aardvark zucchin", "aardvark zucchin"),
        ("Ünknown  spaces", "Ünknown  spaces"),
        ("", ""),
        ("   ", "   "),
    ],
)
def test_words_of_our_lists_are_split_and_lower_cased_and_nothing_else_is_touched(
    typed: str, sent: str
) -> None:
    assert phrase.settle(typed) == sent


def test_the_last_word_is_completed_when_only_one_begins_so() -> None:
    reading = phrase.read("aardvark zuc")
    assert reading is not None
    assert (reading.words, reading.rest, reading.ending) == (("aardvark",), "zuc", "chini")
    assert not reading.whole


def test_nothing_is_completed_while_two_words_begin_so() -> None:
    reading = phrase.read("a")
    assert reading is not None
    assert reading.ending == ""


@pytest.mark.parametrize(
    "typed", ["my own phrase", "my own zuc", "aardvark xq", "aardvark zuc ", "", "  ", "🐟"]
)
def test_a_phrase_of_other_words_is_never_completed(typed: str) -> None:
    reading = phrase.read(typed)
    assert reading is None or reading.ending == ""


def test_three_letters_are_enough_in_english() -> None:
    for word in phrase.word_list("en").words:
        reading = phrase.read(word[:3])
        assert reading is not None
        assert reading.whole or word == reading.rest + reading.ending


@pytest.mark.parametrize(
    ("typed", "judged"),
    [
        ("", Strength.NONE),
        ("   ", Strength.NONE),
        ("hello", Strength.EASY),
        ("password", Strength.EASY),
        ("12345678", Strength.EASY),
        ("aaaaaaaaaaaa", Strength.EASY),
        ("banana2024", Strength.EASY),
        ("我爱你", Strength.EASY),
        ("lunch lunch lunch lunch", Strength.EASY),
        ("purple bicycle", Strength.FAIR),
        ("purple bicycle thunder", Strength.GOOD),
        ("amber violin tide lantern moss", Strength.STRONG),
    ],
)
def test_strength(typed: str, judged: Strength) -> None:
    assert phrase.strength(typed) is judged


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_generated_phrase_is_never_called_weak(language: str) -> None:
    # Four or five words may repeat one another, once in a few hundred phrases.
    judged = [phrase.strength(phrase.generate(language)) for _ in range(50)]
    assert min(judged) >= Strength.GOOD


def test_names_of_the_two_count_nothing() -> None:
    assert phrase.strength("tatiana bartholomew") is Strength.FAIR
    assert phrase.strength("tatiana bartholomew", ["Tatiana", "bartholomew"]) is Strength.EASY


def test_ten_thousand_characters_are_judged_at_once() -> None:
    assert phrase.strength("correct horse " * 1000) is not Strength.NONE
    assert phrase.settle("灯塔" * 5000) == " ".join(["灯塔"] * 5000)


def test_bits_are_counted_as_the_document_says() -> None:
    word = math.log2(1_295)
    first, second, third = phrase.word_list("en").words[::600]
    for typed, expected in {
        f"{first} {second} {third}": 3 * word,
        f"{first.upper()} {first}{second}": 2 * word,
        "灯塔 灯塔": word,
        "password": 2,
        "tatiana": 2,
        "purple": 10,
        "purple bicycle": 20,
        "incomprehensibly": 10 + 16 - 12,
        "密谋一事": 20,
        "1234": 5,
        "8316": 10,
        "banana2024": 12,
        "x7!k": 16,
        "aaaa1": 6,
        "": 0,
    }.items():
        assert phrase.bits(typed, ["Tatiana Byron"]) == pytest.approx(expected), typed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("least", "words"), [(0, 0), (40, 4), (52, 6), (82, 8), (256, 25)])
def test_a_generated_phrase_is_as_long_as_is_wanted(language: str, least: int, words: int) -> None:
    for _ in range(30):
        made = phrase.generate(language, least)
        assert phrase.bits(made) >= least
        assert len(set(made.split(" "))) >= words
        # No longer than need be: without its last word it would be shorter than usual, or too weak.
        usual = phrase.word_list(language).count
        assert len(made.split(" ")) == usual or phrase.bits(made.rpartition(" ")[0]) < least


def test_a_rule_passes_over_the_names_of_the_two() -> None:
    rule = Rule("ACME", 30, ("ada", "bo", "Ada Byron", "Bo Larsen"))
    assert rule.allows("purple bicycle thunder")
    assert not rule.allows("byron larsen thunder")
