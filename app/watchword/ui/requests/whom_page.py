"""New conversation, first page: with whom (F6).

The chat with colleagues opens at once; anybody else is asked for a phrase.
"""

import asyncio

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.errors import Situation
from watchword.ui import words
from watchword.ui.company import outside
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.errands import Errands
from watchword.ui.requests.people_search import PeopleSearch


class WhomPage(QWidget):
    """Choose a person, or several of the company."""

    chosen = Signal(object)
    """A Contact to ask for a phrase; `listed` is False for somebody who is not in the contact list."""
    opened = Signal(int)
    """The chat with the colleagues who were picked, by its id."""
    cancelled = Signal()
    room_asked = Signal()
    """A room is wanted, with those who are picked."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._errands = Errands(self)
        self._busy = False
        self.title = Label(role=Role.TITLE)
        self.explanation = Label(role=Role.SOFT)
        self.who = PeopleSearch(client)
        self.who.chosen.connect(self.chosen)
        self.who.all_picked.connect(self._open)
        self.who.changed.connect(self._retranslate)
        self.cancel = Button()
        self.cancel.setObjectName("cancelNew")
        self.cancel.clicked.connect(self.cancelled)
        self.next = Button(kind=Kind.PRIMARY)
        self.next.setObjectName("nextStep")
        self.next.clicked.connect(self.who.go_on)
        self.room = Button(icon="users")
        self.room.setObjectName("newRoom")
        self.room.clicked.connect(self.room_asked)
        self.outside = Label(role=Role.META)
        self.outside.setObjectName("outsideMeaning")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.room)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.explanation)
        column.addWidget(self.who, 1)
        column.addWidget(self.outside)
        column.addLayout(row)
        self._retranslate()

    def begin(self, account: str = "") -> None:
        """Load everybody; `account` stands in the field."""
        self.who.begin(account)

    def stop(self) -> None:
        """Hear no more."""
        self.who.stop()
        self._errands.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.title.setText(self.tr("New conversation"))
        company = words.called(self.who.company)
        several = self.tr("Pick colleagues at {company}, or anybody else by contact or id.")
        one = self.tr("Choose a contact, or type the id of the person you want to talk to.")
        self.explanation.setText(several.format(company=company) if company else one)
        marked = None if self.who.accounts or self.who.refusal else self.who.people.marked
        self.outside.setText("" if marked is None else outside.meaning(self.who.outside(marked)))
        self.outside.setVisible(bool(self.outside.text()))
        self.room.setText(self.tr("New room…"))
        self.room.updateGeometry()
        self.cancel.setText(self.tr("Cancel"))
        self.next.setText(self.tr("Open chat") if self.who.opens else self.tr("Next"))
        self.next.updateGeometry()
        self.next.setEnabled(self.who.ready and not self._busy)

    def _open(self) -> None:
        if not self._busy:
            self._set_busy(True)
            self._errands.run("open a chat", self._opened(), self._not_opened)

    async def _opened(self) -> None:
        chat = await asyncio.shield(self._client.company.open_chat(self.who.accounts))
        self._set_busy(False)
        self.opened.emit(chat.id)

    def _not_opened(self, situation: Situation) -> None:
        self._set_busy(False)
        self.who.refuse(lambda: words.sentence(situation))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._retranslate()
