"""Who got an own message and who did not, each with the reason; of many people a number, and a search."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.chat import Contact, Delivery
from watchword.model.company import Missed, Recipient
from watchword.ui import i18n
from watchword.ui import words as program_words
from watchword.ui.company import words
from watchword.ui.company.sheet import People
from watchword.ui.controls.field import SearchEdit
from watchword.ui.controls.label import Label, Role
from watchword.ui.rooms import words as room_words

_FEW = 8
"""So many people need no search."""


class Reached(QWidget):
    """A card's line that is a list. However many there are, only those who are seen cost anything."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = ""
        self._remarks: dict[Contact, str] = {}
        self._sought: dict[Contact, str] = {}
        self.counted = Label(role=Role.SOFT)
        self.counted.setObjectName("reachedCount")
        self.search = SearchEdit()
        self.search.setObjectName("reachedSearch")
        self.search.textChanged.connect(lambda _text: self._show())
        self.people = People("messageRecipients")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.counted, self.search, self.people):
            column.addWidget(widget)

    def tell(
        self, heading: str, recipients: Sequence[Recipient], missed: Sequence[Missed], delivery: Delivery
    ) -> None:
        """Show how far it came: who gets nothing first, then who lacks it, then who has it.

        Args:
            heading: names the list.
            recipients: to whom it goes or went.
            missed: who was there and could not be reached.
            delivery: how far it is where nobody said that they have it.
        """
        self._heading = heading
        self._remarks = {Contact(one.account, one.name): self._why(one) for one in missed}
        for one in sorted(recipients, key=lambda one: one.delivered):
            self._remarks[Contact(one.account, one.name)] = self._state(one, delivery)
        self._sought = {
            one: f"{one.name}\n{one.account}\n{said}".casefold() for one, said in self._remarks.items()
        }
        many = len(self._remarks) > _FEW
        has = sum(one.delivered for one in recipients)
        said = self.tr("{count} of {all} have it.")
        count, total = (i18n.locale().toString(number) for number in (has, len(self._remarks)))
        self.counted.setText(said.format(count=count, all=total))
        self.counted.setVisible(many and delivery is not Delivery.FETCHED)
        self.search.setPlaceholderText(self.tr("Name or id"))
        self.search.setAccessibleName(self.tr("Name or id"))
        self.search.setVisible(many)
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().strip().casefold()
        found = {one: said for one, said in self._remarks.items() if wanted in self._sought[one]}
        self.people.tell(self._heading, found)

    def _why(self, one: Missed) -> str:
        if one.why is None:
            return self.tr("Did not get it: not reached")
        return words.capital(room_words.unreached(one.why))

    def _state(self, one: Recipient, delivery: Delivery) -> str:
        if one.no_room and not one.delivered:
            return self.tr("Waits here: their mailbox at the relay is full")
        state = Delivery.DELIVERED if one.delivered else delivery
        state = Delivery.TAKEN_BACK if state is Delivery.PARTLY_TAKEN_BACK else state
        return words.capital(program_words.delivery(state))
