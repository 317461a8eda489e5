"""The eight words of a new desktop: shown there, read where they are typed.

See `docs/protocol/wire.md`, More terminals.
"""

from watchword.core import phrase
from watchword.model.errors import Kind, RefusedBy
from watchword.protocol.second_desktop import WORDS, Digits


def shown(digits: Digits, language: str) -> tuple[str, ...]:
    """The words for these places in the list of a language."""
    words = phrase.word_list(language).words
    return tuple(words[digit] for digit in digits)


def read(typed: str) -> Digits:
    """The places in their list of eight words that were typed, whichever language they are in.

    Raises:
        RefusedBy: DESKTOP_WORDS_FORM [count], these are not eight words of one list.
    """
    reading = phrase.read(typed)
    words = () if reading is None or reading.rest else reading.words
    if len(words) != WORDS:
        raise RefusedBy(Kind.DESKTOP_WORDS_FORM, count=WORDS)
    for language in phrase.LANGUAGES:
        known = phrase.word_list(language)
        if known.members.issuperset(words):
            return tuple(known.words.index(word) for word in words)
    raise RefusedBy(Kind.DESKTOP_WORDS_FORM, count=WORDS)
