"""*Invite people* to a room that exists: an owner picks, everybody who is picked is asked."""

import asyncio

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.chat import Chat
from watchword.model.errors import Situation
from watchword.model.room import RoomKind
from watchword.ui import words as program_words
from watchword.ui.company import outside
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.window import Window
from watchword.ui.errands import Errands
from watchword.ui.rooms.dialogs import quoted
from watchword.ui.rooms.picking import Picking

_SIZE = QSize(480, 560)


class InvitePeople(Window):
    """Who may be invited, and who is picked of them."""

    def __init__(self, client: Client, chat: Chat, kind: RoomKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inviteWindow")
        self._client = client
        self._chat = chat
        self._kind = kind
        self._busy = False
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self.title = Label(role=Role.TITLE)
        self.told = Label(role=Role.SOFT)
        self.picking = Picking()
        self.picking.speak_of(*outside.marks(client.company.staff))
        self.problem = Label(role=Role.DANGER)
        self.problem.setObjectName("roomProblem")
        self.problem.hide()
        self.cancel = Button()
        self.cancel.setObjectName("cancelInvite")
        self.cancel.clicked.connect(self.close)
        self.invite = Button(kind=Kind.PRIMARY)
        self.invite.setObjectName("sendInvitations")
        self.invite.clicked.connect(self._go)
        self.picking.changed.connect(self._changed)
        self.picking.entered.connect(self._go)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.invite)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 24, 26, 22)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.told)
        column.addWidget(self.picking, 1)
        column.addWidget(self.problem)
        column.addLayout(row)
        self.resize(_SIZE)
        self.setMinimumSize(_SIZE)
        self._retranslate()
        self.picking.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._errands.run("candidates", self._load(), self._refused)

    def stop(self) -> None:
        """Hear no more."""
        self._errands.stop()

    async def _load(self) -> None:
        self.picking.offer(await self._client.rooms.candidates(self._chat.id, self._kind))

    def _changed(self) -> None:
        self._say("")
        self.invite.setEnabled(bool(self.picking.accounts) and not self._busy)

    def _go(self) -> None:
        if self.picking.accounts and not self._busy:
            self._busy = True
            self._changed()
            self._errands.run("invite", self._invited(), self._refused)

    async def _invited(self) -> None:
        await asyncio.shield(self._client.rooms.invite(self._chat.id, self.picking.accounts))
        self.close()

    def _refused(self, situation: Situation) -> None:
        self._busy = False
        self._changed()
        self._say(program_words.sentence(situation))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        title = self.tr("Invite to {room}").format(room=quoted(self._chat.contact.name))
        self.setWindowTitle(title)
        self.title.setText(title)
        told = self.tr("Whoever you invite is asked, and reads what is written after they have joined.")
        if self._kind is RoomKind.COMPANY and self._client.company.staff.gives_the_past:
            told = self.tr(
                "Whoever you invite is asked. Who joins also reads what the relay still keeps of what was "
                "written before."
            )
        self.told.setText(told)
        self.picking.say_nobody(self.tr("Everybody who could be invited is in the list already."))
        self.cancel.setText(self.tr("Cancel"))
        self.invite.setText(self.tr("Invite"))
        self.invite.updateGeometry()
        self._changed()
