"""One sentence for each reason why a company file was not taken: what it is, and what to do next.

The sentences are sources for translation, as in `ui.words`. See `docs/protocol/company.md`, The company file.
"""

from PySide6.QtCore import QCoreApplication

from watchword.model.company import FileReason
from watchword.ui import words
from watchword.ui.words import QT_TRANSLATE_NOOP

_REASONS: dict[FileReason, str] = {
    FileReason.DAMAGED: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This is no company file, or it was damaged on its way. Nothing was changed. Ask for the file again.",
    ),
    FileReason.OTHER_MEMBER: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This file lets {other} join, and your id is {account}. "
        "Ask your key owner for a file made for your id.",
    ),
    FileReason.OTHER_COMPANY: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This file is of another company than the one this computer belongs to. Nothing was changed. "
        "Ask your key owner before you trust it.",
    ),
    FileReason.OLDER: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This file is older than what this computer holds already. Nothing was changed. "
        "Ask for the newest one.",
    ),
    FileReason.REMOVED: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "Nothing in this file is for you: your company's directory does not list you any more. What you hold "
        "stays as it is. Ask your key owner whether that is meant.",
    ),
    FileReason.TO_JOIN: QT_TRANSLATE_NOOP(
        "CompanyFile", "This file is for joining, and this computer belongs to the company already."
    ),
    FileReason.NOT_TO_JOIN: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This file is for people who have joined already. Ask your key owner for a file to join by.",
    ),
    FileReason.PHRASE_WRONG: QT_TRANSLATE_NOOP(
        "CompanyFile",
        "This is not the phrase of this file. Nothing is lost: compare each word with what you were given, "
        "and try again.",
    ),
}


def sentence(reason: FileReason, *, account: str = "", other: str = "") -> str:
    """Why a file was not taken, and what to do.

    Args:
        reason: why.
        account: this person's own id; OTHER_MEMBER names it.
        other: whom the file is for instead.
    """
    facts = {"account": words.called(account), "other": words.called(other)}
    return QCoreApplication.translate("CompanyFile", _REASONS[reason]).format(**facts)
