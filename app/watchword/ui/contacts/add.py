"""Putting somebody into the contact list by their id; what is wrong with it is said in place."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from watchword.core import account_id
from watchword.core.client import Client
from watchword.model.chat import Contact
from watchword.model.errors import Kind as Cause
from watchword.model.errors import RefusedBy, Situation
from watchword.ui import words
from watchword.ui.controls.button import Button, Kind
from watchword.ui.controls.dialog import Dialog
from watchword.ui.controls.field import TextField
from watchword.ui.errands import Errands

_NAME_CHARACTERS = 80


class AddContact(Dialog):
    """An id and, if wanted, a name. `added` is the new contact once it was accepted."""

    def __init__(self, client: Client, listed: set[str], parent: QWidget) -> None:
        super().__init__(parent, width=400)
        self.setObjectName("addContactDialog")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.added: Contact | None = None
        self._client = client
        self._listed = listed
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._problem: Callable[[], str] | None = None
        self.id = TextField()
        self.id.edit.setObjectName("addContactId")
        self.id.changed.connect(lambda _text: self._changed())
        self.id.submitted.connect(self._add)
        self.name = TextField()
        self.name.edit.setObjectName("addContactName")
        self.name.edit.setMaxLength(_NAME_CHARACTERS)
        self.name.submitted.connect(self._add)
        self.body.addWidget(self.id)
        self.body.addWidget(self.name)
        self.cancel = self.add_button(Button())
        self.cancel.setObjectName("cancelAdd")
        self.cancel.clicked.connect(self.reject)
        self.add = self.add_button(Button(kind=Kind.PRIMARY))
        self.add.setObjectName("confirmAdd")
        self.add.clicked.connect(self._add)
        self.retranslate()
        self.id.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        """Closed: what still runs is not waited for."""
        self._errands.stop()
        super().done(result)

    def retranslate(self) -> None:
        """Name everything."""
        self.set_title(self.tr("Add a contact"))
        self.name.set_words(self.tr("Name"), self.tr("Only you see it. Without one, the id is shown."))
        self.cancel.setText(self.tr("Cancel"))
        self.add.setText(self.tr("Add"))
        self._explain()
        self.id.set_problem(self._problem() if self._problem is not None else "")

    def _changed(self) -> None:
        self._problem = None
        self._explain()

    def _explain(self) -> None:
        """Say how the id will be written, where that differs from what was typed."""
        typed = self.id.text().strip()
        told = self.tr("The person you add is not told.")
        try:
            folded = account_id.fold(typed) if typed else ""
        except RefusedBy:
            folded = typed
        if folded != typed:
            told = self.tr("This is the id {id}.").format(id=folded)
        self.id.set_words(self.tr("Id"), told)

    def _add(self) -> None:
        try:
            folded = account_id.fold(self.id.text())
        except RefusedBy as refused:
            self._refused(refused.situation)
            return
        if folded == self._client.account:
            self._refused(Situation(Cause.ID_MINE))
        elif folded in self._listed:
            self._complain(lambda: self.tr("{contact} is in your contacts already.").format(contact=folded))
        else:
            self.add.setEnabled(False)
            self._errands.run("add a contact", self._added(folded), self._refused)

    async def _added(self, account: str) -> None:
        self.added = await asyncio.shield(self._client.add_contact(account, self.name.text().strip()))
        self.accept()

    def _refused(self, situation: Situation) -> None:
        self._complain(lambda: words.sentence(situation))

    def _complain(self, problem: Callable[[], str]) -> None:
        self.add.setEnabled(True)
        self._problem = problem
        self.id.set_problem(problem())
        self.id.edit.setFocus(Qt.FocusReason.OtherFocusReason)
