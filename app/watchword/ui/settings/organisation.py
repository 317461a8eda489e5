"""Settings: the company that this computer belongs to. Joining it, newer files of it, *Test* of its methods.

Nothing of a file is believed before the core has taken it; what is refused changes nothing and is said in one
sentence. See `docs/protocol/company.md`, The company file.
"""

import asyncio
import enum
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from watchword.core.client import Client
from watchword.model.company import CompanyOutside, FileReason, Organisation
from watchword.model.errors import Kind, RefusedBy, Situation
from watchword.model.events import Event, OrganisationChanged
from watchword.ui import words
from watchword.ui.company import link_words
from watchword.ui.company import words as company_words
from watchword.ui.company.file_choice import choose_file
from watchword.ui.company.join_form import Gate, JoinForm
from watchword.ui.company.organisation_member import MemberPage
from watchword.ui.company.organisation_offer import Offer
from watchword.ui.controls.label import Role
from watchword.ui.controls.scroll_area import bring_into_sight
from watchword.ui.errands import Errands
from watchword.ui.settings.section import Section


class _Outcome(enum.Enum):
    """What came of the last file that was taken."""

    NONE = enum.auto()
    JOINED = enum.auto()
    NEWER = enum.auto()
    SAME = enum.auto()


class OrganisationSection(Section):
    """One of three: an offer to join, the form for joining, or the company."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._company = client.company
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._organisation: Organisation | None = None
        self._joining = False
        self._told: Situation | None = None
        self._whom = ""
        """Whom the last file was for."""
        self._outcome = _Outcome.NONE
        self._busy = False
        self._looking = False
        self._making = False
        self.offer = Offer()
        self.offer.join_asked.connect(self._begin_joining)
        self.offer.file_asked.connect(lambda: choose_file(self, self._take))
        self.offer.hide()
        self.form: JoinForm | None = None
        self.page: MemberPage | None = None
        self.add(self.offer)
        self._unlisten = client.listen(self._heard)
        self.retranslate()
        self._errands.run("look at the company", self._load())

    def stop(self) -> None:
        """Hear no more; nothing of a phrase stays."""
        self._unlisten()
        self._errands.stop()
        if self.form is not None:
            self.form.stop()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("Organisation"))
        self._say()

    # --- what is shown ------------------------------------------------------------------

    async def _load(self) -> None:
        self._organisation = await self._company.organisation()
        self._show()

    def _heard(self, event: Event) -> None:
        if isinstance(event, OrganisationChanged):
            self._organisation = event.organisation
            self._show()

    def _show(self) -> None:
        """Bring the one of the three to the screen; a page is made when it is first needed."""
        organisation = self._organisation
        if self._joining and self.form is None:
            self.form = self._make_form()
        if organisation is not None and not self._joining and self.page is None:
            self._begin_page()
        if self.page is not None and organisation is not None:
            self.page.show_organisation(organisation)
            self.page.setVisible(not self._joining)
        if self.form is not None:
            self.form.setVisible(self._joining)
        self.offer.show_waiting(self._company.files.waiting)
        self.offer.setVisible(organisation is None and not self._joining)
        self._say()

    def _make_form(self) -> JoinForm:
        company = self._company
        form = JoinForm(Gate(company.files.obtain, company.look, company.join, self._client.account))
        form.joined.connect(self._joined)
        form.cancelled.connect(self._end_joining)
        self.add(form)
        return form

    def _begin_page(self) -> None:
        if not self._making:
            self._making = True
            self._errands.run("show the company", self._make_page())

    async def _make_page(self) -> None:
        """Make the page, fill it and show it, a turn of the loop for each of its parts."""
        page = MemberPage()
        page.hide()
        page.file_asked.connect(lambda: choose_file(self, self._take))
        page.look_asked.connect(self._look)
        page.methods.test_asked.connect(self._test)
        self.add(page)
        held = self._organisation
        if held is not None:
            for fill in (
                partial(page.keys.show_keys, held.keys),
                partial(page.methods.show_methods, held.methods),
                partial(page.show_organisation, held),
            ):
                await asyncio.sleep(0)
                fill()
        await asyncio.sleep(0)
        self.page = page
        self._show()
        if self._outcome is _Outcome.JOINED:
            page.update_file.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_into_sight(page.outcome, page.update_file)

    def _say(self) -> None:
        """What came of the last file."""
        if self._organisation is None and self._told is not None:
            self.offer.say(link_words.sentence(self._told, account=self._client.account, other=self._whom))
        else:
            self.offer.say("")
        if self.page is None or self._organisation is None:
            return
        if self._told is not None:
            said = link_words.sentence(self._told, account=self._client.account, other=self._whom)
            self.page.say(said, Role.DANGER)
        elif self._outcome is _Outcome.NONE and self._organisation.removed:
            self.page.say(company_words.removed(self._organisation.name), Role.WARNING)
        else:
            self.page.say(self._came_of_it(self._organisation.name), Role.GOOD)

    def _came_of_it(self, company: str) -> str:
        return {
            _Outcome.NONE: "",
            _Outcome.JOINED: self.tr("You belong to {company} now.").format(company=words.called(company)),
            _Outcome.NEWER: self.tr("This computer has the newer file now."),
            _Outcome.SAME: self.tr("This computer had this file already. Nothing was changed."),
        }[self._outcome]

    def _tell(self, told: Situation | None, outcome: _Outcome = _Outcome.NONE) -> None:
        self._told, self._outcome = told, outcome
        self._say()
        if self.page is not None and (told is not None or outcome is not _Outcome.NONE):
            bring_into_sight(self.page.outcome, self.page.update_file)

    # --- joining --------------------------------------------------------------------------

    def _begin_joining(self, source: str = "") -> None:
        self._joining = True
        self._tell(None)
        self._show()
        if self.form is not None:
            self.form.begin(source)

    def _joined(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._end_joining()
        self._tell(None, _Outcome.JOINED)

    def _end_joining(self) -> None:
        self._joining = False
        if self.form is not None:
            self.form.stop()
        self._show()
        if self._organisation is None:
            self.offer.join.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.page is not None:
            self.page.update_file.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- a newer file -----------------------------------------------------------------------

    def _take(self, path: str) -> None:
        if self._begin():
            self._errands.run("take a company file", self._taken(path), self._refused)

    async def _taken(self, path: str) -> None:
        data = await self._company.files.obtain(path)
        outside = await asyncio.to_thread(self._company.look, data)
        self._whom, held = outside.joins, self._organisation
        reason = None if held is None else _unfit(outside, held, self._client.account)
        if reason is not None:
            raise RefusedBy(Kind.COMPANY_FILE, reason=reason.value)
        if outside.joins:
            self._begin_joining(path)  # again, by a member key that is new
        else:
            self._organisation = await self._company.update(data)
            same = held is not None and held.serial == self._organisation.serial
            self._tell(None, _Outcome.SAME if same else _Outcome.NEWER)
            self._show()
        self._busy = False

    def _look(self) -> None:
        if not self._looking:
            self._tell(None)
            self._show_looking(True)
            self._errands.run("look for a newer file", self._looked(), self._not_looked)

    async def _looked(self) -> None:
        await self._company.files.look_for_update()
        self._show_looking(False)
        if self.page is not None:
            bring_into_sight(self.page.outcome, self.page.look)

    def _not_looked(self, situation: Situation) -> None:
        self._show_looking(False)
        self._tell(situation)

    def _show_looking(self, looking: bool) -> None:
        """A server may take its time; meanwhile a file is taken as ever."""
        self._looking = looking
        if self.page is not None:
            self.page.show_looking(looking)

    def _refused(self, situation: Situation) -> None:
        self._busy = False
        self._tell(situation)

    def _begin(self) -> bool:
        """Whether this is the only file that is being taken."""
        alone, self._busy = not self._busy, True
        if alone:
            self._tell(None)
        return alone

    # --- the methods ------------------------------------------------------------------------

    def _test(self, method: bytes) -> None:
        row = None if self.page is None else self.page.methods.row(method)
        if row is not None:
            row.begin()
            self._errands.run("test a method", self._tested(method), lambda _situation: row.end())

    async def _tested(self, method: bytes) -> None:
        state = await asyncio.shield(self._company.test_method(method))
        row = None if self.page is None else self.page.methods.row(method)
        if row is not None:
            row.show_method(state)
            row.end()


def _unfit(outside: CompanyOutside, held: Organisation, account: str) -> FileReason | None:
    """Why a file is none for a member, as far as that shows before it is opened."""
    if outside.digits != held.digits:
        return FileReason.OTHER_COMPANY
    if outside.joins not in ("", account):
        return FileReason.OTHER_MEMBER
    return FileReason.OLDER if outside.serial < held.serial else None
