"""Phrases made of words from our lists: made, recognised, completed, and judged (P1, P2).

The lists lie in resources/words; no word of a list begins another one, so that what is typed without
spaces splits in one way only. Nothing here is kept, logged or sent. Section "Passphrases" of `docs/protocol`.
"""

import enum
import functools
import itertools
import math
import re
import secrets
import unicodedata
from collections.abc import Iterable

import msgspec

from watchword import paths

_BETWEEN = re.compile(r"[\s,，、·・;；/_-]+")
_COUNT = {"en": 5, "zh_CN": 4}
LANGUAGES = tuple(_COUNT)
"""The languages that have a word list, by the names of the program's languages."""


class WordList(msgspec.Struct, frozen=True):
    """One list: its words, and how many make a phrase."""

    words: tuple[str, ...]
    """In order, without repetition."""
    lengths: tuple[int, ...]
    """The lengths that occur."""
    count: int
    members: frozenset[str]

    @property
    def bits(self) -> float:
        """What one word adds against a guesser, in bits."""
        return math.log2(len(self.words))


class Reading(msgspec.Struct, frozen=True):
    """What was typed, as words of one list."""

    words: tuple[str, ...]
    """Whole words, lower-cased, in order."""
    rest: str = ""
    """The letters of a word that is not finished; empty when all is words."""
    ending: str = ""
    """The letters that complete `rest`, when only one word of the list begins with it."""

    @property
    def whole(self) -> bool:
        """Whether everything typed is words of the list."""
        return bool(self.words) and not self.rest


class Strength(enum.IntEnum):
    """How hard a typed phrase is to guess; the meter shows it in words."""

    NONE = 0
    EASY = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


@functools.cache
def word_list(language: str) -> WordList:
    """The list of a language; English for one that has none."""
    name = language if language in _COUNT else "en"
    words = tuple((paths.resource("words") / f"{name}.txt").read_text(encoding="utf-8").split())
    lengths = tuple(sorted({len(word) for word in words}))
    return WordList(words, lengths, _COUNT[name], frozenset(words))


def generate(language: str, least: float = 0.0) -> str:
    """Make a new phrase: words drawn from the list by the system's generator, joined by spaces.

    As many as the list says, and more until they come to `least` bits.
    """
    chosen = word_list(language)
    words = [secrets.choice(chosen.words) for _ in range(chosen.count)]
    while bits(" ".join(words)) < least:
        words.append(secrets.choice(chosen.words))
    return " ".join(words)


def read(typed: str) -> Reading | None:
    """Read what was typed as words of one list; None where it is something else.

    Full-width and capital letters count as plain ones; words may stand without spaces between them.
    The last word may be unfinished (`Reading.rest`).
    """
    plain = _plain(typed)
    for language in LANGUAGES:
        reading = _read(word_list(language), plain)
        if reading is not None:
            return reading
    return None


def settle(typed: str) -> str:
    """The phrase that is sent: words of our lists split and lower-cased, anything else as it was typed."""
    reading = read(typed)
    return " ".join(reading.words) if reading is not None and reading.whole else typed


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).lower()


def _read(within: WordList, plain: str) -> Reading | None:
    words: list[str] = []
    pieces = [piece for piece in _BETWEEN.split(plain) if piece]
    for place, piece in enumerate(pieces):
        found, rest = _split(within, piece)
        words += found
        if not rest:
            continue
        last = place == len(pieces) - 1 and not _BETWEEN.fullmatch(plain[-1:])
        begun = [word for word in within.words if word.startswith(rest)] if last else []
        if not begun:
            return None
        return Reading(tuple(words), rest, begun[0][len(rest) :] if len(begun) == 1 else "")
    return Reading(tuple(words)) if words else None


def _split(within: WordList, piece: str) -> tuple[list[str], str]:
    """Cut words off the front of `piece`; what cannot be cut is left. No word begins another: no choice."""
    words: list[str] = []
    start = 0
    while start < len(piece):
        for length in within.lengths:
            if piece[start : start + length] in within.members:
                words.append(piece[start : start + length])
                start += length
                break
        else:
            break
    return words, piece[start:]


# --- strength -------------------------------------------------------------------------

_LIMITS = ((44.0, Strength.STRONG), (30.0, Strength.GOOD), (18.0, Strength.FAIR))
_WELL_KNOWN_WORDS = """
    password passphrase watchword secret hello love iloveyou letmein welcome admin qwerty asdf qwertz
    opensesame sesame princess dragon monkey football birthday test abc
    密码 口令 暗号 你好 我爱你 芝麻开门 生日快乐 测试 天王盖地虎 宝塔镇河妖 新年快乐
"""
_WELL_KNOWN = frozenset(_WELL_KNOWN_WORDS.split())
_HAN_BITS = 5.0
_WORD_BITS = 10.0
_WELL_KNOWN_BITS = 2.0
_LETTER_BITS = 2.0
_MIXED_BITS = 4.0
_DIGIT_BITS = 2.5
_LONGEST_JUDGED = 512


class Rule(msgspec.Struct, frozen=True):
    """How strong a company wants the phrase of a session between two of its members."""

    company: str
    least: int
    """Bits, as `bits` counts them."""
    known: tuple[str, ...]
    """Names and ids of the two, which make a phrase no better."""

    def allows(self, typed: str) -> bool:
        """Whether a phrase is strong enough."""
        return bits(typed, self.known) >= self.least


def bits(typed: str, known: Iterable[str] = ()) -> float:
    """About how hard a phrase is to guess, in bits (company.md, Least strength).

    `known` are words that do not count, such as the names of both people.
    """
    plain = _plain(typed[:_LONGEST_JUDGED])
    reading = read(plain)
    if reading is not None and reading.whole:
        return len(set(reading.words)) * word_list("en").bits
    easy = _WELL_KNOWN.union(*(_pieces(_plain(name)) for name in known))
    return sum(_bits(piece, easy) for piece in set(_pieces(plain)))


def strength(typed: str, known: Iterable[str] = ()) -> Strength:
    """Judge a phrase; `known` as for `bits`."""
    if not _plain(typed[:_LONGEST_JUDGED]).strip():
        return Strength.NONE
    counted = bits(typed, known)
    return next((judged for least, judged in _LIMITS if counted >= least), Strength.EASY)


def _pieces(plain: str) -> list[str]:
    """Words and other runs; Han characters are a run of their own."""
    return re.findall(r"[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+", plain)


def _bits(piece: str, easy: Iterable[str]) -> float:
    if piece in easy:
        return _WELL_KNOWN_BITS
    fresh = _without_runs(piece)
    if re.fullmatch(r"[\u3400-\u9fff]+", piece):
        return _HAN_BITS * len(set(fresh))
    if piece.isdigit():
        return _DIGIT_BITS * len(fresh)
    if piece.isalpha():
        return min(_LETTER_BITS * len(fresh), _WORD_BITS + max(0, len(fresh) - 12))
    return min(_LETTER_BITS * len(fresh), _WORD_BITS) if len(fresh) < len(piece) else _mixed(fresh)


def _mixed(fresh: str) -> float:
    """Letters with digits or signs: a word with a number behind it is little more than a word."""
    if re.fullmatch(r"[^\W\d]{4,}[\d\W]{1,4}", fresh):
        return _WORD_BITS + _LETTER_BITS
    return _MIXED_BITS * len(set(fresh))


def _without_runs(piece: str) -> str:
    """Leave out what only repeats or counts on: "aaaa" is "aa", "1234" is "12"."""
    kept, step = piece[:1], None
    for before, after in itertools.pairwise(piece):
        last, step = step, ord(after) - ord(before)
        if abs(step) > 1 or step != last:
            kept += after
    return kept
