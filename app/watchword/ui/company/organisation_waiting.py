"""What came for this person and stays closed for now, by reason: how many messages, why, and what to do."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from watchword.model.company import Organisation, Withheld
from watchword.ui import i18n
from watchword.ui.company import words
from watchword.ui.company.paragraphs import Paragraphs
from watchword.ui.controls.label import Label, Role

_MOST = 12


class WaitingList(QWidget):
    """Hidden while nothing waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("companyWaiting")
        self._company = ""
        self._waiting: tuple[Withheld, ...] = ()
        self.heading = Label(role=Role.STRONG)
        self.lines = Paragraphs()
        self.lines.setObjectName("waitingReasons")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.heading)
        column.addWidget(self.lines)
        self.hide()

    def show_waiting(self, organisation: Organisation) -> None:
        """What waits now."""
        self._company, self._waiting = organisation.name, organisation.waiting
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        self.heading.setText(self.tr("Came, and waits"))
        said = [self._line(one) for one in self._waiting[:_MOST]]
        self.lines.say(said)
        self.setVisible(bool(said))

    def _line(self, withheld: Withheld) -> str:
        why = words.closed(withheld.closed, self._company)
        if withheld.count == 1:
            return self.tr("1 message: {why}").format(why=why)
        count = i18n.locale().toString(withheld.count)
        return self.tr("{count} messages: {why}").format(count=count, why=why)
