"""One sentence for each way in which a company file does not get here or is not taken: the door for both.

The sentences are sources for translation, as in `ui.words`. See `docs/protocol/company.md`, Fetching.
"""

from PySide6.QtCore import QCoreApplication

from watchword.model.company import FileReason, LinkReason
from watchword.model.errors import Kind, Situation
from watchword.ui import words
from watchword.ui.company import file_words
from watchword.ui.words import QT_TRANSLATE_NOOP

_REASONS: dict[LinkReason, str] = {
    LinkReason.FORM: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "This is no link to a company file. A link begins with https://; a file is chosen by its name.",
    ),
    LinkReason.PLAIN: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "The way to {host} is not protected: a company file is fetched over https:// only. "
        "Ask for a link that begins so, or for the file itself.",
    ),
    LinkReason.REDIRECTS: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "{host} sends on and on, or to where the way is not protected. "
        "Ask whoever gave you the link for the file itself.",
    ),
    LinkReason.NAME: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "Nobody knows the name {host}. Check the link, and that this computer is connected to the network.",
    ),
    LinkReason.UNREACHABLE: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "{host} does not answer. It may be switched off, or be reached from your company's network only.",
    ),
    LinkReason.PROXY: QT_TRANSLATE_NOOP(
        "CompanyLink", "The proxy {proxy} cannot reach {host}. Check the link, or ask whoever runs the proxy."
    ),
    LinkReason.TLS: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "What answers at {host} does not protect the way as https:// promises. "
        "Check the link, or ask whoever runs that server.",
    ),
    LinkReason.CERTIFICATE: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "Nobody whom this computer trusts vouches for {host}. Nothing was fetched. If your company vouches "
        "for its servers itself, its certificate has to be installed on this computer first.",
    ),
    LinkReason.CERTIFICATE_DATE: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "The certificate of {host} is not valid today. Nothing was fetched. "
        "Check this computer's clock; if it is right, tell whoever runs that server.",
    ),
    LinkReason.CERTIFICATE_NAME: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "The certificate there is made out to another name than {host}. Nothing was fetched. Check the link.",
    ),
    LinkReason.SLOW: QT_TRANSLATE_NOOP(
        "CompanyLink", "{host} took too long. Try again, or ask for the file itself."
    ),
    LinkReason.MISSING: QT_TRANSLATE_NOOP(
        "CompanyLink", "There is no file at this address of {host}. Check the link, or ask for a new one."
    ),
    LinkReason.CLOSED: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "{host} gives the file only to people who sign in there. "
        "Fetch it with your web browser, and choose the file here.",
    ),
    LinkReason.FAILED: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "{host} could not give the file out (status {status}). "
        "Try again later, or tell whoever runs that server.",
    ),
    LinkReason.NONSENSE: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "What answers at {host} is no web server, or it broke off. Check the link, and try again.",
    ),
    LinkReason.LONG: QT_TRANSLATE_NOOP(
        "CompanyLink", "What lies there is far too large for a company file. Check that it is the right one."
    ),
    LinkReason.FILE_MISSING: QT_TRANSLATE_NOOP(
        "CompanyLink", "There is no file {file} on this computer. Check its name, or choose it."
    ),
    LinkReason.FILE_UNREADABLE: QT_TRANSLATE_NOOP(
        "CompanyLink", "{file} cannot be read. Check that it is a file, and that you may read it."
    ),
}

_KINDS: dict[Kind, str] = {
    Kind.ID_LOOKS_ALIKE: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "The id {other} looks too much like one that somebody else has at your company's relay. "
        "Ask your key owner for another one.",
    ),
    Kind.INVITE_NEEDED: QT_TRANSLATE_NOOP(
        "CompanyLink",
        "Your company's relay admits invited people only. Type the invite that came with the file.",
    ),
    Kind.PROXY_SLOW: QT_TRANSLATE_NOOP(
        "CompanyLink", "The proxy {proxy} says nothing. It hangs, or waits for a server that it cannot reach."
    ),
}
_OF_THE_ADDRESS = QT_TRANSLATE_NOOP(
    "CompanyLink",
    "The address of the relay in this file cannot be used. Tell your key owner.",
)


def sentence(situation: Situation, *, account: str = "", other: str = "") -> str:
    """Why a company file did not get here, or was not taken, and what to do; all else as `ui.words` says it.

    Args:
        situation: what went wrong.
        account: this person's own id; empty before there is one.
        other: whom a file is for, where it is for somebody else.
    """
    reason = str(situation.facts.get("reason", ""))
    if situation.kind is Kind.COMPANY_FILE:
        return file_words.sentence(FileReason(reason), account=account, other=other)
    if situation.kind is Kind.COMPANY_LINK:
        return _say(_REASONS[LinkReason(reason)], situation)
    if situation.kind in _KINDS:
        return _say(_KINDS[situation.kind], Situation(situation.kind, {**situation.facts, "other": other}))
    if situation.kind.value.startswith("address-"):
        return _say(_OF_THE_ADDRESS)
    return words.sentence(situation)


def _say(source: str, situation: Situation | None = None) -> str:
    facts = {} if situation is None else situation.facts
    shown = {name: words.called(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return QCoreApplication.translate("CompanyLink", source).format(**shown)
