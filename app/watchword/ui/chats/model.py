"""The chats as a list model: latest first, filtered by what is typed into the search."""

import enum
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from watchword.model.chat import Chat, Delivery, Notice, Protection
from watchword.model.company import Reason
from watchword.model.room import Part
from watchword.ui import i18n, words
from watchword.ui.chats.title import last_line, one_line, title
from watchword.ui.rooms import words as room_words

Index = QModelIndex | QPersistentModelIndex


class Field(enum.IntEnum):
    """What the model tells beside Qt's own roles."""

    CHAT = Qt.ItemDataRole.UserRole
    LINE = Qt.ItemDataRole.UserRole + 1
    TIME = Qt.ItemDataRole.UserRole + 2


class Mark(enum.Enum):
    """What is to be seen of a chat before it is opened."""

    WAITING = enum.auto()
    """Something of one's own leaves by itself once what it waits for is there."""
    ALARM = enum.auto()
    """Something was altered, or does not get there as it is."""
    INVITED = enum.auto()
    """This user is invited to a room and has not answered."""


_NEVER = frozenset(
    {Reason.ALTERED, Reason.TOO_LONG, Reason.OTHER_ORGANISATION, Reason.NOT_FOR_ME, Reason.FORMER_KEY}
)
"""Why something is unsent that waiting does not mend."""


class ChatModel(QAbstractListModel):
    """Chats that match the search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[int, Chat] = {}
        self._shown: list[Chat] = []
        self._wanted = ""
        self._company = ""
        self.names: Mapping[str, str] = {}
        """What people are called who may stand in a room, by account."""

    # --- what is in it ----------------------------------------------------------------
    def set_chats(self, chats: list[Chat]) -> None:
        """Take every chat anew."""
        self._all = {chat.id: chat for chat in chats}
        self._arrange()

    def put(self, chat: Chat) -> None:
        """Take one that is new or different."""
        before = self._all.get(chat.id)
        self._all[chat.id] = chat
        if (
            before is not None
            and _latest(before) == _latest(chat)
            and self._matches(before) == self._matches(chat)
        ):
            row = self.row_of(chat.id)
            if row >= 0:
                self._shown[row] = chat
                index = self.index(row, 0)
                self.dataChanged.emit(index, index)
            return
        self._move(chat)

    def search(self, wanted: str) -> None:
        """Show only chats where these words are in a name, an id or the last line."""
        wanted = wanted.strip().casefold()
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def set_company(self, company: str) -> None:
        """Name the company of this desktop; empty without one."""
        if company != self._company:
            self._company = company
            self.speak_anew()

    def set_names(self, names: Mapping[str, str]) -> None:
        """Name the people of rooms."""
        self.names = names
        self.speak_anew()

    def speak_anew(self) -> None:
        """Days and notices in another language."""
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    @property
    def total(self) -> int:
        """How many chats there are, shown or not."""
        return len(self._all)

    @property
    def unread(self) -> int:
        """How many messages wait in all chats; an invitation counts as one."""
        return sum(chat.unread or int(is_invited(chat)) for chat in self._all.values())

    def chat(self, number: int) -> Chat | None:
        """A chat by its id."""
        return self._all.get(number)

    def at(self, row: int) -> Chat | None:
        """The chat in a shown row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def chat_with(self, account: str) -> Chat | None:
        """The chat with a person."""
        return next((chat for chat in self._all.values() if chat.contact.account == account), None)

    def with_member(self, account: str) -> list[Chat]:
        """The company's conversations that somebody is in."""
        chats = self._all.values()
        return [chat for chat in chats if any(one.account == account for one in chat.members)]

    def row_of(self, number: int) -> int:
        """Where a chat stands now; -1 where the search hides it."""
        return next((row for row, chat in enumerate(self._shown) if chat.id == number), -1)

    def _matches(self, chat: Chat) -> bool:
        if not self._wanted:
            return True
        people = chat.members or (chat.contact,)
        sought = [text for person in people for text in (person.name, person.account)]
        sought.append(chat.last.text if chat.last is not None else "")
        return any(self._wanted in text.casefold() for text in sought)

    def _arrange(self) -> None:
        self.beginResetModel()
        found = (chat for chat in self._all.values() if self._matches(chat))
        self._shown = sorted(found, key=_latest, reverse=True)
        self.endResetModel()

    def _move(self, chat: Chat) -> None:
        """Put one chat where it belongs without disturbing the others."""
        old = self.row_of(chat.id)
        rest = [held for held in self._shown if held.id != chat.id]
        new = next((row for row, held in enumerate(rest) if _latest(held) < _latest(chat)), len(rest))
        if not self._matches(chat):
            if old >= 0:
                self.beginRemoveRows(QModelIndex(), old, old)
                self._shown = rest
                self.endRemoveRows()
            return
        rest.insert(new, chat)
        if old < 0:
            self.beginInsertRows(QModelIndex(), new, new)
            self._shown = rest
            self.endInsertRows()
        elif old != new:
            self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), new + 1 if new > old else new)
            self._shown = rest
            self.endMoveRows()
        else:
            self._shown = rest
        index = self.index(new, 0)
        self.dataChanged.emit(index, index)

    # --- Qt ---------------------------------------------------------------------------
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """How many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row shows and says."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        chat = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title(chat)
            case Field.CHAT:
                return chat
            case Field.LINE:
                return self.line(chat)
            case Field.TIME:
                return i18n.short(chat.last.at) if chat.last is not None else ""
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.spoken(chat)
            case _:
                return None

    def title(self, chat: Chat) -> str:
        """Whom a chat is with; of two with the same person the company's is marked."""
        said = title(chat)
        alone = chat.protection is not Protection.SESSION and len(chat.members) == 1
        if alone and self._company and self.chat_with(chat.members[0].account) is not None:
            return f"{said} · {self._company}"
        return said

    def line(self, chat: Chat) -> str:
        """The second line of a row: the draft, or the last message."""
        if chat.draft.strip():
            return self.tr("Draft: {text}").format(text=one_line(chat.draft))
        if chat.room is not None and is_invited(chat):
            return room_words.invitation(chat.room)
        if chat.last is not None:
            return last_line(chat.last, chat, self.names)
        waiting = sum(one.count for one in chat.withheld)
        return self.tr("{count} waiting to be opened").format(count=waiting) if waiting else ""

    def spoken(self, chat: Chat) -> str:
        """A row for a screen reader."""
        pieces = [self.title(chat)]
        if is_present(chat):
            pieces.append(self.tr("online"))
        if chat.unread:
            pieces.append(self.tr("{count} unread").format(count=chat.unread))
        pieces.append(self.line(chat))
        if has_undelivered(chat):
            unsure = chat.undelivered == chat.unfetched > 0
            pieces.append(words.delivery(Delivery.UNFETCHED if unsure else Delivery.UNDELIVERED))
        elif chat.unsent is not None:
            never = chat.unsent.reason in _NEVER
            pieces.append(self.tr("cannot be sent") if never else words.delivery(Delivery.WAITING))
        if chat.last is not None:
            pieces.append(i18n.short(chat.last.at))
        return ", ".join(piece for piece in pieces if piece)


def mark_of(chat: Chat) -> Mark | None:
    """What stands at the end of a row: the graver of two."""
    if is_invited(chat):
        return Mark.INVITED
    if has_undelivered(chat) or (chat.last is not None and chat.last.notice is Notice.ALTERED):
        return Mark.ALARM
    if chat.unsent is None:
        return None
    return Mark.ALARM if chat.unsent.reason in _NEVER else Mark.WAITING


def has_undelivered(chat: Chat) -> bool:
    """Whether something of one's own did not arrive."""
    last = chat.last
    return bool(chat.undelivered) or (
        last is not None and last.mine and last.delivery is Delivery.UNDELIVERED
    )


def is_invited(chat: Chat) -> bool:
    """Whether it is an invitation that waits for an answer."""
    return chat.room is not None and chat.room.part is Part.INVITED


def is_present(chat: Chat) -> bool:
    """Whether the one other person is online; of several nobody is."""
    return chat.members[0].present if len(chat.members) == 1 else chat.contact.present


def _latest(chat: Chat) -> tuple[int, int]:
    return (chat.last.at if chat.last is not None else chat.moved, chat.id)
