"""What a room is: how it is protected, who may change it, how long the relay keeps what is written."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.chat import Chat
from watchword.model.company import Organisation
from watchword.model.room import Part, RoomKind, RoomShown
from watchword.ui import words as program_words
from watchword.ui.company.organisation_words import duration
from watchword.ui.company.sections import KeysInUse, Waiting
from watchword.ui.company.sheet import Facts
from watchword.ui.controls.choice import Picker
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.scroll_area import ScrollArea
from watchword.ui.rooms import words

_DAY = 86_400
_TIMES = (_DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY, 366 * _DAY)


class About(ScrollArea):
    """Sections under each other."""

    keep_chosen = Signal(int)
    """Seconds; 0 leaves it to the policy or the relay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roomAbout")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows scroll it
        self._room: RoomShown | None = None
        self._chat: Chat | None = None
        self._organisation: Organisation | None = None
        self._choices: tuple[int, ...] = ()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(18)
        self._waiting, self._keys = Waiting(), KeysInUse()
        self._how, self._who, self._kept = Facts(), Facts(), Facts()
        for part in (self._waiting, self._how, self._kept, self._who, self._keys):
            column.addWidget(part)
        column.addStretch(1)
        self.keep = Picker()
        self.keep.setObjectName("keepTime")
        self.keep.activated.connect(self._choose)
        self._now = Label()
        self._told = Label(role=Role.SOFT)
        self._told.setObjectName("keepTold")
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def show_room(self, room: RoomShown, chat: Chat, organisation: Organisation | None) -> None:
        """Say everything of this room; `organisation` is this desktop's company."""
        self._room, self._chat, self._organisation = room, chat, organisation
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._tell()

    def _tell(self) -> None:
        room, chat = self._room, self._chat
        if room is None or chat is None:
            return
        by_company = self._organisation if room.kind is RoomKind.COMPANY else None
        self._waiting.tell(chat, by_company)
        self._keys.tell(by_company)
        self._how.fill(words.kind(room.kind, self._company), [*map(_line, self._protection(room))])
        self._who.fill(self.tr("Who may change it"), [*map(_line, self._rights(room))])
        self._tell_kept(room)

    def _protection(self, room: RoomShown) -> list[str]:
        company = program_words.called(self._company) or self.tr("your company")
        relay = self.tr("The relay passes sealed messages on. It cannot read them, nor the name of the room.")
        if room.kind is RoomKind.PHRASE:
            each = self.tr(
                "What you write is sealed for each person apart, in the passphrase session with them. Those "
                "with whom you have none get nothing from you, and you nothing from them."
            )
            return [each, relay]
        sealed = self.tr(
            "What is written here is sealed once for everybody who is in, by {company}'s own encryption, and "
            "the relay gives it to them only."
        )
        audited = self.tr("{name}, as auditor, can read it too.")
        policy = None if self._organisation is None else self._organisation.policy
        auditors = () if policy is None else policy.auditors
        out = self.tr(
            "Who is taken out gets nothing more. They still hold {company}'s keys: should somebody hand them "
            "a sealed message, they could open it. For that, {company} changes its keys."
        )
        read = [audited.format(name=program_words.called(name)) for name in auditors]
        return [sealed.format(company=company), *read, out.format(company=company), relay]

    def _rights(self, room: RoomShown) -> list[str]:
        owners = [one.name for one in room.members if one.owner and one.part is Part.IN]
        said = self.tr("Owners invite people, take them out and rename the room: {names}.")
        own = self.tr("Whether somebody joins, declines or leaves, only they can say themselves.")
        most = self.tr("At most {count} people.").format(count=words.number(room.most))
        return [said.format(names=words.some(owners)), own, most] if owners else [own, most]

    @property
    def _company(self) -> str:
        return "" if self._organisation is None else self._organisation.name

    # --- how long it is kept ------------------------------------------------------------
    def _tell_kept(self, room: RoomShown) -> None:
        told = self.tr(
            "The relay keeps messages for people who are away. After this time it is asked to delete them: "
            "whoever was away for longer does not get them. What has arrived on a computer stays there."
        )
        self._told.setText(told)
        may = room.owner and room.part is Part.IN and room.keep_most_s > 0
        usual = self.tr("Set by the company or the relay")
        if room.kind is RoomKind.PHRASE:
            usual = self.tr("Set by the relay")
        times = [one for one in _TIMES if one <= room.keep_most_s]
        self._choices = tuple(sorted({0, room.keep_s, *times}))
        with QSignalBlocker(self.keep):
            self.keep.clear()
            for seconds in self._choices:
                self.keep.addItem(duration(seconds).strip() if seconds else usual)
            self.keep.setCurrentIndex(self._choices.index(room.keep_s))
        self.keep.setAccessibleName(self.tr("How long the relay keeps messages"))
        self._now.setText(duration(room.keep_s).strip() if room.keep_s else usual)
        self._kept.fill(self.tr("How long the relay keeps messages"), [self.keep, self._now, self._told])
        self.keep.setVisible(may)
        self._now.setVisible(not may)

    def _choose(self, place: int) -> None:
        room = self._room
        if room is not None and self._choices[place] != room.keep_s:
            self.keep_chosen.emit(self._choices[place])


def _line(said: str) -> QWidget:
    return Label(said, Role.SOFT)
