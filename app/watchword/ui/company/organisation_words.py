"""What a company decided and which keys it has, in words: policy, states of keys, validity, numbers of files.

The sentences are sources for translation, as in `ui.words`. See `docs/protocol/company.md`, The profile.
"""

import math
import time
from collections.abc import Iterable
from itertools import groupby

import msgspec
from PySide6.QtCore import QCoreApplication, QDateTime

from watchword.model.company import CompanyPolicy, KeyState, Lookout, MethodState
from watchword.model.errors import Kind
from watchword.ui import i18n, words
from watchword.ui.company import link_words
from watchword.ui.company.method_words import TOKEN
from watchword.ui.words import QT_TRANSLATE_NOOP

_WORD_BITS = math.log2(1296)
"""What one word of a generated phrase is worth."""
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_FIRST_SECOND = 1_577_836_800
"""1 January 2020: the numbers of company files that `watchword-org` makes are seconds since 1970."""

_SESSION = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "Conversations need a passphrase session besides the company's key."
)
_NO_SESSION = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "Conversations are opened by the company's key alone; no phrase is asked for."
)
_PHRASE = QT_TRANSLATE_NOOP(
    "CompanyPolicy",
    "A phrase between colleagues has to be about as strong as {count} generated words ({bits} bits).",
)
_OUTSIDERS = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "People outside the company are reached by a passphrase session only."
)
_NO_OUTSIDERS = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "There are no conversations with people outside the company."
)
_KEPT = QT_TRANSLATE_NOOP("CompanyPolicy", "The relay keeps a message that nobody fetches for {time}.")
_KEPT_AS_THE_RELAY_LIKES = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "How long a message that nobody fetches is kept is left to the relay."
)
_KEPT_FOR_COMPUTERS = QT_TRANSLATE_NOOP(
    "CompanyPolicy",
    "A new computer of yours is given the messages of the last {time}, which the relay keeps sealed.",
)
_NOT_KEPT_FOR_COMPUTERS = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "A new computer of yours begins without earlier messages."
)
_PAST = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "Whoever joins a room also reads what the relay still keeps of what was written before."
)
_NO_PAST = QT_TRANSLATE_NOOP("CompanyPolicy", "Whoever joins a room reads only what is written from then on.")
_REVOKED_OPENS = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "What was sealed under a key that is revoked still opens."
)
_REVOKED_STAYS = QT_TRANSLATE_NOOP(
    "CompanyPolicy", "What was sealed under a key that is revoked stays closed."
)
_PIN_KEPT = QT_TRANSLATE_NOOP("CompanyPolicy", "A token's PIN is asked for once, until Watchword is closed.")
_PIN_ASKED = QT_TRANSLATE_NOOP("CompanyPolicy", "A token's PIN is asked for each time the token is used.")
_AUDITOR = QT_TRANSLATE_NOOP("CompanyPolicy", "{name} can read every message.")
_NO_AUDITOR = QT_TRANSLATE_NOOP("CompanyPolicy", "Nobody else can read along: no auditor is named.")

_TIMES = (
    (_DAY, QT_TRANSLATE_NOOP("CompanyPolicy", "1 day"), QT_TRANSLATE_NOOP("CompanyPolicy", "{count} days")),
    (
        _HOUR,
        QT_TRANSLATE_NOOP("CompanyPolicy", "1 hour"),
        QT_TRANSLATE_NOOP("CompanyPolicy", "{count} hours"),
    ),
    (
        _MINUTE,
        QT_TRANSLATE_NOOP("CompanyPolicy", "1 minute"),
        QT_TRANSLATE_NOOP("CompanyPolicy", "{count} minutes"),
    ),
    (
        1,
        QT_TRANSLATE_NOOP("CompanyPolicy", "1 second"),
        QT_TRANSLATE_NOOP("CompanyPolicy", "{count} seconds"),
    ),
)

_STATES = {
    "active": QT_TRANSLATE_NOOP("CompanyKeys", "active"),
    "retired": QT_TRANSLATE_NOOP("CompanyKeys", "retired, still opens"),
    "revoked": QT_TRANSLATE_NOOP("CompanyKeys", "revoked"),
}
_SEALS = QT_TRANSLATE_NOOP("CompanyKeys", "seals now")
_FROM = QT_TRANSLATE_NOOP("CompanyKeys", "from {day}")
_UNTIL = QT_TRANSLATE_NOOP("CompanyKeys", "until {day}")
_ONE = QT_TRANSLATE_NOOP("CompanyKeys", "Version {version}")
_SEVERAL = QT_TRANSLATE_NOOP("CompanyKeys", "Versions {first}–{last}")
_NUMBER = QT_TRANSLATE_NOOP("CompanyKeys", "no. {number}")
_NUMBER_OF = QT_TRANSLATE_NOOP("CompanyKeys", "no. {number}, of {time}")
_LOOKED = QT_TRANSLATE_NOOP("CompanyKeys", "{time}: nothing newer")
_LOOKED_AND_TAKEN = QT_TRANSLATE_NOOP("CompanyKeys", "{time}: a newer file was taken")
_LOOKED_IN_VAIN = QT_TRANSLATE_NOOP("CompanyKeys", "{time}: not fetched. {why}")
_FETCHED_IN_VAIN = QT_TRANSLATE_NOOP("CompanyKeys", "{time}: a file was fetched and not taken. {why}")


class Run(msgspec.Struct, frozen=True):
    """Versions of one key that follow each other and are alike in everything else."""

    first: int
    last: int
    like: KeyState
    """One of them."""


def _say(context: str, source: str, **facts: object) -> str:
    return QCoreApplication.translate(context, source).format(**facts)


# --- the policy ------------------------------------------------------------------------


def auditors(policy: CompanyPolicy) -> list[str]:
    """Who can read along: one sentence each, or one that says that nobody can."""
    named = [_say("CompanyPolicy", _AUDITOR, name=words.called(name)) for name in policy.auditors]
    return named or [_say("CompanyPolicy", _NO_AUDITOR)]


def policy_lines(policy: CompanyPolicy, methods: Iterable[MethodState]) -> list[str]:
    """What the company decided, but for its auditors; what concerns tokens only where there is one."""
    said = [_say("CompanyPolicy", _SESSION if policy.session else _NO_SESSION)]
    if policy.phrase:
        count = math.ceil(policy.phrase / _WORD_BITS)
        said.append(_say("CompanyPolicy", _PHRASE, count=count, bits=policy.phrase))
    said.append(_say("CompanyPolicy", _NO_OUTSIDERS if policy.refuses_outsiders else _OUTSIDERS))
    if policy.retention:
        said.append(_say("CompanyPolicy", _KEPT, time=duration(policy.retention)))
    else:
        said.append(_say("CompanyPolicy", _KEPT_AS_THE_RELAY_LIKES))
    if policy.roaming:
        said.append(_say("CompanyPolicy", _KEPT_FOR_COMPUTERS, time=duration(policy.roaming)))
    else:
        said.append(_say("CompanyPolicy", _NOT_KEPT_FOR_COMPUTERS))
    said.append(_say("CompanyPolicy", _PAST if policy.late else _NO_PAST))
    said.append(_say("CompanyPolicy", _REVOKED_OPENS if policy.revoked_opens else _REVOKED_STAYS))
    if any(method.kind == TOKEN for method in methods):
        said.append(_say("CompanyPolicy", _PIN_KEPT if policy.pin_remembered else _PIN_ASKED))
    return said


def duration(seconds: int) -> str:
    """So many seconds in the largest unit that they fill whole times."""
    unit, one, several = next(entry for entry in _TIMES if seconds % entry[0] == 0)
    count = seconds // unit
    return _say("CompanyPolicy", one if count == 1 else several, count=i18n.locale().toString(count))


# --- the ring --------------------------------------------------------------------------


def runs(versions: Iterable[KeyState]) -> list[Run]:
    """Versions of one key, the newest first; those that follow each other and are alike in one."""

    def alike(key: KeyState) -> object:
        return key.state, key.begins, key.ends, key.seals, key.method

    found = []
    for _, group in groupby(sorted(versions, key=lambda key: -key.version), alike):
        held = [*group]
        found.append(Run(held[-1].version, held[0].version, held[0]))
    return found


def run(versions: Run) -> str:
    """Which versions."""
    if versions.first == versions.last:
        return _say("CompanyKeys", _ONE, version=versions.last)
    return _say("CompanyKeys", _SEVERAL, first=versions.first, last=versions.last)


def standing(key: KeyState) -> str:
    """State and validity of a version: "active · seals now · until 3 January 2027"."""
    said = [_say("CompanyKeys", _STATES[key.state])]
    if key.seals:
        said.append(_say("CompanyKeys", _SEALS))
    if key.begins:
        said.append(_say("CompanyKeys", _FROM, day=_day(key.begins)))
    if key.ends:
        said.append(_say("CompanyKeys", _UNTIL, day=_day(key.ends)))
    return " · ".join(said)


def number(serial: int) -> str:
    """The number of a company file, a ring or a profile; with its time where the number is one."""
    if _FIRST_SECOND <= serial <= time.time() + _DAY:
        return _say("CompanyKeys", _NUMBER_OF, number=serial, time=moment(serial * 1000))
    return _say("CompanyKeys", _NUMBER, number=serial)


def looked(lookout: Lookout) -> str:
    """When a newer file was last looked for, and what came of it; empty where nothing was."""
    if not lookout.tried:
        return ""
    if lookout.trouble is not None:
        said = link_words.sentence(lookout.trouble)
        source = _FETCHED_IN_VAIN if lookout.trouble.kind is Kind.COMPANY_FILE else _LOOKED_IN_VAIN
        return _say("CompanyKeys", source, time=moment(lookout.tried), why=said)
    source = _LOOKED_AND_TAKEN if lookout.taken >= lookout.tried else _LOOKED
    return _say("CompanyKeys", source, time=moment(lookout.tried))


def moment(at: int) -> str:
    """Day and time of a moment in milliseconds since 1970."""
    return f"{_day(at // 1000)} {i18n.clock(at)}"


def _day(seconds: int) -> str:
    date = QDateTime.fromSecsSinceEpoch(seconds).date()
    return i18n.locale().toString(date, QCoreApplication.translate("Dates", "d MMM yyyy"))


def grouped(digits: str) -> str:
    """The 20 digits as people read them to each other: in fives, as the key owner is shown them."""
    return " ".join(digits[at : at + 5] for at in range(0, len(digits), 5))
