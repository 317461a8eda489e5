"""The headings of screens that keep a profile shut; their sentences are `ui.words`'."""

from PySide6.QtCore import QCoreApplication

from watchword.model.errors import Kind, Situation
from watchword.ui import words


def QT_TRANSLATE_NOOP(context: str, source: str) -> str:  # noqa: N802 - the name that lupdate looks for
    """Mark a sentence for translation; Qt's own is typed as an object."""
    return source


_HEADINGS: dict[Kind, tuple[str, str]] = {
    Kind.KEYRING_MISSING: ("key-round", QT_TRANSLATE_NOOP("Headings", "There is no keyring")),
    Kind.KEYRING_LOCKED: ("lock", QT_TRANSLATE_NOOP("Headings", "The keyring is locked")),
    Kind.KEYRING_REFUSED: ("ban", QT_TRANSLATE_NOOP("Headings", "The keyring refused")),
    Kind.KEYRING_EMPTIED: ("key-round", QT_TRANSLATE_NOOP("Headings", "The key of this profile is gone")),
    Kind.KEYRING_SLOW: ("hourglass", QT_TRANSLATE_NOOP("Headings", "The keyring does not answer")),
    Kind.PROFILE_DAMAGED: (
        "triangle-alert",
        QT_TRANSLATE_NOOP("Headings", "A file of this profile is damaged"),
    ),
    Kind.PROFILE_NEWER: ("history", QT_TRANSLATE_NOOP("Headings", "This profile needs a newer Watchword")),
    Kind.PROFILE_READ_ONLY: ("hard-drive", QT_TRANSLATE_NOOP("Headings", "The profile cannot be written")),
    Kind.PROFILE_IN_USE: ("users", QT_TRANSLATE_NOOP("Headings", "This profile is open already")),
    Kind.PROFILE_WRONG_SECRET: ("key-round", QT_TRANSLATE_NOOP("Headings", "The key does not fit")),
    Kind.DISK_FULL: ("hard-drive", QT_TRANSLATE_NOOP("Headings", "The disk is full")),
    Kind.CRYPTO_SELF_TEST: ("shield", QT_TRANSLATE_NOOP("Headings", "Watchword does not start")),
}
_OTHER = ("circle-alert", QT_TRANSLATE_NOOP("Headings", "This profile did not open"))

_KEYRING_GONE = QT_TRANSLATE_NOOP(
    "Headings",
    "The key of this profile lies in a keyring, and no keyring runs on this computer now. "
    "Start it and try again.",
)
"""Where there is no keyring first start offers a master passphrase; a profile that stands cannot get one."""

HOPELESS = {Kind.PROFILE_NEWER, Kind.CRYPTO_SELF_TEST}
"""Trying again in this program cannot help."""


def icon(kind: Kind) -> str:
    """The icon of a cause."""
    return _HEADINGS.get(kind, _OTHER)[0]


def heading(kind: Kind) -> str:
    """What keeps the profile shut, in a few words."""
    return QCoreApplication.translate("Headings", _HEADINGS.get(kind, _OTHER)[1])


def sentence(problem: Situation) -> str:
    """What keeps the profile shut and what to do, for a profile that stands."""
    if problem.kind is Kind.KEYRING_MISSING:
        return QCoreApplication.translate("Headings", _KEYRING_GONE)
    return words.sentence(problem)
