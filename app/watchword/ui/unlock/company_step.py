"""First start by a company file: the file says relay, id and name; the person types its join phrase.

The relay is asked at once whether it takes this member, so that nothing is left to go wrong after the choice
of a keeping.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from watchword.core.company.joining import Joining
from watchword.core.profile import Profile
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.setup import Availability
from watchword.ui.company.join_form import Gate, JoinForm
from watchword.ui.controls.choice import CheckBox
from watchword.ui.controls.field import TextField
from watchword.ui.unlock.proxy_offer import ProxyOffer
from watchword.ui.unlock.step import Step

_INVITE = {Kind.INVITE_NEEDED, Kind.INVITE_WRONG}
_VERDICTS = {Availability.LOOKS_ALIKE: Kind.ID_LOOKS_ALIKE, Availability.FORM: Kind.ID_FORM}


class CompanyStep(Step):
    """Asks for a company file, unless one was named, and for its phrase."""

    def __init__(self, profile: Profile, source: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._source = source
        self._begun = False
        self.joining: Joining | None = None
        """What the file offers, once its phrase opened it and its relay takes the member."""
        gate = Gate(self._obtain, profile.look_at_company, self._join)
        self.form = JoinForm(gate, leave=lambda: self.tr("Without a company file"))
        self.form.joined.connect(self._joined)
        self.form.cancelled.connect(self.went_back)
        self.form.problem_met.connect(self._met)
        self.invite_field = TextField()
        self.invite_field.edit.setObjectName("inviteField")
        self.invite_field.submitted.connect(self.form.go_on)
        self.invite_field.hide()
        self.another = CheckBox()
        self.another.setObjectName("anotherComputer")
        self.another.hide()
        self.another.toggled.connect(self.invite_field.setDisabled)
        self.proxy = ProxyOffer(profile)
        self.proxy.submitted.connect(self.form.go_on)
        self.form.add(self.invite_field, self.another, self.proxy)
        self.column.addWidget(self.form)
        self.back.hide()
        self.next.hide()
        self.retranslate()

    @property
    def invite(self) -> str | None:
        """The invite, where the relay asks for one."""
        typed = self.invite_field.text().strip()
        return typed if typed and not self.invite_field.isHidden() else None

    @property
    def further(self) -> bool:
        """Whether the member says that another computer has this id already."""
        return self.another.isChecked() and not self.another.isHidden()

    def questions(self) -> list[str]:
        """What is needed, and for what."""
        return [
            self.tr(
                "Welcome to Watchword. Your company has prepared everything: its file says who you are and "
                "which relay you use. You need the phrase that belongs to it."
            )
        ]

    def answer(self) -> str:
        """Who joins which company."""
        if self.joining is None:
            return ""
        offer, said = self.joining.offer, self.tr("{name}, {account} at {company}")
        return said.format(name=offer.name, account=offer.account, company=offer.company)

    def begin(self) -> None:
        """Fetch the file that was named, the first time; later go on where it was left."""
        if self._begun:
            self.form.take_keyboard()
        else:
            self._begun = True
            self.form.begin(self._source)

    def begin_with(self, source: str) -> None:
        """Another file was named meanwhile."""
        self._source, self._begun = source, True
        self.form.begin(source)

    def stop(self) -> None:
        """The question is no longer open."""
        super().stop()
        self.form.stop()

    def forget(self) -> None:
        """The page goes away, and the password that was typed."""
        self.proxy.forget()

    def refuse(self, situation: Situation) -> None:
        """The relay refused when the account was made: said where the way on is."""
        self.form.refuse(situation)

    def retranslate(self) -> None:
        """Name the field."""
        super().retranslate()
        self.invite_field.set_words(
            self.tr("Invite"), self.tr("Your company's relay admits invited people only.")
        )
        self.another.setText(self.tr("I need none: I use this id on another computer already"))
        self.another.setAccessibleName(self.another.text())
        self.another.updateGeometry()

    async def _obtain(self, source: str) -> bytes:
        self.proxy.use()
        return await self._profile.company_file(source)

    async def _join(self, data: bytes, phrase: str, _keeping: Callable[[], None]) -> Joining:
        """Open the file, and ask its relay; nothing is kept before the last question is answered."""
        self.proxy.use()
        joining = await self._profile.open_company(data, phrase)
        offer = joining.offer
        if self.further:
            return joining
        found = await self._profile.availability(offer.relay, offer.account, self.invite)
        if found in _VERDICTS:
            raise RefusedBy(_VERDICTS[found])
        return joining  # one that is taken is this profile's own, or this member's, as the file proves

    def _joined(self, joining: Joining) -> None:
        self.joining = joining
        self.answered.emit()

    def _met(self, situation: Situation) -> None:
        self.proxy.offer(situation)
        self.proxy.refuse(situation)
        if situation.kind in _INVITE:
            self.invite_field.show()
            self.another.show()
            self.focus(self.invite_field.edit)
        elif (field := self.proxy.where_to_mend(situation)) is not None:
            self.focus(field)
