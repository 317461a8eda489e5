"""What a chat is called, and how its last line reads: with one person, and with several."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from watchword.model.chat import Chat, Contact, Message, MessageKind
from watchword.ui import words
from watchword.ui.roaming import recall_words
from watchword.ui.rooms import lines

_NAMED = 3
"""So many people are all named."""


def title(chat: Chat) -> str:
    """Whom the chat is with: the person, or of several the first by name and how many more."""
    return among(chat.members) if chat.members else chat.contact.name


def in_order(people: Sequence[Contact]) -> list[Contact]:
    """Several people by name."""
    return sorted(people, key=lambda one: (one.name.casefold(), one.account))


def among(people: Sequence[Contact], *, most: int = _NAMED) -> str:
    """Several people in one line: all, or where they are more than `most` the first and how many more."""
    names = [person.name for person in in_order(people)]
    between = QCoreApplication.translate("ChatTitle", ", ")
    if len(names) <= most:
        return between.join(names)
    said = QCoreApplication.translate("ChatTitle", "{contacts} and {count} more")
    named = most - 1
    return said.format(contacts=between.join(names[:named]), count=len(names) - named)


def among_several(chat: Chat) -> bool:
    """Whether more than one person writes in it beside this user."""
    return chat.room is not None or len(chat.members) > 1


def last_line(message: Message, chat: Chat, names: Mapping[str, str]) -> str:
    """A message in one line, as lists and notifications show it; among several with its writer.

    `names` is what people are called who may stand in a room, by account.
    """
    if message.line is not None:
        return lines.line(message.line, names)
    if message.kind is MessageKind.NOTICE and message.notice is not None:
        return words.notice(message.notice, title(chat))
    text = one_line(message.text)
    if message.mine:
        return recall_words.line(message.delivery) or words.own_line(text)
    if not among_several(chat):
        return text
    said = QCoreApplication.translate("ChatTitle", "{contact}: {text}")
    return said.format(contact=words.called(writer(message, chat, names)), text=text)


def writer(message: Message, chat: Chat, names: Mapping[str, str]) -> str:
    """The name of who wrote a message of a company's chat or a room."""
    found = (person.name for person in chat.members if person.account == message.sender)
    return next(found, names.get(message.sender, message.sender))


def one_line(text: str) -> str:
    """The beginning of a text without its line breaks."""
    return " ".join(text[:300].split())
