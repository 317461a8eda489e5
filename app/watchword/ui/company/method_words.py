"""How a company's methods are, in words: their kinds, one sentence per fault, and what is said before a PIN.

The sentences are sources for translation, as in `ui.words`; what is wrong with a message has sentences of its
own in `words`. See `docs/protocol/company.md`, The profile.
"""

from PySide6.QtCore import QCoreApplication

from watchword.model.company import MethodState, Reason
from watchword.ui import words
from watchword.ui.words import QT_TRANSLATE_NOOP

RING, TOKEN, PLUGIN = "ring", "pkcs11", "plugin"

_KINDS = {
    RING: QT_TRANSLATE_NOOP("CompanyMethods", "Key ring on this computer"),
    TOKEN: QT_TRANSLATE_NOOP("CompanyMethods", "Token {name}"),
    PLUGIN: QT_TRANSLATE_NOOP("CompanyMethods", "Plugin {name}"),
}

_MODES = {
    "wrap": QT_TRANSLATE_NOOP("CompanyMethods", "seals the key of each message"),
    "content": QT_TRANSLATE_NOOP("CompanyMethods", "seals the messages themselves, by its own algorithm"),
}

_FAULTS: dict[Reason, str] = {
    Reason.KEY_UNKNOWN: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "Your company's key is not there. Your key owner can put it there.",
    ),
    Reason.RING_TOO_OLD: QT_TRANSLATE_NOOP(
        "CompanyMethods", "The newest version of the key is not there. Take a newer company file."
    ),
    Reason.REVOKED: QT_TRANSLATE_NOOP(
        "CompanyMethods", "Your company has revoked the key. Take a newer company file."
    ),
    Reason.KEY_NOT_VALID: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "No key seals today: each is retired, revoked or out of its time. Take a newer company file.",
    ),
    Reason.KEY_UNFIT: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "The key is not as it must be, so it is not used. Your key owner can make another.",
    ),
    Reason.TOKEN_MISSING: QT_TRANSLATE_NOOP(
        "CompanyMethods", "It is not plugged in. Plug it in, and test again."
    ),
    Reason.TOKEN_AMBIGUOUS: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "Several tokens have this name. Unplug the others, or ask your key owner to name the serial number.",
    ),
    Reason.PIN_WANTED: QT_TRANSLATE_NOOP(
        "CompanyMethods", "Its PIN was not typed. Test again, and you are asked for it."
    ),
    Reason.PIN_WRONG: QT_TRANSLATE_NOOP("CompanyMethods", "The PIN was wrong. Test again to type it anew."),
    Reason.PIN_WRONG_FEW_LEFT: QT_TRANSLATE_NOOP(
        "CompanyMethods", "The PIN was wrong, and few tries are left. Be sure of it before you test again."
    ),
    Reason.PIN_WRONG_LAST_TRY: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "The PIN was wrong, and the next try is the last: another wrong PIN locks the token. "
        "Be sure of it before you test again.",
    ),
    Reason.PIN_LOCKED: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "It has locked itself after too many wrong PINs. Your key owner can unlock it.",
    ),
    Reason.PROVIDER_MISSING: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "Its program is not installed on this computer, or may not run. Whoever looks after this computer "
        "can install it.",
    ),
    Reason.PROVIDER_DOWN: QT_TRANSLATE_NOOP(
        "CompanyMethods", "It ended, or says that it cannot work now. Test again in a moment."
    ),
    Reason.PROVIDER_SLOW: QT_TRANSLATE_NOOP(
        "CompanyMethods", "It did not answer in time. Test again in a moment."
    ),
    Reason.PROVIDER_WRONG: QT_TRANSLATE_NOOP(
        "CompanyMethods", "Its answers make no sense. Whoever made it should look into it."
    ),
    Reason.ALTERED: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "It gave back something else than it was given. Whoever made it should look into it.",
    ),
}

_BEFORE_A_PIN: dict[Reason, str] = {
    Reason.PIN_WRONG: QT_TRANSLATE_NOOP("CompanyMethods", "That was not the PIN. Type it anew."),
    Reason.PIN_WRONG_FEW_LEFT: QT_TRANSLATE_NOOP(
        "CompanyMethods", "A wrong PIN was typed, and few tries are left before the token locks itself."
    ),
    Reason.PIN_WRONG_LAST_TRY: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "This is the last try: another wrong PIN locks the token. If you are not sure, choose “Not now” "
        "and ask your key owner.",
    ),
}

_AFTER_A_PIN: dict[Reason, str] = {
    Reason.TOKEN_MISSING: QT_TRANSLATE_NOOP(
        "CompanyMethods", "It is not plugged in. Plug it in, and what waits for it goes on by itself."
    ),
    Reason.PROVIDER_DOWN: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "It erred after the PIN. To go on with what waits for it, choose “Try now” in the conversation, or "
        "take it out and put it in again.",
    ),
    Reason.PROVIDER_SLOW: QT_TRANSLATE_NOOP(
        "CompanyMethods",
        "It did not answer in time. To go on with what waits for it, choose “Try now” in the conversation, "
        "or take it out and put it in again.",
    ),
}
"""Instead of the fault's own sentence, where a PIN was typed and nobody may have asked for a test."""

_WORKS = QT_TRANSLATE_NOOP("CompanyMethods", "Works.")
_UNTRIED = QT_TRANSLATE_NOOP("CompanyMethods", "Not tried yet.")


def _say(source: str, name: str = "") -> str:
    return QCoreApplication.translate("CompanyMethods", source).format(name=name)


def title(method: MethodState) -> str:
    """What a method is called, with the token's label or the plugin's name."""
    return _say(_KINDS[method.kind], words.called(method.detail)).rstrip()


def mode(method: MethodState) -> str:
    """What it seals."""
    return _say(_MODES[method.mode])


def state(method: MethodState) -> str:
    """How it is: works, not tried, or what is wrong and what to do."""
    if method.fault is not None:
        return fault(method.fault)
    return _say(_WORKS if method.tried else _UNTRIED)


def fault(reason: Reason) -> str:
    """Why a method does not work; for the causes that a provider has."""
    return _say(_FAULTS[reason])


def after_pin(reason: Reason) -> str:
    """Why nothing came of a PIN."""
    return _say(_AFTER_A_PIN.get(reason) or _FAULTS[reason])


def before_pin(reason: Reason) -> str:
    """What is said with the question for a PIN, where a wrong one was typed before."""
    return _say(_BEFORE_A_PIN[reason])
