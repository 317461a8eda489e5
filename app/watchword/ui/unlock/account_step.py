"""First start: the id by which others ask for this person; free or taken while it is typed."""

import asyncio

from PySide6.QtWidgets import QWidget

from watchword.core import account_id
from watchword.core.profile import Profile
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.setup import Availability
from watchword.ui.controls.field import TextField
from watchword.ui.controls.label import Label, Role
from watchword.ui.unlock.step import Step

_PAUSE_S = 0.35
"""So long after the last key the relay is asked."""
_WIDE = 400
"""Pixels that one line of the state has at least, to know its height."""
_INVITE = {Kind.INVITE_NEEDED, Kind.INVITE_WRONG}
_VERDICTS = {
    Availability.TAKEN: Situation(Kind.ID_TAKEN),
    Availability.LOOKS_ALIKE: Situation(Kind.ID_LOOKS_ALIKE),
    Availability.FORM: Situation(Kind.ID_FORM),
}


class AccountStep(Step):
    """Asks for an id, suggested from the name."""

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._address = ""
        self._suggested = ""
        self._free = ""
        self._asking: asyncio.Task[None] | None = None
        self.field = TextField()
        self.field.edit.setObjectName("idField")
        self.field.submitted.connect(self.go_on)
        self.field.changed.connect(lambda _text: self._changed())
        self.state = Label(role=Role.SOFT)
        self.state.setObjectName("idState")
        self.field.add_below(self.state)  # or what is wrong, in one place: nothing moves while somebody types
        self.invite_field = TextField()
        self.invite_field.edit.setObjectName("inviteField")
        self.invite_field.submitted.connect(self.go_on)
        self.invite_field.changed.connect(lambda _text: self._changed())
        self.invite_field.hide()
        self.column.addWidget(self.field)
        self.column.addWidget(self.invite_field)
        self.retranslate()

    def prepare(self, name: str, address: str) -> None:
        """What the earlier answers say; an id that was typed already stays."""
        suggested = account_id.suggest(name)
        if self.field.text() in ("", self._suggested):
            self.field.set_text(suggested)
        self._suggested = suggested
        if address != self._address:
            self._address, self._free = address, ""
            self.invite_field.hide()

    @property
    def account(self) -> str:
        """The id, folded; empty while what stands there is none."""
        try:
            return account_id.fold(self.field.text())
        except RefusedBy:
            return ""

    @property
    def invite(self) -> str | None:
        """The invite, where the relay asks for one."""
        typed = self.invite_field.text().strip()
        return typed if typed and not self.invite_field.isHidden() else None

    def questions(self) -> list[str]:
        """What an id is for."""
        return [self.tr("Choose an id. Others type it when they want to talk to you.")]

    def answer(self) -> str:
        """The id."""
        return self.account

    def begin(self) -> None:
        """The field has the keyboard; the relay is asked about what stands in it."""
        self.focus(self.field.edit)
        self.field.edit.selectAll()
        self._ask(pause=False)

    def go_on(self) -> None:
        """Take the id if it is free; ask first if that is not known yet."""
        account = self.account
        if account and account == self._free:
            self.answered.emit()
        else:
            self._ask(pause=False, go_on=True)

    def refuse(self, situation: Situation) -> None:
        """The relay refused when the account was made: say so where it can be mended."""
        self._free = ""
        self.errands.stop()  # what `begin` asks is answered by this
        self._refused(situation)

    def retranslate(self) -> None:
        """Name the fields."""
        super().retranslate()
        self.field.set_words(self.tr("Your id"))
        self.invite_field.set_words(
            self.tr("Invite"),
            self.tr("This relay admits invited people only. Whoever runs it gives invites."),
        )
        line = Label(self.tr("“{account}” is free."), Role.GOOD)
        self.state.setMinimumHeight(line.heightForWidth(_WIDE))
        if self._free:
            self._say_free()

    def _changed(self) -> None:
        self._free = ""
        self.forget_problem()
        self._ask(pause=True)

    def _ask(self, *, pause: bool, go_on: bool = False) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._say_state("")
        try:
            account = account_id.fold(self.field.text())
        except RefusedBy as refused:
            if self.field.text().strip() or go_on:
                self._refused(refused.situation)
            return
        look = self._look(account, pause=pause, go_on=go_on)
        self._asking = self.errands.run("is the id free", look, self._refused)

    async def _look(self, account: str, *, pause: bool, go_on: bool) -> None:
        if pause:
            await asyncio.sleep(_PAUSE_S)
        self._say_state(self.tr("Asking the relay…"))
        found = await self._profile.availability(self._address, account, self.invite)
        if found is not Availability.FREE:
            self._refused(_VERDICTS[found])
            return
        self._free = account
        self._say_free()
        if go_on:
            self.answered.emit()

    def _say_free(self) -> None:
        same = self.field.text().strip() == self._free
        folded = self.tr("Your id will be “{account}”: it is free.")
        said = self.tr("“{account}” is free.") if same else folded
        self._say_state(said.format(account=self._free), Role.GOOD)

    def _refused(self, situation: Situation) -> None:
        self._say_state("")
        if situation.kind in _INVITE:
            self.invite_field.show()
            if situation.kind is Kind.INVITE_WRONG:
                self.tell(situation, self.invite_field)
            self.focus(self.invite_field.edit)
        elif situation.kind.value.startswith("id-"):
            self.state.hide()
            self.tell(situation, self.field)
        else:
            self.tell(situation)

    def _say_state(self, said: str, role: Role = Role.SOFT) -> None:
        self.state.set_role(role)
        self.state.setText(said)
        self.state.show()
