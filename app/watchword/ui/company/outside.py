"""Who is outside the company, in words: the mark beside a name, and what that means before the first message.

The sentences are sources for translation, as in `ui.words`. See `docs/protocol/company.md`, Outsiders.
"""

from collections.abc import Callable, Iterable

import msgspec
from PySide6.QtCore import QCoreApplication

from watchword.core.company.staff import Staff
from watchword.model.chat import Chat, Contact, Protection
from watchword.ui import i18n, words


class Outside(msgspec.Struct, frozen=True):
    """How somebody stands to the company; false for a member, and without a company."""

    company: str = ""
    """The company's name, if they are outside."""
    refused: bool = False
    """Whether there is no conversation with them."""

    def __bool__(self) -> bool:
        """Whether they are outside."""
        return bool(self.company)


INSIDE = Outside()


def of_chat(staff: Staff, chat: Chat) -> Outside:
    """How the one person of a passphrase chat stands to the company; of other chats nobody is outside."""
    alone = chat.protection is Protection.SESSION and chat.room is None
    return of(staff, chat.contact.account) if alone else INSIDE


def of(staff: Staff, account: str) -> Outside:
    """How an account stands to the company now; nobody without an account is outside."""
    company = staff.outside(account) if account else ""
    return Outside(company, bool(company) and staff.refuses_outsiders)


def mark(outside: Outside) -> str:
    """Beside a name: "outside ACME"; empty for who is not."""
    said = QCoreApplication.translate("Outside", "outside {company}")
    return said.format(company=words.called(outside.company)) if outside else ""


def beside(staff: Staff, account: str) -> str:
    """An account with its mark, as it stands under a name; empty for who is not outside."""
    marked = mark(of(staff, account))
    return f"{account} · {marked}" if marked else ""


def unmarked(_person: Contact) -> str:
    """The mark where nobody is outside of anything."""
    return ""


def marks(staff: Staff) -> tuple[Callable[[Contact], str], Callable[[Contact], str]]:
    """The mark of somebody: with the account, as it stands under a name, and alone; empty for members."""
    return (
        lambda person: beside(staff, person.account),
        lambda person: mark(of(staff, person.account)),
    )


def among(staff: Staff, accounts: Iterable[str]) -> str:
    """How many of these are outside: "2 outside ACME"; empty for nobody."""
    away = [one for one in (of(staff, account) for account in accounts) if one]
    said = QCoreApplication.translate("Outside", "{count} outside {company}")
    number = i18n.locale().toString(len(away))
    return said.format(count=number, company=words.called(away[0].company)) if away else ""


def meaning(outside: Outside) -> str:
    """What that means, in one line; empty for who is not outside."""
    translate = QCoreApplication.translate
    session = translate(
        "Outside",
        "{company}'s encryption is not for people outside it: a passphrase session protects this "
        "conversation.",
    )
    refused = translate("Outside", "{company} allows no conversations with people outside it.")
    said = refused if outside.refused else session
    return said.format(company=words.called(outside.company)) if outside else ""


def alone(outside: Outside, name: str) -> str:
    """Why somebody outside cannot be picked with colleagues."""
    said = QCoreApplication.translate(
        "Outside",
        "{contact} is outside {company} and cannot be in one conversation with colleagues. "
        "Take the others back to talk with {contact} alone, by a phrase.",
    )
    if outside.refused:
        return nobody(outside, name)
    return said.format(contact=words.called(name), company=words.called(outside.company))


def nobody(outside: Outside, name: str) -> str:
    """Why there is no conversation with somebody outside."""
    said = QCoreApplication.translate(
        "Outside", "{contact} is outside {company}, which allows no conversations with people outside it."
    )
    return said.format(contact=words.called(name), company=words.called(outside.company))


def left(company: str, names: list[str]) -> str:
    """Why some are not picked any more: a newer company file came."""
    said = QCoreApplication.translate(
        "Outside", "Not picked any more, because {company}'s directory lists them no longer: {contacts}."
    )
    return said.format(company=words.called(company), contacts=", ".join(map(words.called, names)))


def unwritten(outside: Outside, name: str) -> str:
    """Over a chat with somebody to whom nothing can be sent."""
    said = QCoreApplication.translate(
        "Outside",
        "{company} allows no conversations with people outside it, and {contact} is not in its directory. "
        "Nothing is sent until that changes; what is written stays here.",
    )
    return said.format(contact=words.called(name), company=words.called(outside.company))
