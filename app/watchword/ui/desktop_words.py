"""What can go wrong with several desktops of one account, and with the part of a relay that it is in.

`ui.words` asks for it.
"""

from PySide6.QtCore import QCoreApplication

from watchword.model.errors import Kind, Situation
from watchword.model.events import LinkChanged

KINDS = frozenset(
    {
        Kind.MAILBOX_GAP,
        Kind.OFFLINE,
        Kind.RELAY_REALM,
        Kind.RELAY_REALM_GONE,
        Kind.DESKTOP_REMOVED,
        Kind.DESKTOP_WORDS_FORM,
        Kind.DESKTOP_WORDS_OTHER,
        Kind.DESKTOP_GONE,
        Kind.DESKTOPS_MANY,
        Kind.DESKTOP_UNVOUCHED,
        Kind.PARCEL_UNKNOWN,
        Kind.PARCEL_DAMAGED,
    }
)


_FOR_GOOD = frozenset({Kind.DESKTOP_REMOVED, Kind.RELAY_REALM_GONE})


def is_cut_off(link: LinkChanged) -> bool:
    """Whether nothing leaves this desktop any more: it, or its account's part of the relay, was removed."""
    return link.problem is not None and link.problem.kind in _FOR_GOOD


def sentence(situation: Situation) -> str:
    """The sentence for one of these causes."""
    facts: dict[str, str | int] = {"count": 8, "limit": 8, "realm": "", **situation.facts}
    return _sources()[situation.kind].format_map(facts)


def _sources() -> dict[Kind, str]:
    return {
        Kind.OFFLINE: QCoreApplication.translate(
            "Desktops", "Watchword is not connected to the relay now. Try again when it is."
        ),
        Kind.MAILBOX_GAP: QCoreApplication.translate(
            "Desktops",
            "While this computer was away, more came than the relay keeps for one computer. Your other "
            "computers have it; here comes what your organisation keeps as history.",
        ),
        Kind.RELAY_REALM: QCoreApplication.translate(
            "Desktops",
            "This address leads to the part of another organisation, where your account is not. "
            "What stands between the port and # has to stay the same.",
        ),
        Kind.RELAY_REALM_GONE: QCoreApplication.translate(
            "Desktops",
            "Whoever runs the relay took away “{realm}”, your organisation's part of it, with all accounts "
            "in it. What is here stays and can be read. Ask them, or your organisation, where it goes on.",
        ),
        Kind.DESKTOP_REMOVED: QCoreApplication.translate(
            "Desktops",
            "This computer was taken out of your account. What is here stays and can be read, "
            "but nothing comes or goes any more.",
        ),
        Kind.DESKTOP_WORDS_FORM: QCoreApplication.translate(
            "Desktops",
            "These are not the {count} words of a computer. Type all of them as the new computer shows them.",
        ),
        Kind.DESKTOP_WORDS_OTHER: QCoreApplication.translate(
            "Desktops",
            "No computer that asks to be added shows these words. Nothing was added. Compare them word by "
            "word; if they are right, somebody else is asking.",
        ),
        Kind.DESKTOP_GONE: QCoreApplication.translate(
            "Desktops",
            "No computer asks to be added now. See that the new computer is connected and shows its words.",
        ),
        Kind.DESKTOPS_MANY: QCoreApplication.translate(
            "Desktops",
            "Your account has {limit} computers already, and no more are possible. Remove one first.",
        ),
        Kind.DESKTOP_UNVOUCHED: QCoreApplication.translate(
            "Desktops",
            "The relay has this id already and lets nobody in by this file: none of its computers joined "
            "by your company's files, or one was removed since. "
            "Add this one by its words, or ask your key owner.",
        ),
        Kind.PARCEL_UNKNOWN: QCoreApplication.translate(
            "Desktops",
            "The relay gave an answer that does not come from a computer where these words were typed. "
            "Nothing of it was taken. Try again; if it stays so, stop waiting and tell whoever runs the "
            "relay.",
        ),
        Kind.PARCEL_DAMAGED: QCoreApplication.translate(
            "Desktops",
            "This computer was added, but what it was given cannot be opened. Stop waiting here, remove it "
            "on your other computer, and begin again.",
        ),
    }
