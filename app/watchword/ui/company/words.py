"""Why a message of a company's conversation stays closed or unsent, as sentences; one per reason and side.

What happened, on whose side, what to do next, in one calm voice; only what was altered alarms. The sentences
are sources for translation. See `docs/protocol/company.md`, Opening, and `model/company.py`.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from watchword.model.company import Closed, Organisation, Reason
from watchword.ui import i18n, words
from watchword.ui.words import QT_TRANSLATE_NOOP

AT_THE_PROVIDER = frozenset(
    {
        Reason.KEY_UNFIT,
        Reason.TOKEN_MISSING,
        Reason.TOKEN_AMBIGUOUS,
        Reason.PIN_WANTED,
        Reason.PIN_WRONG,
        Reason.PIN_WRONG_FEW_LEFT,
        Reason.PIN_WRONG_LAST_TRY,
        Reason.PIN_LOCKED,
        Reason.PROVIDER_MISSING,
        Reason.PROVIDER_DOWN,
        Reason.PROVIDER_SLOW,
        Reason.PROVIDER_WRONG,
    }
)
"""Reasons that lie in a token, its PIN, a plugin: a try may go well as soon as that is mended."""

IN_SETTINGS = AT_THE_PROVIDER | {
    Reason.UNKNOWN_SENDER,
    Reason.UNVOUCHED,
    Reason.UNKNOWN_TAG,
    Reason.NOT_JOINED,
    Reason.KEY_UNKNOWN,
    Reason.RING_TOO_OLD,
    Reason.REVOKED,
    Reason.KEY_NOT_VALID,
}
"""Reasons about which the settings of the organisation can do something: a newer file, a test, a PIN."""

_CLOSED: dict[Reason, str] = {
    Reason.OTHER_ORGANISATION: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted for another company than {company}, so this computer put it away. "
        "Ask the sender to write to you within {company}.",
    ),
    Reason.NOT_FOR_ME: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Addressed to somebody else, so this computer put it away. Nothing is lost for you; "
        "whoever runs the relay should look into why it came here.",
    ),
    Reason.UNKNOWN_SENDER: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "From somebody who is not in the directory of {company} that this computer has: somebody new, "
        "or somebody who left. Ask your key owner for an update.",
    ),
    Reason.UNVOUCHED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Written on a computer that the directory of {company} does not vouch for yet. The sender may have "
        "joined anew. Ask your key owner for an update.",
    ),
    Reason.FORMER_KEY: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Written with a key from before its sender joined {company} anew, so this computer put it away. "
        "Ask the sender to write it again.",
    ),
    Reason.UNKNOWN_TAG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted by a method of {company} that this computer has not heard of. "
        "Ask your key owner for the newest company file.",
    ),
    Reason.TOO_LONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Longer than a message may be, so it was not taken. Ask the sender to split it into two.",
    ),
    Reason.NOT_JOINED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted for members of a company, and this computer has not joined it yet. "
        "Join with the file your company gave you.",
    ),
    Reason.MEMBER_GONE: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Also addressed to somebody who is not in the directory of {company} any more. "
        "Ask the sender to write again to those who are.",
    ),
    Reason.SESSION_WANTED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Came without the passphrase session that {company} asks for besides. "
        "Agree on a phrase with the sender, and ask to have it sent again.",
    ),
    Reason.ALTERED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Somebody altered this message on its way. It is not shown and never will be. Tell your key owner "
        "now, and ask the sender by another way what was written.",
    ),
    Reason.KEY_UNKNOWN: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with a key of {company} that your key ring does not have ({key}). "
        "Ask your key owner whether it is meant for you.",
    ),
    Reason.RING_TOO_OLD: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, version {version}. Your key ring has {held}. "
        "Ask your key owner for an update.",
    ),
    Reason.REVOKED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, version {version}, which was revoked; "
        "{company} does not open what such a key sealed. Ask the sender to write it again.",
    ),
    Reason.KEY_NOT_VALID: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key} outside the time in which it is valid. "
        "Check the clock of this computer, then ask your key owner.",
    ),
    Reason.KEY_UNFIT: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, version {version}. The token (smart card or HSM) has it in a "
        "form that is not safe to use. Ask your key owner to put it there anew.",
    ),
    Reason.TOKEN_MISSING: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, which is on a token (smart card or HSM) that is not plugged "
        "in. Plug it in, and this opens by itself.",
    ),
    Reason.TOKEN_AMBIGUOUS: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, and several tokens plugged in here have the same name. "
        "Leave only your own plugged in.",
    ),
    Reason.PIN_WANTED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, which opens only with the PIN of your token (smart card or "
        "HSM). Try now, and type the PIN.",
    ),
    Reason.PIN_WRONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Still closed: the PIN of your token was wrong. Try again with the right one.",
    ),
    Reason.PIN_WRONG_FEW_LEFT: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Still closed: the PIN of your token was wrong, and few tries are left. "
        "Look the PIN up before you try again.",
    ),
    Reason.PIN_WRONG_LAST_TRY: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Still closed: one more wrong PIN locks your token. "
        "Be sure of the PIN, or ask your key owner before you try again.",
    ),
    Reason.PIN_LOCKED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Still closed: your token is locked after too many wrong PINs. "
        "Only whoever gave it to you can unlock it.",
    ),
    Reason.PROVIDER_MISSING: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, and what opens it is not installed on this computer. "
        "Ask your key owner for the program or driver.",
    ),
    Reason.PROVIDER_DOWN: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, and the program or token that opens it does not work now. "
        "Watchword tries a program again by itself. With a token, try now, or take it out and put it in "
        "again. If that lasts, ask your key owner.",
    ),
    Reason.PROVIDER_SLOW: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, and the program or token that opens it takes too long to "
        "answer. Watchword tries a program again by itself. With a token, try now, or take it out and put "
        "it in again.",
    ),
    Reason.PROVIDER_WRONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Encrypted with {company}'s key {key}, and the program that opens it answers wrongly here. "
        "Ask your key owner to have it looked at.",
    ),
}

_UNSENT: dict[Reason, str] = {
    Reason.OTHER_ORGANISATION: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: this conversation belongs to another company than {company}. "
        "Open a new one with people of {company}.",
    ),
    Reason.NOT_FOR_ME: QT_TRANSLATE_NOOP(
        "CompanyWords", "Not sent yet: nobody but yourself is in this conversation. Open one with somebody."
    ),
    Reason.UNKNOWN_SENDER: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: you are not in the directory of {company} any more. "
        "Ask your key owner to put you back and to give you an update.",
    ),
    Reason.UNVOUCHED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the directory of {company} does not vouch for this computer. "
        "Ask your key owner for a new file to join with.",
    ),
    Reason.FORMER_KEY: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent: you joined {company} anew since you wrote this. Write it again.",
    ),
    Reason.UNKNOWN_TAG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the key {key} is of a method that this computer has not heard of. "
        "Ask your key owner for the newest company file.",
    ),
    Reason.TOO_LONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent: this message is too long for so many people at once. Split it into two.",
    ),
    Reason.NOT_JOINED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: this computer belongs to no company. Join with the file your company gave you.",
    ),
    Reason.MEMBER_GONE: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: somebody here is not in the directory of {company} any more. "
        "Open a conversation with those who are.",
    ),
    Reason.SESSION_WANTED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: {company} asks for a passphrase session besides, and with somebody here there is "
        "none. Agree on a phrase with them.",
    ),
    Reason.ALTERED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: what the encryption of {company} made of your message did not fit together. "
        "Nothing left this computer; tell your key owner.",
    ),
    Reason.KEY_UNKNOWN: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: {company} seals with a key that your key ring does not have ({key}). "
        "Ask your key owner for an update.",
    ),
    Reason.RING_TOO_OLD: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: {company} seals with its key {key}, version {version}. Your key ring has {held}. "
        "Ask your key owner for an update.",
    ),
    Reason.REVOKED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: {company}'s key {key} was revoked, and nothing is sealed under it any more. "
        "Ask your key owner for an update with a new key.",
    ),
    Reason.KEY_NOT_VALID: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: no version of {company}'s key {key} may seal today. "
        "Check the clock of this computer, or ask your key owner for an update.",
    ),
    Reason.KEY_UNFIT: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: your token (smart card or HSM) has {company}'s key {key} in a form "
        "that is not safe to use. "
        "Ask your key owner to put it there anew.",
    ),
    Reason.TOKEN_MISSING: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the token (smart card or HSM) with {company}'s key {key} is not plugged in. "
        "Plug it in, and your messages leave by themselves.",
    ),
    Reason.TOKEN_AMBIGUOUS: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: several tokens plugged in here have the same name. Leave only your own plugged in.",
    ),
    Reason.PIN_WANTED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: your token (smart card or HSM) wants its PIN. Try now, and type the PIN.",
    ),
    Reason.PIN_WRONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the PIN of your token was wrong. Try again with the right one.",
    ),
    Reason.PIN_WRONG_FEW_LEFT: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the PIN of your token was wrong, and few tries are left. "
        "Look the PIN up before you try again.",
    ),
    Reason.PIN_WRONG_LAST_TRY: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: one more wrong PIN locks your token. "
        "Be sure of the PIN, or ask your key owner before you try again.",
    ),
    Reason.PIN_LOCKED: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: your token is locked after too many wrong PINs. "
        "Only whoever gave it to you can unlock it; your messages wait here.",
    ),
    Reason.PROVIDER_MISSING: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: what seals with {company}'s key {key} is not installed on this computer. "
        "Ask your key owner for the program or driver.",
    ),
    Reason.PROVIDER_DOWN: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the program or token that seals with {company}'s key {key} does not work now. "
        "Watchword tries a program again by itself. With a token, try now, or take it out and put it in "
        "again. If that lasts, ask your key owner.",
    ),
    Reason.PROVIDER_SLOW: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the program or token that seals with {company}'s key {key} takes too long to "
        "answer. Watchword tries a program again by itself. With a token, try now, or take it out and put "
        "it in again.",
    ),
    Reason.PROVIDER_WRONG: QT_TRANSLATE_NOOP(
        "CompanyWords",
        "Not sent yet: the program that seals with {company}'s key {key} answers wrongly. "
        "Ask your key owner to have it looked at.",
    ),
}

_KINDS = {
    "ring": QT_TRANSLATE_NOOP("CompanyWords", "key ring"),
    "pkcs11": QT_TRANSLATE_NOOP("CompanyWords", "token"),
    "plugin": QT_TRANSLATE_NOOP("CompanyWords", "plugin"),
}


def removed(company: str) -> str:
    """What a member reads whom a newer company file does not list."""
    source = QT_TRANSLATE_NOOP(
        "CompanyWords",
        "{company}'s newest company file does not list you any more: whoever has it takes nothing "
        "that you write. Ask your key owner whether that is meant.",
    )
    return _say(source, {"company": named(company)})


def closed(why: Closed, company: str) -> str:
    """Why what came stays closed; `company` is the organisation's name, empty before it is known."""
    return _say(_CLOSED[why.reason], _facts(why, company))


def unsent(why: Closed, company: str) -> str:
    """Why an own message waits; nothing of it has left this computer."""
    return _say(_UNSENT[why.reason], _facts(why, company))


def versions(held: Iterable[int]) -> str:
    """Versions as ranges: "1–6, 8". Ascending, as `Closed.held` is."""
    runs: list[tuple[int, int]] = []
    for one in held:
        if runs and one == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], one
        else:
            runs.append((one, one))
    return listed(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language in use writes them."""
    return ("、" if _chinese() else ", ").join(names)


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other."""
    return ("" if _chinese() else " ").join(sentences)


def key(name: str, version: int) -> str:
    """A version of a key: "hr-2026, version 7"."""
    said = QCoreApplication.translate("CompanyWords", "{key}, version {version}")
    return said.format(key=words.called(name), version=version)


def method(kind: str) -> str:
    """Where a key lives, by the kind of its method; empty where the profile does not know it."""
    return capital(_say(_KINDS[kind])) if kind in _KINDS else ""


def capital(said: str) -> str:
    """Words at the beginning of a line."""
    return f"{said[:1].upper()}{said[1:]}"


def named(company: str) -> str:
    """The organisation inside a sentence."""
    return words.called(company) or QCoreApplication.translate("CompanyWords", "your company")


def details(reasons: Iterable[Closed], sentence: str, organisation: Organisation | None) -> str:
    """What *Copy details* puts on the clipboard: for the key owner, nothing secret, one fact a line."""
    lines = [sentence, ""]
    for why in reasons:
        facts = [f"reason: {why.reason.value}"]
        facts += [f"key: {why.key}"] if why.key else []
        facts += [f"version: {why.version}"] if why.version else []
        facts += [f"held: {versions(why.held)}"] if why.held else []
        lines.append("; ".join(facts))
    if organisation is not None:
        lines.append(f"organisation: {organisation.name}; root key: {organisation.digits}")
        lines.append(
            f"company file: {organisation.serial}; profile: {organisation.profile_serial}; "
            f"ring: {organisation.ring_serial}"
        )
    return "\n".join(lines)


def _chinese() -> bool:
    return i18n.locale().language() == i18n.locale().Language.Chinese


def _facts(why: Closed, company: str) -> dict[str, object]:
    one = QCoreApplication.translate("CompanyWords", "version {versions}")
    many = QCoreApplication.translate("CompanyWords", "versions {versions}")
    none = QCoreApplication.translate("CompanyWords", "none of it")
    held = (one if len(why.held) == 1 else many).format(versions=versions(why.held)) if why.held else none
    return {
        "company": named(company),
        "key": words.called(why.key) or "…",
        "version": why.version,
        "held": held,
    }


def _say(source: str, facts: Mapping[str, object] | None = None) -> str:
    said = QCoreApplication.translate("CompanyWords", source)
    return said.format_map(facts) if facts is not None else said
