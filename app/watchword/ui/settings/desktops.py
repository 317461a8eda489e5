"""Settings: the computers of this account. Who asks to be added is added by the words that it shows.

What is listed is the relay's word; what is approved is a key that a person named by its eight words. See
`docs/protocol/wire.md`, More terminals.
"""

import asyncio

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.core.client import Client
from watchword.model.errors import Situation
from watchword.model.events import Event, LinkChanged, LinkState, TerminalsChanged
from watchword.model.terminals import OwnDesktop, TerminalsShown
from watchword.ui import words
from watchword.ui.controls.button import Button
from watchword.ui.controls.dialog import Asked, Question
from watchword.ui.controls.label import Label, Role
from watchword.ui.controls.scroll_area import bring_into_sight
from watchword.ui.desktop_words import is_cut_off
from watchword.ui.errands import Errands
from watchword.ui.settings.desktop_row import DesktopRow
from watchword.ui.settings.desktop_words_form import DesktopWordsForm
from watchword.ui.settings.section import Section

_AGAIN_MS = 5_000
"""The relay does not tell when another of the computers comes or goes: it is asked while somebody looks."""


class DesktopsSection(Section):
    """The list, each but this one with *Remove…*; *Add…* opens the field for the words."""

    def __init__(self, client: Client, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desktopsSection")
        self._client = client
        self._terminals = client.terminals
        self._errands = Errands(self)
        self._errands.unheard.connect(client.report)
        self._shown = TerminalsShown()
        self._rows: dict[int, DesktopRow] = {}
        self._problem: Situation | None = None
        self._added = False
        self._listing: asyncio.Task[None] | None = None
        self.told = Label(role=Role.SOFT)
        self.told.setObjectName("desktopsState")
        self.list = QWidget()
        self._column = QVBoxLayout(self.list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)
        self.asking = Label(role=Role.STRONG)
        self.asking.setObjectName("newcomers")
        self.add_button = Button(icon="plus")
        self.add_button.setObjectName("addDesktop")
        self.add_button.clicked.connect(self._open_form)
        self.form = DesktopWordsForm()
        self.form.submitted.connect(self._approve)
        self.form.cancelled.connect(self._close_form)
        self.form.hide()
        self.outcome = Label(role=Role.GOOD)
        self.outcome.setObjectName("desktopsOutcome")
        self.add(self.told, self.list, self.asking)
        self.card.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.form, self.outcome)
        self.card.column.addStretch(1)  # what is more for a moment, after a line went, stays at the end
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._refresh)
        self._again.start()
        self._unlisten = client.listen(self._heard)
        self._take(self._terminals.shown)
        self.retranslate()
        self._refresh()

    def stop(self) -> None:
        """Hear no more."""
        self._unlisten()
        self._again.stop()
        self._errands.stop()

    def retranslate(self) -> None:
        """Name everything."""
        self.heading.setText(self.tr("Computers"))
        self._show()

    # --- what is shown ------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        match event:
            case TerminalsChanged(shown):
                self._take(shown)
            case LinkChanged(LinkState.ONLINE):
                self._refresh()
            case LinkChanged():
                self._show()
            case _:
                pass

    def _refresh(self) -> None:
        asked = self._listing is not None and not self._listing.done()
        if self._client.link.state is LinkState.ONLINE and not asked:
            work = self._terminals.refresh()
            self._listing = self._errands.run("list the desktops", work, self._not_listed)

    def _not_listed(self, situation: Situation) -> None:
        if self._shown.desktops is None:
            self._told_of(situation)

    def _told_of(self, situation: Situation) -> None:
        self._problem = situation
        self._show()

    def _take(self, shown: TerminalsShown) -> None:
        self._shown = shown
        wanted = {one.device: one for one in shown.desktops or ()}
        for gone in [*self._rows.keys() - wanted.keys()]:
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        for place, one in enumerate(wanted.values()):
            held = self._rows.get(one.device)
            if held is None:
                self._rows[one.device] = made = DesktopRow(one)
                made.remove_asked.connect(self._remove)
                self._column.insertWidget(place, made)
            else:
                held.show_desktop(one)
        if shown.desktops is not None:
            self._problem = None
        self._show()

    def _show(self) -> None:
        link = self._client.link
        problem = link.problem if is_cut_off(link) else self._problem
        known = self._shown.desktops is not None and not is_cut_off(link)
        count = len(self._shown.newcomers)
        self.list.setVisible(known)
        if problem is not None:
            self.told.setText(words.sentence(problem))
        elif not known:
            self.told.setText(self.tr("The relay tells which computers you have. It is not reached now."))
        else:
            self.told.setText(
                self.tr(
                    "Each of them has your id. What your company's colleagues write comes to all of them; "
                    "a conversation opened by a phrase stays on the computer where it was opened."
                )
            )
        one = self.tr("A new computer asks to be added. If it is yours, type the words that it shows.")
        more = self.tr("{count} computers ask to be added. Type the words that yours shows.")
        self.asking.setText(one if count == 1 else more.format(count=count))
        self.asking.setVisible(count > 0)
        self.add_button.setText(self.tr("Add…"))
        self.add_button.updateGeometry()
        self.add_button.setVisible(self.form.isHidden() and known)
        self.outcome.setText(self.tr("The computer was added.") if self._added else "")
        self.outcome.setVisible(self._added)

    # --- adding -------------------------------------------------------------------------

    def _open_form(self) -> None:
        self._added = False
        self.form.open()
        self._show()
        bring_into_sight(self.form.field.edit, self.form.approve)

    def _close_form(self) -> None:
        self.form.close_empty()
        self._show()
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _approve(self, typed: str) -> None:
        self.form.set_busy(True)
        self._errands.run("add a desktop", self._approved(typed), self.form.refuse)

    async def _approved(self, typed: str) -> None:
        await self._terminals.approve(typed)
        self._added = True
        self._close_form()

    # --- removing -----------------------------------------------------------------------

    def _remove(self, desktop: OwnDesktop) -> None:
        self._errands.run("remove a desktop", self._ask_to_remove(desktop), self._told_of)

    async def _ask_to_remove(self, desktop: OwnDesktop) -> None:
        if await Question(self.window(), lambda: self._asked(desktop), danger=True).answer():
            self._added = False
            await self._terminals.remove(desktop)

    def _asked(self, desktop: OwnDesktop) -> Asked:
        said = self.tr(
            "It is signed out at once, and nothing comes to it any more. What is on it stays there: "
            "its history, its sessions and your contacts."
        )
        member = self.tr(
            "It also keeps the company's keys that it has. If it is lost or stolen, tell your key owner, who "
            "renews your member key; until then a further computer is added by its words, "
            "not by a company file."
        )
        company = self._client.company.member is not None
        return Asked(
            self.tr("Remove computer {number}?").format(number=desktop.device),
            f"{said}\n\n{member}" if company else said,
            self.tr("Remove"),
            self.tr("Cancel"),
        )
